"""Routes of evidence runs and of requests for records."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query

from mithaq.intake.api import document_download
from mithaq.intake.queries import access_case
from mithaq.people.api import ActingRequest, Page, Paging, PermissionedRouter, paged
from mithaq.people.permissions import Permission
from mithaq.review.runs import acts, queries
from mithaq.review.runs.difference import difference
from mithaq.review.runs.schemas import (
    AnswerIn,
    ChangeShown,
    DifferenceShown,
    RecordsIn,
    RecordsShown,
    RunShown,
)

router = PermissionedRouter(tags=["evidence"])


@router.route("POST", "/cases/{case}/runs", Permission.CASE_REVIEW_RUN, status=201)
def request_run(request: ActingRequest, case: str) -> RunShown:
    """Ask for a run of the evidence within the bounds of the authorised review; the worker does it."""
    return RunShown.of(acts.request_run(request.auth, case))


@router.route("GET", "/cases/{case}/runs", Permission.CASE_READ)
def list_runs(request: ActingRequest, case: str, paging: Query[Paging]) -> Page[RunShown]:
    """List a case's runs, the newest first."""
    return paged(queries.runs_of(request.auth, case), paging, RunShown.of, newest_first=True)


@router.route("GET", "/cases/{case}/runs/{run}", Permission.CASE_READ)
def show_run(request: ActingRequest, case: str, run: str) -> RunShown:
    """Show where a run stands."""
    return RunShown.of(queries.access_run(request.auth, case, run))


@router.route("GET", "/cases/{case}/runs/{run}/document", Permission.CASE_READ)
def evidence(request: ActingRequest, case: str, run: str) -> HttpResponse:
    """Hand out the evidence that a run attached, byte for byte as its digest says."""
    result = queries.evidence_of(queries.access_run(request.auth, case, run))
    return document_download(bytes(result.document or b""), f"{run}.json")


@router.route("GET", "/cases/{case}/runs/{run}/difference", Permission.CASE_READ)
def show_difference(
    request: ActingRequest, case: str, run: str, before: str | None = None
) -> DifferenceShown:
    """Say what a run says differently from the one before, or from the run `before`."""
    newer = queries.access_run(request.auth, case, run)
    older = queries.access_run(request.auth, case, before) if before else queries.run_before(newer)
    if older is None:
        return DifferenceShown(before=None, after=newer.run, changes=[])
    said = (queries.document_of(queries.evidence_of(each)) for each in (older, newer))
    changes = [ChangeShown.of(change) for change in difference(*said)]
    return DifferenceShown(before=older.run, after=newer.run, changes=changes)


@router.route("GET", "/records/overdue", Permission.CASE_READ)
def overdue(request: ActingRequest, paging: Query[Paging]) -> Page[RecordsShown]:
    """List requests for records that were due and have no answer."""
    return paged(queries.overdue_requests(request.auth), paging, RecordsShown.of)


@router.route("POST", "/cases/{case}/records", Permission.CASE_RECORDS_REQUEST, status=201)
def request_records(request: ActingRequest, case: str, body: RecordsIn) -> RecordsShown:
    """Ask for records that would settle a claim which a run has left undetermined."""
    return RecordsShown.of(acts.request_records(request.auth, case, body.asked()))


@router.route("GET", "/cases/{case}/records", Permission.CASE_READ)
def list_records(request: ActingRequest, case: str, paging: Query[Paging]) -> Page[RecordsShown]:
    """List a case's requests for records."""
    return paged(queries.requests_of(access_case(request.auth, case)), paging, RecordsShown.of)


@router.route("POST", "/cases/{case}/records/{records}/answers", Permission.CASE_ATTACHMENT_ADD, status=201)
def answer(request: ActingRequest, case: str, records: str, body: AnswerIn) -> RecordsShown:
    """Attach a document of the case as the answer to a request."""
    acts.answer_request(request.auth, case, records, body.attachment)
    return RecordsShown.of(queries.access_request(request.auth, case, records))
