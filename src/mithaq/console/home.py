"""Where a running Mithaq keeps its state: one folder, named by `MITHAQ_HOME`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mithaq.kernel.errors import InputError


def home_from(environment: Mapping[str, str]) -> Path:
    """Give the folder of the state: `MITHAQ_HOME`, else `mithaq-home` in the present folder."""
    return Path(environment.get("MITHAQ_HOME", "mithaq-home")).absolute()


def secret_key(home: Path) -> str:
    """Read the key that signs sessions, or make it (0600) on the first run."""
    path = home / "secret.key"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    key = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(key)
    return key


def database_from(environment: Mapping[str, str], home: Path) -> dict[str, Any]:
    """Give Django's settings of the database: `DATABASE_URL` (postgresql://…), else SQLite in the home.

    SQLite: write-ahead log, full sync, and `BEGIN IMMEDIATE`, so that an act and its entry never meet a
    lock half-way. The log is taken over into the tables every 32 MB, not every 4: each act touches some
    forty pages, mostly the same ones. PostgreSQL: values are bound and statements prepared by the server,
    which took a quarter of an act's time here. Raises InputError for any other kind of database.
    """
    url = environment.get("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "mithaq.sqlite3",
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=8000;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise InputError(
            "the database is neither SQLite nor PostgreSQL",
            field="DATABASE_URL",
            hint="Write postgresql://USER:PASSWORD@HOST:PORT/NAME, or leave it out for SQLite.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
    }
