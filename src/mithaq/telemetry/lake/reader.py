"""Reading a lake: rows of its tables, and the files that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from pathlib import Path

import duckdb
import pyarrow as pa

from mithaq.telemetry.lake.commits import CommitLog, CommittedFile, LakeState
from mithaq.telemetry.lake.engine import new_engine
from mithaq.telemetry.lake.lifecycle import SAMPLES, open_lives
from mithaq.telemetry.lake.presence import Presence
from mithaq.telemetry.lake.schema import SCHEMAS, TIME_OF, Table, in_types_of


class LakeReader:
    """A lake as it stood when it was opened; later commits do not show, and delete nothing that it reads."""

    def __init__(self, log: CommitLog) -> None:
        self._presence = Presence(log.root)
        self._root = log.root
        self._state: LakeState = log.state()
        self._engine = new_engine()

    @classmethod
    def open(cls, root: Path, *, key_id: str | None = None) -> LakeReader:
        """Open a lake; raises BadLake, and WrongKey when a key id is given that is not the lake's."""
        return cls(CommitLog.open(root, key_id=key_id))

    def rows(
        self, table: Table, subscriptions: Sequence[str] | None = None, span: range | None = None, /
    ) -> pa.Table:
        """Give partial rollups; LIFECYCLE includes lives that are still in their window.

        Only those of `subscriptions` and within `span`, if they are given: hours since the epoch for ACTIVITY
        and COVERAGE, days since the epoch for the others.
        """
        found = [self._stored(table, subscriptions)] if self._state.paths(table) else []
        if table is Table.LIFECYCLE and self._state.paths(Table.SAMPLES):
            self._stored(Table.SAMPLES, subscriptions).create_view(SAMPLES, replace=True)
            found.append(self._engine.sql(open_lives().sql))
        if not found:
            return SCHEMAS[table].empty_table()
        whole = reduce(duckdb.DuckDBPyRelation.union, found)
        if span is not None:
            first, last = map(duckdb.ConstantExpression, (span.start, span.stop - 1))
            whole = whole.filter(duckdb.ColumnExpression(TIME_OF[table]).between(first, last))
        return in_types_of(SCHEMAS[table], whole.to_arrow_table())

    def _stored(self, table: Table, subscriptions: Sequence[str] | None) -> duckdb.DuckDBPyRelation:
        """Give a table's data files as a relation; there is at least one."""
        paths = [str(self._root / path) for path in self._state.paths(table)]
        rows = self._engine.read_parquet(paths, hive_partitioning=False).select(*SCHEMAS[table].names)
        if subscriptions is None:
            return rows
        if not subscriptions:
            return rows.limit(0)
        names = map(duckdb.ConstantExpression, subscriptions)
        return rows.filter(duckdb.ColumnExpression("subscription").isin(*names))

    def holds(self, subscriptions: Sequence[str], /) -> bool:
        """Whether there is any activity of these at all."""
        if not self._state.paths(Table.ACTIVITY):
            return False
        return bool(self._stored(Table.ACTIVITY, subscriptions).limit(1).fetchall())

    def first_hour(self, subscriptions: Iterable[str]) -> int | None:
        """Give the first hour from which rollups of all of these are there; None if none were removed."""
        forgotten = self._state.forgotten
        if forgotten is None:
            return None
        return max(map(forgotten.first_hour, subscriptions), default=forgotten.before)

    def inputs(self, start_hour: int, end_hour: int) -> list[CommittedFile]:
        """List committed log files with events from start_hour to before end_hour (since the epoch)."""
        found = [
            entry
            for entry in self._state.files.values()
            if entry.first is not None
            and entry.last is not None
            and entry.first // 3600 < end_hour
            and entry.last // 3600 >= start_hour
        ]
        return sorted(found, key=lambda entry: (entry.source, entry.sha256))
