"""Persistence: share of observed days with creations, and how uneven the days are.

Unit: share; coefficient of variation of the daily rate. A running collection writes every day, a bulk load
or a job does not. It cannot tell two running collections apart.
Source: hourly activity of the lake; observed hours from coverage.
"""

from __future__ import annotations

import ibis

from mithaq.evidence.indicators.base import HOURS_PER_DAY
from mithaq.evidence.tables import STREAM, Tables


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, days, active_days (share), day_variation (standard deviation over mean)."""
    rows = tables.grid
    rows = rows.mutate(day=rows.hour // HOURS_PER_DAY)
    daily = rows.group_by([*STREAM, "day"]).aggregate(rate=rows.made.sum() / rows.count())
    found = daily.group_by(list(STREAM)).aggregate(
        days=daily.count(),
        active=(daily.rate > 0).cast("int64").sum(),
        first=daily.rate.mean(),
        second=(daily.rate * daily.rate).mean(),
    )
    # The square of a mean can exceed the mean square by rounding alone.
    variance = ibis.greatest(found.second - found["first"] * found["first"], 0.0)
    return found.select(
        *STREAM,
        "days",
        active_days=found.active / found.days,
        day_variation=variance.sqrt() / found["first"],
    )
