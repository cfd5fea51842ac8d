"""Copies of the state to put back: the database, and the folder that the ledger is published in.

Not in a copy are the keys, which belong under other hands; the checkpoint kept outside, which is there to
find out that an old copy was put back; the lake; and rows that let somebody in or open something: sessions,
and what lies in the database while a two-person unlock waits.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as SignedIn
from django.db import connection

from mithaq import __version__
from mithaq.console.service import postgresql
from mithaq.identity.models import HandedHalf, SealedResult, Session
from mithaq.kernel.canonical import pretty
from mithaq.kernel.clock import format_instant
from mithaq.kernel.errors import InputError, StateError
from mithaq.ledger.models import Entry

MANIFEST: Final = "backup.json"
_FORMAT: Final = "backup/v1"
_DATABASES: Final = {"sqlite": "mithaq.sqlite3", "postgresql": "mithaq.pgdump"}
_LEDGER: Final = "ledger"
_CHECKPOINT: Final = "checkpoint"

NOT_COPIED: Final = (SealedResult, HandedHalf, Session, UserSession, SignedIn)
"""Tables whose rows stay behind, in an order in which they can be emptied."""


class BadCopy(InputError):
    """This is no copy of Mithaq's state, or not one that can be put back here."""

    code = "bad-copy"


class InTheWay(StateError):
    """Something stands where a copy was to be written or put back; nothing is ever overwritten."""

    code = "in-the-way"


class CopyFailed(StateError):
    """The copy could not be made or put back."""

    code = "copy-failed"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made or put back."""

    made_at: str
    version: str
    database: str
    entries: int
    """How many acts it holds."""
    files: Mapping[str, str]
    """SHA-256 of each file by its path below the copy."""


def make_copy(out: Path, ledger: Path, *, now: datetime) -> Copy:
    """Write a copy to a new folder, whole or not at all, while Mithaq runs; raises InTheWay, CopyFailed.

    The ledger's folder is copied first, so that the database is never behind it.
    """
    if os.path.lexists(out):
        raise InTheWay("there is something already", file=str(out), hint="Name a folder that does not exist.")
    with _disk(out), _whole(out) as folder:
        _copy_ledger(ledger, folder / _LEDGER)
        kind = connection.vendor
        file = folder / _DATABASES[kind]
        entries = Entry.objects.count()
        if kind == "sqlite":
            _copy_sqlite(Path(connection.settings_dict["NAME"]), file)
        else:
            postgresql.dump(file, leave_out=[model._meta.db_table for model in NOT_COPIED])  # noqa: SLF001  # Django's public name for it
        file.chmod(0o600)
        copy = Copy(format_instant(now), __version__, kind, entries, _digests(folder))
        (folder / MANIFEST).write_text(
            pretty(
                {
                    "mithaq": _FORMAT,
                    "made_at": copy.made_at,
                    "version": copy.version,
                    "database": copy.database,
                    "entries": copy.entries,
                    "files": dict(copy.files),
                }
            ),
            "utf-8",
        )
    return copy


def read_copy(folder: Path) -> Copy:
    """Read a copy's manifest and check every file against it; raises BadCopy."""
    hint = "Name a folder that mithaq backup wrote."
    try:
        said: Any = json.loads((folder / MANIFEST).read_text("utf-8"))
        copy = Copy(said["made_at"], said["version"], said["database"], said["entries"], said["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadCopy("this is no copy of Mithaq's state", file=str(folder / MANIFEST), hint=hint) from error
    if said.get("mithaq") != _FORMAT or copy.database not in _DATABASES:
        raise BadCopy("this copy is of a form that is not known", file=str(folder / MANIFEST), hint=hint)
    with _disk(folder):
        found = _digests(folder)
    for name in sorted({*found, *copy.files}):
        if found.get(name) != copy.files.get(name):
            raise BadCopy(
                "a file of the copy is missing, altered or new",
                file=str(folder / name),
                hint="Take another copy; this one is damaged.",
            )
    return copy


def check_free(copy: Copy, home: Path) -> None:
    """Refuse unless the database here is of the copy's kind, and empty; raises BadCopy, InTheWay."""
    if copy.database != connection.vendor:
        raise BadCopy(
            f"the copy is of {copy.database}, and the database here is {connection.vendor}",
            hint="Set DATABASE_URL for a copy of PostgreSQL, and leave it out for one of SQLite.",
        )
    if connection.vendor == "sqlite":
        there = sorted(home.glob(f"{_DATABASES['sqlite']}*"))
        if there:
            raise InTheWay(
                "there is a database already", file=str(there[0]), hint="Move it away, or name another home."
            )
    elif connection.introspection.table_names():
        raise InTheWay(
            "the database has tables already",
            hint="Make a new database, and name it with DATABASE_URL. The old one stays as it is.",
        )


def put_back(copy: Copy, folder: Path, ledger: Path) -> bool:
    """Put a copy in place, after `check_free`; gives whether the ledger's folder was put back too.

    A folder of the ledger that is there is left alone: it may be newer. Raises CopyFailed.
    """
    file = folder / _DATABASES[copy.database]
    with _disk(ledger):
        if copy.database == "sqlite":
            place = Path(connection.settings_dict["NAME"])
            new = place.with_name(f"{place.name}.new")
            shutil.copyfile(file, new)
            new.chmod(0o600)
            new.replace(place)
        else:
            postgresql.restore(file)
        if ledger.exists() or not (folder / _LEDGER).exists():
            return False
        shutil.copytree(folder / _LEDGER, ledger)
    return True


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        yield folder
        folder.rename(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_ledger(ledger: Path, to: Path) -> None:
    """Copy the checkpoint first: tiles only ever come to be, so that what it covers is then there."""
    if not (ledger / _CHECKPOINT).exists():
        return
    to.mkdir()
    shutil.copyfile(ledger / _CHECKPOINT, to / _CHECKPOINT)
    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(ledger / "tile", to / "tile", ignore=hidden)


def _copy_sqlite(source: Path, to: Path) -> None:
    """Copy a database that others may be writing to, by SQLite's own online backup."""
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(to, isolation_level=None)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            for model in NOT_COPIED:
                copy.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608, SLF001  # our own tables' names
            copy.execute("VACUUM")
            (said,) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise CopyFailed(f"the database cannot be copied: {error}", file=str(source), hint=_ROOM) from error
    if said != "ok":
        raise CopyFailed(
            f"the database is damaged: {said}", file=str(source), hint="Restore an earlier copy."
        )


_ROOM: Final = "Make room on the disk, or name another folder; then run it again."


@contextmanager
def _disk(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CopyFailed(
            f"the disk refused: {error.strerror}", file=str(error.filename or place), hint=_ROOM
        ) from error


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / MANIFEST:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256")
            found[path.relative_to(folder).as_posix()] = digest.hexdigest()
    return found
