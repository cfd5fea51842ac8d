"""How many objects are written in each minute."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mithaq.evidence.hypotheses.clocks import Clock
from mithaq.evidence.hypotheses.streams import HISTORY_HOURS, Stream, TenantParameters

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

MINUTES_PER_DAY: Final = 1440
ARCHIVE_DAYS: Final = 60
"""Age in days of the oldest objects that an audience or a burst reads."""

_HARDLY_CLUMPED: Final = 0.02
_QUARTER: Final = 15
_EPOCH_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday; Monday is 0."""


def weekly_rates(clock: Clock, start_day: int, hours: int, *, offset: int = 0) -> Floats:
    """Give the expected rate of each hour, relative to the mean, from `offset` hours after the start."""
    first = ((start_day + _EPOCH_WEEKDAY) % 7) * 24 + offset
    return np.array(clock.week)[(first + np.arange(hours)) % 168]


def minute_counts(tenant: TenantParameters, rng: np.random.Generator, start_day: int, days: int) -> Ints:
    """Draw the main stream's objects of each minute of the window: `days * 1440` counts."""
    clock = tenant.clock
    hours = weekly_rates(clock, start_day, days * 24)
    daily = np.exp(tenant.growth * (np.arange(days) - (days - 1) / 2)) * tenant.per_day
    daily *= np.exp(clock.day_noise * rng.standard_normal(days) - clock.day_noise**2 / 2)
    daily *= _episodes(tenant.active_days, days, rng)
    hours = hours * np.repeat(daily, 24)
    expected = (hours[:, None] * (np.array(clock.minutes) / MINUTES_PER_DAY)[None, :]).ravel()
    if clock.hour_noise > 0:
        shape = clock.hour_noise**-2
        quarters = rng.gamma(shape, 1 / shape, days * MINUTES_PER_DAY // _QUARTER)
        expected = expected * np.repeat(quarters, _QUARTER)
    if clock.metronome:
        return np.diff(np.floor(np.cumsum(expected) + rng.random()), prepend=0.0).astype(np.int64)
    if clock.clump > _HARDLY_CLUMPED:
        expected = rng.standard_gamma(expected / clock.clump) * clock.clump
    counts: Ints = rng.poisson(expected)
    return counts


def past_writes(tenant: TenantParameters, stream: Stream, start_day: int) -> Floats:
    """Give the expected writes of a stream in each of the HISTORY_HOURS before the window."""
    before = weekly_rates(tenant.clock, start_day, HISTORY_HOURS, offset=-HISTORY_HOURS)
    return before * stream.per_day / 24


def archive_reads(
    tenant: TenantParameters, stream: Stream, rng: np.random.Generator, start_day: int, days: int
) -> Floats:
    """Draw the expected reads of older objects in each hour: the audience's, and those of a burst.

    An audience is spread wider over the day than the writers; its rate wanders by a third from hour to hour.
    """
    hours = days * 24
    rates = weekly_rates(tenant.clock, start_day, hours)
    expected = (
        stream.reads.audience * stream.per_day / 24 * (0.3 + 0.7 * rates) * rng.gamma(9.0, 1 / 9.0, hours)
    )
    if tenant.burst is not None:
        first = int(tenant.burst.begins * hours)
        length = max(1, round(tenant.burst.days * 24))
        archive = stream.per_day * tenant.burst.archive_days * tenant.burst.share
        expected[first : first + length] += archive / length
    return expected


def _episodes(share: float, days: int, rng: np.random.Generator) -> Floats:
    """Give factors per day for use that comes in episodes of about four days; their mean is 1."""
    if share >= 1.0:
        return np.ones(days)
    active = np.zeros(days)
    on = bool(rng.random() < share)
    for day in range(days):
        active[day] = on
        if rng.random() < 0.25 * (1 - share if on else share) * 2:
            on = not on
    return active / share
