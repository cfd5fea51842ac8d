"""Daily levels: how much was written on each day against what its observed hours would lead to expect.

Not an indicator of its own: the week clock and persistence are built on it. Unit: 1 = as the mean day.
Dividing by the number of observed hours alone would take a gap at night for a busy day, and a gap at noon
for a quiet one; so each observed hour counts as much as its hour of the day usually does. Absent where an
hour of the day was never observed, for then nothing says what is usual in it.
"""

from __future__ import annotations

from typing import Final

from mithaq.evidence.indicators.base import HOURS_PER_DAY
from mithaq.evidence.indicators.day_clock import profile
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis

LEAST_SEEN: Final = 3.0
"""Mean hours' worth of a day's usual writing that must lie in its observed hours, else it is not seen."""


def daily_levels(tables: Tables) -> ibis.Table:
    """Columns: STREAM, day, made, expected (mean hours' worth), level (made over expected)."""
    usual = profile(tables)
    rows = tables.grid.mutate(slot=tables.grid.hour % HOURS_PER_DAY)
    joined = rows.join(usual, [*STREAM, "slot"]).select(*STREAM, "hour", "made", "rate")
    keyed = joined.mutate(day=joined.hour // HOURS_PER_DAY)
    days = keyed.group_by([*STREAM, "day"]).aggregate(made=keyed.made.sum(), expected=keyed.rate.sum())
    seen = days.filter(days.expected >= LEAST_SEEN)
    return seen.mutate(level=seen.made / seen.expected)
