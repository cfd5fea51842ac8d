"""Day clock: how much of the day's writing falls into its quiet and its busy hours, whichever they are.

Unit: rates relative to the mean hour (1 = as the mean): the quietest six consecutive hours, the busiest
eight, the busiest one; amplitudes of the 24-hour and 12-hour harmonics. Free of the time zone: only the
shape of the circle counts, not where it begins. An office is silent in its quiet hours, a population is
light but not silent, a machine knows no quiet. It cannot tell one population's day from another's, and
must not. Source: hourly activity; busy hour shares of telephone traffic engineering (10–12.5 %).
"""

from __future__ import annotations

from math import tau
from typing import Final

from mithaq.evidence.indicators.base import HOURS_PER_DAY, circular_quietest
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis

QUIET_HOURS: Final = 6
BUSY_HOURS: Final = 8


def profile(tables: Tables) -> ibis.Table:
    """Creations per observed hour by hour of the day over the mean; streams seen in all 24 hours of a day.

    Columns: STREAM, slot (0–23, UTC), rate (1 = mean).
    """
    rows = tables.grid
    rows = rows.mutate(slot=rows.hour % HOURS_PER_DAY)
    rates = rows.group_by([*STREAM, "slot"]).aggregate(rate=rows.made.sum() / rows.count())
    whole = ibis.window(group_by=list(STREAM))
    rated = rates.mutate(mean=rates.rate.mean().over(whole), slots=rates.count().over(whole))
    full = rated.filter((rated.slots == HOURS_PER_DAY) & (rated["mean"] > 0))
    return full.select(*STREAM, "slot", rate=full.rate / full["mean"])


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, day_quiet, day_busy, day_peak, day_first, day_second."""
    rates = profile(tables)
    quiet = circular_quietest(rates, "slot", "rate", HOURS_PER_DAY, QUIET_HOURS)
    busy = circular_quietest(rates, "slot", "rate", HOURS_PER_DAY, BUSY_HOURS)
    angle = rates.slot * (tau / HOURS_PER_DAY)
    waves = rates.group_by(list(STREAM)).aggregate(
        day_peak=rates.rate.max(),
        cos1=(rates.rate * angle.cos()).mean(),
        sin1=(rates.rate * angle.sin()).mean(),
        cos2=(rates.rate * (angle * 2).cos()).mean(),
        sin2=(rates.rate * (angle * 2).sin()).mean(),
    )
    waves = waves.select(
        *STREAM,
        "day_peak",
        day_first=(waves.cos1 * waves.cos1 + waves.sin1 * waves.sin1).sqrt(),
        day_second=(waves.cos2 * waves.cos2 + waves.sin2 * waves.sin2).sqrt(),
    )
    lows = quiet.select(*STREAM, day_quiet=quiet.low)
    highs = busy.select(*STREAM, day_busy=busy.high)
    return waves.join(lows, list(STREAM)).join(highs, list(STREAM))
