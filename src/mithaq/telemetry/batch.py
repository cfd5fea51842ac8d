"""What is waiting to be committed: the rollups of whole files, and of the one being read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from mithaq.telemetry.blinding import Blinder, BlindEvents
from mithaq.telemetry.event_ids import EventIds
from mithaq.telemetry.events import EXCLUDED, FATE, FATES, Fate, RawEvents
from mithaq.telemetry.lake.commits import Commit, CommittedFile, DataFile, LakeState, still_live
from mithaq.telemetry.lake.runs import Run, read_column
from mithaq.telemetry.lake.schema import SCHEMAS, Table
from mithaq.telemetry.reading import KnownFiles, LogFile, Reading
from mithaq.telemetry.rollup import Rollup

_BUFFERED_EVENTS: Final = 400_000
"""A file with up to this many kept events waits in memory for its verdict and shares a commit with others;
a longer one has its rollups to itself, so that they can be thrown away should it be rejected."""

_FILES_PER_COMMIT: Final = 1000

_HOUR: Final = 3600

_COUNTED: Final = np.isin(np.arange(len(FATES)), [FATE[Fate.KEPT], *(FATE[fate] for fate in EXCLUDED)])


@dataclass
class Tally:
    """Counts of one file: fates, and kept and excluded events per hour."""

    fates: Counter[Fate] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    first: int | None = None
    last: int | None = None

    def add(self, events: RawEvents) -> None:
        """Count raw events."""
        counts = np.bincount(events.fate, minlength=len(FATES))
        self.fates.update({fate: int(counts[number]) for number, fate in enumerate(FATES) if counts[number]})
        times = events.time[_COUNTED[events.fate] & (events.time > 0)]
        if not times.size:
            return
        first, last = int(times.min()), int(times.max())
        self.first = first if self.first is None else min(first, self.first)
        self.last = last if self.last is None else max(last, self.last)
        hours, per_hour = np.unique(times // _HOUR, return_counts=True)
        self.hours.update(dict(zip(hours.tolist(), per_hour.tolist(), strict=True)))

    @property
    def events(self) -> int:
        """All records of the file."""
        return self.fates.total()

    @property
    def dropped(self) -> dict[str, int]:
        """Unreadable records by reason."""
        left_out = {Fate.KEPT, *EXCLUDED}
        return {fate.value: count for fate, count in sorted(self.fates.items()) if fate not in left_out}

    def committed_file(self, source: str, reading: Reading) -> CommittedFile:
        """Give the file's entry for the record of commits."""
        return CommittedFile(
            source=source,
            sha256=reading.sha256,
            head=reading.head_sha256,
            bytes=reading.size,
            events=self.events,
            kept=self.fates[Fate.KEPT],
            excluded={fate.value: count for fate, count in sorted(self.fates.items()) if fate in EXCLUDED},
            dropped=self.dropped,
            first=self.first,
            last=self.last,
            packed=reading.packed_sha256,
        )


@dataclass
class _Waiting:
    log_file: LogFile
    head: bytes
    committed: CommittedFile
    hours: Counter[int]


class Batch:
    """Rollups of accepted files, and of the file being read, until they are committed together."""

    def __init__(self, source: str, run: Run, state: LakeState, blinder: Blinder, ids: EventIds) -> None:
        self.state = state
        self._source = source
        self._run = run
        self._blinder = blinder
        self._ids = ids
        self._rollup = Rollup(source, blinder)
        self._waiting: list[_Waiting] = []
        self._waiting_events = 0
        self._buffer: list[BlindEvents] = []
        self._buffered = 0
        self._alone = False
        self._sealed: set[str] = set()
        self._sealed_in: list[str] = []
        """The data files that say so: a removal may take them, and with them what this run counts on."""
        self._see_sealed()

    @property
    def full(self) -> bool:
        """Whether the accepted files should be committed before more are read."""
        many = self._waiting_events > _BUFFERED_EVENTS or len(self._waiting) >= _FILES_PER_COMMIT
        return many or self._alone or self._rollup.spilling

    @property
    def overflowing(self) -> bool:
        """Whether the file being read is too long to wait in memory beside others."""
        return self._buffered > _BUFFERED_EVENTS and not self._alone

    def add(self, events: BlindEvents) -> None:
        """Add events of the file being read."""
        if self._alone:
            self._rollup.add(events)
            if self._rollup.spilling:
                self._run.write_behind(self._rollup.tables())
                self._rollup.clear()
            return
        self._buffer.append(events)
        self._buffered += len(events)

    def let_through(self) -> None:
        """Give the file being read the rollups for itself; nothing else may be waiting."""
        self._alone = True
        buffered, self._buffer, self._buffered = self._buffer, [], 0
        for events in buffered:
            self.add(events)

    def drop_file(self) -> None:
        """Forget the file being read."""
        self._buffer, self._buffered = [], 0
        if self._alone:
            self._run.discard(self._run.written_behind())
            self._alone = False
            self._rollup.clear()

    def accept_file(self, log_file: LogFile, head: bytes, committed: CommittedFile, tally: Tally) -> None:
        """The file being read is good: it waits for the next commit."""
        for events in self._buffer:
            self._rollup.add(events)
        self._buffer, self._buffered = [], 0
        self._waiting.append(_Waiting(log_file, head, committed, tally.hours))
        self._waiting_events += committed.kept

    def commit(self) -> tuple[list[CommittedFile], list[LogFile]]:
        """Commit what is waiting; returns (committed files, files to look at again after a lost race)."""
        if not self._waiting:
            return [], []
        tables = self._rollup.tables()
        tables[Table.COVERAGE] = self._coverage()
        parts = self._run.written_behind()
        sealed = self._newly_sealed(tables, parts)
        if sealed.num_rows:
            tables[Table.SEALED] = sealed
        written = [*parts, *self._run.write(tables)]
        counted = self._ids.newly_counted()
        event_ids = self._run.write_event_ids(counted) if counted.size else None
        files = [entry.committed for entry in self._waiting]
        before = set(self.state.files)

        def propose(state: LakeState) -> Commit | None:
            arrived = (entry for sha256, entry in state.files.items() if sha256 not in before)
            if self._overtaken(arrived) or not still_live(state, self._sealed_in):
                return None
            return Commit(run=self._run.name, files=files, add=written, event_ids=event_ids)

        done = self._run.log.commit(self.state, propose, nonce=self._run.name)
        again = [] if done else [entry.log_file for entry in self._waiting]
        if done is None:
            self._run.discard(written)
            self._ids.free_uncommitted()
            self._see_sealed()
        else:
            self._ids.commit()
            self._sealed.update(sealed["subscription"].to_pylist())
            self._sealed_in += [entry.path for entry in written if entry.table == Table.SEALED]
        self._rollup.clear()
        self._waiting, self._waiting_events, self._alone = [], 0, False
        return (files, []) if done else ([], again)

    def _overtaken(self, arrived: Iterable[CommittedFile]) -> bool:
        """Whether another ingest has meanwhile committed one of these files, or the beginning of one."""
        known = KnownFiles(arrived)
        return any(
            known.lengths_with(head) or known.grown_from_short(head) or known.holds_short(head)
            for head in (entry.head for entry in self._waiting)
        )

    def _coverage(self) -> pa.Table:
        events: Counter[int] = Counter()
        files: Counter[int] = Counter()
        for entry in self._waiting:
            events.update(entry.hours)
            if entry.committed.first is not None and entry.committed.last is not None:
                files.update(range(entry.committed.first // _HOUR, entry.committed.last // _HOUR + 1))
        hours = sorted(files)
        columns = {
            "source": [self._source] * len(hours),
            "hour": hours,
            "events": [events[hour] for hour in hours],
            "files": [files[hour] for hour in hours],
        }
        return pa.table(columns, schema=SCHEMAS[Table.COVERAGE])

    def _see_sealed(self) -> None:
        """Look up which subscriptions have their ids sealed already."""
        self._sealed_in = self.state.paths(Table.SEALED)
        self._sealed = {
            name
            for path in self._sealed_in
            for name in read_column(self._run.log.root / path, "subscription").to_pylist()
        }

    def _newly_sealed(self, tables: dict[Table, pa.Table], parts: Sequence[DataFile]) -> pa.Table:
        """Sealed ids of subscriptions that this commit brings for the first time."""
        present: set[str] = set()
        if Table.ACTIVITY in tables:
            present.update(tables[Table.ACTIVITY]["subscription"].unique().to_pylist())
        for part in parts:
            if part.table == Table.ACTIVITY:
                column = read_column(self._run.log.root / part.path, "subscription")
                present.update(column.unique().to_pylist())
        fresh = sorted(present - self._sealed)
        sealed = self._blinder.sealed()
        columns = {
            "subscription": fresh,
            "epoch": [self._blinder.epoch] * len(fresh),
            "sealed": [sealed[pseudonym] for pseudonym in fresh],
        }
        return pa.table(columns, schema=SCHEMAS[Table.SEALED])
