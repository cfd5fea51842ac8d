"""One at a time, across processes: on PostgreSQL across machines too."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def turn(name: str, home: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold the turn of this name while the block runs; gives False where another process holds it.

    With `wait` the block begins when the turn is free. SQLite has one home on one machine, where a file is
    locked; PostgreSQL is asked for an advisory lock of this connection. Both end with the process.
    """
    if connection.vendor == "postgresql":
        with _advisory(name, wait=wait) as held:
            yield held
        return
    with (home / f"{name}.turn").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def _advisory(name: str, *, wait: bool) -> Iterator[bool]:
    key = int.from_bytes(hashlib.sha256(f"mithaq turn {name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
            held = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            held = bool(cursor.fetchone()[0])
        try:
            yield held
        finally:
            if held and connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
