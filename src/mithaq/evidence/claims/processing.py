"""Claims that a service works on the data: calls of the provider's own model services."""

from __future__ import annotations

from mithaq.evidence.claims.common import coverage_note, observe, undetermined
from mithaq.evidence.examination import Examination
from mithaq.evidence.indicators import model_use
from mithaq.evidence.result import ClaimResult, Note, Verdict
from mithaq.evidence.weighing.judge import service_verdict
from mithaq.telemetry.vocabulary import Service
from mithaq.terms.claims import ProcessesClaim


def answer_processes(claim: ProcessesClaim, examination: Examination) -> ClaimResult:
    """Answer by calls of the service; a source that reports no service calls cannot refute."""
    if not examination.known:
        return undetermined(
            claim, Note("subject-not-in-lake"), would_settle=["settle-right-subscription", "settle-logs"]
        )
    reporting = examination.service_sources
    rows = examination.scope.rows(model_use.indicator)
    count = int(rows[0][model_use.column(Service(claim.with_.value))]) if rows else 0
    made = sum(day.made for day in examination.days)
    observations = [
        observe(examination, f"calls-{claim.with_.value}", count, "count"),
        observe(examination, "calls-per-object", count / made if made else None, "per-object"),
    ]
    seen = examination.coverage.seen_by_all(reporting)
    notes = [Note("own-models-unseen"), *coverage_note(examination)]
    verdict = service_verdict(count, made)
    if verdict is Verdict.SUPPORTED:
        return ClaimResult(claim.id, claim.kind.value, verdict, observations=observations, notes=notes[1:])
    if verdict is Verdict.PARTLY_SUPPORTED:
        return ClaimResult(
            claim.id,
            claim.kind.value,
            verdict,
            would_settle=["settle-service-billing"],
            observations=observations,
            notes=notes,
        )
    if not reporting:
        return undetermined(
            claim,
            Note("no-service-events"),
            would_settle=["settle-management-logs", "settle-service-billing"],
            observations=observations,
        )
    if len(seen) < len(examination.hours):
        return undetermined(
            claim,
            Note("service-hours-unseen", {"seen": len(seen), "expected": len(examination.hours)}),
            would_settle=["settle-logs", "settle-service-billing"],
            observations=observations,
        )
    return ClaimResult(claim.id, claim.kind.value, verdict, observations=observations, notes=notes)
