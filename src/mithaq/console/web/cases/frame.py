"""What every page of a case shares: who may see it, its head and tabs, and how a form does an act (`do`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeAlias, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.steps import steps_for
from mithaq.console.web.cases.words import DUTIES, STAGES
from mithaq.console.web.doing import do
from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.console.web.pages import READ, ActingRequest, Page, page
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.people.queries import may_see_by_break_glass
from mithaq.review.queries import Seen, access_case, days_now
from mithaq.review.stages import duties, stage_of

__all__ = ["TABS", "CaseRequest", "Tab", "case_page", "do", "show"]


class CaseRequest(ActingRequest):
    """A request about a case that its sender may see."""

    seen: Seen


CaseView: TypeAlias = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Tab:
    """One of a case's pages, as its head lists them."""

    name: str
    title: str | Promise
    permission: Permission


TABS: Final[Sequence[Tab]] = (
    Tab("case", _("Allegation"), Permission.CASE_READ),
    Tab("review", _("Review"), Permission.CASE_READ),
    Tab("findings", _("Findings"), Permission.CASE_READ),
    Tab("decisions", _("Decision"), Permission.CASE_READ),
    Tab("measures", _("Measures"), Permission.MEASURE_READ),
    Tab("appeals", _("Appeals"), Permission.CASE_READ),
    Tab("case-timeline", _("Timeline"), Permission.CASE_READ),
)
"""In the order in which a case goes through them; the timeline, which tells of them all, stands last."""


def case_page(permission: Permission, methods: tuple[str, ...] = READ) -> Callable[[CaseView], Page]:
    """Show a page of a case to who has the permission, may see the case and is not recused from it.

    A page that only reads is also open to who has broken the glass in front of the case. The address names
    the case as `case`; the view gets it as `request.seen`. Raises Forbidden, Recused, UnknownCase, which
    become pages.
    """

    def open_to(who: Acting, values: Mapping[str, str]) -> None:
        if permission is Permission.CASE_READ and may_see_by_break_glass(who, values["case"]):
            return
        who.must(permission)

    def add(view: CaseView) -> Page:
        @page(permission, methods, gate=open_to)
        @wraps(view)
        def shown(request: ActingRequest, case: str, **values: str) -> HttpResponse:
            own = cast("CaseRequest", request)
            own.seen = access_case(request.acting, case)
            return view(own, case, **values)

        return shown

    return add


def show(
    request: CaseRequest, template: str, context: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """Write a page of a case: a template that extends `cases/case.html`, with the head's context added.

    The head's context: `case`, `state`, `stage`, `tabs`, `steps` (the acts that the person may do now),
    `expected` (what the case waits for, the most pressing first) and `now`.
    """
    case, state, who = request.seen.case, request.seen.state, request.acting
    places = {reverse(tab.name, kwargs={"case": case.case}): tab for tab in TABS}
    current = max((address for address in places if request.path.startswith(address)), key=len, default="")
    tabs = [
        {"title": tab.title, "address": address, "current": address == current}
        for address, tab in places.items()
        if tab.permission is Permission.CASE_READ or who.may(tab.permission)
    ]
    expected = [
        {
            "words": DUTIES[due.duty],
            "role": ROLE_NAMES[due.role.value],
            "due": due.due,
            "late": due.due < who.now,
        }
        for due in duties(state, who.now, days_now())
    ]
    shared = {
        "case": case,
        "state": state,
        "stage": STAGES[stage_of(state)],
        "tabs": tabs,
        "steps": steps_for(who, request.seen),
        "expected": expected,
        "now": who.now,
    }
    return render(request, template, {**shared, **context}, status=status)
