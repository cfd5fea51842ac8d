"""Simulated tenants as streams with features, for fitting, calibrating and evaluating the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from mithaq.evidence.features import MIN_OBJECTS, Stream, stream_features
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
DAYS: Final = (7, 8, 10, 14, 14, 14, 21, 30, 60)
MISSING_SHARE: Final = 0.3
"""Share of tenants from whose logs hours are missing."""
ONE_RUN_SHARE: Final = 0.5
"""Share of tenants with gaps whose gap is one run of hours."""
MOST_OBJECTS: Final = 80_000.0
"""Objects of one simulated tenant: from some tens of thousands on, more make the features no less noisy."""
BATCH: Final = 80
"""Tenants that go through the engine together: enough to share its cost, few enough for little memory."""


@dataclass(frozen=True, slots=True)
class SimulatedStream:
    """A stream with features, whether it is its tenant's main one, and the tenant it belongs to."""

    stream: Stream
    main: bool
    rhythm: Rhythm
    tenant: Tenant


@dataclass(frozen=True, slots=True)
class Setting:
    """How tenants are drawn: objects a day, days, call-length family, evasion, share with missing hours."""

    per_day: tuple[float, float] = SIMULATED_PER_DAY
    days: tuple[int, ...] = DAYS
    durations: tuple[DurationFamily, ...] = (DurationFamily.LOGNORMAL,)
    evasion: Evasion | None = None
    missing_share: float = MISSING_SHARE
    most_objects: float = MOST_OBJECTS


def simulate(
    workload: Workload,
    count: int,
    rng: np.random.Generator,
    setting: Setting | None = None,
) -> Iterator[list[SimulatedStream]]:
    """Draw tenants of a workload and give each tenant's streams with their features."""
    chosen = setting or Setting()
    for start in range(0, count, BATCH):
        yield from _batch(workload, min(BATCH, count - start), rng, chosen)


def draw_rollups(
    workload: Workload, rng: np.random.Generator, setting: Setting, subscription: str
) -> tuple[Tenant, dict[Table, pa.Table], list[int]]:
    """Draw one tenant, its rollups, and the hours that its logs speak of."""
    low, high = np.log(setting.per_day)
    first = FIRST_DAY + int(rng.integers(28))
    days = setting.days[int(rng.integers(len(setting.days)))]
    tenant = draw_tenant(
        workload,
        rng,
        objects_per_day=min(float(np.exp(rng.uniform(low, high))), setting.most_objects / days),
        durations=setting.durations[int(rng.integers(len(setting.durations)))],
        evasion=setting.evasion,
    )
    hours = range(first * 24, (first + days) * 24)
    missing = _missing(rng, hours) if rng.random() < setting.missing_share else frozenset[int]()
    rollups = tenant.rollups(
        rng, subscription=subscription, start_day=first, days=days, missing_hours=missing, source=SOURCE
    )
    return tenant, rollups, [hour for hour in hours if hour not in missing]


def _missing(rng: np.random.Generator, hours: range) -> frozenset[int]:
    """Leave out one run of hours, or single hours here and there."""
    if rng.random() < ONE_RUN_SHARE:
        length = int(rng.integers(1, 25))
        first = int(rng.integers(hours.start, hours.stop - length))
        return frozenset(range(first, first + length))
    share = rng.uniform(0.005, 0.05)
    return frozenset(hour for hour in hours if rng.random() < share)


def _batch(
    workload: Workload, count: int, rng: np.random.Generator, setting: Setting
) -> Iterator[list[SimulatedStream]]:
    tenants: dict[str, Tenant] = {}
    parts: dict[Table, list[pa.Table]] = {}
    subjects: list[str] = []
    seen: list[int] = []
    for number in range(count):
        name = f"s1_{number:06d}"
        tenants[name], rollups, hours = draw_rollups(workload, rng, setting, name)
        for table, rows in rollups.items():
            parts.setdefault(table, []).append(rows)
        subjects += [name] * len(hours)
        seen += hours
    observed = pa.table(
        {
            "subject": pa.array(subjects, pa.string()),
            "source": pa.array([SOURCE] * len(seen), pa.string()),
            "hour": pa.array(seen, pa.int32()),
        }
    )
    scope = population_scope({table: pa.concat_tables(rows) for table, rows in parts.items()}, observed)
    grouped: dict[str, list[SimulatedStream]] = {name: [] for name in tenants}
    for stream in stream_features(scope):
        if stream.get("made") < MIN_OBJECTS:
            continue
        tenant = tenants[stream.key[0]]
        main = stream.key[1:] == (tenant.streams[0].bucket, tenant.streams[0].key.shape)
        grouped[stream.key[0]].append(SimulatedStream(stream, main, tenant.rhythm, tenant))
    yield from grouped.values()


def seeded(seed: int, purpose: str, workloads: Mapping[str, Workload]) -> dict[str, np.random.Generator]:
    """Give a generator per workload, so that adding a workload leaves the draws of the others as they are."""
    return {name: np.random.default_rng([seed, *purpose.encode(), *name.encode()]) for name in workloads}
