"""Claims of scale: plain thresholds on objects a day, bytes stored, hours of audio."""

from __future__ import annotations

from statistics import median
from typing import Final

from mithaq.evidence.claims.common import coverage_note, not_examinable, observe, undetermined
from mithaq.evidence.examination import Daily, Examination
from mithaq.evidence.indicators.base import HOURS_PER_DAY, storage
from mithaq.evidence.result import ClaimResult, Note, Verdict
from mithaq.evidence.tables import Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.vocabulary import Operation
from mithaq.terms.claims import ScaleClaim
from mithaq.terms.vocabulary import ScaleUnit

PARTLY_SHARE: Final = 0.25
"""Share of covered days that must reach a claim for it to be partly supported."""

CODEC_RATES: Final = (1_525.0, 16_000.0)
"""Bytes per second of speech, AMR-NB 12.2 to 16-bit PCM at 8 kHz (3GPP TS 26.071; twice ITU-T G.711)."""


def answer_scale(claim: ScaleClaim, examination: Examination) -> ClaimResult:
    """Answer a claim of scale."""
    refusal = not_examinable(claim, examination)
    if refusal is not None:
        return refusal
    match claim.unit:
        case ScaleUnit.OBJECTS_PER_DAY:
            return _objects_per_day(claim, examination)
        case ScaleUnit.BYTES_STORED:
            return _bytes_stored(claim, examination)
        case ScaleUnit.HOURS_OF_AUDIO:
            return _hours_of_audio(claim, examination)


def _objects_per_day(claim: ScaleClaim, examination: Examination) -> ClaimResult:
    """Take the median over covered days.

    A day with unseen hours counts for no more than was seen, and is scaled up to 24 hours before the claim is
    refuted.
    """
    days = examination.days
    middle = median(day.made for day in days)
    scaled = median(_scaled(day) for day in days)
    reaching = sum(day.made >= claim.at_least for day in days) / len(days)
    observations = [
        observe(examination, "objects-per-day", middle, "objects-per-day"),
        observe(examination, "days-reaching-claim", reaching, "share"),
        observe(examination, "covered-days", len(days), "days"),
    ]
    if any(day.hours < HOURS_PER_DAY for day in days):
        observations.insert(1, observe(examination, "objects-per-day-scaled", scaled, "objects-per-day"))
    verdict, would_settle = Verdict.REFUTED, list[str]()
    if middle >= claim.at_least:
        verdict = Verdict.SUPPORTED
    elif reaching >= PARTLY_SHARE:
        verdict, would_settle = Verdict.PARTLY_SUPPORTED, ["settle-longer-period"]
    elif scaled >= claim.at_least:
        verdict, would_settle = Verdict.UNDETERMINED, ["settle-logs", "settle-billing"]
    return ClaimResult(
        id=claim.id,
        kind=claim.kind.value,
        verdict=verdict,
        would_settle=would_settle,
        observations=observations,
        notes=coverage_note(examination),
    )


def _scaled(day: Daily) -> float:
    return day.made * HOURS_PER_DAY / day.hours


def _bytes_stored(claim: ScaleClaim, examination: Examination) -> ClaimResult:
    """What was added and not taken away again within the period, at its highest: a lower bound."""
    added = sum(day.bytes_in for day in examination.days)
    made = sum(day.made for day in examination.days)
    removed = int(examination.scope.rows(_gone)[0]["gone"])
    # Every deletion is taken as one of the period's own objects, of mean size: the bound stays a lower one.
    bound = max(0.0, added - removed * (added / made if made else 0.0))
    observations = [
        observe(examination, "bytes-stored-at-least", bound, "bytes"),
        observe(examination, "bytes-added", added, "bytes"),
        observe(examination, "objects-deleted", removed, "count"),
    ]
    notes = [Note("bytes-stored-lower-bound"), *coverage_note(examination)]
    if bound >= claim.at_least:
        return ClaimResult(
            claim.id, claim.kind.value, Verdict.SUPPORTED, observations=observations, notes=notes
        )
    return undetermined(claim, *notes, would_settle=["settle-billing"], observations=observations)


def _gone(tables: Tables) -> ibis.Table:
    """Successful deletions of objects, by requests and by lifecycle rules."""
    rows = storage(tables)
    gone = rows.operation.isin([Operation.DELETE.value, Operation.EXPIRE.value])
    return rows.aggregate(gone=(rows.events - rows.errors).sum(where=gone).fill_null(0))


def _hours_of_audio(claim: ScaleClaim, examination: Examination) -> ClaimResult:
    """Bytes over the range of speech codecs; refuted only with every hour of the period seen or scaled up."""
    added = sum(day.bytes_in for day in examination.days)
    unseen = len(examination.hours) / max(1, len(examination.seen))
    least = added / CODEC_RATES[1] / 3600
    most = added * unseen / CODEC_RATES[0] / 3600
    observations = [
        observe(examination, "hours-of-audio-at-least", least, "hours"),
        observe(examination, "hours-of-audio-at-most", most, "hours"),
        observe(examination, "bytes-added", added, "bytes"),
    ]
    notes = [Note("hours-if-audio"), *coverage_note(examination)]
    if least >= claim.at_least:
        verdict = Verdict.SUPPORTED
    elif most < claim.at_least:
        verdict = Verdict.REFUTED
    else:
        return undetermined(
            claim, *notes, would_settle=["settle-codec", "settle-billing"], observations=observations
        )
    return ClaimResult(claim.id, claim.kind.value, verdict, observations=observations, notes=notes)
