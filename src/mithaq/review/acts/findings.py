"""What the reviewer finds, clause by clause, beside what was computed."""

from __future__ import annotations

from typing import Final

from mithaq.kernel.canonical import Json
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.review import rules
from mithaq.review.acts.desk import said, take_up
from mithaq.review.casefile import Outcome
from mithaq.review.computed import computed
from mithaq.review.errors import BadAct, FourEyes
from mithaq.review.models import Finding
from mithaq.terms.vocabulary import Assessment

_AGREES: Final = {
    Outcome.VIOLATED: Assessment.INDICATED,
    Outcome.NOT_VIOLATED: Assessment.NOT_INDICATED,
    Outcome.INCONCLUSIVE: Assessment.UNDETERMINED,
}


def departs_from(outcome: Outcome, assessment: Assessment) -> bool:
    """Say whether a finding departs from a computed verdict, and so needs reasons."""
    return _AGREES[outcome] is not assessment


@act
def make_finding(who: Acting, case: str, *, clause: str, outcome: Outcome, reasons: str = "") -> Finding:
    """Record what the reviewer in charge finds about a clause; an earlier finding stays where it is.

    Raises Forbidden, Recused, NotInCharge, WrongStage, and BadAct for a clause outside the review or a
    departure from the computed verdict without reasons.
    """
    desk = take_up(who, Permission.CASE_FINDING_MAKE, case, ActKind.REVIEW_FINDING_MADE)
    rules.in_charge(desk.state, desk.me, desk.who.now)
    charge = desk.state.charge
    if charge is None or clause not in charge.clauses:
        raise BadAct("the review is not about this clause", field="clause", hint="Name one of its clauses.")
    if desk.me == charge.authorised_by:
        raise FourEyes("nobody finds on what they authorised", hint="The reviewer in charge must.")
    result = computed(case, clause)
    departs = departs_from(outcome, result.assessment)
    if departs:
        said(reasons, "reasons")
    facts: dict[str, Json] = {
        "outcome": outcome.value,
        "assessment": result.assessment.value,
        "departs": departs,
        "evidence": result.evidence,
    }
    personal = {"reasons": reasons} if reasons else {}
    row = desk.record(ActKind.REVIEW_FINDING_MADE, facts, about=clause, shown=facts, personal=personal)
    return Finding.objects.create(
        act=row,
        case=case,
        clause=clause,
        outcome=outcome.value,
        assessment=result.assessment.value,
        departs=departs,
        reasons=reasons,
        evidence=result.evidence,
    )
