"""Machine regularity against burstiness: minutes within the hour, and the same hour on the next days.

Unit: ratios of variance to what independent arrivals would show (1 = independent, below: a machine's even
pace, above: batches); concentration on minutes of the hour (1 = all minutes alike, 60 = one minute). People
calling at their own times come close to 1. It cannot tell a machine that copies people's timing from the
people. Source: per-minute counts of the lake; index of dispersion of counts (Cox and Lewis 1966).
"""

from __future__ import annotations

from typing import Final

from mithaq.evidence.indicators.base import WEEK_HOURS
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis

MINUTES: Final = 60


def _within_hours(tables: Tables) -> ibis.Table:
    """Variance over mean of minutes within their hours, and concentration on minutes of the hour."""
    rows = tables.minutes.mutate(x=tables.minutes.n.cast("float64"))
    hours = rows.group_by(["number", "hour"]).aggregate(n=rows.x.sum(), squares=(rows.x * rows.x).sum())
    excess = hours.squares - hours.n * hours.n / MINUTES
    within = hours.group_by("number").aggregate(n=hours.n.sum(), excess=excess.sum())
    clock = rows.group_by(["number", "minute"]).aggregate(n=rows.x.sum())
    # Pairs of thousands of millions of events do not fit into 64-bit integers, hence floating point.
    focus = clock.group_by("number").aggregate(pairs=(clock.n * (clock.n - 1)).sum())
    both = tables.totals.join(within, "number").join(focus, "number")
    return both.select(
        *STREAM,
        minute_dispersion=both.excess / (both.n * ((MINUTES - 1) / MINUTES)),
        minute_focus=both.pairs * MINUTES / (both.n * (both.n - 1)).nullif(0.0),
    )


def _lagged(rows: ibis.Table, lag: int, name: str) -> ibis.Table:
    """Squared differences of hours `lag` apart over their sum: 1 when both are independent arrivals."""
    later = rows.select(*STREAM, hour=rows.hour - lag, later=rows.made)
    both = rows.join(later, [*STREAM, "hour"])
    change = both.made - both.later
    found = both.group_by(list(STREAM)).aggregate(
        squares=(change * change).sum(), events=(both.made + both.later).sum()
    )
    return found.select(*STREAM, **{name: found.squares / found.events.cast("float64").nullif(0.0)})


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, minute_dispersion, minute_focus, hour_change, day_change, week_change (or null)."""
    rows = tables.grid
    within = _within_hours(tables)
    hour = _lagged(rows, 1, "hour_change")
    day = _lagged(rows, 24, "day_change")
    week = _lagged(rows, WEEK_HOURS, "week_change")
    joined = within
    for part in (hour, day, week):
        joined = joined.left_join(part, list(STREAM)).drop("subject_right", "bucket_right", "shape_right")
    return joined
