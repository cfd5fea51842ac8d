"""Routes of the cases as they come in: allegations, documents, duplicates, the watch."""

from __future__ import annotations

import os
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Body, File, Query, UploadedFile

from mithaq.intake import acts, queries
from mithaq.intake.arrivals import open_document
from mithaq.intake.flight import egress
from mithaq.intake.media import MAX_BYTES, download_name
from mithaq.intake.models import Allegation
from mithaq.intake.places import lake_place
from mithaq.intake.schemas import (
    AttachmentShown,
    CaseShown,
    CaseSummary,
    EgressShown,
    LikenessShown,
    Linking,
    Reason,
    summary_of,
    whole,
)
from mithaq.people.acting import Acting
from mithaq.people.api import ActingRequest, Page, Paging, PermissionedRouter, paged
from mithaq.people.permissions import Permission
from mithaq.terms.nodes import MAX_BYTES as MAX_ALLEGATION_BYTES

router = PermissionedRouter(tags=["intake"])

_File = Annotated[UploadedFile, File()]


@router.route("POST", "/cases", Permission.CASE_ALLEGATION_OPEN, status=201)
def open_case(request: ActingRequest, body: Annotated[dict[str, Any], Body()]) -> CaseShown:
    """Open a case for an allegation, an `allegation/v1` document as JSON."""
    del body  # read by the one reader of the format, from the bytes: JSON is YAML 1.2
    return _opened(request.auth, request.body)


@router.route("POST", "/cases/file", Permission.CASE_ALLEGATION_OPEN, status=201)
def open_case_from_file(request: ActingRequest, file: _File) -> CaseShown:
    """Open a case for an allegation, an `allegation/v1` file in YAML."""
    return _opened(request.auth, file.read(MAX_ALLEGATION_BYTES + 1))


@router.route("GET", "/cases", Permission.CASE_READ)
def list_cases(request: ActingRequest, paging: Query[Paging]) -> Page[CaseSummary]:
    """List the cases that the person may see, the newest first."""
    return paged(queries.visible_cases(request.auth), paging, summary_of, newest_first=True)


@router.route("GET", "/cases/{case}", Permission.CASE_READ)
def show_case(request: ActingRequest, case: str) -> CaseShown:
    """Show a case as it came in."""
    return _shown(queries.access_case(request.auth, case))


@router.route("POST", "/cases/{case}/words/erase", Permission.CASE_WORDS_ERASE)
def erase_words(request: ActingRequest, case: str, body: Reason) -> CaseShown:
    """Erase the words of whoever made the allegation for good."""
    acts.erase_words(request.auth, case, reason=body.reason)
    return _shown(queries.access_case(request.auth, case))


@router.route("POST", "/cases/{case}/attachments", Permission.CASE_ATTACHMENT_ADD, status=201)
def attach(request: ActingRequest, case: str, file: _File) -> AttachmentShown:
    """Add a document. It is neither opened nor searched for malware."""
    added = acts.attach(
        request.auth,
        case,
        data=file.read(MAX_BYTES + 1),
        media_type=(file.content_type or "").partition(";")[0].strip().lower(),
        name=file.name or "",
    )
    return AttachmentShown.of(added)


@router.route("GET", "/cases/{case}/attachments/{attachment}/content", Permission.CASE_READ)
def download(request: ActingRequest, case: str, attachment: str) -> HttpResponse:
    """Hand out a document's bytes, as a download and as nothing else."""
    content = queries.access_attachment(request.auth, case, attachment)
    return document_download(bytes(content.data), download_name(attachment, content.attachment.media_type))


@router.route("POST", "/cases/{case}/attachments/{attachment}/erase", Permission.CASE_ATTACHMENT_ERASE)
def erase_attachment(request: ActingRequest, case: str, attachment: str, body: Reason) -> None:
    """Erase a document's bytes and name for good."""
    acts.erase_attachment(request.auth, case, attachment, reason=body.reason)


@router.route("GET", "/cases/{case}/likenesses", Permission.CASE_READ)
def list_likenesses(request: ActingRequest, case: str) -> list[LikenessShown]:
    """List other cases that may be about the same."""
    return [LikenessShown.of(each) for each in queries.likenesses(request.auth, case)]


@router.route("POST", "/cases/{case}/links", Permission.CASE_LINK)
def link_cases(request: ActingRequest, case: str, body: Linking) -> CaseShown:
    """Link two cases that are about the same; neither is changed by it."""
    acts.link_cases(request.auth, case, body.other)
    return _shown(queries.access_case(request.auth, case))


@router.route("GET", "/cases/{case}/egress", Permission.CASE_READ)
def show_egress(request: ActingRequest, case: str) -> EgressShown:
    """Compare what left the subjects' storage since the case was opened with the four weeks before."""
    allegation = queries.access_case(request.auth, case)
    place = lake_place(os.environ)
    keyring = place.keyring()
    names = sorted(queries.pseudonyms_of(allegation, keyring.pseudonyms))
    return EgressShown.of(
        egress(place.open(keyring), names, since=allegation.watch.since, now=request.auth.now)
    )


@router.route("POST", "/cases/{case}/watch/end", Permission.CASE_WATCH_END)
def end_watch(request: ActingRequest, case: str, body: Reason) -> CaseShown:
    """Let retention take its course with the subjects' rollups again, and stop watching what leaves."""
    acts.end_watch(request.auth, case, reason=body.reason)
    return _shown(queries.access_case(request.auth, case))


def document_download(data: bytes, name: str) -> HttpResponse:
    """Answer with bytes that no browser shows, whatever they are."""
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def _opened(acting: Acting, raw: bytes) -> CaseShown:
    return _shown(open_document(acting, raw, environment=os.environ))


def _shown(case: Allegation) -> CaseShown:
    return whole(case, words=queries.words_of(case), linked=queries.linked_cases(case))
