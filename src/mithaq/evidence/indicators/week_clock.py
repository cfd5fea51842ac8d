"""Week clock: how quiet the quietest days of the week are, whichever days they are.

Unit: rates relative to the mean day (1 = as the mean): the quietest day, the quietest two consecutive days,
the busiest day. Free of which days are rest days: the circle of seven days may begin anywhere, and no day
has a name here. An organisation rests, people at large slow down a little, machines do neither. It cannot
tell whose rest days they are, and must not. Needs every day of the week observed for at least twelve hours,
else it is absent. Source: hourly activity; observed hours from coverage.
"""

from __future__ import annotations

from typing import Final

import ibis

from mithaq.evidence.indicators.base import DAYS_PER_WEEK, circular_quietest, weekday
from mithaq.evidence.tables import STREAM, Tables

MIN_HOURS: Final = 12
"""Observed hours below which a day of the week is taken as not seen."""


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, week_rest (two days), week_low (one day), week_high."""
    rows = tables.grid
    rows = rows.mutate(slot=weekday(rows.hour))
    days = rows.group_by([*STREAM, "slot"]).aggregate(hours=rows.count(), made=rows.made.sum())
    seen = days.filter(days.hours >= MIN_HOURS)
    rates = seen.mutate(rate=seen.made / seen.hours)
    whole = ibis.window(group_by=list(STREAM))
    rated = rates.mutate(mean=rates.rate.mean().over(whole), slots=rates.count().over(whole))
    full = rated.filter((rated.slots == DAYS_PER_WEEK) & (rated["mean"] > 0))
    relative = full.select(*STREAM, "slot", rate=full.rate / full["mean"])
    two = circular_quietest(relative, "slot", "rate", DAYS_PER_WEEK, 2)
    one = circular_quietest(relative, "slot", "rate", DAYS_PER_WEEK, 1)
    pairs = two.select(*STREAM, week_rest=two.low)
    single = one.select(*STREAM, week_low=one.low, week_high=one.high)
    return pairs.join(single, list(STREAM))
