"""The claim that the declared purpose does not fit what is seen."""

from __future__ import annotations

from mithaq.evidence.claims.common import not_examinable, undetermined
from mithaq.evidence.claims.explain import explanations, observations_of
from mithaq.evidence.examination import Examination
from mithaq.evidence.result import ClaimResult, Note, Verdict
from mithaq.evidence.weighing.judge import verdict_at
from mithaq.evidence.weighing.purposes import weigh_mismatch
from mithaq.evidence.weighing.verbal import strength
from mithaq.terms.claims import PurposeMismatchClaim


def answer_mismatch(claim: PurposeMismatchClaim, examination: Examination) -> ClaimResult:
    """Weigh the best other workload against the declared purposes', on the largest stream.

    A subject may declare several purposes for several subscriptions: a stream mismatches only if none of them
    fits it. Purposes without a workload of their own leave the claim undetermined.
    """
    refusal = not_examinable(claim, examination)
    if refusal is not None:
        return refusal
    declared = [purpose for purpose in examination.declared if purpose is not None]
    if not declared or len(declared) < len(examination.declared):
        return undetermined(claim, Note("nothing-declared"), would_settle=["settle-declared-purpose"])
    if not examination.fits:
        return undetermined(claim, Note("streams-too-small"), would_settle=["settle-longer-period"])
    model = examination.model()
    weighed = weigh_mismatch(model, examination.fits, declared)
    if weighed is None:
        return undetermined(claim, Note("no-hypothesis"), would_settle=["settle-customer-documents"])
    fit, weight = weighed
    thresholds = examination.thresholds
    value = 0.0 if weight.novel else weight.log10_lr
    verdict = verdict_at(value, thresholds)
    open_purposes, _ = explanations(model, fit, weight, thresholds.supports_at)
    best = model.hypotheses[weight.best]
    return ClaimResult(
        id=claim.id,
        kind=claim.kind.value,
        verdict=verdict,
        log10_lr=value,
        strength=strength(value),
        best_other=best.purpose.value if best.purpose else None,
        open_explanations=open_purposes,
        would_settle=[]
        if verdict in (Verdict.SUPPORTED, Verdict.REFUTED)
        else ["settle-customer-documents", "settle-longer-period"],
        observations=observations_of(examination, fit, weight),
        notes=[Note("unlike-everything" if weight.novel else "largest-stream")],
    )
