"""Removing rollups that are older than their retention, in one commit, and saying in it what is gone.

A commit removes the data files that hold such rows and adds what stays of them, of all tables at once; it
also says up to which hour rollups are gone and of whom they were kept. `coverage` stays: it names nobody, and
a reader cuts it to what is still there, so that what was removed never looks like silence. A sealed native id
goes with the last activity of its pseudonym unless a case holds on to it: nothing is left to unlock it for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mithaq.telemetry.lake.commits import Commit, CommitLog, DataFile, Forgotten, LakeState, still_live
from mithaq.telemetry.lake.lifecycle import WINDOW_DAYS
from mithaq.telemetry.lake.runs import Run
from mithaq.telemetry.lake.schema import SCHEMAS, Table

HOURS_PER_DAY: Final = 24
LEAST_DAYS: Final = 2 * WINDOW_DAYS
"""Less is never kept: the watch over what leaves looks back four weeks, the lives of objects 35 days."""

_SECONDS: Final = 86_400
_TIMES: Final = {
    Table.ACTIVITY: ("hour", HOURS_PER_DAY),
    Table.SIZES: ("day", 1),
    Table.RESIDUES: ("day", 1),
    Table.DISTINCT: ("day", 1),
    Table.LIFECYCLE: ("day", 1),
    Table.SAMPLES: ("time", _SECONDS),
}
"""The tables whose rows grow old: the column that says when, and how many of its units a day has."""

_ROWS_AT_ONCE: Final = 65_536


@dataclass(frozen=True, slots=True)
class Bounds:
    """What stays: everything from the hour `before` on, and of pinned pseudonyms from an earlier hour on.

    Hours since the epoch, each the first of a day: daily rows cannot be cut in the middle.
    """

    before: int
    pinned: Mapping[str, int]
    held: frozenset[str] = frozenset()
    """Pseudonyms with any pin at all: their sealed ids stay, whatever of theirs has gone."""

    @classmethod
    def of(cls, before: int, pinned: Mapping[str, int]) -> Bounds:
        """Round down to whole days; pins that keep nothing longer keep the sealed id alone."""
        day = before - before % HOURS_PER_DAY
        earlier = {name: hour - hour % HOURS_PER_DAY for name, hour in pinned.items() if hour < day}
        return cls(day, earlier, frozenset(pinned))

    def after(self, state: LakeState) -> Forgotten:
        """Say what is gone once this was removed too: what is gone stays gone, whatever is pinned later."""
        before = max(self.before, state.forgotten.before if state.forgotten else 0)
        kept = {
            name: max(hour, state.forgotten.first_hour(name) if state.forgotten else hour)
            for name, hour in self.pinned.items()
        }
        return Forgotten(before, {name: hour for name, hour in sorted(kept.items()) if hour < before})


@dataclass(slots=True)
class Removed:
    """Rows that are, or would be, removed and kept, by table; and in how many data files they lay."""

    removed: dict[str, int] = field(default_factory=dict)
    kept_pinned: int = 0
    """Rows that only a pin keeps."""
    files: int = 0
    staying: set[str] = field(default_factory=set)
    """Pseudonyms of which activity stays, in the data files that had old rows among them."""

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.removed.values())


Advance: TypeAlias = Callable[[int], None]
"""Told how many rows more were looked at."""


def nobody(rows: int) -> None:
    """Tell nobody."""
    del rows


def rows_ahead(log: CommitLog, bounds: Bounds) -> int:
    """Give how many rows the data files hold that have old ones among them."""
    return sum(entry.rows for _table, entry in _with_old_rows(log.root, log.state(), bounds))


def look(log: CommitLog, bounds: Bounds, advance: Advance = nobody) -> Removed:
    """Say what would be removed, and remove nothing; raises BadLake."""
    found, state, old = Removed(), log.state(), set[str]()
    for table, entry in _with_old_rows(log.root, state, bounds):
        old.add(entry.path)
        columns = [_TIMES[table][0], "subscription"]
        for _some in _staying(log.root, table, entry, bounds, found, advance, columns):
            pass
    for _some in _still_named(log.root, state, _active(log.root, state, old, found) | bounds.held, found):
        pass
    return found


@dataclass(frozen=True, slots=True)
class SealedIds:
    """The data files of sealed ids, and what stands in their place once those that nobody needs are gone."""

    gone: tuple[str, ...] = ()
    written: tuple[DataFile, ...] = ()
    read: frozenset[str] = frozenset()
    """The data files of activity that were asked who is still needed."""

    def may_go(self, now: LakeState) -> bool:
        """Whether they are as they were, and no activity came in that might need one of them."""
        return still_live(now, self.gone) and self.read.issuperset(now.paths(Table.ACTIVITY))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is written and waits for its commit."""

    run: Run
    bounds: Bounds
    state: LakeState
    found: Removed
    gone: tuple[str, ...]
    written: tuple[DataFile, ...]
    sealed: SealedIds

    def commit(self) -> bool:
        """Let it count, all at once; False if another commit was in the way, and nothing has changed.

        Sealed ids stay until the next removal if an ingest has come between: a lake that is fed without
        end would otherwise never be rid of anything.
        """
        nameless = SealedIds()

        def propose(now: LakeState) -> Commit | None:
            nonlocal nameless
            if not still_live(now, self.gone):
                return None
            nameless = self.sealed if self.sealed.may_go(now) else SealedIds()
            return Commit(
                run=self.run.name,
                add=[*self.written, *nameless.written],
                remove=[*self.gone, *nameless.gone],
                forgotten=self.bounds.after(now),
            )

        if self.run.log.commit(self.state, propose, nonce=self.run.name) is None:
            return False
        if nameless is not self.sealed:
            self.run.discard([*self.sealed.written])
            self.found.removed.pop(Table.SEALED.value, None)
        return True

    def discard(self) -> None:
        """Delete what was written and will not count."""
        self.run.discard([*self.written, *self.sealed.written])


def prepare(run: Run, bounds: Bounds, advance: Advance = nobody) -> Prepared:
    """Write what stays of every data file that holds old rows; raises BadLake, LakeWriteFailed."""
    state, found = run.log.state(), Removed()
    looked_at: set[str] = set()
    gone: list[str] = []
    written: list[DataFile] = []
    for table, entry in _with_old_rows(run.log.root, state, bounds):
        looked_at.add(entry.path)
        before = found.rows
        stays = run.write_batches(table, _staying(run.log.root, table, entry, bounds, found, advance))
        if found.rows == before and stays is not None:
            run.discard([stays])  # all of its old rows are pinned
            continue
        gone.append(entry.path)
        written += [] if stays is None else [stays]
    sealed = _without_nameless(run, state, bounds, looked_at, found)
    return Prepared(run, bounds, state, found, tuple(gone), tuple(written), sealed)


def _without_nameless(
    run: Run, state: LakeState, bounds: Bounds, looked_at: set[str], found: Removed
) -> SealedIds:
    """Write the sealed ids that are still needed, where any is not."""
    read, old = frozenset(state.paths(Table.ACTIVITY)), tuple(state.paths(Table.SEALED))
    needed = _active(run.log.root, state, looked_at, found) | bounds.held
    stays = run.write_batches(Table.SEALED, _still_named(run.log.root, state, needed, found))
    written = () if stays is None else (stays,)
    if found.removed.get(Table.SEALED.value):
        return SealedIds(old, written, read)
    run.discard([*written])
    return SealedIds()


def _active(root: Path, state: LakeState, looked_at: set[str], found: Removed) -> set[str]:
    """Give the pseudonyms with activity that stays: every other row stems from an event that counts there."""
    active = set(found.staying)
    for path in state.paths(Table.ACTIVITY):
        if path not in looked_at:
            with pq.ParquetFile(root / path, read_dictionary=["subscription"]) as file:
                for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=["subscription"]):
                    active.update(_names(batch))
    return active


def _names(rows: pa.Table | pa.RecordBatch) -> list[str]:
    """Give whose rows these are."""
    names: list[str] = pc.cast(pc.unique(rows["subscription"]), pa.string()).to_pylist()
    return names


def _still_named(root: Path, state: LakeState, needed: set[str], found: Removed) -> Iterator[pa.Table]:
    """Give the sealed ids of these pseudonyms, a data file at a time, and count the others."""
    names = pa.array(sorted(needed), pa.string())
    for path in state.paths(Table.SEALED):
        with pq.ParquetFile(root / path) as file:
            rows = file.read()
        stays = rows.filter(pc.is_in(rows["subscription"], names))
        if removed := rows.num_rows - stays.num_rows:
            found.removed[Table.SEALED.value] = found.removed.get(Table.SEALED.value, 0) + removed
        if stays.num_rows:
            yield stays.cast(SCHEMAS[Table.SEALED])


def _with_old_rows(root: Path, state: LakeState, bounds: Bounds) -> Iterator[tuple[Table, DataFile]]:
    """Give the data files that hold rows from before the bound, as their statistics say."""
    for table, (name, units) in _TIMES.items():
        for path in state.paths(table):
            with pq.ParquetFile(root / path) as file:
                least = _earliest(file.metadata, name)
                if least is not None and least < bounds.before // HOURS_PER_DAY * units:
                    yield table, state.data[path]


def _earliest(metadata: pq.FileMetaData, name: str) -> int | None:
    """Give the least value of a column, None of no rows; a row group without statistics may hold anything."""
    least: list[int] = []
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            column = group.column(place)
            if column.path_in_schema == name:
                known = column.is_stats_set and column.statistics.has_min_max
                least.append(column.statistics.min if known else 0)
    return min(least, default=None)


def _staying(  # what is read, by which bounds, and who is told
    root: Path,
    table: Table,
    entry: DataFile,
    bounds: Bounds,
    found: Removed,
    advance: Advance,
    columns: Sequence[str] | None = None,
) -> Iterator[pa.Table]:
    """Give the rows that stay, some at a time, and count the others."""
    name, units = _TIMES[table]
    horizon = bounds.before // HOURS_PER_DAY * units
    names = pa.array([*bounds.pinned], pa.string())
    first = pa.array([hour // HOURS_PER_DAY * units for hour in bounds.pinned.values()], pa.int64())
    found.files += 1
    with pq.ParquetFile(root / entry.path) as file:
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
            time = pc.cast(batch[name], pa.int64())
            young = pc.greater_equal(time, horizon)
            pin = pc.take(first, pc.index_in(pc.cast(batch["subscription"], pa.string()), names))
            pinned = pc.fill_null(pc.greater_equal(time, pin), fill_value=False)
            stays = pc.or_(young, pinned)
            rows = pa.Table.from_batches([batch]).filter(stays)
            removed = batch.num_rows - rows.num_rows
            found.removed[table.value] = found.removed.get(table.value, 0) + removed
            found.kept_pinned += rows.num_rows - (pc.sum(young).as_py() or 0)
            advance(batch.num_rows)
            if table is Table.ACTIVITY:
                found.staying.update(_names(rows))
            if rows.num_rows:
                yield rows if columns else rows.cast(SCHEMAS[table])
