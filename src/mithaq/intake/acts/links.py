"""Duplicates: two cases about the same are linked, never merged, and neither is changed by it."""

from __future__ import annotations

from mithaq.intake.errors import BadLink
from mithaq.intake.models import CaseLink
from mithaq.intake.queries import access_case
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission


@act
def link_cases(acting: Acting, case: str, other: str) -> CaseLink:
    """Link two cases; both timelines say so. Raises Forbidden, UnknownCase, BadLink."""
    role = acting.must(Permission.CASE_LINK)
    first, second = sorted((access_case(acting, case), access_case(acting, other)), key=lambda each: each.pk)
    if first == second:
        raise BadLink("a case is no duplicate of itself", field="other", hint="Name another case.")
    if CaseLink.objects.filter(first=first, second=second).exists():
        raise BadLink("these cases are linked already", field="other", hint="Nothing is left to do.")
    link = CaseLink.objects.create(first=first, second=second, linked_at=acting.now, linked_by=acting.account)
    for one, another in ((first, second), (second, first)):
        acting.record(ActKind.INTAKE_CASES_LINKED, role, case=one.case, facts={"other": another.case})
    return link
