"""The allegation as it came in."""

from __future__ import annotations

from django.http import HttpResponse

from mithaq.console.web.cases.frame import CaseRequest, case_page, show
from mithaq.people.permissions import Permission


@case_page(Permission.CASE_READ)
def show_allegation(request: CaseRequest, case: str) -> HttpResponse:
    """Show what is alleged, by whom, about which subscriptions."""
    del case
    return show(request, "cases/allegation.html", {})
