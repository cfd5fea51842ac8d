"""Read lag: what share of objects is read, and how long after creation the first reading comes.

Unit: share of followed objects; log2 seconds. Voicemail is heard within hours, machine processing follows
within seconds, archives are not read. It cannot show who reads or why. Absent until objects' windows have
passed. Source: lives of a keyed sample of objects (1 in 64), kept as histograms.
"""

from __future__ import annotations

from mithaq.evidence.indicators.base import cumulative, histogram_quantile
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake.schema import BINS_PER_DOUBLING


def lives(tables: Tables, measure: str, name: str) -> ibis.Table:
    """Followed objects, the share with the measure, and its quantiles in log2 seconds.

    Columns: STREAM, `{name}_followed`, `{name}_share`, `{name}_median`, `{name}_inner`.
    """
    rows = tables.lifecycle
    summed = rows.group_by([*STREAM, "measure", "bin"]).aggregate(objects=rows.objects.sum())
    created = summed.filter(summed.measure == "created")
    followed = created.group_by(list(STREAM)).aggregate(followed=created.objects.sum())
    some = summed.filter((summed.measure == measure) & (summed.objects > 0))
    binned = cumulative(some.select(*STREAM, "objects", bin=some.bin.cast("int64")))
    seen = binned.group_by(list(STREAM)).aggregate(
        seen=binned.objects.sum(),
        q25=histogram_quantile(binned, 0.25),
        q50=histogram_quantile(binned, 0.50),
        q75=histogram_quantile(binned, 0.75),
    )
    both = followed.left_join(seen, list(STREAM))
    share = both.seen.fill_null(0) / both.followed.cast("float64").nullif(0.0)
    return both.select(
        *STREAM,
        **{
            f"{name}_followed": both.followed,
            f"{name}_share": share,
            f"{name}_median": both.q50 / BINS_PER_DOUBLING,
            f"{name}_inner": (both.q75 - both.q25) / BINS_PER_DOUBLING,
        },
    )


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, read_followed, read_share, read_median, read_inner (null where nothing was read)."""
    return lives(tables, "read-lag", "read")
