"""Routes of measures under /api/v1/measures. Whatever reaches out to a target is an errand of the worker."""

from __future__ import annotations

from ninja import Query

from mithaq.measures import acts, queries
from mithaq.measures.models import Errand
from mithaq.measures.schemas import AlarmOut, ApplyIn, ErrandOut, MeasureOut, PlanOut, ProbesOut, WantedIn
from mithaq.people.api import ActingRequest, Page, Paging, PermissionedRouter, paged
from mithaq.people.permissions import Permission

router = PermissionedRouter(tags=["measures"])


@router.route("GET", "/alarms", Permission.MEASURE_READ)
def alarms(request: ActingRequest) -> list[AlarmOut]:
    """List what a person must look at, in the cases that whoever asks may see."""
    return [AlarmOut.of(alarm) for alarm in queries.visible_alarms(request.auth)]


@router.route("POST", "/cases/{case}/plans", Permission.MEASURE_PLAN, status=201)
def ask_plan(request: ActingRequest, case: str, body: WantedIn) -> ErrandOut:
    """Ask for a plan; when its errand is done, the errand names it."""
    return _errand(acts.ask_plan(request.auth, case, body.wanted()))


@router.route("GET", "/cases/{case}/plans", Permission.MEASURE_READ)
def plans(request: ActingRequest, case: str, paging: Query[Paging]) -> Page[PlanOut]:
    """List the plans of a case, the newest first."""
    return paged(queries.plans_of(request.auth, case), paging, PlanOut.of, newest_first=True)


@router.route("GET", "/cases/{case}/plans/{plan}", Permission.MEASURE_READ)
def plan_now(request: ActingRequest, case: str, plan: str) -> PlanOut:
    """Give a plan: what is cut, what stays, every step with its inverse."""
    return PlanOut.of(queries.access_plan(request.auth, case, plan))


@router.route("GET", "/cases/{case}/errands/{errand}", Permission.MEASURE_READ)
def errand_now(request: ActingRequest, case: str, errand: str) -> ErrandOut:
    """Say how far an errand has come."""
    return _errand(queries.access_errand(request.auth, case, errand))


@router.route("POST", "/cases/{case}/measures", Permission.MEASURE_APPLY, status=201)
def ask_apply(request: ActingRequest, case: str, body: ApplyIn) -> ErrandOut:
    """Ask that an approved plan be carried out."""
    return _errand(acts.ask_apply(request.auth, case, body.plan, body.decision))


@router.route("GET", "/cases/{case}/measures", Permission.MEASURE_READ)
def measures(request: ActingRequest, case: str, paging: Query[Paging]) -> Page[MeasureOut]:
    """List the measures of a case, the newest first."""
    return paged(queries.measures_of(request.auth, case), paging, MeasureOut.of, newest_first=True)


@router.route("GET", "/cases/{case}/measures/{measure}", Permission.MEASURE_READ)
def measure_now(request: ActingRequest, case: str, measure: str) -> MeasureOut:
    """Say where a measure stands, step by step."""
    return MeasureOut.of(queries.access_measure(request.auth, case, measure))


@router.route("GET", "/cases/{case}/measures/{measure}/probes", Permission.MEASURE_READ)
def probes(request: ActingRequest, case: str, measure: str, paging: Query[Paging]) -> Page[ProbesOut]:
    """List the matrices of a measure, the newest first."""
    rows = queries.access_measure(request.auth, case, measure).probes.all()
    return paged(rows, paging, ProbesOut.of, newest_first=True)


@router.route("POST", "/cases/{case}/measures/{measure}/probe", Permission.MEASURE_APPLY, status=201)
def ask_probe(request: ActingRequest, case: str, measure: str) -> ErrandOut:
    """Ask for probes now."""
    return _errand(acts.ask_probe(request.auth, case, measure))


@router.route("POST", "/cases/{case}/measures/{measure}/lift", Permission.MEASURE_APPLY, status=201)
def ask_lift(request: ActingRequest, case: str, measure: str) -> ErrandOut:
    """Ask that a measure be lifted whose restriction a decision, or its end, has ended."""
    return _errand(acts.ask_lift(request.auth, case, measure))


@router.route("POST", "/cases/{case}/measures/{measure}/finish", Permission.MEASURE_APPLY, status=201)
def finish(request: ActingRequest, case: str, measure: str) -> ErrandOut:
    """Try to finish what stopped on the way."""
    return _errand(acts.finish(request.auth, case, measure))


@router.route("POST", "/cases/{case}/measures/{measure}/confirm", Permission.MEASURE_CONFIRM, status=201)
def confirm(request: ActingRequest, case: str, measure: str) -> MeasureOut:
    """Confirm that what was handed over, or back, has been carried out by hand."""
    acts.confirm(request.auth, case, measure)
    return MeasureOut.of(queries.access_measure(request.auth, case, measure))


@router.route("POST", "/cases/{case}/measures/{measure}/roll-back", Permission.MEASURE_APPLY, status=201)
def ask_roll_back(request: ActingRequest, case: str, measure: str) -> ErrandOut:
    """Ask that what was done of a partial measure be undone."""
    return _errand(acts.ask_roll_back(request.auth, case, measure))


def _errand(row: Errand) -> ErrandOut:
    return ErrandOut.of(Errand.objects.select_related("measure", "plan", "lease").get(pk=row.pk))
