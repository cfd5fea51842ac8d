"""Merging many small data files into one, so that a lake stays quick to read."""

from __future__ import annotations

from typing import Final

from mithaq.telemetry.lake.commits import Commit, DataFile, LakeState, still_live
from mithaq.telemetry.lake.engine import data_table, new_connection
from mithaq.telemetry.lake.runs import Run
from mithaq.telemetry.lake.schema import SCHEMAS, Table

_MANY_FILES: Final = 48
"""Data files of one table above which a run merges them."""

_ORDER: Final = ("subscription", "source", "bucket", "shape", "hour", "day")

_MANY_ROWS: Final = 20_000_000
"""Rows above which a data file is large enough to be left alone."""


def compact_lake(run: Run) -> None:
    """Merge a table's data files when there are many; rows stay as they are, sorted for readers to skip."""
    state = run.log.state()
    for table in Table:
        entries = [entry for entry in state.data.values() if entry.table == table.value]
        paths = sorted(entry.path for entry in entries if entry.rows < _MANY_ROWS)
        if len(paths) <= _MANY_FILES:
            continue
        schema = SCHEMAS[table]
        rows = data_table(new_connection(), run.log.root, table, paths)
        order = [name for name in _ORDER if name in schema.names]
        written = run.write({table: rows.order_by(order).to_pyarrow().cast(schema)})

        def propose(
            now: LakeState, paths: list[str] = paths, written: list[DataFile] = written
        ) -> Commit | None:
            return Commit(run=run.name, add=written, remove=paths) if still_live(now, paths) else None

        if run.log.commit(state, propose, nonce=run.name) is None:
            run.discard(written)
