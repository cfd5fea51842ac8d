"""One simulated tenant: a workload with all of its parameters fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
import pyarrow as pa

from mithaq.evidence.hypotheses.catalogue import SIMULATED_PER_DAY
from mithaq.evidence.hypotheses.events import EventBatch, hourly_events
from mithaq.evidence.hypotheses.ranges import pick
from mithaq.evidence.hypotheses.rollups import tenant_rollups
from mithaq.evidence.hypotheses.sizes import Dressing, DurationFamily, dressed
from mithaq.evidence.hypotheses.streams import Burst, Calls, End, Lags, Stream, TenantParameters
from mithaq.evidence.hypotheses.workload import DeletionKind, Reads, StreamTemplate, Workload
from mithaq.telemetry.lake.schema import Table

HOME_REGIONS: Final = (
    "af-south-1", "ap-northeast-1", "ap-south-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
    "eu-north-1", "eu-west-1", "me-south-1", "sa-east-1", "us-east-1", "us-west-2",
)  # fmt: skip
"""Regions that tenants are placed in, evenly: which one it is carries no meaning."""

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"


class Evasion(StrEnum):
    """What somebody might do to look like something else."""

    MACHINE_READ = "machine-read"
    """Software reads every object at once, so that read lags look like those of a data pipeline."""
    PADDING = "padding"
    """Every object is padded to whole blocks of 4,096 bytes, so that codec frames cannot be seen."""
    OWN_MODELS = "own-models"
    """Speech is worked on by models on rented machines, so that no service of the provider's is called."""


@dataclass(frozen=True, slots=True)
class Tenant(TenantParameters):
    """A workload's tenant."""

    def rollups(
        self,
        rng: np.random.Generator,
        *,
        subscription: str,
        start_day: int,
        days: int,
        missing_hours: frozenset[int] = frozenset(),
        source: str = "s3-access-log",
    ) -> dict[Table, pa.Table]:
        """Give what ingest would have put in the lake: ACTIVITY, SIZES, RESIDUES, DISTINCT, LIFECYCLE.

        `start_day` is in days since the epoch; `missing_hours` are hours since the epoch that no log covers.
        Storage rows carry `source`, calls of services `cloudtrail`.
        """
        return tenant_rollups(self, rng, subscription, start_day, days, missing_hours, source)

    def events(self, rng: np.random.Generator, start_day: int, days: int) -> Iterator[EventBatch]:
        """Give the same use event by event, one batch per hour that has any, in order of time."""
        return hourly_events(self, rng, start_day, days)


def draw_tenant(
    workload: Workload,
    rng: np.random.Generator,
    *,
    objects_per_day: float | None = None,
    durations: DurationFamily = DurationFamily.LOGNORMAL,
    evasion: Evasion | None = None,
) -> Tenant:
    """Fix all parameters of one tenant of a workload.

    `objects_per_day` is the mean of the main stream; left out, it is drawn from the workload's range as far
    as that lies within SIMULATED_PER_DAY.
    """
    per_day = _volume(workload, rng) if objects_per_day is None else objects_per_day
    clock = pick(workload.clocks, rng).draw(rng)
    buckets = [_pseudonym(rng) for _ in workload.streams]
    streams = tuple(
        _stream(template, rng, per_day, buckets[number] if rng.random() < template.own_bucket else buckets[0],
                durations, evasion)
        for number, template in enumerate(workload.streams)
        if number == 0 or rng.random() < template.present
    )  # fmt: skip
    calls = tuple(
        Calls(use.service, use.per_object.draw(rng), use.delay_minutes.whole(rng))
        for use in workload.services
        if rng.random() < use.used_by and evasion is not Evasion.OWN_MODELS
    )
    home = HOME_REGIONS[int(rng.integers(len(HOME_REGIONS)))]
    others = tuple(region for region in HOME_REGIONS if region != home)
    abroad = rng.random() < workload.abroad.draw(rng)
    return Tenant(
        workload=workload,
        rhythm=clock.rhythm,
        clock=clock,
        per_day=per_day,
        growth=workload.growth.draw(rng),
        active_days=1.0 if workload.active_days is None else workload.active_days.draw(rng),
        streams=streams,
        calls=calls,
        region=others[int(rng.integers(len(others)))] if abroad else home,
        home_region=home,
        burst=_burst(rng) if rng.random() < workload.bursts.draw(rng) else None,
    )


def _volume(workload: Workload, rng: np.random.Generator) -> float:
    """Draw the objects per day within both the workload's range and the simulated one."""
    low, high = SIMULATED_PER_DAY
    reported = workload.objects_per_day
    within = replace(reported, low=min(max(reported.low, low), high), high=max(min(reported.high, high), low))
    return within.draw(rng) if within.low < within.high else within.low


def _stream(
    template: StreamTemplate,
    rng: np.random.Generator,
    per_day: float,
    bucket: str,
    durations: DurationFamily,
    evasion: Evasion | None,
) -> Stream:
    """Fix one stream's parameters."""
    per_object = 1.0 if template.per_object is None else template.per_object.draw(rng)
    key = pick(template.keys, rng)
    sizes = pick(template.sizes, rng).draw(rng, durations)
    reads = _reads(template.reads, rng)
    if evasion is Evasion.PADDING:
        sizes = dressed(sizes, Dressing.PADDED_4096, rng)
    if evasion is Evasion.MACHINE_READ:
        reads = replace(reads, share=1.0, software=1.0, software_seconds=float(rng.uniform(5, 300)))
    deletion = pick(template.deletions, rng)
    whole_days = deletion.kind in (DeletionKind.EXPIRY, DeletionKind.SWEEP)
    age = deletion.days.draw(rng)
    return Stream(
        role=template.role,
        bucket=bucket,
        key=key,
        sizes=sizes,
        per_object=per_object,
        per_day=per_day * per_object,
        reads=reads,
        end=End(deletion.kind, float(max(1, round(age))) if whole_days else age, deletion.share.draw(rng),
                int(rng.integers(24))),
        subjects=template.subjects.draw(rng, per_day * per_object) if key.by_subject else 0,
        principals=max(1, template.principals.whole(rng)),
        failures=float(rng.uniform(0.0, 0.01)),
    )  # fmt: skip


def _reads(template: Reads, rng: np.random.Generator) -> Lags:
    """Fix how one stream is read."""
    return Lags(
        share=template.share.draw(rng),
        software=template.software.draw(rng),
        software_seconds=template.software_seconds.draw(rng),
        people_hours=template.people_hours.draw(rng),
        people_sigma=template.people_sigma.draw(rng),
        audience=template.audience.draw(rng),
        portion=template.portion.draw(rng),
    )


def _burst(rng: np.random.Generator) -> Burst:
    """Fix a burst of reads: when in the window, for how many days, of how much of the archive."""
    return Burst(
        begins=float(rng.uniform(0.0, 0.8)),
        days=float(rng.uniform(2.0, 10.0)),
        archive_days=float(rng.uniform(10.0, 60.0)),
        share=float(rng.uniform(0.4, 1.0)),
    )


def _pseudonym(rng: np.random.Generator) -> str:
    """Give a bucket's pseudonym in the lake's form."""
    return "b1_" + "".join(_ALPHABET[number] for number in rng.integers(0, 32, 26))
