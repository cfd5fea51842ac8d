"""Reading a lake: its tables as Ibis expressions, and the files that it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import ibis

from mithaq.telemetry.lake.commits import CommitLog, CommittedFile, LakeState
from mithaq.telemetry.lake.engine import data_table, new_connection
from mithaq.telemetry.lake.lifecycle import histograms, lives
from mithaq.telemetry.lake.presence import Presence
from mithaq.telemetry.lake.schema import Table


class LakeReader:
    """A lake as it stood when it was opened; later commits do not show, and delete nothing that it reads."""

    def __init__(self, log: CommitLog) -> None:
        self._presence = Presence(log.root)
        self._root = log.root
        self._state: LakeState = log.state()
        self._connection = new_connection()
        self._tables: dict[Table, ibis.Table] = {}

    @classmethod
    def open(cls, root: Path, *, key_id: str | None = None) -> LakeReader:
        """Open a lake; raises BadLake, and WrongKey when a key id is given that is not the lake's."""
        return cls(CommitLog.open(root, key_id=key_id))

    def table(self, table: Table, /) -> ibis.Table:
        """Give a table of partial rollups; LIFECYCLE includes lives that are still in their window."""
        if table not in self._tables:
            rows = data_table(self._connection, self._root, table, self._state.paths(table))
            if table is Table.LIFECYCLE:
                rows = rows.union(histograms(lives(self.table(Table.SAMPLES))))
            self._tables[table] = rows
        return self._tables[table]

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
