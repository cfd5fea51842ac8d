"""What all answers share: the reasons for leaving a claim undetermined, and observations."""

from __future__ import annotations

from collections.abc import Sequence

from mithaq.evidence.examination import Examination
from mithaq.evidence.result import ClaimResult, Note, Observation, Verdict
from mithaq.terms.claims import Claim

ALL_STREAMS = "*"


def observe(
    examination: Examination,
    indicator: str,
    value: float | str | None,
    unit: str,
    *,
    stream: str = ALL_STREAMS,
    log10_lr: float | None = None,
) -> Observation:
    """Give one observation over the whole period."""
    return Observation(indicator, stream, value, unit, examination.window, log10_lr)


def undetermined(
    claim: Claim, *notes: Note, would_settle: Sequence[str], observations: Sequence[Observation] = ()
) -> ClaimResult:
    """Leave a claim undetermined, saying why and which records would settle it."""
    return ClaimResult(
        id=claim.id,
        kind=claim.kind.value,
        verdict=Verdict.UNDETERMINED,
        would_settle=list(would_settle),
        observations=list(observations),
        notes=list(notes),
    )


def not_examinable(claim: Claim, examination: Examination) -> ClaimResult | None:
    """Answer a claim about stored objects that the lake cannot speak of; None where it can."""
    if not examination.known:
        return undetermined(
            claim, Note("subject-not-in-lake"), would_settle=["settle-right-subscription", "settle-logs"]
        )
    if examination.events == 0:
        return undetermined(claim, Note("no-events-in-period"), would_settle=["settle-logs"])
    if not examination.storage_sources:
        return undetermined(
            claim, Note("no-storage-events"), would_settle=["settle-object-level-logs", "settle-billing"]
        )
    if not examination.days:
        return undetermined(claim, Note("period-not-covered"), would_settle=["settle-logs"])
    return None


def coverage_note(examination: Examination) -> list[Note]:
    """Say how much of the period was seen, where it was not all."""
    seen, expected = len(examination.seen), len(examination.hours)
    return [Note("hours-unseen", {"seen": seen, "expected": expected})] if seen < expected else []
