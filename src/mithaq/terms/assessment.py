"""The one rule by which claims, explanations and declarations add up to the assessment of a clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mithaq.terms.claims import Claim
from mithaq.terms.clauses import Clause, Declared, Fit, InForce, Need
from mithaq.terms.vocabulary import AssessedBy, Assessment, ClaimKind, Purpose, Verdict


class Reason(StrEnum):
    """What decided an assessment."""

    ALL_MET = "all-met"
    """Every needed claim is supported and the evidence excludes every innocent explanation."""
    DECLARATION_CONTRADICTS = "declaration-contradicts"
    """As before, but a declared purpose that does not fit contradicts what the evidence leaves open."""
    CLAIM_REFUTED = "claim-refuted"
    DECLARED_FITS_BETTER = "declared-fits-better"
    NOT_IN_FORCE = "not-in-force"
    IN_FORCE_IN_PART = "in-force-in-part"
    BY_PERSON = "by-person"
    CLAIM_MISSING = "claim-missing"
    """The allegation makes no claim that could meet a need."""
    CLAIM_OPEN = "claim-open"
    """A needed claim is undetermined or only partly supported."""
    EXPLANATION_OPEN = "explanation-open"


@dataclass(frozen=True, slots=True)
class ClauseAssessment:
    """The assessment of one clause, what decided it, and the innocent explanations that stay open."""

    assessment: Assessment
    reason: Reason
    open_explanations: tuple[Purpose, ...] = ()


def assess(
    clause: Clause,
    verdicts: Mapping[ClaimKind, str],
    *,
    open_explanations: Iterable[Purpose] = (),
    declared: Sequence[Declared] = (),
    in_force: InForce = InForce.WHOLE,
) -> ClauseAssessment:
    """Assess one clause.

    Args:
        clause: The version of the clause that the period falls under.
        verdicts: The verdict on each needed kind of claim (`need_verdicts` gives them); a kind left out was
            not claimed.
        open_explanations: Purposes that the evidence has not excluded, in any order; only the clause's own
            innocent purposes count.
        declared: What the register declares, one entry per subscription of the subject; none: no register.
        in_force: How far the clause was in force in the period.

    Returns:
        *Indicated* when every need is supported and each innocent explanation is excluded or contradicted by
        a declaration of another kind that does not fit; *not-indicated* when a need is refuted, the
        declared purpose fits better than every violating hypothesis, or the clause was not in force;
        else *undetermined*. Open explanations come in the order of `Purpose`.
    """
    if clause.assessed_by is AssessedBy.PERSON:
        return ClauseAssessment(Assessment.UNDETERMINED, Reason.BY_PERSON)
    by_evidence = tuple(open_explanations)
    still_open = _still_open(clause, by_evidence, declared)
    found = [verdicts.get(need.kind) for need in clause.needs]
    reason = _against(found, declared, in_force)
    if reason is not None:
        return ClauseAssessment(Assessment.NOT_INDICATED, reason, still_open)
    reason = _unsettled(found, still_open, in_force)
    if reason is not None:
        return ClauseAssessment(Assessment.UNDETERMINED, reason, still_open)
    contradicted = _still_open(clause, by_evidence, ()) != ()
    return ClauseAssessment(
        Assessment.INDICATED, Reason.DECLARATION_CONTRADICTS if contradicted else Reason.ALL_MET
    )


def _against(found: Sequence[str | None], declared: Sequence[Declared], in_force: InForce) -> Reason | None:
    """Name what speaks against the clause, or None."""
    if in_force is InForce.NOT:
        return Reason.NOT_IN_FORCE
    if Verdict.REFUTED in found:
        return Reason.CLAIM_REFUTED
    if declared and all(each.purpose is not None and each.fit is Fit.BETTER for each in declared):
        return Reason.DECLARED_FITS_BETTER
    return None


def _unsettled(
    found: Sequence[str | None], still_open: Sequence[Purpose], in_force: InForce
) -> Reason | None:
    """Name what keeps the clause from being indicated, or None."""
    if not found or None in found:
        return Reason.CLAIM_MISSING
    if any(verdict != Verdict.SUPPORTED for verdict in found):
        return Reason.CLAIM_OPEN
    if still_open:
        return Reason.EXPLANATION_OPEN
    if in_force is InForce.PART:
        return Reason.IN_FORCE_IN_PART
    return None


def _still_open(
    clause: Clause, open_explanations: Iterable[Purpose], declared: Sequence[Declared]
) -> tuple[Purpose, ...]:
    """Leave out what declarations contradict, add the declared purposes that themselves stay open.

    A declaration contradicts the innocent explanations only if it names a purpose of another kind and that
    purpose is excluded; one subscription that declares nothing, or one of the explanations, leaves them open.
    """
    remaining = {purpose for purpose in open_explanations if purpose in clause.innocent_purposes}
    contradicted = bool(declared) and all(
        each.purpose is not None and each.fit is Fit.UNFIT and each.purpose not in clause.innocent_purposes
        for each in declared
    )
    if contradicted:
        remaining.clear()
    remaining |= {each.purpose for each in declared if each.purpose is not None and each.fit is not Fit.UNFIT}
    return tuple(purpose for purpose in Purpose if purpose in remaining)


def need_verdicts(clause: Clause, verdicts: Iterable[tuple[Claim, str]]) -> dict[ClaimKind, Verdict]:
    """Sum up the verdicts of an allegation's claims per need of a clause.

    Where several claims can meet one need, one supported claim meets it, and only when all of them are
    refuted is it refuted. A kind that no claim can meet is absent.
    """
    given = list(verdicts)
    summed: dict[ClaimKind, Verdict] = {}
    for need in clause.needs:
        verdict = _strongest([Verdict(word) for claim, word in given if need.accepts(claim)])
        if verdict is not None:
            summed[need.kind] = verdict
    return summed


def _strongest(verdicts: Sequence[Verdict]) -> Verdict | None:
    order = (Verdict.SUPPORTED, Verdict.PARTLY_SUPPORTED, Verdict.UNDETERMINED, Verdict.REFUTED)
    return next((verdict for verdict in order if verdict in verdicts), None)


def needed_claims(clause: Clause, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Give the claims of an allegation that can meet a need of the clause, in their own order."""
    return tuple(claim for claim in claims if any(need.accepts(claim) for need in clause.needs))


def is_testable(clause: Clause, claims: Sequence[Claim]) -> bool:
    """Say whether the claims contain one for every need, so that an open allegation examines the clause."""
    return bool(clause.needs) and all(_met(need, claims) for need in clause.needs)


def _met(need: Need, claims: Sequence[Claim]) -> bool:
    return any(need.accepts(claim) for claim in claims)
