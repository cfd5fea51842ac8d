"""The customers of a scenario as the provider knows them: accounts, buckets, callers, and their true use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mithaq.evidence.hypotheses import WORKLOADS, Stream, Tenant, draw_tenant
from mithaq.evidence.hypotheses.codecs import G711
from mithaq.evidence.hypotheses.sizes import DurationFamily, FixedAudio, FixedDurations
from mithaq.evidence.hypotheses.streams import Calls, End
from mithaq.evidence.hypotheses.workload import DeletionKind
from mithaq.simulation import ids
from mithaq.simulation.scenario import Fixed, Scenario, SimulatedTenant

_MOBILE_MU, _MOBILE_SIGMA = 4.27, 0.89
"""Median and spread of the logarithm of a mobile call's seconds, as in the workload tables."""

_WAVE_HEADER: Final = 44


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody or something that makes requests."""

    arn: str
    principal_id: str
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer."""

    spec: SimulatedTenant
    tenant: Tenant
    owner: str
    """Canonical id that owns the buckets, 64 hexadecimal digits."""
    account: str
    """Account number, 12 digits."""
    buckets: tuple[str, ...]
    """Native bucket name of each stream."""
    callers: tuple[tuple[Caller, ...], ...]
    """Callers of each stream; a caller's number counts from 0."""
    salt: int
    """Tells this customer's object ids from others'."""
    seed: tuple[int, int]
    """Seed of everything that happens in this customer's logs."""

    @property
    def storage_subscription(self) -> str:
        """The subscription under which storage requests stand."""
        if self.spec.storage_log == "cloudtrail":
            return self.service_subscription
        return f"aws:{self.owner}"

    @property
    def service_subscription(self) -> str:
        """The subscription under which calls of services stand."""
        return f"aws:{self.account}"

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """All subscriptions, without repeats."""
        return tuple(dict.fromkeys((self.storage_subscription, self.service_subscription)))


def customers(scenario: Scenario) -> tuple[Customer, ...]:
    """Make all customers of a scenario; equal scenarios give equal customers."""
    return tuple(
        _customer(spec, np.random.default_rng((scenario.seed, number)), (scenario.seed, number))
        for number, spec in enumerate(scenario.tenants)
    )


def _customer(spec: SimulatedTenant, rng: np.random.Generator, seed: tuple[int, int]) -> Customer:
    tenant = draw_tenant(WORKLOADS[spec.workload], rng, objects_per_day=spec.per_day)
    while spec.fixed is not None and spec.fixed.index and len(tenant.streams) == 1:
        tenant = draw_tenant(WORKLOADS[spec.workload], rng, objects_per_day=spec.per_day)
    if spec.fixed is not None:
        tenant = _settled(tenant, spec.fixed, rng)
    account = ids.account(rng)
    named: dict[str, str] = {}
    for stream in tenant.streams:
        named.setdefault(stream.bucket, f"{spec.slug}-{stream.key.word}-{rng.bytes(3).hex()}")
    return Customer(
        spec=spec,
        tenant=tenant,
        owner=ids.canonical_owner(rng),
        account=account,
        buckets=tuple(named[stream.bucket] for stream in tenant.streams),
        callers=tuple(_callers(stream, account, rng) for stream in tenant.streams),
        salt=int(rng.integers(1 << 62)),
        seed=seed,
    )


def _settled(tenant: Tenant, fixed: Fixed, rng: np.random.Generator) -> Tenant:
    """Put the parameters that the story fixes in place of the drawn ones."""
    main = tenant.streams[0]
    kept = DeletionKind.NONE if fixed.keeps_days is None else DeletionKind.EXPIRY
    main = replace(
        main,
        reads=replace(main.reads, audience=fixed.audience),
        end=End(kept, float(fixed.keeps_days or 0), 1.0, main.end.sweep_hour),
    )
    if fixed.plain_g711:
        durations = FixedDurations(_MOBILE_MU, _MOBILE_SIGMA, 1.0, 7200.0, DurationFamily.LOGNORMAL)
        key = replace(main.key, extension="wav")
        main = replace(main, sizes=FixedAudio(durations, G711, 1, _WAVE_HEADER), key=key)
    others = tenant.streams[1:] if fixed.index else ()
    return replace(
        tenant,
        streams=(main, *others),
        calls=tuple(Calls(service, share, int(rng.integers(1, 20))) for service, share in fixed.services),
        home_region=fixed.home_region,
        region=fixed.region,
        growth=min(max(tenant.growth, -0.005), 0.005),
        burst=None,
    )


AGENTS: Final = (
    "aws-sdk-java/2.25.11 Linux/5.10.218 OpenJDK_64-Bit_Server_VM/17.0.11 Java/17.0.11 io/sync http/Apache",
    "Boto3/1.34.98 md/Botocore#1.34.98 ua/2.0 os/linux#6.1.91 md/arch#x86_64 lang/python#3.11.9",
    "aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.3 md/GOOS#linux md/GOARCH#amd64 api/s3#1.53.1",
    "aws-sdk-js/3.572.0 ua/2.1 os/linux#5.10.215 lang/js md/nodejs#20.12.2 api/s3#3.572.0",
    "aws-cli/2.15.48 md/awscrt#0.19.19 ua/2.0 os/linux#5.15.0 md/arch#x86_64 lang/python#3.11.8",
)


_MACHINES: Final = 12
"""Up to so many callers of one stream are taken for machines in a role."""


def _callers(stream: Stream, account: str, rng: np.random.Generator) -> tuple[Caller, ...]:
    """Make a stream's callers: machines in a role where there are few, people with accounts where many."""
    made = []
    for number in range(stream.principals):
        digits = rng.bytes(9).hex()
        if stream.principals <= _MACHINES:
            arn = f"arn:aws:sts::{account}:assumed-role/{stream.key.word}-writer/i-0{digits[:16]}"
        else:
            arn = f"arn:aws:iam::{account}:user/u{number:04d}-{digits[:6]}"
        agent = AGENTS[int(rng.integers(len(AGENTS)))]
        made.append(Caller(arn, f"EXAMPLE{digits[:13].upper()}", ids.address(rng), agent))
    return tuple(made)
