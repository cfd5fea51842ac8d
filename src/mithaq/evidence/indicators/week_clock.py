"""Week clock: how quiet the quietest days of the week are, whichever days they are.

Unit: rates relative to the mean day (1 = as the mean): the quietest day, the quietest two consecutive days,
the busiest day. Free of which days are rest days: the circle of seven days may begin anywhere, and no day
has a name here. An organisation rests, people at large slow down a little, machines do neither. It cannot
tell whose rest days they are, and must not. Hours without logs are made up for by the hours of the same day
that are seen (`levels.py`). Needs an eighth of every weekday's usual writing observed, else it is absent.
Source: hourly activity; observed hours from coverage.
"""

from __future__ import annotations

from mithaq.evidence.indicators.base import DAYS_PER_WEEK, EPOCH_WEEKDAY, circular_quietest
from mithaq.evidence.indicators.levels import daily_levels
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, week_rest (two days), week_low (one day), week_high."""
    levels = daily_levels(tables)
    rows = levels.mutate(slot=(levels.day + EPOCH_WEEKDAY) % DAYS_PER_WEEK)
    days = rows.group_by([*STREAM, "slot"]).aggregate(rate=rows.made.sum() / rows.expected.sum())
    whole = ibis.window(group_by=list(STREAM))
    rated = days.mutate(mean=days.rate.mean().over(whole), slots=days.count().over(whole))
    full = rated.filter((rated.slots == DAYS_PER_WEEK) & (rated["mean"] > 0))
    relative = full.select(*STREAM, "slot", rate=full.rate / full["mean"])
    two = circular_quietest(relative, "slot", "rate", DAYS_PER_WEEK, 2)
    one = circular_quietest(relative, "slot", "rate", DAYS_PER_WEEK, 1)
    pairs = two.select(*STREAM, week_rest=two.low)
    single = one.select(*STREAM, week_low=one.low, week_high=one.high)
    return pairs.join(single, list(STREAM))
