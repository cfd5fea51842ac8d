"""The end of the lives of sampled objects once their window has passed: part of an ingest."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mithaq.telemetry.lake.commits import Commit, LakeState, still_live
from mithaq.telemetry.lake.engine import data_table, new_connection
from mithaq.telemetry.lake.lifecycle import DAY, STREAM, WINDOW_DAYS, histograms, lives
from mithaq.telemetry.lake.runs import Run, read_column
from mithaq.telemetry.lake.schema import SCHEMAS, Table


def _begins_before(path: Path, horizon: int) -> bool:
    """Whether a file of samples holds one from before the horizon; asked by every ingest, so it is quick."""
    times = read_column(path, "time")
    return bool(times.length()) and pc.min(times).as_py() < horizon


def settle(run: Run) -> None:
    """Replace lives whose window has passed by histograms; other samples stay.

    The window is measured against the latest event in the lake, not the clock, so that old logs that are
    ingested in several runs are still followed. When another ingest settles at the same time, one wins.
    """
    state = run.log.state()
    paths = state.paths(Table.SAMPLES)
    if not paths:
        return
    latest = max((entry.last for entry in state.files.values() if entry.last is not None), default=0)
    horizon = latest - WINDOW_DAYS * DAY
    if not any(_begins_before(run.log.root / path, horizon) for path in paths):
        return
    samples = data_table(new_connection(), run.log.root, Table.SAMPLES, paths)
    living = lives(samples)
    settled = living.filter(living.created < horizon)
    closed = histograms(settled).to_pyarrow().cast(SCHEMAS[Table.LIFECYCLE])
    keys = [*STREAM, "object"]
    # What remains: objects still in their window, and events without a creation while one may yet be read.
    others = samples.anti_join(settled, keys)
    remaining = others.filter(others.time >= horizon).to_pyarrow().cast(SCHEMAS[Table.SAMPLES])
    tables: dict[Table, pa.Table] = {Table.LIFECYCLE: closed, Table.SAMPLES: remaining}
    written = run.write({table: rows for table, rows in tables.items() if rows.num_rows})

    def propose(now: LakeState) -> Commit | None:
        return Commit(run=run.name, add=written, remove=paths) if still_live(now, paths) else None

    if run.log.commit(state, propose, nonce=run.name) is None:
        run.discard(written)
