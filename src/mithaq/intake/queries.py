"""Reading cases. `access_case` is the only way by which other rooms get one."""

from __future__ import annotations

from mithaq.intake.errors import UnknownCase
from mithaq.intake.models import Allegation
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.people.queries import may_see_by_break_glass, refuse_if_recused
from mithaq.terms import Allegation as AllegationTerms
from mithaq.terms import parse_allegation


def access_case(acting: Acting, case: str) -> Allegation:
    """Give a case to a person who may see it, by their role or by break-glass, and is not barred from it.

    Recusals count against the customers and home regions of all its subjects, and the case itself. Raises
    Forbidden, Recused, UnknownCase.
    """
    if not may_see_by_break_glass(acting, case):
        acting.must(Permission.CASE_READ)
    found = _found(case)
    customers, regions = touched_by(found)
    refuse_if_recused(acting, customers=customers, regions=regions, case=found.case)
    return found


def case_behind_glass(acting: Acting, case: str) -> Allegation:
    """Give a case to a person who is about to break the glass in front of it, and to nobody else.

    Raises Forbidden, UnknownCase.
    """
    acting.must(Permission.CASE_BREAK_GLASS)
    return _found(case)


def touched_by(case: Allegation) -> tuple[set[str], set[str]]:
    """Give the customers and the home regions that a case is about: those that recusals count against."""
    subjects = list(case.subjects.values_list("customer", "home_region"))
    customers = {case.customer, *(customer for customer, _ in subjects)} - {""}
    return customers, {region for _, region in subjects} - {""}


def _found(case: str) -> Allegation:
    found = Allegation.objects.filter(case=case).first()
    if found is None:
        raise UnknownCase("there is no such case", field="case", hint="Check the id: c_ and 26 characters.")
    return found


def terms_of(case: Allegation) -> AllegationTerms:
    """Read a case's allegation back, without the words of whoever made it."""
    return parse_allegation(bytes(case.document))
