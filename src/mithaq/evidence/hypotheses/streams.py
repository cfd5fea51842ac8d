"""The parts of a tenant with their parameters fixed, and the laws of time that rollups and events share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mithaq.evidence.hypotheses.clocks import Clock
from mithaq.evidence.hypotheses.keys import KeyForm
from mithaq.evidence.hypotheses.sizes import Sampler
from mithaq.evidence.hypotheses.workload import DeletionKind, Role, Workload
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import Rhythm

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

HOUR: Final = 3600
DAY: Final = 86400
HISTORY_HOURS: Final = 30 * 24
"""How far back objects are thought of that are read or deleted by people inside the window."""

_SOFTWARE_SIGMA: Final = 0.6
_PEOPLE_END_SIGMA: Final = 1.0
EXPIRY_HOURS: Final = (0.55, 0.25, 0.1, 0.06, 0.04)
"""Share of a day's expiries per hour after midnight UTC: rules run then, queues take some hours (A)."""


@dataclass(frozen=True, slots=True)
class Lags:
    """How one stream is read: see `workload.Reads` for the meaning of each."""

    share: float
    software: float
    software_seconds: float
    people_hours: float
    people_sigma: float
    audience: float
    portion: float

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw seconds from the write to the first read."""
        logs = rng.standard_normal(count)
        software = rng.random(count) < self.software
        lags: Floats = np.where(
            software,
            np.exp(np.log(self.software_seconds) + _SOFTWARE_SIGMA * logs),
            np.exp(np.log(self.people_hours * HOUR) + self.people_sigma * logs),
        )
        return lags


@dataclass(frozen=True, slots=True)
class End:
    """How one stream's objects end: `days` exact for rules and sweeps, the median for people."""

    kind: DeletionKind
    days: float
    share: float
    sweep_hour: int

    def draw(self, rng: np.random.Generator, created: Floats) -> Floats:
        """Draw seconds from the write to the deletion; infinite where an object stays."""
        count = created.shape[0]
        if self.kind is DeletionKind.NONE:
            return np.full(count, np.inf)
        if self.kind is DeletionKind.USERS:
            ages = self.days * DAY * np.exp(_PEOPLE_END_SIGMA * rng.standard_normal(count))
        else:
            midnight = (np.floor(created / DAY) + 1 + self.days) * DAY
            hours = np.searchsorted(np.cumsum(self.hours()[:-1]), rng.random(count), side="right")
            ages = midnight + hours * HOUR + rng.uniform(0, HOUR, count) - created
        ended: Floats = np.where(rng.random(count) < self.share, ages, np.inf)
        return ended

    def hours(self) -> Floats:
        """Give the share of a day's rule-made deletions per hour after midnight UTC."""
        if self.kind is DeletionKind.EXPIRY:
            return np.array(EXPIRY_HOURS)
        sweep: Floats = np.eye(24)[self.sweep_hour]
        return sweep

    def people_hours(self, hours: int) -> Floats:
        """Give the share of people's deletions in each hour after the hour of the write."""
        return _hourly(np.log(self.days * DAY), _PEOPLE_END_SIGMA, hours)

    def survival(self, hours: int) -> Floats:
        """Give the share of objects that still exist so many hours after the hour of the write."""
        if self.kind is DeletionKind.NONE:
            return np.ones(hours)
        if self.kind is DeletionKind.USERS:
            return 1.0 - self.share * np.cumsum(self.people_hours(hours))
        left: Floats = np.where(np.arange(hours) < (self.days + 0.5) * 24, 1.0, 1.0 - self.share)
        return left


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of objects."""

    role: Role
    bucket: str
    key: KeyForm
    sizes: Sampler
    per_object: float
    """Objects per object of the main stream; 1 for the main stream."""
    per_day: float
    reads: Lags
    end: End
    subjects: int
    """Size of the pool that objects are filed under; 0 if keys do not name any."""
    principals: int
    failures: float
    """Failed writes per written object."""

    def software_reads(self, hours: int) -> Floats:
        """Give the share of objects that software reads first in each hour after the hour of the write."""
        law = _hourly(np.log(self.reads.software_seconds), _SOFTWARE_SIGMA, hours)
        return law * self.end.survival(hours)

    def people_reads(self, hours: int) -> Floats:
        """Give the share of objects that people read first in each hour after the hour of the write."""
        law = _hourly(np.log(self.reads.people_hours * HOUR), self.reads.people_sigma, hours)
        return law * self.end.survival(hours)


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of a service per object of the main stream, some minutes after the write."""

    service: Service
    per_object: float
    delay_minutes: int


@dataclass(frozen=True, slots=True)
class Burst:
    """Much of the archive read within days. `begins` is a share of the window."""

    begins: float
    days: float
    archive_days: float
    share: float


@dataclass(frozen=True, slots=True)
class TenantParameters:
    """All parameters of one tenant. `rhythm` is its true rhythm, `region` where its data lie."""

    workload: Workload
    rhythm: Rhythm
    clock: Clock
    per_day: float
    """Mean objects of the main stream per day."""
    growth: float
    active_days: float
    streams: tuple[Stream, ...]
    """The main stream first."""
    calls: tuple[Calls, ...]
    region: str
    home_region: str
    burst: Burst | None


def _hourly(log_median: float, sigma: float, hours: int) -> Floats:
    """Give a lognormal lag's share per whole hour, for writes spread evenly over their hour."""
    edges = (np.arange(hours) + 0.5) * HOUR
    scaled = ((np.log(edges) - log_median) / (sigma * math.sqrt(2.0))).tolist()
    below = np.array([0.5 + 0.5 * math.erf(value) for value in scaled])
    return np.diff(below, prepend=0.0)
