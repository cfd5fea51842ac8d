"""From the lives of sampled objects to histograms."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake import schema
from mithaq.telemetry.lake.schema import BINS_PER_DOUBLING, SCHEMAS, Table
from mithaq.telemetry.plans import KeptPlans, Plan

WINDOW_DAYS: Final = 35
"""Days after its creation that a sampled object is followed: five whole weeks, more than a month."""

SAMPLES: Final = "samples"
"""Name of the table of which `open_lives` speaks."""

KEPT: Final = KeptPlans(
    Path(__file__).with_name("plans.json"), lambda: (Path(__file__), Path(schema.__file__))
)

DAY: Final = 86_400
"""Seconds."""

STREAM: Final = ("source", "subscription", "bucket", "shape")
"""What a stream is told apart by in the lake."""


def lives(samples: ibis.Table) -> ibis.Table:
    """One row per sampled object whose creation was seen, with its first read and deletion after that.

    Only what happens within the window counts, so that a life says the same whether its logs were ingested
    at once or week by week. Columns: the stream's, `object`, `created`, `read`, `deleted` (seconds since the
    epoch, null if not seen).
    """
    keys = [*STREAM, "object"]
    born = samples.filter(samples.event == "create").group_by(keys).aggregate(created=samples.time.min())
    later = samples.filter(samples.event != "create").inner_join(born, keys)
    age = later.time - later.created
    later = later.filter((age >= 0) & (age < WINDOW_DAYS * DAY))
    seen = later.group_by(keys).aggregate(
        read=later.time.min(where=later.event == "read"),
        deleted=later.time.min(where=later.event == "delete"),
    )
    joined = born.left_join(seen, keys)
    return joined.select(*keys, "created", "read", "deleted")


def histograms(living: ibis.Table) -> ibis.Table:
    """Histogram rows of the LIFECYCLE table from lives."""
    first_day = (living.created // DAY).cast("int32")
    base = living.mutate(day=first_day)

    def measured(measure: str, seconds: ibis.Value, known: ibis.Value) -> ibis.Table:
        rows = base.filter(known)
        lag = (seconds + 1).cast("float64")
        binned = rows.mutate(
            measure=ibis.literal(measure), bin=(lag.log2() * BINS_PER_DOUBLING).floor().cast("int16")
        )
        return binned.group_by([*STREAM, "day", "measure", "bin"]).aggregate(objects=binned.count())

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
