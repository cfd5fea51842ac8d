"""A case's measures: the list of them, and one with its steps, its probes and what was seen to drift."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render

from mithaq.console.web.cases.frame import CaseRequest, case_page, show
from mithaq.console.web.measuring.doing import TITLES
from mithaq.console.web.measuring.shown import (
    PlanAsked,
    Way,
    address,
    drift_shown,
    matrix_shown,
    now_of,
    open_ways,
    restriction_ended,
)
from mithaq.console.web.measuring.words import STAGES
from mithaq.measures.model import read_plan
from mithaq.measures.models import AppliedMeasure
from mithaq.measures.queries import OVER, access_measure, measures_of, plan_of, planless, plans_of
from mithaq.people.permissions import Permission

_UNCHANGED = HTTPStatus.NO_CONTENT
"""Tells the browser's script that it shows all there is."""

MOST_ROUNDS = 50
"""Earlier rounds of probes that a page lists; the API has them all."""


@case_page(Permission.MEASURE_READ)
def show_measures(request: CaseRequest, case: str) -> HttpResponse:
    """Show the measures of a case, the newest first, and the plans that were made."""
    measures = [
        now_of(each, request.acting.now) for each in measures_of(request.acting, case).order_by("-id")
    ]
    plans = [(each, read_plan(each.content)) for each in plans_of(request.acting, case).order_by("-id")]
    asked = [PlanAsked(each) for each in planless(request.acting, case).order_by("-id")[:MOST_ROUNDS]]
    may_plan = request.acting.may(Permission.MEASURE_PLAN)
    context = {"measures": measures, "plans": plans, "asked": asked, "may_plan": may_plan}
    return show(request, "measuring/measures.html", context)


@case_page(Permission.MEASURE_READ)
def show_measure(request: CaseRequest, case: str, measure: str) -> HttpResponse:
    """Show where a measure stands; `round` in the address asks for an earlier round of probes."""
    found = access_measure(request.acting, case, measure)
    now = now_of(found, request.acting.now)
    plan, decision = plan_of(found)
    rounds = list(found.probes.order_by("-id").defer("cells")[:MOST_ROUNDS])
    asked = request.GET.get("round", "")
    wanted = next((each for each in rounds if str(each.pk) == asked), rounds[0] if rounds else None)
    chosen = None if wanted is None else found.probes.get(pk=wanted.pk)
    ways = open_ways(now, request.acting)
    context = {
        "measure": found,
        "progress": now,
        "plan": _plan_key(found),
        "target": plan.target,
        "decision": decision,
        "matrix": matrix_shown(chosen) if chosen else None,
        "rounds": [
            (each, STAGES[each.stage], chosen is not None and each.pk == chosen.pk) for each in rounds
        ],
        "drifts": [drift_shown(each) for each in found.drifts.order_by("-id")],
        "ways": [Way(str(TITLES[name]), address(name, found)) for name in ways],
        "stands": now.status not in OVER and not restriction_ended(found, request.acting.now),
    }
    return show(request, "measuring/measure.html", context)


def _plan_key(measure: AppliedMeasure) -> str:
    errand = measure.errands.filter(plan__isnull=False).select_related("plan").last()
    return errand.plan.key if errand is not None and errand.plan is not None else ""


@case_page(Permission.MEASURE_READ)
def show_now(request: CaseRequest, case: str, measure: str) -> HttpResponse:
    """Show where a measure stands: the part of its page that the browser asks for again and again.

    Answers 204 where the browser shows it already.
    """
    now = now_of(access_measure(request.acting, case, measure), request.acting.now)
    if request.GET.get("shown") == now.mark:
        return HttpResponse(status=_UNCHANGED)
    return render(request, "measuring/now.html", {"progress": now, "case": request.seen.case})
