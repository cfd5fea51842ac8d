"""When objects are written: the rhythm of people at large, of an organisation, or of machines.

A clock template holds ranges; `draw` fixes them to one tenant's clock, in UTC. Neither the time zone nor
which days are rest days carries any meaning: both are drawn evenly, so no model can learn them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mithaq.evidence.hypotheses.ranges import Choice, Range, pick
from mithaq.terms import Rhythm

Floats: TypeAlias = npt.NDArray[np.float64]

HOURS_PER_WEEK: Final = 168
_HOURS: Final = np.arange(24, dtype=np.float64)

BANK_HOURS: Final = (
    0, 0, 0, 0, 0, 0, 0, 0.0312, 0.0592, 0.0991, 0.1046, 0.1011,
    0.0958, 0.0919, 0.0894, 0.0857, 0.0755, 0.0568, 0.044, 0.035, 0.0286, 0.0021, 0, 0,
)  # fmt: skip
"""Share of a bank call centre's calls per local hour (D: counted in an open data set of bank calls)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One tenant's clock. All expected rates are relative to the mean rate over the week."""

    rhythm: Rhythm
    week: tuple[float, ...]
    """168 expected rates from Monday 00:00 UTC on; mean 1."""
    minutes: tuple[float, ...]
    """60 expected rates within an hour; mean 1."""
    day_noise: float
    """Standard deviation of the log of a factor drawn per day."""
    hour_noise: float
    """Coefficient of variation of a gamma factor drawn per quarter of an hour."""
    clump: float
    """Variance over mean of a minute's count beyond Poisson's 1: how many objects come at once."""
    metronome: bool = False
    """Whether counts follow the rate exactly, as devices do that write on a timer."""


@dataclass(frozen=True, slots=True)
class Unrest:
    """How irregular a clock is."""

    day_noise: Range
    hour_noise: Range
    clump: Range


@dataclass(frozen=True, slots=True)
class PopulationClock:
    """People at large: two peaks a day and a light night; rest days differ, but never fall silent."""

    busy_hour: Range
    """Share of the day's objects in its busiest hour."""
    night: Range
    """Rate at the quietest hour over the rate between the peaks, before sharpening."""
    rest_factor: Range
    zones: Range
    """Time zones that the people are spread over, in hours."""
    unrest: Unrest

    def draw(self, rng: np.random.Generator) -> Clock:
        """Fix the clock of one tenant."""
        noon, evening = rng.uniform(10.5, 13.5), rng.uniform(17.5, 21.0)
        balance = rng.uniform(0.35, 0.65)
        day = self.night.draw(rng) + balance * _bump(noon, rng.uniform(2.0, 3.2))
        day += (1 - balance) * _bump(evening, rng.uniform(1.8, 3.0))
        day = _sharpen(day, self.busy_hour.draw(rng))
        week = _rest(np.tile(day, 7), 2, self.rest_factor.draw(rng), rng)
        return _clock(Rhythm.POPULATION, _spread(week, self.zones.draw(rng)), self.unrest, rng)


@dataclass(frozen=True, slots=True)
class OrganisationClock:
    """Working hours: quiet nights and quiet rest days, whichever days those are."""

    opens: Range
    hours_open: Range
    night: Range
    """Rate outside the hours over the rate inside."""
    rest_days: Range
    rest_factor: Range
    zones: Range
    unrest: Unrest
    bank_like: float = 0.0
    """Share of tenants whose day has the measured form of a bank's call centre."""
    round_the_clock: Range | None = None
    """Share of the objects that comes from lines open day and night, where a service has such customers."""

    def draw(self, rng: np.random.Generator) -> Clock:
        """Fix the clock of one tenant."""
        if rng.random() < self.bank_like:
            day = np.array(BANK_HOURS) + self.night.draw(rng) / 24
        else:
            day = self._day(rng)
        working = np.concatenate([day * factor for factor in rng.uniform(0.85, 1.15, 7)])
        rest = self.rest_days.whole(rng)
        week = _spread(_rest(working, rest, self.rest_factor.draw(rng), rng), self.zones.draw(rng))
        if self.round_the_clock is not None:
            open_line = self.round_the_clock.draw(rng)
            always = np.tile(0.25 + _bump(rng.uniform(11, 18), 4.0), 7)
            week = (1 - open_line) * week / week.mean() + open_line * always / always.mean()
        return _clock(Rhythm.ORGANISATION, week, self.unrest, rng)

    def _day(self, rng: np.random.Generator) -> Floats:
        """Give a day that rises at opening, dips at midday and falls at closing."""
        opens = self.opens.draw(rng)
        closes = opens + self.hours_open.draw(rng)
        ramp = rng.uniform(0.5, 1.5)
        inside = np.clip((_HOURS + 0.5 - opens) / ramp, 0, 1) * np.clip((closes - _HOURS - 0.5) / ramp, 0, 1)
        inside = inside * (1 - rng.uniform(0.0, 0.4) * _bump(rng.uniform(12, 13.5), 0.8))
        night = self.night.draw(rng)
        shaped: Floats = night + (1 - night) * inside
        return shaped


@dataclass(frozen=True, slots=True)
class SteadyClock:
    """Devices day and night at one rate, on timers of their own."""

    swing: Range
    """Relative height of a daily swing around the mean, such as motion-triggered recording."""
    metronome: float
    """Share of tenants whose counts follow the rate exactly."""
    unrest: Unrest

    def draw(self, rng: np.random.Generator) -> Clock:
        """Fix the clock of one tenant."""
        day = 1 + self.swing.draw(rng) * np.cos((_HOURS - rng.uniform(0, 24)) * np.pi / 12)
        clock = _clock(Rhythm.MACHINE, np.tile(day, 7), self.unrest, rng)
        if rng.random() >= self.metronome:
            return clock
        return Clock(clock.rhythm, clock.week, clock.minutes, 0.0, 0.0, 0.0, metronome=True)


@dataclass(frozen=True, slots=True)
class NightlyClock:
    """A batch window at the same hours each day."""

    window_hours: Range
    outside: Range
    """Rate outside the window over the rate inside."""
    rest_factor: Range
    unrest: Unrest

    def draw(self, rng: np.random.Generator) -> Clock:
        """Fix the clock of one tenant."""
        length = self.window_hours.draw(rng)
        since = (_HOURS - rng.uniform(0, 24)) % 24
        day = np.where(since < length, np.exp(-since / max(length, 1.0)), 0.0) + self.outside.draw(rng)
        week = _rest(np.tile(day, 7), 2, self.rest_factor.draw(rng), rng)
        return _clock(Rhythm.MACHINE, week, self.unrest, rng)


@dataclass(frozen=True, slots=True)
class JobClock:
    """Jobs at fixed hours of the day or week, each a burst of its own height."""

    jobs: Range
    weekly: Range
    """Share of the jobs that run on one day of the week only."""
    between: Range
    """Rate between jobs over the mean rate."""
    unrest: Unrest

    def draw(self, rng: np.random.Generator) -> Clock:
        """Fix the clock of one tenant."""
        week = np.zeros(HOURS_PER_WEEK)
        weekly = self.weekly.draw(rng)
        for _ in range(max(1, self.jobs.whole(rng))):
            hours = (int(rng.integers(24)) + np.arange(1 + int(rng.geometric(0.5)))) % 24
            height = float(rng.lognormal(0.0, 1.0))
            if rng.random() < weekly:
                week[int(rng.integers(7)) * 24 + hours] += height * 3
            else:
                for day in range(7):
                    week[day * 24 + hours] += height
        week = week / week.mean() + self.between.draw(rng)
        return _clock(Rhythm.MACHINE, week, self.unrest, rng, minutes=_interval(60, rng))


@dataclass(frozen=True, slots=True)
class IntervalClock:
    """A batch every so many minutes; how much each holds may follow the people behind it."""

    every_minutes: tuple[Choice[int], ...]
    follows: PopulationClock | None
    unrest: Unrest

    def draw(self, rng: np.random.Generator) -> Clock:
        """Fix the clock of one tenant."""
        week = np.ones(HOURS_PER_WEEK) if self.follows is None else np.array(self.follows.draw(rng).week)
        minutes = _interval(pick(self.every_minutes, rng), rng)
        return _clock(Rhythm.MACHINE, week, self.unrest, rng, minutes=minutes)


ClockTemplate: TypeAlias = (
    PopulationClock | OrganisationClock | SteadyClock | NightlyClock | JobClock | IntervalClock
)


def _bump(hour: float, width: float) -> Floats:
    """Give a bell over the hours of a day, wrapped at midnight; height 1."""
    apart = np.abs(_HOURS - hour) % 24
    apart = np.minimum(apart, 24 - apart)
    bell: Floats = np.exp(-0.5 * (apart / width) ** 2)
    return bell


def _sharpen(day: Floats, busy_share: float) -> Floats:
    """Raise a day's profile to the power at which its busiest hour has the share asked for."""
    low, high = 0.05, 20.0
    for _ in range(40):
        power = (low + high) / 2
        shaped = (day / day.max()) ** power
        low, high = (power, high) if 1 / shaped.sum() < busy_share else (low, power)
    result: Floats = shaped / shaped.mean()
    return result


def _rest(week: Floats, days: int, factor: float, rng: np.random.Generator) -> Floats:
    """Scale some neighbouring days by a factor; the first of them is drawn evenly from the week."""
    scaled = week.copy()
    first = int(rng.integers(7))
    for day in range(first, first + days):
        start = (day % 7) * 24
        scaled[start : start + 24] *= factor
    return scaled


def _spread(week: Floats, zones: float) -> Floats:
    """Spread a week over neighbouring time zones, evenly."""
    steps = round(zones)
    if steps <= 1:
        return week
    spread: Floats = np.mean([np.roll(week, step) for step in range(steps)], axis=0)
    return spread


def _interval(every: int, rng: np.random.Generator) -> Floats:
    """Give minutes of an hour in which a timer fires every so many minutes, most work at once."""
    minutes = np.full(60, 0.02)
    for start in range(int(rng.integers(min(every, 60))), 60, min(every, 60)):
        minutes[start] += 1.0
        minutes[(start + 1) % 60] += rng.uniform(0.0, 0.6)
    return minutes


def _clock(
    rhythm: Rhythm, week: Floats, unrest: Unrest, rng: np.random.Generator, minutes: Floats | None = None
) -> Clock:
    """Move a local week to UTC by a time zone drawn in half hours, and fix its irregularity."""
    whole, half = divmod(int(rng.integers(48)), 2)
    moved = np.roll(week, -whole)
    if half:
        moved = (moved + np.roll(moved, -1)) / 2
    within = np.ones(60) if minutes is None else minutes / minutes.mean()
    return Clock(
        rhythm=rhythm,
        week=tuple((moved / moved.mean()).tolist()),
        minutes=tuple(within.tolist()),
        day_noise=unrest.day_noise.draw(rng),
        hour_noise=unrest.hour_noise.draw(rng),
        clump=unrest.clump.draw(rng),
    )
