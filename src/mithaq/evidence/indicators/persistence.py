"""Persistence: share of observed days with creations, and how uneven the days are.

Unit: share; coefficient of variation of the daily level, of all days and of the busier five sevenths (the
working days, if there are rest days). A running collection writes every day, a bulk load or a job does not.
It cannot tell two running collections apart. The scatter of the working days is no evidence by itself: it
says how far chance can carry the clocks, and the weighing of the clocks is conditional on it.
Source: hourly activity of the lake; observed hours from coverage.
"""

from __future__ import annotations

from typing import Final

from mithaq.evidence.indicators.base import DAYS_PER_WEEK, HOURS_PER_DAY
from mithaq.evidence.indicators.levels import daily_levels
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis

REST_DAYS: Final = 2
"""Days of a week that may be rest days; as large a share of the quietest days is left out of the scatter."""


def _variation(levels: ibis.Table, name: str) -> ibis.Table:
    """Standard deviation over mean of daily levels. Columns: STREAM, `name`."""
    found = levels.group_by(list(STREAM)).aggregate(
        first=levels.level.mean(), second=(levels.level * levels.level).mean()
    )
    # The square of a mean can exceed the mean square by rounding alone.
    variance = ibis.greatest(found.second - found["first"] * found["first"], 0.0)
    return found.select(*STREAM, **{name: variance.sqrt() / found["first"].nullif(0.0)})


def _busier(levels: ibis.Table) -> ibis.Table:
    """Daily levels without the quietest two sevenths."""
    ordered = ibis.window(group_by=list(STREAM), order_by=["level", "day"])
    whole = ibis.window(group_by=list(STREAM))
    ranked = levels.mutate(place=ibis.row_number().over(ordered), days=levels.count().over(whole))
    return ranked.filter(ranked.place * DAYS_PER_WEEK >= ranked.days * REST_DAYS)


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, days, active_days (share), day_variation, day_scatter (or null)."""
    rows = tables.grid
    rows = rows.mutate(day=rows.hour // HOURS_PER_DAY)
    daily = rows.group_by([*STREAM, "day"]).aggregate(made=rows.made.sum())
    found = daily.group_by(list(STREAM)).aggregate(
        days=daily.count(), active=(daily.made > 0).cast("int64").sum()
    )
    joined = found.select(*STREAM, "days", active_days=found.active / found.days)
    levels = daily_levels(tables)
    for part in (_variation(levels, "day_variation"), _variation(_busier(levels), "day_scatter")):
        joined = joined.left_join(part, list(STREAM)).drop("subject_right", "bucket_right", "shape_right")
    return joined
