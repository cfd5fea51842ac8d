"""Asking the worker to apply, probe, lift, finish or roll back; confirming what was done by hand.

Each form says what will happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.forms import ActForm
from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.measuring.plans import decision_on
from mithaq.console.web.measuring.shown import address
from mithaq.console.web.pages import FORM
from mithaq.measures import acts
from mithaq.measures.errors import NotTheApprovedPlan
from mithaq.measures.queries import access_measure, access_plan
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission

TITLES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "measure-apply": _("Apply the plan"),
        "measure-probe": _("Probe now"),
        "measure-lift": _("Lift the measure"),
        "measure-finish": _("Finish it"),
        "measure-roll-back": _("Roll it back"),
        "measure-confirm": _("Confirm that it was done by hand"),
    }
)
_WORKER: Final = _("The worker does it; this page need not stay open.")
_SAYS: Final[Mapping[str, Sequence[str | Promise]]] = MappingProxyType(
    {
        "measure-apply": (
            _("If the target is not as the plan found it, nothing is changed."),
            _("The settings of the plan are changed one by one, and then probed from every side."),
            _("No data of the customer is deleted."),
            _WORKER,
        ),
        "measure-probe": (
            _("Real requests are sent from every vantage, to places of Mithaq’s own. Nothing is changed."),
            _WORKER,
        ),
        "measure-lift": (
            _("Every setting goes back to where it was before, the last one first, and that is probed too."),
            _("It is possible only because a decision of two people, or its own end, has ended it."),
            _WORKER,
        ),
        "measure-finish": (
            _("What stopped on the way goes on where it stopped."),
            _WORKER,
        ),
        "measure-roll-back": (
            _("What was changed goes back to where it was. The decision stays, and can be applied again."),
            _WORKER,
        ),
        "measure-confirm": (
            _("You give your word that a person carried out what the files say; nothing here can check it."),
            _("Your word stands in the ledger."),
        ),
    }
)
_ASKED: Final = _("The worker has been asked to do it.")
_CONFIRMED: Final = _("Your word has been recorded.")


class AskForm(ActForm):
    """A form that has a restriction carried out, examined or undone."""

    restrictive = True


@case_page(Permission.MEASURE_APPLY, FORM)
def apply(request: CaseRequest, case: str, plan: str) -> HttpResponse:
    """Ask that a plan be carried out that a decision was approved with; raises UnknownMeasure."""
    made = access_plan(request.acting, case, plan)

    def asked() -> str:
        decision = decision_on(made)
        if decision is None:
            raise NotTheApprovedPlan("no decision names the plan", hint="Have it decided first.")
        return address("measure", acts.ask_apply(request.acting, case, made.key, decision.key).about)

    back = reverse("measure-plan", kwargs={"case": case, "plan": made.key})
    return _page(request, "measure-apply", asked, back)


@case_page(Permission.MEASURE_APPLY, FORM)
def probe(request: CaseRequest, case: str, measure: str) -> HttpResponse:
    """Ask for probes; raises UnknownMeasure."""
    return _on(request, case, measure, "measure-probe", acts.ask_probe)


@case_page(Permission.MEASURE_APPLY, FORM)
def lift(request: CaseRequest, case: str, measure: str) -> HttpResponse:
    """Ask that a measure be lifted whose restriction has ended; raises UnknownMeasure."""
    return _on(request, case, measure, "measure-lift", acts.ask_lift)


@case_page(Permission.MEASURE_APPLY, FORM)
def finish(request: CaseRequest, case: str, measure: str) -> HttpResponse:
    """Ask that what stopped on the way go on; raises UnknownMeasure."""
    return _on(request, case, measure, "measure-finish", acts.finish)


@case_page(Permission.MEASURE_APPLY, FORM)
def roll_back(request: CaseRequest, case: str, measure: str) -> HttpResponse:
    """Ask that what was done of a partial measure be undone; raises UnknownMeasure."""
    return _on(request, case, measure, "measure-roll-back", acts.ask_roll_back)


@case_page(Permission.MEASURE_CONFIRM, FORM)
def confirm(request: CaseRequest, case: str, measure: str) -> HttpResponse:
    """Confirm that what was handed over, or back, has been carried out; raises UnknownMeasure."""
    return _on(request, case, measure, "measure-confirm", acts.confirm, done=_CONFIRMED)


def _on(
    request: CaseRequest,
    case: str,
    measure: str,
    name: str,
    act: Callable[[Acting, str, str], object],
    *,
    done: str | Promise = _ASKED,
) -> HttpResponse:
    found = access_measure(request.acting, case, measure)
    place = address("measure", found)

    def asked() -> str:
        act(request.acting, case, found.key)
        return place

    return _page(request, name, asked, place, done=done)


def _page(
    request: CaseRequest,
    name: str,
    act: Callable[[], str],
    back: str,
    *,
    done: str | Promise = _ASKED,
) -> HttpResponse:
    form = AskForm(request.POST if request.method == "POST" else None, seen=request.seen)

    def acted(_said: Mapping[str, Any]) -> None:
        form.to = act()

    answer = do(request, form, acted, done=done)
    context = {"form": form, "title": TITLES[name], "action": TITLES[name], "says": _SAYS[name], "back": back}
    return answer or show(request, "measuring/ask.html", context)
