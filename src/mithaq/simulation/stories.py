"""The scenarios by name. All customers are invented; what each is told to do stands in its claims."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from mithaq.simulation.errors import UnknownScenario
from mithaq.simulation.scenario import Fixed, Scenario, SimulatedTenant, Telling
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import (
    DataKind,
    LocalisedText,
    MovesOutClaim,
    PatternClaim,
    ProcessesClaim,
    Processing,
    Purpose,
    PurposeMismatchClaim,
    RegionClaim,
    Rhythm,
    ScaleClaim,
    ScaleUnit,
    SourceKind,
    StoresClaim,
)

_START: Final = datetime(2026, 9, 7, tzinfo=UTC)

_CALLS: Final = StoresClaim(
    id="c1",
    text=LocalisedText("It keeps recordings of telephone calls.", "تحتفظ بتسجيلات لمكالمات هاتفية."),
    what=DataKind.CALL_RECORDINGS,
)
_PEOPLE: Final = PatternClaim(
    id="c2",
    text=LocalisedText(
        "They are the calls of people at large, day and night.", "هي مكالمات عامّة الناس، ليلًا ونهارًا."
    ),
    is_=Rhythm.POPULATION,
)


def _scale(at_least: int, words: LocalisedText) -> ScaleClaim:
    return ScaleClaim(id="c3", text=words, at_least=float(at_least), unit=ScaleUnit.OBJECTS_PER_DAY)


_HARBOUR_VAULT: Final = SimulatedTenant(
    slug="harbour-vault",
    customer="Harbour Vault Systems",
    workload="bulk-call-interception",
    per_day=7_000,
    declared=Purpose.BACKUP,
    tier="enterprise",
    contract="HV-1041",
    fixed=Fixed(
        home_region="ca-central-1",
        region="eu-west-1",
        services=((Service.SPEECH_TO_TEXT, 0.6), (Service.TRANSLATION, 0.1)),
        keeps_days=30,
        plain_g711=True,
    ),
    telling=Telling(
        source=SourceKind.PRESS,
        clauses=("T5",),
        claims=(
            _CALLS,
            _PEOPLE,
            _scale(
                5_000,
                LocalisedText("At least five thousand calls a day.", "خمسة آلاف مكالمة في اليوم على الأقلّ."),
            ),
            RegionClaim(
                id="c4",
                text=LocalisedText("The data lie in eu-west-1.", "البيانات محفوظة في المنطقة eu-west-1."),
                in_=("eu-west-1",),
            ),
            ProcessesClaim(
                id="c5",
                text=LocalisedText(
                    "The calls are turned into text by the provider's own service.",
                    "تُحوَّل المكالمات إلى نصوص بخدمة المزوّد نفسه.",
                ),
                with_=Processing.SPEECH_TO_TEXT,
            ),
            MovesOutClaim(
                id="c6",
                text=LocalisedText(
                    "Ten terabytes left for elsewhere within five days.",
                    "نُقلت عشرة تيرابايت إلى مكان آخر خلال خمسة أيام.",
                ),
                at_least=1.0e13,
                within_days=5,
            ),
            PurposeMismatchClaim(
                id="c7",
                text=LocalisedText(
                    "It was declared as backup, which it is not.", "صُرِّح بأنه نسخ احتياطي وهو ليس كذلك."
                ),
            ),
        ),
    ),
)

_CEDAR_BANK: Final = SimulatedTenant(
    slug="cedar-bank",
    customer="Cedar Mutual Bank",
    workload="call-centre",
    per_day=2_600,
    declared=Purpose.CALL_CENTRE,
    tier="enterprise",
    contract="CM-2207",
    fixed=Fixed(
        home_region="eu-central-1",
        region="eu-central-1",
        services=((Service.SPEECH_TO_TEXT, 0.2),),
        index=True,
        audience=0.01,
    ),
    telling=Telling(
        source=SourceKind.EMPLOYEE,
        by_customer=False,
        claims=(
            _CALLS,
            _PEOPLE,
            _scale(
                1_000, LocalisedText("At least a thousand calls a day.", "ألف مكالمة في اليوم على الأقلّ.")
            ),
        ),
    ),
)

_MEMO_LINE: Final = SimulatedTenant(
    slug="memo-line",
    customer="MemoLine Apps",
    workload="consumer-call-recorder",
    per_day=4_000,
    declared=Purpose.CONSUMER_CALL_RECORDER,
    contract="ML-0310",
    fixed=Fixed(
        home_region="us-east-1",
        region="us-east-1",
        services=((Service.SPEECH_TO_TEXT, 0.3),),
        plain_g711=True,
    ),
    telling=Telling(
        source=SourceKind.NGO,
        claims=(
            _CALLS,
            _PEOPLE,
            _scale(
                2_000, LocalisedText("At least two thousand calls a day.", "ألفا مكالمة في اليوم على الأقلّ.")
            ),
            PurposeMismatchClaim(
                id="c4", text=LocalisedText("It is no app for its users.", "ليس تطبيقًا لمستخدميه.")
            ),
        ),
    ),
)

_QUAYSIDE: Final = SimulatedTenant(
    slug="quayside-cameras",
    customer="Quayside Camera Services",
    workload="cctv",
    per_day=2_880,
    declared=Purpose.CCTV,
    contract="QC-0077",
    fixed=Fixed(home_region="eu-north-1", region="eu-north-1", keeps_days=30),
    telling=Telling(
        source=SourceKind.RESEARCHER,
        claims=(
            StoresClaim(
                id="c1",
                text=LocalisedText("It keeps pictures of faces.", "تحتفظ بصور وجوه."),
                what=DataKind.FACE_IMAGES,
            ),
            PatternClaim(
                id="c2",
                text=LocalisedText("They are people in the street.", "هم أناس في الشارع."),
                is_=Rhythm.POPULATION,
            ),
            ProcessesClaim(
                id="c3",
                text=LocalisedText("Faces are recognised in them.", "يجري التعرّف على الوجوه فيها."),
                with_=Processing.FACE_RECOGNITION,
            ),
        ),
    ),
)

_LANTERN: Final = SimulatedTenant(
    slug="lantern-photos",
    customer="Lantern Photos",
    workload="photo-app",
    per_day=2_500,
    declared=Purpose.PHOTO_APP,
    tier="free",
    fixed=Fixed(home_region="us-west-2", region="us-west-2", services=((Service.VISION, 0.2),), audience=2.0),
)

_MILLRACE: Final = SimulatedTenant(
    slug="millrace-analytics",
    customer="Millrace Analytics",
    workload="data-lake",
    per_day=1_200,
    declared=Purpose.DATA_LAKE,
    contract="MA-0912",
    storage_log="cloudtrail",
    fixed=Fixed(
        home_region="ap-southeast-2",
        region="ap-southeast-2",
        services=((Service.LANGUAGE_MODEL, 0.05),),
        audience=0.8,
    ),
)

SCENARIOS: Final[Mapping[str, Scenario]] = MappingProxyType(
    {
        "demo": Scenario(
            name="demo",
            tenants=(_HARBOUR_VAULT, _CEDAR_BANK, _MEMO_LINE, _QUAYSIDE, _LANTERN, _MILLRACE),
            start=_START,
            days=14,
            seed=20260907,
        )
    }
)
"""Scenarios by name."""


def scenario_named(name: str) -> Scenario:
    """Give a scenario; raises UnknownScenario."""
    found = SCENARIOS.get(name)
    if found is None:
        raise UnknownScenario(
            f"{name!r} is not a scenario", hint=f"There is: {', '.join(sorted(SCENARIOS))}."
        )
    return found


def population(workload: str, *, tenants: int, per_day: float, days: int, seed: int) -> Scenario:
    """Give a scenario of so many tenants of one workload, each with all its parameters drawn.

    Nothing but the workload's own requests is in their logs, so that these can be compared with rollups.
    """
    return Scenario(
        name=workload,
        tenants=tuple(
            SimulatedTenant(
                slug=f"{workload}-{number}",
                customer=f"Customer {number}",
                workload=workload,
                per_day=per_day,
                declared=None,
            )
            for number in range(tenants)
        ),
        start=_START,
        days=days,
        seed=seed,
        background=False,
    )
