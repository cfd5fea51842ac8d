"""What a review comes to: plain values that `review.json`, the report and later the console share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mithaq.terms.vocabulary import Assessment as Assessment  # noqa: PLC0414  # handed on from here
from mithaq.terms.vocabulary import Verdict as Verdict  # noqa: PLC0414  # as above


class Strength(StrEnum):
    """Verbal scale for |log10 LR| (ENFSI Guideline for Evaluative Reporting, 2015)."""

    NONE = "none"
    WEAK = "weak"
    MODERATE = "moderate"
    MODERATELY_STRONG = "moderately-strong"
    STRONG = "strong"
    VERY_STRONG = "very-strong"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence in words, by message key and values, so that both languages are written from one place.

    `key` names a message of `evidence/messages.toml`; `values` fill its placeholders.
    """

    key: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """A period, from inclusive to exclusive, aware UTC datetimes."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Observation:
    """One value computed from metadata. `stream` is `bucket/shape-group` in pseudonyms, or `*` for all."""

    indicator: str
    stream: str
    value: float | int | str | None
    unit: str
    window: Window
    log10_lr: float | None = None


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """The answer to one claim. `notes` say why in words; `would_settle` names records by message key."""

    id: str
    kind: str
    verdict: Verdict
    log10_lr: float | None = None
    strength: Strength | None = None
    best_other: str | None = None
    open_explanations: Sequence[str] = ()
    would_settle: Sequence[str] = ()
    observations: Sequence[Observation] = ()
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """The answer to one clause. `assessed_by` is `computation` or `person`."""

    id: str
    assessment: Assessment
    claims: Sequence[str] = ()
    open_explanations: Sequence[str] = ()
    assessed_by: str = "computation"
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours of the period in which a source holds nothing from anyone."""

    source: str
    window: Window


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the lake holds of the subject in the period."""

    events: int
    hours_expected: int
    hours_seen: int
    gaps: Sequence[Gap] = ()


@dataclass(frozen=True, slots=True)
class InputFile:
    """A committed log file that the review drew on, by the digest of its decompressed bytes."""

    source: str
    sha256: str
    events: int


@dataclass(frozen=True, slots=True)
class WorkloadCurve:
    """Expected share of objects per size bin under one workload, for drawing beside what was seen."""

    workload: str
    supports: bool
    """Whether the workload lies in the claim's own set (else it is a competing explanation)."""
    share: Sequence[float]
    """Share per bin of the parent's `bins`; sums to 1."""


@dataclass(frozen=True, slots=True)
class StreamCharts:
    """Series that the report draws for one stream; all in UTC."""

    stream: str
    creations_by_hour_of_week: Sequence[Sequence[float]]
    """7 rows (Monday first) of 24 mean creations per covered hour; NaN never, uncovered = -1."""
    bins: Sequence[int]
    """Size bins shown, 4 per doubling (lower edge 2^(bin/4) bytes)."""
    size_share: Sequence[float]
    workloads: Sequence[WorkloadCurve]


@dataclass(frozen=True, slots=True)
class DailySeries:
    """One number per UTC day of the period for the whole subject; None where the day is not covered."""

    days: Sequence[str]
    """ISO dates."""
    creations: Sequence[int | None]
    bytes_in: Sequence[int | None]
    bytes_out: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Charts:
    """Everything that the report draws."""

    daily: DailySeries
    streams: Sequence[StreamCharts] = ()
    """The streams that carry a claim's weight, strongest first; at most four."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the review came from: versions, terms digest, inputs."""

    version: str
    terms: str
    made_at: datetime
    inputs: Sequence[InputFile] = ()


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """A whole review. `consistency` holds what the claims say about each other (rate, length, volume)."""

    claims: Sequence[ClaimResult]
    clauses: Sequence[ClauseResult]
    coverage: Coverage
    provenance: Provenance
    charts: Charts
    consistency: Sequence[Note] = ()
    subjects: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Native subscription → its pseudonyms in the lake."""
