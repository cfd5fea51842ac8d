"""What a scenario is: the pretend provider's customers and what they do, in a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mithaq.simulation.errors import UnknownScenario
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import Claim, Purpose, SourceKind

_MOST_DAYS: Final = 400
_MOST_SCALE: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Telling:
    """What somebody says of a customer: an example allegation."""

    source: SourceKind
    claims: tuple[Claim, ...]
    by_customer: bool = True
    """Whether it names the customer, to be found in the register, or the subscriptions themselves."""
    clauses: tuple[str, ...] = ()
    """Clauses that it names; none: whichever its claims are enough for."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Parameters that a story fixes instead of leaving them to the draw."""

    home_region: str
    region: str
    services: tuple[tuple[Service, float], ...] = ()
    """Services that work on content, and calls per object."""
    index: bool = False
    """Whether small records are kept beside the objects."""
    audience: float = 0.0
    """Reads of older objects per new one."""
    keeps_days: int | None = None
    """Lifecycle rule in days; None for none."""
    plain_g711: bool = False
    """Whether objects are plain G.711 recordings of mobile calls; else the sizes are drawn."""


@dataclass(frozen=True, slots=True)
class SimulatedTenant:
    """One invented customer. What `fixed` leaves open is drawn from the workload's ranges."""

    slug: str
    customer: str
    workload: str
    per_day: float
    """Mean objects of the main stream per day."""
    declared: Purpose | None
    tier: str = "standard"
    contract: str = ""
    storage_log: str = "s3-access-log"
    """The source whose logs hold its storage requests; calls of services are always in `cloudtrail`."""
    fixed: Fixed | None = None
    telling: Telling | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A pretend provider in a stretch of time. `start` is midnight UTC."""

    name: str
    tenants: tuple[SimulatedTenant, ...]
    start: datetime
    days: int
    seed: int
    background: bool = True
    """Whether logs also hold what every account has: listings, probes, the provider's own requests."""

    @property
    def start_day(self) -> int:
        """Days since the epoch."""
        return int(self.start.timestamp()) // 86400

    def changed(self, *, seed: int | None = None, days: int | None = None, scale: float = 1.0) -> Scenario:
        """Give the same story with another seed, length or volume (`scale` times the objects per day).

        Raises UnknownScenario for numbers that cannot be simulated.
        """
        if days is not None and not 1 <= days <= _MOST_DAYS:
            raise UnknownScenario(f"{days} days cannot be simulated", hint=f"Take 1 to {_MOST_DAYS} days.")
        if not 0 < scale <= _MOST_SCALE:
            hint = f"Take more than 0 and at most {_MOST_SCALE:.0f}."
            raise UnknownScenario(f"a scale of {scale} cannot be simulated", hint=hint)
        if seed is not None and seed < 0:
            raise UnknownScenario(f"{seed} cannot be a seed", hint="Take a whole number from 0 on.")
        return replace(
            self,
            seed=self.seed if seed is None else seed,
            days=self.days if days is None else days,
            tenants=tuple(replace(tenant, per_day=tenant.per_day * scale) for tenant in self.tenants),
        )
