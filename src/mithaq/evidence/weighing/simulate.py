"""Simulated tenants as streams with features, for fitting, calibrating and evaluating the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from mithaq.evidence.features import Stream, stream_features
from mithaq.evidence.hypotheses import (
    SIMULATED_PER_DAY,
    DurationFamily,
    Evasion,
    Tenant,
    Workload,
    draw_tenant,
)
from mithaq.evidence.tables import population_scope
from mithaq.telemetry.lake.schema import Table
from mithaq.terms.vocabulary import Rhythm

SOURCE: Final = "s3-access-log"
FIRST_DAY: Final = 20_650
"""A Thursday in July 2026; tenants start on any of the next 28 days, so that weeks begin anywhere."""
DAYS: Final = (7, 7, 8, 10, 14, 14, 14, 21, 30, 60)
MISSING_SHARE: Final = 0.3
"""Share of tenants from whose logs hours are missing."""
ONE_RUN_SHARE: Final = 0.5
"""Share of tenants with gaps whose gap is one run of hours."""
MOST_OBJECTS: Final = 700_000.0
"""Objects of one simulated tenant: the largest use for a fortnight. How objects crowd into minutes depends on
how many there are, so a model of smaller tenants would not know the pace of large ones."""
BATCH: Final = 80
"""Tenants that go through the engine together: enough to share its cost, few enough for little memory."""


@dataclass(frozen=True, slots=True)
class SimulatedStream:
    """A stream with features, whether it is its tenant's main one, and what is true of it.

    `workload` and `rhythm` are the stream's own, where several workloads share a subscription; main is then
    the main stream of the first of them. `beside` are the subscription's streams too small to be weighed.
    """

    stream: Stream
    main: bool
    rhythm: Rhythm
    workload: Workload
    beside: tuple[Stream, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """How tenants are drawn: objects a day, days, call-length family, evasion, share with missing hours."""

    per_day: tuple[float, float] = SIMULATED_PER_DAY
    days: tuple[int, ...] = DAYS
    durations: tuple[DurationFamily, ...] = (DurationFamily.LOGNORMAL,)
    evasion: Evasion | None = None
    missing_share: float = MISSING_SHARE
    most_objects: float = MOST_OBJECTS


@dataclass(frozen=True, slots=True)
class Period:
    """The window that one subscription's logs are of; `missing` are hours since the epoch."""

    first_day: int
    days: int
    missing: frozenset[int]

    @property
    def observed(self) -> list[int]:
        """Hours that the logs speak of."""
        hours = range(self.first_day * 24, (self.first_day + self.days) * 24)
        return [hour for hour in hours if hour not in self.missing]


def simulate(
    workload: Workload,
    count: int,
    rng: np.random.Generator,
    setting: Setting | None = None,
) -> Iterator[list[SimulatedStream]]:
    """Draw tenants of a workload and give each tenant's streams that are large enough, with features."""
    yield from simulate_together([[workload]] * count, rng, setting)


def simulate_together(
    mixtures: Sequence[Sequence[Workload]], rng: np.random.Generator, setting: Setting | None = None
) -> Iterator[list[SimulatedStream]]:
    """Draw subscriptions in which several workloads run side by side; give each one's streams."""
    chosen = setting or Setting()
    for start in range(0, len(mixtures), BATCH):
        yield from _batch(mixtures[start : start + BATCH], rng, chosen)


def draw_period(rng: np.random.Generator, setting: Setting) -> Period:
    """Draw when a subscription's logs begin, for how many days, and which hours are missing."""
    first = FIRST_DAY + int(rng.integers(28))
    days = setting.days[int(rng.integers(len(setting.days)))]
    if rng.random() >= setting.missing_share:
        return Period(first, days, frozenset())
    return Period(first, days, _missing(rng, range(first * 24, (first + days) * 24)))


def draw_rollups(
    workload: Workload, rng: np.random.Generator, setting: Setting, period: Period, subscription: str
) -> tuple[Tenant, dict[Table, pa.Table]]:
    """Draw one tenant and its rollups."""
    low, high = np.log(setting.per_day)
    tenant = draw_tenant(
        workload,
        rng,
        objects_per_day=min(float(np.exp(rng.uniform(low, high))), setting.most_objects / period.days),
        durations=setting.durations[int(rng.integers(len(setting.durations)))],
        evasion=setting.evasion,
    )
    rollups = tenant.rollups(
        rng, subscription=subscription, start_day=period.first_day, days=period.days,
        missing_hours=period.missing, source=SOURCE,
    )  # fmt: skip
    return tenant, rollups


def _missing(rng: np.random.Generator, hours: range) -> frozenset[int]:
    """Leave out one run of hours, or single hours here and there."""
    if rng.random() < ONE_RUN_SHARE:
        length = int(rng.integers(1, 25))
        first = int(rng.integers(hours.start, hours.stop - length))
        return frozenset(range(first, first + length))
    share = rng.uniform(0.005, 0.05)
    return frozenset(hour for hour in hours if rng.random() < share)


def _batch(
    mixtures: Sequence[Sequence[Workload]], rng: np.random.Generator, setting: Setting
) -> Iterator[list[SimulatedStream]]:
    tenants: dict[str, list[Tenant]] = {}
    parts: dict[Table, list[pa.Table]] = {}
    subjects: list[str] = []
    seen: list[int] = []
    for number, workloads in enumerate(mixtures):
        name = f"s1_{number:06d}"
        period = draw_period(rng, setting)
        tenants[name] = []
        for workload in workloads:
            tenant, rollups = draw_rollups(workload, rng, setting, period, name)
            tenants[name].append(tenant)
            for table, rows in rollups.items():
                parts.setdefault(table, []).append(rows)
        subjects += [name] * len(period.observed)
        seen += period.observed
    observed = pa.table(
        {
            "subject": pa.array(subjects, pa.string()),
            "source": pa.array([SOURCE] * len(seen), pa.string()),
            "hour": pa.array(seen, pa.int32()),
        }
    )
    scope = population_scope({table: pa.concat_tables(rows) for table, rows in parts.items()}, observed)
    grouped: dict[str, list[SimulatedStream]] = {name: [] for name in tenants}
    beside: dict[str, list[Stream]] = {name: [] for name in tenants}
    for stream in stream_features(scope):
        name = stream.key[0]
        if stream.weighed:
            grouped[name].append(_owned(stream, tenants[name]))
        else:
            beside[name].append(stream)
    for name, found in grouped.items():
        yield [replace(each, beside=tuple(beside[name])) for each in found]


def _owned(stream: Stream, tenants: Sequence[Tenant]) -> SimulatedStream:
    """Find whose a stream is, by its bucket: every workload has buckets of its own."""
    bucket = stream.key[1]
    tenant = next(each for each in tenants if bucket in {one.bucket for one in each.streams})
    first = tenants[0].streams[0]
    main = stream.key[1:] == (first.bucket, first.key.shape)
    return SimulatedStream(stream, main, tenant.rhythm, tenant.workload)


def generator(seed: int, purpose: str, workload: str) -> np.random.Generator:
    """Give a workload's own generator: adding a workload leaves the draws of the others as they are."""
    return np.random.default_rng([seed, *purpose.encode(), *workload.encode()])
