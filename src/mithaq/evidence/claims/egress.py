"""Claims that data moved out: the largest sum of outgoing bytes in any window of the claimed length."""

from __future__ import annotations

from typing import Final

import numpy as np

from mithaq.evidence.claims.common import coverage_note, not_examinable, undetermined
from mithaq.evidence.coverage import window_of
from mithaq.evidence.examination import Examination
from mithaq.evidence.indicators import outgoing
from mithaq.evidence.result import ClaimResult, Note, Observation, Verdict
from mithaq.terms.claims import MovesOutClaim

PARTLY_SHARE: Final = 0.25
"""Share of the claimed bytes that must be seen for the claim to be partly supported."""


def answer_moves_out(claim: MovesOutClaim, examination: Examination) -> ClaimResult:
    """Answer by the busiest window; unseen hours are scaled up before the claim is refuted."""
    refusal = not_examinable(claim, examination)
    if refusal is not None:
        return refusal
    hours = examination.hours
    out = np.zeros(len(hours))
    for row in examination.scope.rows(outgoing.indicator):
        out[row["hour"] - hours.start] += row["bytes_out"]
    seen = np.array([hour in examination.seen for hour in hours], np.float64)
    width = min(len(hours), claim.within_days * 24)
    sums, hours_seen = (np.convolve(row, np.ones(width), "valid") for row in (out, seen))
    first = int(np.argmax(sums))
    busiest = float(sums[first])
    possible = float(np.max(sums * width / np.maximum(hours_seen, 1)))
    window = window_of(range(hours.start + first, hours.start + first + width))
    observations = [
        Observation("bytes-out-in-window", "*", busiest, "bytes", window),
        Observation("bytes-out-total", "*", float(out.sum()), "bytes", examination.window),
    ]
    notes = coverage_note(examination)
    if busiest >= claim.at_least:
        return ClaimResult(
            claim.id, claim.kind.value, Verdict.SUPPORTED, observations=observations, notes=notes
        )
    if busiest >= PARTLY_SHARE * claim.at_least:
        return ClaimResult(
            claim.id,
            claim.kind.value,
            Verdict.PARTLY_SUPPORTED,
            would_settle=["settle-network-billing"],
            observations=observations,
            notes=notes,
        )
    if len(hours) < claim.within_days * 24:
        notes = [Note("period-shorter-than-window", {"days": claim.within_days}), *notes]
        return undetermined(claim, *notes, would_settle=["settle-longer-period"], observations=observations)
    if possible >= claim.at_least or hours_seen.min() < 1:
        return undetermined(
            claim, *notes, would_settle=["settle-logs", "settle-network-billing"], observations=observations
        )
    return ClaimResult(claim.id, claim.kind.value, Verdict.REFUTED, observations=observations, notes=notes)
