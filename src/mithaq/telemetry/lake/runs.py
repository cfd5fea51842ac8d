"""A running ingest: its data files, its lock, and what an interrupted one left behind.

A run holds a lock on its folder for as long as its process lives, whatever ends it. A run folder whose lock
is free belongs to an interrupted run: its uncommitted data files are deleted, and the event ids that it
had already counted are taken over, so that going on counts as one run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from mithaq.telemetry.lake.commits import CommitLog, DataFile, LakeState, sync_folder, writing_lake
from mithaq.telemetry.lake.presence import Presence
from mithaq.telemetry.lake.schema import SCHEMAS, Table

_ROW_GROUP: Final = 65_536

_ROW_GROUPS: Final = {Table.ACTIVITY: 8_192, Table.RESIDUES: 1_024}
"""Rows with lists are wide: a reader that wants one subscription must not unpack megabytes of others'."""


def read_column(path: Path, name: str) -> pa.ChunkedArray:
    """Give one column of a data file.

    `pyarrow.parquet.read_table` would do too, but brings in its data sets and pandas: a third of a second.
    """
    with pq.ParquetFile(path) as file:
        return file.read(columns=[name])[name]


class Run:
    """One ingest into one lake, from `Run.begin` to `end`."""

    def __init__(
        self, log: CommitLog, name: str, presence: Presence, lock: int, inherited: list[str]
    ) -> None:
        self.log = log
        self.name = name
        self._presence = presence
        self._lock = lock
        self._inherited = inherited
        """Names of interrupted runs that this one continues."""
        self._count = 0
        self._folder = log.root / "runs" / name
        self._writer = ThreadPoolExecutor(1)
        self._behind: list[Future[list[DataFile]]] = []

    @classmethod
    def begin(cls, log: CommitLog, name: str, *, ingests: bool = True) -> Run:
        """Register a run; one that ingests takes over what interrupted ones left."""
        with writing_lake():
            presence = Presence(log.root)
            runs = log.root / "runs"
            hidden = runs / f".{name}"
            hidden.mkdir(parents=True)
            lock = os.open(hidden / "lock", os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Others see the run only now that it is locked: before, it would look like an interrupted one.
            hidden.rename(runs / name)
            return cls(log, name, presence, lock, _interrupted(log, besides=name) if ingests else [])

    def inherited_event_ids(self, state: LakeState) -> npt.NDArray[np.uint64]:
        """Event-id hashes that interrupted runs had already counted."""
        paths = [path for run in self._inherited for path in state.event_ids.get(run, [])]
        found = [np.empty(0, np.uint64)]
        for path in paths:
            with suppress(FileNotFoundError):  # another run that continued the same one has ended
                found.append(np.load(self.log.root / path))
        return np.concatenate(found)

    def write(self, tables: Mapping[Table, pa.Table]) -> list[DataFile]:
        """Write tables as data files of this run; they count only once a commit adds them."""
        self._count += 1
        written = []
        with writing_lake():
            for table, rows in tables.items():
                folder = self.log.root / table.value
                folder.mkdir(exist_ok=True)
                path = folder / f"{self.name}-{self._count:06d}.parquet"
                with path.open("wb") as stream:
                    _write_parquet(table, rows, stream)
                    stream.flush()
                    os.fsync(stream.fileno())
                sync_folder(folder)
                relative = path.relative_to(self.log.root).as_posix()
                written.append(DataFile(table.value, relative, rows.num_rows))
        return written

    def write_batches(self, table: Table, batches: Iterable[pa.Table]) -> DataFile | None:
        """Write rows as one data file of this run as they come; None if there are none."""
        self._count += 1
        rows = 0
        with writing_lake():
            folder = self.log.root / table.value
            path = folder / f"{self.name}-{self._count:06d}.parquet"
            with path.open("wb") as stream:
                with pq.ParquetWriter(stream, SCHEMAS[table], **_options(SCHEMAS[table])) as writer:
                    for some in batches:
                        writer.write_table(some, row_group_size=_ROW_GROUPS.get(table, _ROW_GROUP))
                        rows += some.num_rows
                stream.flush()
                os.fsync(stream.fileno())
            if not rows:
                path.unlink()
                return None
            sync_folder(folder)
            return DataFile(table.value, path.relative_to(self.log.root).as_posix(), rows)

    def write_behind(self, tables: Mapping[Table, pa.Table]) -> None:
        """Begin to write tables on a second thread, once the ones before are written; see `written_behind`.

        Raises what went wrong with the ones before.
        """
        for writing in self._behind:
            writing.result()
        self._behind.append(self._writer.submit(self.write, tables))

    def written_behind(self) -> list[DataFile]:
        """Wait for the tables that were begun since the last call, and give their data files."""
        behind, self._behind = self._behind, []
        return [entry for writing in behind for entry in writing.result()]

    def write_event_ids(self, hashes: npt.NDArray[np.uint64]) -> str:
        """Keep counted event ids until the run ends; returns their path below the lake."""
        with writing_lake():
            path = self._folder / f"event-ids-{self._count:06d}.npy"
            with path.open("wb") as stream:
                np.save(stream, hashes)
                stream.flush()
                os.fsync(stream.fileno())
            return path.relative_to(self.log.root).as_posix()

    def discard(self, files: list[DataFile]) -> None:
        """Delete data files that no commit will add."""
        for entry in files:
            (self.log.root / entry.path).unlink(missing_ok=True)

    def end(self) -> None:
        """Leave the lake: the run's own folder and those it continued are no longer needed.

        Whoever is the last to leave deletes the data files that no longer count. Until then they stay, as
        others may still be reading them.
        """
        for name in (*self._inherited, self.name):
            shutil.rmtree(self.log.root / "runs" / name, ignore_errors=True)
        self._writer.shutdown()
        os.close(self._lock)
        if self._presence.alone():
            with writing_lake():
                _sweep(self.log)
        self._presence.leave()

    def abandon(self) -> None:
        """Let go without tidying up, as a killed process would; the next run takes over."""
        self._writer.shutdown(cancel_futures=True)
        os.close(self._lock)
        self._presence.leave()


def _write_parquet(table: Table, rows: pa.Table, stream: BinaryIO) -> None:
    """Write one data file."""
    options = _options(rows.schema)
    pq.write_table(rows, stream, row_group_size=_ROW_GROUPS.get(table, _ROW_GROUP), **options)


def _options(schema: pa.Schema) -> dict[str, Any]:
    """Give how columns are written. Lists get neither dictionary nor statistics: costly, and no help."""
    plain = [field.name for field in schema if not pa.types.is_list(field.type)]
    return {"compression": "zstd", "use_dictionary": plain, "write_statistics": plain}


def _interrupted(log: CommitLog, *, besides: str) -> list[str]:
    """Find runs whose process is gone, and delete data files of theirs that were never committed."""
    dead = []
    for folder in sorted((log.root / "runs").iterdir()):
        if folder.name == besides or folder.name.startswith("."):
            continue
        try:
            descriptor = os.open(folder / "lock", os.O_RDWR)
        except FileNotFoundError:
            continue  # it has just ended
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)
        dead.append(folder.name)
    committed = log.state().data
    for name in dead:
        (log.root / "commits" / f".{name}").unlink(missing_ok=True)
        for path in log.root.glob(f"*/{name}-*.parquet"):
            if path.relative_to(log.root).as_posix() not in committed:
                path.unlink(missing_ok=True)
    return dead


def _sweep(log: CommitLog) -> None:
    """Delete data files that do not count, and scraps of processes that were killed; nobody else is here."""
    counting = log.state().data
    for table in Table:
        for path in log.root.glob(f"{table.value}/*.parquet"):
            if path.relative_to(log.root).as_posix() not in counting:
                path.unlink()
    for scrap in (*log.root.glob(".lake.*"), *(log.root / "commits").glob(".*")):
        scrap.unlink()
    for folder in (log.root / "runs").iterdir():
        if folder.name.startswith(".") or not (folder / "lock").exists():
            shutil.rmtree(folder, ignore_errors=True)
