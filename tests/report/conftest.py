"""Reviews built by hand, as the evidence room would give them; every name and figure is invented."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mithaq.evidence.result import (
    Assessment,
    Charts,
    ClaimResult,
    ClauseResult,
    Coverage,
    DailySeries,
    Gap,
    InputFile,
    Note,
    Observation,
    Provenance,
    ReviewResult,
    StreamCharts,
    Strength,
    Verdict,
    Window,
    WorkloadCurve,
)
from mithaq.terms import (
    Allegation,
    AssessedBy,
    Clause,
    DataKind,
    LocalisedText,
    MovesOutClaim,
    Pack,
    PatternClaim,
    ProcessesClaim,
    Processing,
    PurposeMismatchClaim,
    RegionClaim,
    Rhythm,
    ScaleClaim,
    ScaleUnit,
    SourceKind,
    StoresClaim,
    Thresholds,
)

START = datetime(2026, 9, 7, tzinfo=UTC)
END = datetime(2026, 9, 21, tzinfo=UTC)
SUBSCRIPTION = "aws:004512907733"
CALLS = "b1_k3v7q2m5x6a4t7n2c5w6p3r4yd/a/d10/n8/u.wav"
INDEX = "b1_k3v7q2m5x6a4t7n2c5w6p3r4yd/a/d10/u.json"
PERIOD = Window(START, END)


@pytest.fixture
def allegation() -> Allegation:
    return Allegation(
        received=datetime(2026, 9, 21, 9, tzinfo=UTC),
        source_kind=SourceKind.PRESS,
        reference="https://press.invalid/story",
        subscriptions=(SUBSCRIPTION,),
        customer=None,
        start=START,
        end=END,
        clauses=("T5", "T3"),
        claims=(
            StoresClaim(
                id="c1",
                what=DataKind.CALL_RECORDINGS,
                text=LocalisedText(
                    "The unit keeps the phone calls of a whole population.",
                    "تحتفظ الوحدة بالمكالمات الهاتفية لجماعة كاملة من السكّان.",
                ),
            ),
            PatternClaim(id="c2", is_=Rhythm.POPULATION),
            ScaleClaim(id="c3", at_least=100_000.0, unit=ScaleUnit.OBJECTS_PER_DAY),
            RegionClaim(id="c4", in_=("eu-west-1", "eu-central-1")),
            ProcessesClaim(id="c5", with_=Processing.SPEECH_TO_TEXT),
            MovesOutClaim(id="c6", at_least=8.0e12, within_days=5),
            PurposeMismatchClaim(
                id="c7", text=LocalisedText("“For backups”, they said.", "“For backups”, they said.")
            ),
        ),
    )


@pytest.fixture
def pack() -> Pack:
    def clause(name: str, title: LocalisedText, text: LocalisedText, by: AssessedBy) -> Clause:
        return Clause(
            id=name,
            title=title,
            text=text,
            valid_from=datetime(2020, 1, 1, tzinfo=UTC),
            valid_to=None,
            assessed_by=by,
        )

    clauses = {
        "T5": clause(
            "T5",
            LocalisedText("Mass surveillance of civilians", "المراقبة الجماعية للمدنيين"),
            LocalisedText(
                "The services must not be used for broad surveillance of civilian populations.",
                "لا يجوز استخدام الخدمات في مراقبة واسعة لجماعات من السكّان المدنيين.",
            ),
            AssessedBy.COMPUTATION,
        ),
        "T3": clause(
            "T3",
            LocalisedText("Privacy", "الخصوصية"),
            LocalisedText("The privacy of others must be respected.", "يجب احترام خصوصية الآخرين."),
            AssessedBy.PERSON,
        ),
    }
    return Pack(
        id="default",
        title=LocalisedText("Default terms", "الشروط المبدئية"),
        digest="sha256:" + "3f" * 32,
        thresholds=Thresholds(supports_at=2.0, partly_at=1.0, refutes_at=-2.0),
        clauses=clauses,
        versions={name: (clause,) for name, clause in clauses.items()},
    )


def _lognormal(bins: range, mu: float, sigma: float) -> list[float]:
    weights = [
        math.exp(-(((size_bin + 0.5) / 4 * math.log(2) - mu) ** 2) / (2 * sigma**2)) for size_bin in bins
    ]
    return [weight / sum(weights) for weight in weights]


def _stream(name: str, rate: float, mu: float, sigma: float) -> StreamCharts:
    bins = range(48, 96)
    seen = [
        share * (1 + 0.12 * math.sin(2.1 * place)) for place, share in enumerate(_lognormal(bins, mu, sigma))
    ]
    week = [
        [
            -1.0
            if day == 2 and 3 <= hour <= 7
            else round(
                rate * (1.15 + math.sin((hour - 9) / 24 * 2 * math.pi)) * (0.85 if day in {4, 5} else 1), 1
            )
            for hour in range(24)
        ]
        for day in range(7)
    ]
    return StreamCharts(
        stream=name,
        creations_by_hour_of_week=week,
        bins=tuple(bins),
        size_share=[share / sum(seen) for share in seen],
        workloads=(
            WorkloadCurve("bulk-call-interception", supports=True, share=_lognormal(bins, 13.9, 0.9)),
            WorkloadCurve("voicemail", supports=False, share=_lognormal(bins, 12.1, 0.7)),
            WorkloadCurve("call-recording-service", supports=False, share=_lognormal(bins, 14.4, 1.1)),
            WorkloadCurve("cctv", supports=False, share=_lognormal(bins, 15.5, 0.35)),
        ),
    )


def _daily(*, scale: float = 1.0) -> DailySeries:
    days = [(START + timedelta(days=day)).date() for day in range(14)]
    return DailySeries(
        days=[day.isoformat() for day in days],
        creations=[None if day == date(2026, 9, 13) else int(182_000 * scale * _week(day)) for day in days],
        bytes_in=[None if day == date(2026, 9, 13) else int(2.9e11 * scale * _week(day)) for day in days],
        bytes_out=[
            None if day == date(2026, 9, 13) else int(scale * (1.9e12 if day.day >= 17 else 6.1e9))
            for day in days
        ],
    )


def _week(day: date) -> float:
    return (0.8 if day.weekday() in {4, 5} else 1.0) * (1 + 0.04 * math.sin(day.day))


def _observe(
    indicator: str, stream: str, value: float | str | None, unit: str, lr: float | None
) -> Observation:
    return Observation(indicator, stream, value, unit, PERIOD, lr)


def _stores() -> ClaimResult:
    return ClaimResult(
        "c1",
        "stores",
        Verdict.SUPPORTED,
        3.4,
        Strength.STRONG,
        "voicemail",
        ("call-recording-service", "consumer-call-recorder"),
        ("settle-service-billing", "settle-customer-documents"),
        (
            _observe("codec-frames", CALLS, "GSM-FR", "codec", 2.1),
            _observe("median-size", CALLS, 1_071_113.0, "bytes", 0.8),
            _observe("time-to-first-read", CALLS, 113_400.0, "seconds", 0.6),
            _observe("age-at-deletion", CALLS, None, "seconds", None),
            _observe("size-spread", INDEX, 0.31, "doublings", -0.7),
        ),
        (Note("streams-tried", {"streams": 2}),),
    )


def _pattern() -> ClaimResult:
    return ClaimResult(
        "c2",
        "pattern",
        Verdict.SUPPORTED,
        2.2,
        Strength.MODERATELY_STRONG,
        observations=(
            _observe("quiet-hours", CALLS, 0.41, "relative", 1.3),
            _observe("rest-days", CALLS, 0.8, "relative", 0.9),
        ),
    )


def _measured(claim: str, kind: str, verdict: Verdict, *seen: Observation) -> ClaimResult:
    return ClaimResult(claim, kind, verdict, observations=seen)


def _claims() -> tuple[ClaimResult, ...]:
    per_day = _observe("objects-per-day", "*", 181_204, "objects-per-day", None)
    region = _observe("region:eu-west-1", "*", 0.62, "share", None)
    speech = _observe("calls-speech-to-text", "*", 0, "count", None)
    last_days = Window(END - timedelta(days=4), END)
    moved = Observation("bytes-out-in-window", "*", 7_600_000_000_000, "bytes", last_days)
    return (
        _stores(),
        _pattern(),
        _measured("c3", "scale", Verdict.SUPPORTED, per_day),
        _measured("c4", "region", Verdict.PARTLY_SUPPORTED, region),
        _measured("c5", "processes", Verdict.REFUTED, speech),
        _measured("c6", "moves-out", Verdict.SUPPORTED, moved),
        ClaimResult(
            "c7",
            "purpose-mismatch",
            Verdict.UNDETERMINED,
            -0.05,
            Strength.NONE,
            would_settle=("settle-declared-purpose",),
            notes=(Note("nothing-declared"),),
        ),
    )


@pytest.fixture
def violating() -> ReviewResult:
    """What bulk interception may look like, with a gap and explanations that stay open."""
    open_ones = ("call-recording-service", "consumer-call-recorder")
    gap = Window(START + timedelta(days=2, hours=3), START + timedelta(days=2, hours=8))
    retention: dict[str, str | int | float] = {
        "rate_claim": "c3",
        "other_claim": "c6",
        "least_days": 8.3,
        "most_days": 1700.0,
    }
    return ReviewResult(
        claims=_claims(),
        clauses=(
            ClauseResult(
                "T5",
                Assessment.UNDETERMINED,
                ("c1", "c2", "c3"),
                open_ones,
                notes=(Note("clause-explanation-open"),),
            ),
            ClauseResult("T3", Assessment.UNDETERMINED, assessed_by="person"),
        ),
        coverage=Coverage(5_431_912, 336, 331, (Gap("s3-access-log", gap),)),
        provenance=Provenance(
            "0.1.0",
            "sha256:" + "3f" * 32,
            datetime(2026, 9, 22, 8, 30, tzinfo=UTC),
            (InputFile("s3-access-log", "9c" * 32, 5_400_000), InputFile("cloudtrail", "07" * 32, 31_912)),
        ),
        charts=Charts(_daily(), (_stream(CALLS, 7_600.0, 13.95, 0.89), _stream(INDEX, 7_600.0, 9.5, 0.4))),
        consistency=(Note("implied-retention-moved", retention),),
        subjects={SUBSCRIPTION: ("s1_q6w3e7r2t5y4u6i2o7p3a5s4df",)},
    )


@pytest.fixture
def twins(violating: ReviewResult) -> ReviewResult:
    """A workload that equals an innocent one in everything: nothing is decided about T5."""
    return replace(
        violating,
        claims=tuple(
            replace(claim, verdict=Verdict.UNDETERMINED, log10_lr=0.02, strength=Strength.NONE)
            if claim.log10_lr is not None
            else claim
            for claim in violating.claims
        ),
        consistency=(),
    )


@pytest.fixture
def empty(allegation: Allegation) -> ReviewResult:
    """A subject that the lake does not know."""
    days = _daily().days
    nothing = [None] * len(days)
    return ReviewResult(
        claims=tuple(ClaimResult(claim.id, claim.kind, Verdict.UNDETERMINED) for claim in allegation.claims),
        clauses=(ClauseResult("T5", Assessment.UNDETERMINED, ("c1", "c2", "c3")),),
        coverage=Coverage(0, 336, 0),
        provenance=Provenance("0.1.0", "sha256:" + "3f" * 32, datetime(2026, 9, 22, 8, 30, tzinfo=UTC)),
        charts=Charts(DailySeries(days, nothing, nothing, nothing)),
    )
