"""A plan: what is cut and what stays, what stays open all the same, and each step with its inverse."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from mithaq.console.web.cases.frame import CaseRequest, case_page, show
from mithaq.console.web.measuring.shown import plan_context
from mithaq.console.web.measuring.words import EFFECTS, ON_DRIFT
from mithaq.measures.model import read_plan
from mithaq.measures.models import MadePlan
from mithaq.measures.queries import access_plan
from mithaq.people.permissions import Permission
from mithaq.review.casefile import Outcome
from mithaq.review.measures import DecisionKind, Path
from mithaq.review.models import Decision


@case_page(Permission.MEASURE_READ)
def show_plan(request: CaseRequest, case: str, plan: str) -> HttpResponse:
    """Show a plan; raises UnknownMeasure."""
    made = access_plan(request.acting, case, plan)
    read = read_plan(made.content)
    decision = decision_on(made)
    context = {
        "made": made,
        "decision": decision,
        "effect": EFFECTS[read.effect],
        "on_drift": ON_DRIFT[read.on_drift],
        "may_apply": decision is not None and request.acting.may(Permission.MEASURE_APPLY),
        "propose": _where_to_propose(request, made) if decision is None else "",
        **plan_context(read),
    }
    return show(request, "measuring/plan.html", context)


def _where_to_propose(request: CaseRequest, made: MadePlan) -> str:
    """Give the address at which a decision that names a plan is proposed; empty for who proposes none."""
    if not request.acting.may(Permission.CASE_DECISION_PROPOSE):
        return ""
    found = any(outcome == Outcome.VIOLATED for outcome in request.seen.state.findings.values())
    by = Path.MAIN if found else Path.INTERIM
    values = {"case": made.case, "by": by.value, "kind": DecisionKind.MEASURES.value}
    return f"{reverse('propose', kwargs=values)}?{urlencode({'plan': made.key})}"


def decision_on(made: MadePlan) -> Decision | None:
    """Give the newest decision that names a plan by its digest."""
    return Decision.objects.filter(case=made.case, plan_digest=made.digest).order_by("-pk").first()
