"""Week repeat: whether a day is like the same day of the next week, more than like the days between.

Unit: root mean square difference of the natural logs of two days' levels (0.1 = they differ by a tenth): of
days a week apart, and of days one to six days apart. Where rest days recur, the first is much the smaller;
where days differ by chance, both are alike. It needs no names of days and cannot tell whose week it is.
Absent where fewer than four pairs of days a week apart were seen: one week shows nothing that could recur.
Source: daily levels (`levels.py`).
"""

from __future__ import annotations

from typing import Final

from mithaq.evidence.indicators.base import DAYS_PER_WEEK
from mithaq.evidence.indicators.levels import daily_levels
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis

LEAST_PAIRS: Final = 4
NEXT_TO_NOTHING: Final = 0.1
"""Mean days that are added to a level before its log is taken: silence is no infinite difference."""


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, weeks_apart, days_apart (or null)."""
    levels = daily_levels(tables)
    whole = ibis.window(group_by=list(STREAM))
    relative = levels.level / levels.level.mean().over(whole)
    days = levels.select(*STREAM, "day", log=(relative + NEXT_TO_NOTHING).ln())
    later = days.select(*STREAM, next=days.day, next_log=days.log)
    both = days.join(later, list(STREAM))
    apart = both.next - both.day
    change = both.next_log - both.log
    pairs = both.mutate(apart=apart, square=change * change).filter((apart >= 1) & (apart <= DAYS_PER_WEEK))
    a_week = pairs.apart == DAYS_PER_WEEK
    found = pairs.group_by(list(STREAM)).aggregate(
        many=a_week.cast("int64").sum(),
        week=pairs.square.mean(where=a_week),
        days=pairs.square.mean(where=~a_week),
    )
    enough = found.filter(found.many >= LEAST_PAIRS)
    return enough.select(*STREAM, weeks_apart=enough.week.sqrt(), days_apart=enough.days.sqrt())
