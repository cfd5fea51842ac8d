"""What a workload is: a generative model of one kind of use, all of its figures as ranges with sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum

import numpy as np

from mithaq.evidence.hypotheses.clocks import ClockTemplate
from mithaq.evidence.hypotheses.keys import KeyForm
from mithaq.evidence.hypotheses.ranges import Choice, Range
from mithaq.evidence.hypotheses.sizes import SizeTemplate
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import DataKind, LocalisedText, Purpose, Rhythm


class Role(StrEnum):
    """What a stream is to its tenant."""

    MAIN = "main"
    INDEX = "index"
    """Small records that accompany the objects: metadata, transcripts, thumbnails."""


class DeletionKind(StrEnum):
    """What removes objects."""

    NONE = "none"
    EXPIRY = "expiry"
    """A lifecycle rule of the store: after whole days, at midnight UTC."""
    SWEEP = "sweep"
    """The customer's own nightly job after whole days."""
    USERS = "users"
    """People, each object on its own."""


@dataclass(frozen=True, slots=True)
class Reads:
    """How objects are read again."""

    share: Range
    """Share of objects that are ever read."""
    software: Range
    """Share of first reads made by software right after the write."""
    software_seconds: Range
    people_hours: Range
    """Median hours until people read an object for the first time."""
    people_sigma: Range
    audience: Range
    """Reads of older objects per new object."""
    portion: Range
    """Share of an object's bytes that a read of the audience takes."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """How objects end."""

    kind: DeletionKind
    days: Range
    """Age in days: exact for rules and sweeps, the median for people."""
    share: Range
    """Share of objects that are removed at all."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """How many different subjects objects are filed under."""

    per_daily_object: Range | None = None
    """Size of the pool over the objects of a day; for pools that grow with the use."""
    pool: Range | None = None
    """Size of a pool that does not."""

    def draw(self, rng: np.random.Generator, per_day: float) -> int:
        """Fix the size of one tenant's pool."""
        if self.pool is not None:
            return max(1, self.pool.whole(rng))
        if self.per_daily_object is not None:
            return max(1, round(self.per_daily_object.draw(rng) * per_day))
        return 1


@dataclass(frozen=True, slots=True)
class StreamTemplate:
    """One stream of objects: a bucket and a shape of keys."""

    role: Role
    keys: tuple[Choice[KeyForm], ...]
    sizes: tuple[Choice[SizeTemplate], ...]
    reads: Reads
    deletions: tuple[Choice[Deletion], ...]
    subjects: Subjects
    principals: Range
    per_object: Range | None = None
    """Objects of this stream per object of the main one; None for the main stream itself."""
    present: float = 1.0
    """Share of tenants that have the stream."""
    own_bucket: float = 0.5
    """Share of tenants that keep it in a bucket of its own."""


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """Calls of a service that works on content."""

    service: Service
    used_by: float
    """Share of tenants that use it."""
    per_object: Range
    """Calls per object of the main stream."""
    delay_minutes: Range


@dataclass(frozen=True, slots=True)
class Workload:
    """A kind of use. `kind` is what is stored; None is anything that the claim vocabulary has no word for."""

    id: str
    label: LocalisedText
    kind: DataKind | None
    rhythm: Rhythm
    """The rhythm of most tenants; where the table allows several, `Tenant.rhythm` is one tenant's own."""
    violating: bool
    purpose: Purpose | None
    """The innocent purpose that explains the workload when it is declared."""
    objects_per_day: Range
    """As reported, at full scale; tenants are drawn within SIMULATED_PER_DAY."""
    clocks: tuple[Choice[ClockTemplate], ...]
    streams: tuple[StreamTemplate, ...]
    growth: Range
    """Relative change of the rate per day."""
    abroad: Range
    """Chance that the data lie in a region other than the customer's home region."""
    bursts: Range
    """Chance that much of the archive is read within days, in any fortnight."""
    services: tuple[ServiceUse, ...] = ()
    active_days: Range | None = None
    """Share of days with any writes, where a workload comes in episodes."""
    leaves_open: DataKind | None = None
    """A kind that the objects hold, but not one per object: a claim about it is left undetermined."""

    def parameters(self) -> Mapping[str, Range]:
        """Give every range of the workload by its path, for documentation."""
        return dict(_ranges(self, ""))


def _ranges(value: object, path: str) -> Iterator[tuple[str, Range]]:
    """Walk the dataclasses and tuples of a workload."""
    if isinstance(value, Range):
        yield path, value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _ranges(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _ranges(item, f"{path}[{number}]")
