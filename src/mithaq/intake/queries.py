"""Reading cases. `access_case` is the only way by which other rooms get one."""

from __future__ import annotations

from mithaq.intake.errors import UnknownCase
from mithaq.intake.models import Allegation
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.people.queries import refuse_if_recused
from mithaq.terms import Allegation as AllegationTerms
from mithaq.terms import parse_allegation


def access_case(acting: Acting, case: str) -> Allegation:
    """Give a case to a person who may see it and is not barred from it.

    Recusals count against the customers and home regions of all its subjects, and the case itself. Raises
    Forbidden, Recused, UnknownCase.
    """
    acting.must(Permission.CASE_READ)
    found = Allegation.objects.filter(case=case).first()
    if found is None:
        raise UnknownCase("there is no such case", field="case", hint="Check the id: c_ and 26 characters.")
    subjects = list(found.subjects.values_list("customer", "home_region"))
    customers = {found.customer, *(customer for customer, _ in subjects)} - {""}
    refuse_if_recused(
        acting, customers=customers, regions={region for _, region in subjects} - {""}, case=found.case
    )
    return found


def terms_of(case: Allegation) -> AllegationTerms:
    """Read a case's allegation back, without the words of whoever made it."""
    return parse_allegation(bytes(case.document))
