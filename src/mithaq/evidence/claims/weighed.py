"""Claims that are weighed: what is stored, and in whose rhythm; stream by stream, the strongest reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan
from typing import Final

from mithaq.evidence.claims.common import coverage_note, not_examinable, undetermined
from mithaq.evidence.claims.explain import explanations, observations_of
from mithaq.evidence.examination import Examination
from mithaq.evidence.result import ClaimResult, Note, Verdict
from mithaq.evidence.weighing.judge import (
    PACED_BY,
    STORED_BY,
    Candidate,
    judge,
    pattern_candidates,
    shown,
    stores_candidates,
    unweighed_share,
)
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.questions import rest_by_chance
from mithaq.evidence.weighing.verbal import strength
from mithaq.terms.claims import PatternClaim, StoresClaim
from mithaq.terms.clauses import Thresholds
from mithaq.terms.vocabulary import DataKind, Rhythm

SETTLE: Final[dict[DataKind, tuple[str, ...]]] = {
    DataKind.CALL_RECORDINGS: ("settle-service-billing", "settle-customer-documents", "settle-longer-period"),
    DataKind.MESSAGES: ("settle-customer-documents", "settle-longer-period"),
    DataKind.CALL_RECORDS: ("settle-customer-documents", "settle-longer-period"),
    DataKind.FACE_IMAGES: ("settle-service-billing", "settle-customer-documents"),
    DataKind.LOCATION_TRACKS: ("settle-customer-documents",),
}


def answer_stores(claim: StoresClaim, examination: Examination) -> tuple[ClaimResult, list[Candidate]]:
    """Answer whether a kind of data is stored; also gives the streams that support it."""
    settle = SETTLE[claim.what]
    refusal = not_examinable(claim, examination) or _too_small(claim, examination)
    if refusal is not None:
        return refusal, []
    if not _has_hypothesis(examination.model(), claim.what):
        return undetermined(claim, Note("no-hypothesis"), would_settle=settle), []
    thresholds = examination.thresholds
    ranked = stores_candidates(examination.model(), examination.fits, claim.what, thresholds)
    result = _answer(claim, examination, ranked, settle)
    if shown(ranked[0], thresholds) < ranked[0].corrected:
        result = _with_notes(result, Note("held-below-threshold"))
    if ranked[0].weight.held_back:
        result = replace(result, notes=[*result.notes, Note("bundles-held-back")])
    supporting = [c for c in ranked if shown(c, thresholds) >= thresholds.supports_at]
    return result, supporting


def answer_pattern(
    claim: PatternClaim, examination: Examination, carrying: Sequence[Candidate]
) -> ClaimResult:
    """Answer whose rhythm the writes follow.

    Where a claim of what is stored is supported, only the streams that carry it are looked at. What is stored
    and in whose rhythm must hold for one and the same stream, or two harmless streams could make up a harmful
    one between them.
    """
    refusal = not_examinable(claim, examination) or _too_small(claim, examination)
    if refusal is not None:
        return refusal
    settle = ("settle-longer-period", "settle-logs")
    keys = {candidate.fit.stream.key for candidate in carrying}
    # The kind has chosen the streams, not the rhythm: only as many as are left have been tried for it.
    chosen = [fit for fit in examination.fits if not keys or fit.stream.key in keys]
    candidates = pattern_candidates(examination.model(), chosen, claim.is_)
    answer = _answer(claim, examination, candidates, settle)
    notes = []
    if claim.is_ is not Rhythm.MACHINE:
        if all(isnan(fit.stream.get("week_rest")) for fit in chosen):
            notes = [Note("week-not-seen")]
        elif all(rest_by_chance(fit.stream) for fit in chosen):
            notes = [Note("rest-by-chance")]
    if candidates[0].weight.held_back:
        notes.append(Note("rhythm-held-back"))
    if carrying:
        notes.insert(0, Note("pattern-on-carrying-streams", {"streams": len(chosen)}))
    return _with_notes(answer, *notes)


def _too_small(claim: StoresClaim | PatternClaim, examination: Examination) -> ClaimResult | None:
    if examination.fits:
        return None
    return undetermined(
        claim, Note("streams-too-small"), would_settle=["settle-longer-period", "settle-billing"]
    )


def _has_hypothesis(model: Model, kind: DataKind) -> bool:
    return any(hypothesis.kind is kind for hypothesis in model.hypotheses.values())


def _answer(
    claim: StoresClaim | PatternClaim,
    examination: Examination,
    ranked: Sequence[Candidate],
    settle: Sequence[str],
) -> ClaimResult:
    """Turn the strongest stream's weight into a verdict."""
    thresholds = examination.thresholds
    best = ranked[0]
    by = STORED_BY if isinstance(claim, StoresClaim) else PACED_BY
    verdict, value = judge(ranked, thresholds, unweighed_share(examination.all_streams, by))
    notes = coverage_note(examination)
    if len(ranked) > 1:
        notes.insert(0, Note("streams-tried", {"streams": len(ranked)}))
    if verdict is Verdict.UNDETERMINED:
        notes.insert(0, Note(_why_open(ranked, value, thresholds)))
    model = examination.model()
    open_purposes, best_other = explanations(model, best.fit, best.weight, thresholds.supports_at)
    return ClaimResult(
        id=claim.id,
        kind=claim.kind.value,
        verdict=verdict,
        log10_lr=value,
        strength=strength(value),
        best_other=best_other,
        open_explanations=open_purposes,
        would_settle=[] if verdict in (Verdict.SUPPORTED, Verdict.REFUTED) else list(settle),
        observations=[
            observation
            for place, candidate in enumerate(ranked[:4])
            for observation in observations_of(
                examination, candidate.fit, candidate.weight, by_feature=place == 0
            )
        ],
        notes=notes,
    )


def _why_open(ranked: Sequence[Candidate], value: float, thresholds: Thresholds) -> str:
    """Say why a claim is undetermined: by what keeps it from being refuted, or because nothing tells."""
    if any(candidate.weight.novel for candidate in ranked):
        return "unlike-everything"
    return "too-much-unweighed" if value <= thresholds.refutes_at else "evidence-too-weak"


def _with_notes(result: ClaimResult, *notes: Note) -> ClaimResult:
    return replace(result, notes=[*notes, *result.notes])
