"""From the lives of sampled objects to histograms, and the end of the lives once their window has passed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake import schema
from mithaq.telemetry.lake.commits import Commit, LakeState, still_live
from mithaq.telemetry.lake.engine import data_table, new_connection
from mithaq.telemetry.lake.runs import Run, read_column
from mithaq.telemetry.lake.schema import BINS_PER_DOUBLING, SCHEMAS, Table
from mithaq.telemetry.plans import KeptPlans, Plan

WINDOW_DAYS: Final = 35
"""Days after its creation that a sampled object is followed: five whole weeks, more than a month."""

SAMPLES: Final = "samples"
"""Name of the table of which `open_lives` speaks."""

KEPT: Final = KeptPlans(
    Path(__file__).with_name("plans.json"), lambda: (Path(__file__), Path(schema.__file__))
)

_DAY: Final = 86_400
_STREAM: Final = ("source", "subscription", "bucket", "shape")


def lives(samples: ibis.Table) -> ibis.Table:
    """One row per sampled object whose creation was seen, with its first read and deletion after that.

    Only what happens within the window counts, so that a life says the same whether its logs were ingested
    at once or week by week. Columns: the stream's, `object`, `created`, `read`, `deleted` (seconds since the
    epoch, null if not seen).
    """
    keys = [*_STREAM, "object"]
    born = samples.filter(samples.event == "create").group_by(keys).aggregate(created=samples.time.min())
    later = samples.filter(samples.event != "create").inner_join(born, keys)
    age = later.time - later.created
    later = later.filter((age >= 0) & (age < WINDOW_DAYS * _DAY))
    seen = later.group_by(keys).aggregate(
        read=later.time.min(where=later.event == "read"),
        deleted=later.time.min(where=later.event == "delete"),
    )
    joined = born.left_join(seen, keys)
    return joined.select(*keys, "created", "read", "deleted")


def histograms(living: ibis.Table) -> ibis.Table:
    """Histogram rows of the LIFECYCLE table from lives."""
    first_day = (living.created // _DAY).cast("int32")
    base = living.mutate(day=first_day)

    def measured(measure: str, seconds: ibis.Value, known: ibis.Value) -> ibis.Table:
        rows = base.filter(known)
        lag = (seconds + 1).cast("float64")
        binned = rows.mutate(
            measure=ibis.literal(measure), bin=(lag.log2() * BINS_PER_DOUBLING).floor().cast("int16")
        )
        return binned.group_by([*_STREAM, "day", "measure", "bin"]).aggregate(objects=binned.count())

    zero = base.created - base.created
    return (
        measured("created", zero, base.created.notnull())
        .union(measured("read-lag", base["read"] - base.created, base["read"].notnull()))
        .union(measured("deletion-age", base.deleted - base.created, base.deleted.notnull()))
        .select(*SCHEMAS[Table.LIFECYCLE].names)
    )


def open_lives() -> Plan:
    """Give the compiled histograms of the lives in the table `SAMPLES`, as the engine then has it."""
    return KEPT.plan(SAMPLES, open_histograms)


def open_histograms() -> ibis.Table:
    """Give the expression of `open_lives`."""
    return histograms(lives(ibis.table(ibis.schema(SCHEMAS[Table.SAMPLES]), name=SAMPLES)))


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
    horizon = latest - WINDOW_DAYS * _DAY
    if not any(_begins_before(run.log.root / path, horizon) for path in paths):
        return
    samples = data_table(new_connection(), run.log.root, Table.SAMPLES, paths)
    living = lives(samples)
    settled = living.filter(living.created < horizon)
    closed = histograms(settled).to_pyarrow().cast(SCHEMAS[Table.LIFECYCLE])
    keys = [*_STREAM, "object"]
    # What remains: objects still in their window, and events without a creation while one may yet be read.
    others = samples.anti_join(settled, keys)
    remaining = others.filter(others.time >= horizon).to_pyarrow().cast(SCHEMAS[Table.SAMPLES])
    tables: dict[Table, pa.Table] = {Table.LIFECYCLE: closed, Table.SAMPLES: remaining}
    written = run.write({table: rows for table, rows in tables.items() if rows.num_rows})

    def propose(now: LakeState) -> Commit | None:
        return Commit(run=run.name, add=written, remove=paths) if still_live(now, paths) else None

    if run.log.commit(state, propose, nonce=run.name) is None:
        run.discard(written)
