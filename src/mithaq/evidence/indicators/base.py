"""What the indicators share: which rows count, the hourly grid, and quantiles of histograms.

Only Ibis functions whose result is the same on DuckDB and on Spark are used: sums, windows over rows,
unnesting, integer division, logarithms and the two harmonics' sine and cosine.
"""

from __future__ import annotations

from typing import Final

from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake.schema import SKETCH_REGISTERS
from mithaq.telemetry.vocabulary import Service

HOURS_PER_DAY: Final = 24
DAYS_PER_WEEK: Final = 7
WEEK_HOURS: Final = HOURS_PER_DAY * DAYS_PER_WEEK

EPOCH_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday: day number + 3, modulo 7, is 0 on Mondays."""


def storage(tables: Tables) -> ibis.Table:
    """Rows of activity on objects in buckets."""
    rows = tables.activity
    return rows.filter((rows.bucket != "") & (rows.service == Service.STORAGE.value))


def weekday(hour: ibis.Value) -> ibis.Value:
    """Day of the week of an hour number, Monday = 0, in UTC."""
    return (hour // HOURS_PER_DAY + EPOCH_WEEKDAY) % DAYS_PER_WEEK


def circular_means(profile: ibis.Table, slot: str, rate: str, period: int, width: int) -> ibis.Table:
    """Mean of `rate` over `width` consecutive slots of a cycle of `period` slots, from each slot on.

    `profile` has STREAM, `slot` (0 … period-1, all present) and `rate`. Columns: STREAM, slot, mean.
    """
    rows = profile.select(*STREAM, slot=profile[slot].cast("int64"), rate=profile[rate])
    again = rows.select(*STREAM, slot=rows.slot + period, rate=rows.rate)
    wrapped = rows.union(again)
    window = ibis.window(group_by=list(STREAM), order_by="slot", preceding=0, following=width - 1)
    means = wrapped.select(*STREAM, "slot", mean=wrapped.rate.mean().over(window))
    return means.filter(means.slot < period)


def circular_quietest(profile: ibis.Table, slot: str, rate: str, period: int, width: int) -> ibis.Table:
    """Lowest and highest of the `circular_means`. Columns: STREAM, low, high."""
    means = circular_means(profile, slot, rate, period, width)
    return means.group_by(list(STREAM)).aggregate(low=means["mean"].min(), high=means["mean"].max())


def histogram_quantile(histogram: ibis.Table, share: float) -> ibis.Value:
    """Quantile of a binned histogram, in bins, linear within the bin.

    `histogram` has STREAM, bin, objects, before (objects in lower bins) and total. To be used inside
    an aggregation by STREAM.
    """
    target = histogram.total * share
    inside = (histogram.before < target) & (histogram.before + histogram.objects >= target)
    place = histogram.bin + (target - histogram.before) / histogram.objects
    return place.max(where=inside)


def cumulative(histogram: ibis.Table) -> ibis.Table:
    """Add `before` and `total` to a histogram of STREAM, bin, objects."""
    lower = ibis.window(group_by=list(STREAM), order_by="bin", preceding=(None, 0))
    whole = ibis.window(group_by=list(STREAM))
    upto = histogram.objects.sum().over(lower)
    return histogram.mutate(before=upto - histogram.objects, total=histogram.objects.sum().over(whole))


def sketch_estimate(tables: Tables, kind: str) -> ibis.Table:
    """Distinct things of a kind per stream over the period. Columns: STREAM, distinct.

    HyperLogLog with linear counting for small numbers (Flajolet et al. 2007): standard error 6.5 %.
    """
    rows = tables.distinct.filter(tables.distinct.kind == kind)
    merged = rows.group_by([*STREAM, "register"]).aggregate(rank=rows["rank"].max())
    raised = merged.filter(merged["rank"] > 0)
    found = raised.group_by(list(STREAM)).aggregate(
        filled=raised.count(), weights=(2.0 ** (-raised["rank"].cast("float64"))).sum()
    )
    empty = SKETCH_REGISTERS - found.filled
    alpha = 0.7213 / (1 + 1.079 / SKETCH_REGISTERS)
    raw = alpha * SKETCH_REGISTERS * SKETCH_REGISTERS / (found.weights + empty)
    linear = SKETCH_REGISTERS * (SKETCH_REGISTERS / empty.cast("float64").nullif(0.0)).ln()
    small = (raw <= 2.5 * SKETCH_REGISTERS) & (empty > 0)
    return found.select(*STREAM, distinct=ibis.ifelse(small, linear, raw))
