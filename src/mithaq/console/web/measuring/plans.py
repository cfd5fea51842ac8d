"""A plan: what is cut and what stays, what stays open all the same, and each step with its inverse."""

from __future__ import annotations

from django.http import HttpResponse

from mithaq.console.web.cases.frame import CaseRequest, case_page, show
from mithaq.console.web.measuring.shown import plan_context
from mithaq.console.web.measuring.words import EFFECTS, ON_DRIFT
from mithaq.measures.model import read_plan
from mithaq.measures.models import MadePlan
from mithaq.measures.queries import access_plan
from mithaq.people.permissions import Permission
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
        **plan_context(read),
    }
    return show(request, "measuring/plan.html", context)


def decision_on(made: MadePlan) -> Decision | None:
    """Give the newest decision that names a plan by its digest."""
    return Decision.objects.filter(case=made.case, plan_digest=made.digest).order_by("-pk").first()
