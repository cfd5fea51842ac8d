"""Clauses: what the claims, the open explanations and the declared purposes come to."""

from __future__ import annotations

from collections.abc import Sequence

from mithaq.evidence.examination import Examination
from mithaq.evidence.result import Assessment, ClaimResult, ClauseResult, Note
from mithaq.evidence.weighing.judge import Candidate
from mithaq.evidence.weighing.purposes import declared_fits, open_explanations
from mithaq.terms import Allegation, AssessedBy, Pack, assess, clauses_for, need_verdicts, needed_claims


def answer_clauses(
    allegation: Allegation,
    pack: Pack,
    examination: Examination,
    results: Sequence[ClaimResult],
    carrying: Sequence[Candidate],
) -> list[ClauseResult]:
    """Assess every clause that the allegation names or makes testable, in the version in force then."""
    answers: list[ClauseResult] = []
    verdicts = [(c, r.verdict.value) for c, r in zip(allegation.claims, results, strict=True)]
    fits = [candidate.fit for candidate in carrying] or (examination.fits if examination.known else [])
    for clause_id in clauses_for(pack, allegation):
        clause, in_force = pack.at(clause_id, allegation.start, allegation.end)
        computed = clause.assessed_by is AssessedBy.COMPUTATION
        weighable = computed and bool(fits)
        found = assess(
            clause,
            need_verdicts(clause, verdicts),
            open_explanations=open_explanations(examination.model(), fits, clause)
            if weighable
            else clause.innocent_purposes,
            declared=declared_fits(examination.model(), fits, clause, examination.declared)
            if weighable
            else (),
            in_force=in_force,
        )
        answers.append(
            ClauseResult(
                id=clause_id,
                assessment=Assessment(found.assessment.value),
                claims=[claim.id for claim in needed_claims(clause, allegation.claims)],
                open_explanations=[purpose.value for purpose in found.open_explanations],
                assessed_by=clause.assessed_by.value,
                notes=[Note(f"clause-{found.reason.value}")],
            )
        )
    return answers
