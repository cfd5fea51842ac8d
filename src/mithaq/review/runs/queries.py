"""Reading evidence runs: where one stands, what it attached, what was asked for and is overdue."""

from __future__ import annotations

import gzip
import json
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from mithaq.intake.models import Allegation
from mithaq.intake.queries import access_case, visible_cases
from mithaq.people.acting import Acting
from mithaq.review.computed import Computed
from mithaq.review.runs.errors import UnknownRun
from mithaq.review.runs.models import Exhibits, RecordsRequest, Result, Run
from mithaq.terms.vocabulary import Assessment


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def state_of(run: Run) -> RunState:
    """Say where a run stands. One whose worker was killed is running until another takes it over."""
    result = Result.objects.filter(run=run).first()
    if result is not None:
        return RunState.FAILED if result.failure else RunState.DONE
    return RunState.RUNNING if run.lease.holder else RunState.WAITING


def runs_waiting() -> int:
    """Give how many runs have no end yet: those that wait, and those that a worker has in hand."""
    return Run.objects.filter(result__isnull=True).count()


def runs_of(who: Acting, case: str) -> QuerySet[Run]:
    """Give the runs of a case; raises Forbidden, Recused, UnknownCase."""
    return _runs().filter(allegation=access_case(who, case))


def access_run(who: Acting, case: str, run: str) -> Run:
    """Give a run of a case; raises UnknownRun, and as `runs_of`."""
    found = runs_of(who, case).filter(run=run).first()
    if found is None:
        raise UnknownRun("there is no such run in the case", field="run", hint="List the case's runs.")
    return found


def evidence_of(run: Run) -> Result:
    """Give what a run attached; raises UnknownRun if it has not, or failed."""
    found = Result.objects.filter(run=run, failure="").first()
    if found is None:
        raise UnknownRun("the run has attached no evidence", field="run", hint="See how it stands.")
    return found


def document_of(result: Result) -> dict[str, Any]:
    """Read an attached `review/v1` document."""
    document: dict[str, Any] = json.loads(bytes(result.document or b"{}"))
    return document


def exhibits_of(result: Result) -> dict[str, Any]:
    """Read what the page of attached evidence shows beside it; nothing where nothing was kept."""
    kept = Exhibits.objects.filter(result=result).first()
    exhibits: dict[str, Any] = json.loads(gzip.decompress(bytes(kept.content))) if kept else {}
    return exhibits


def run_before(run: Run) -> Run | None:
    """Give the run of the case that attached evidence last before this one; None if it was the first."""
    earlier = Run.objects.filter(allegation=run.allegation, pk__lt=run.pk, result__failure="")
    return earlier.order_by("-pk").first()


def newest_on(case: str, clause: str) -> tuple[Result, dict[str, Any]] | None:
    """Give the newest evidence of a case that speaks of a clause, with its document; None without any."""
    results = Result.objects.filter(run__allegation__case=case, failure="").select_related("run")
    for result in results.order_by("-run__pk"):
        document = document_of(result)
        if any(each["id"] == clause for each in document["clauses"]):
            return result, document
    return None


def computed_by_runs(case: str, clause: str) -> Computed | None:
    """Give the newest computed verdict on a clause, for the findings that stand beside it."""
    found = newest_on(case, clause)
    if found is None:
        return None
    result, document = found
    said = next(each for each in document["clauses"] if each["id"] == clause)
    return Computed(Assessment(said["assessment"]), f"sha256:{result.sha256}")


def requests_of(case: Allegation) -> QuerySet[RecordsRequest]:
    """Give the requests for records of a case."""
    return _requests().filter(run__allegation=case)


def access_request(who: Acting, case: str, request: str) -> RecordsRequest:
    """Give a request for records; raises UnknownRun, and as `runs_of`."""
    found = requests_of(access_case(who, case)).filter(request=request).first()
    if found is None:
        raise UnknownRun("there is no such request in the case", field="request", hint="List the case's.")
    return found


def overdue_requests(who: Acting) -> QuerySet[RecordsRequest]:
    """Give the requests that were due and have no answer, in cases that the person may see."""
    cases = visible_cases(who).values("pk")
    return _requests().filter(run__allegation__in=cases, due__lt=who.now, answers__isnull=True)


def _runs() -> QuerySet[Run]:
    return Run.objects.select_related("lease", "authorisation", "requested_by", "allegation")


def _requests() -> QuerySet[RecordsRequest]:
    return RecordsRequest.objects.select_related("run__allegation", "requested_by")
