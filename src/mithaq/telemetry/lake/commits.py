"""The record of commits: what makes a lake exactly-once.

    lake/
      lake.json                    format, key id, unlock public key
      commits/0000000001.json      one document per commit, in order, never changed
      activity/<run>-<n>.parquet   data files, one folder per table
      runs/<run>/                  what a running ingest needs; gone when it has ended

A data file counts only if a commit adds it and none removes it. A commit document is put in place by a hard
link to a finished, synced file: the link either appears whole or not at all, and only one process can take
a number. Whoever loses the race reads what the winner did and looks again whether its own commit still
stands. The state is the sum of all commits.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from mithaq.kernel.canonical import compact, pretty
from mithaq.telemetry.errors import BadLake, LakeWriteFailed, WrongKey
from mithaq.telemetry.lake.schema import Table

_FORMAT: Final = "mithaq/lake/v1"

HEAD_BYTES: Final = 4096
"""First decompressed bytes whose digest tells whether a file may be known or a known one grown."""


class _LakeFile(msgspec.Struct):
    format: str
    key_id: str
    unlock_public: str


class CommittedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A log file that is in the lake, by content; its name is kept nowhere."""

    source: str
    sha256: str
    """Digest of the decompressed bytes."""
    head: str
    """Digest of the first HEAD_BYTES of them (of all, if there are fewer)."""
    bytes: int
    events: int
    kept: int
    excluded: dict[str, int]
    dropped: dict[str, int]
    first: int | None
    """Seconds since the epoch of the first kept or excluded event; None if there is none."""
    last: int | None
    packed: str | None = None
    """Digest of the file as it lay on the disk, where that was compressed."""


class DataFile(msgspec.Struct, frozen=True):
    """A Parquet file of the lake, by path below its root."""

    table: str
    path: str
    rows: int


class Forgotten(msgspec.Struct, frozen=True):
    """Up to where rollups were removed, and of whom they were kept longer, in hours since the epoch."""

    before: int
    kept_from: dict[str, int] = {}
    """Pseudonym → first hour that is still there."""

    def first_hour(self, subscription: str) -> int:
        """Give the first hour from which a subscription's rollups are all there."""
        return self.kept_from.get(subscription, self.before)


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One commit: log files that came in, data files added and removed, all at once."""

    format: str = "mithaq/commit/v1"
    run: str
    files: list[CommittedFile] = []
    add: list[DataFile] = []
    remove: list[str] = []
    event_ids: str | None = None
    """Path of the event-id hashes that this commit counted, while its run is unfinished."""
    forgotten: Forgotten | None = None
    """Where the commit removes what is older than its retention: what is gone from then on."""


@dataclass
class LakeState:
    """What all commits add up to."""

    number: int = 0
    """Number of the last commit; 0 before the first."""
    files: dict[str, CommittedFile] = field(default_factory=dict)
    data: dict[str, DataFile] = field(default_factory=dict)
    event_ids: dict[str, list[str]] = field(default_factory=dict)
    """Run → paths of its event-id hashes."""
    forgotten: Forgotten | None = None
    forgotten_by: str = ""
    """The run that removed what is gone."""

    def apply(self, commit: Commit) -> None:
        """Add the next commit."""
        self.number += 1
        self.files.update((entry.sha256, entry) for entry in commit.files)
        for path in commit.remove:
            del self.data[path]
        self.data.update((entry.path, entry) for entry in commit.add)
        if commit.event_ids is not None:
            self.event_ids.setdefault(commit.run, []).append(commit.event_ids)
        if commit.forgotten is not None:
            self.forgotten, self.forgotten_by = commit.forgotten, commit.run

    def paths(self, table: Table) -> list[str]:
        """Paths of a table's data files, sorted."""
        return sorted(entry.path for entry in self.data.values() if entry.table == table.value)


@contextmanager
def writing_lake() -> Iterator[None]:
    """Turn the operating system's refusals into LakeWriteFailed, each with its remedy."""
    remedies = {
        errno.ENOSPC: "The disk is full: make room and run the same command again; nothing is half-written.",
        errno.EDQUOT: "The disk quota is used up: make room and run the same command again.",
        errno.EFBIG: "The file-size limit was reached: raise it and run the same command again.",
        errno.EACCES: "Run it as a user who may write there, or name another lake.",
        errno.EPERM: "Run it as a user who may write there, or name another lake.",
        errno.EROFS: "The file system is read-only: name another lake.",
    }
    try:
        yield
    except OSError as error:
        again = "Mend that and run the same command again; nothing is half-written."
        hint = remedies.get(error.errno or 0, again)
        reason = error.strerror or "the write failed"
        raise LakeWriteFailed(f"the lake could not be written: {reason}", hint=hint) from error


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and force it to the disk."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(path: Path) -> None:
    """Force a folder's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class CommitLog:
    """The commits of one lake."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = root / "commits"

    @classmethod
    def open(cls, root: Path, *, key_id: str | None = None) -> CommitLog:
        """Open an existing lake; raises BadLake, and WrongKey if a key id is given that is not the lake's."""
        path = root / "lake.json"
        try:
            document = msgspec.json.decode(path.read_bytes(), type=_LakeFile)
        except FileNotFoundError as error:
            raise BadLake(
                "there is no lake here",
                file=str(root),
                hint="Make one with `mithaq ingest SOURCE PATH --lake DIR`.",
            ) from error
        except (OSError, msgspec.DecodeError) as error:
            raise BadLake(
                "lake.json cannot be read", file=str(path), hint="Restore it from a backup."
            ) from error
        if document.format != _FORMAT:
            raise BadLake(
                f"this lake has the unknown format {document.format!r}",
                file=str(path),
                hint="Use the version of Mithaq that made it, or a newer one.",
            )
        if key_id is not None and document.key_id != key_id:
            raise WrongKey(
                "this is not the key of this lake",
                file=str(root),
                hint="Name the right one with --key or MITHAQ_KEY_FILE; another key gives other pseudonyms.",
            )
        return cls(root)

    @classmethod
    def open_or_make(cls, root: Path, *, key_id: str, unlock_public: bytes, nonce: str) -> CommitLog:
        """Open a lake, or make one in a folder that is missing or empty."""
        with writing_lake():
            if not (root / "lake.json").exists():
                _make(root, key_id, unlock_public, nonce)
        log = cls.open(root, key_id=key_id)
        with writing_lake():
            for name in ("commits", "runs"):
                (root / name).mkdir(exist_ok=True)
        return log

    def state(self, known: LakeState | None = None) -> LakeState:
        """Add up all commits, going on from a known state; raises BadLake when one is damaged."""
        state = known or LakeState()
        while True:
            path = self._path(state.number + 1)
            try:
                raw = path.read_bytes()
            except FileNotFoundError:
                return state
            except OSError as error:
                raise BadLake(
                    f"a commit cannot be read: {error.strerror}",
                    file=str(path),
                    hint="Run it as a user who may read the lake.",
                ) from error
            try:
                state.apply(msgspec.json.decode(raw, type=Commit))
            except (msgspec.DecodeError, KeyError) as error:
                raise BadLake(
                    "a commit is damaged", file=str(path), hint="Restore the lake from a backup."
                ) from error

    def commit(
        self, state: LakeState, propose: Callable[[LakeState], Commit | None], *, nonce: str
    ) -> Commit | None:
        """Commit what `propose` makes of the present state; None if it has nothing to say any more.

        `propose` is asked again whenever another process was quicker, with the state brought up to date.
        """
        temporary = self._folder / f".{nonce}"
        with writing_lake():
            while True:
                self.state(state)
                commit = propose(state)
                if commit is None:
                    return None
                write_durably(temporary, compact(msgspec.to_builtins(commit)) + b"\n")
                try:
                    os.link(temporary, self._path(state.number + 1))
                except FileExistsError:
                    continue
                finally:
                    temporary.unlink()
                sync_folder(self._folder)
                state.apply(commit)
                return commit

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:010d}.json"


def is_lake(root: Path) -> bool:
    """Whether a lake has been made here, as far as one can see."""
    try:
        return (root / "lake.json").is_file()
    except OSError:
        return False


def _make(root: Path, key_id: str, unlock_public: bytes, nonce: str) -> None:
    if root.exists() and (not root.is_dir() or any(path.name[:1] != "." for path in root.iterdir())):
        if is_lake(root):
            return  # another first ingest has made it since this one looked
        raise BadLake(
            "this folder is not a lake and not empty", file=str(root), hint="Name an empty or a new folder."
        )
    root.mkdir(parents=True, exist_ok=True)
    document = {"format": _FORMAT, "key_id": key_id, "unlock_public": unlock_public.hex()}
    temporary = root / f".lake.{nonce}"
    write_durably(temporary, pretty(document).encode())
    # Another first ingest may be quicker, and even have swept up; its key is checked by who opens the lake.
    with suppress(FileExistsError, FileNotFoundError):
        os.link(temporary, root / "lake.json")
    temporary.unlink(missing_ok=True)
    sync_folder(root)


def still_live(state: LakeState, paths: Sequence[str]) -> bool:
    """Whether all these data files still count, as a commit that replaces them must ask."""
    return all(path in state.data for path in paths)


def totals(files: Sequence[CommittedFile]) -> Mapping[str, Any]:
    """Add up committed files: events, kept, excluded and dropped by reason, bytes, first and last second."""
    excluded: dict[str, int] = {}
    dropped: dict[str, int] = {}
    for entry in files:
        for target, counts in ((excluded, entry.excluded), (dropped, entry.dropped)):
            for reason, count in counts.items():
                target[reason] = target.get(reason, 0) + count
    return {
        "events": sum(entry.events for entry in files),
        "kept": sum(entry.kept for entry in files),
        "excluded": dict(sorted(excluded.items())),
        "dropped": dict(sorted(dropped.items())),
        "bytes": sum(entry.bytes for entry in files),
        "first": min((entry.first for entry in files if entry.first is not None), default=None),
        "last": max((entry.last for entry in files if entry.last is not None), default=None),
    }
