"""Requests for records that would settle what a run left open: asking, seeing what is due, answering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.examining.forms import AnswerForm, RecordsForm, names_of, spoken
from mithaq.console.web.pages import FORM
from mithaq.evidence.messages import message
from mithaq.intake.acts import attach
from mithaq.intake.media import MAX_BYTES
from mithaq.intake.models import Attachment
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.review.runs import acts
from mithaq.review.runs.acts import Asked, RecordsKind
from mithaq.review.runs.errors import BadRequest
from mithaq.review.runs.models import RecordsAnswer, RecordsRequest
from mithaq.review.runs.queries import access_request, access_run, document_of, evidence_of, requests_of
from mithaq.terms import label
from mithaq.terms.vocabulary import Verdict

USUAL: Final = timedelta(days=7)
"""How long somebody has to answer unless the reviewer chooses another day."""


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A request as pages list it."""

    row: RecordsRequest
    kind: str
    answers: Sequence[RecordsAnswer]
    overdue: bool
    """Whether it is due and has no answer."""


def requests_shown(request: CaseRequest) -> list[RequestShown]:
    """Give a case's requests for records: overdue ones first, then open ones, then those answered."""
    rows = requests_of(request.seen.case).prefetch_related(
        "answers__attachment__content", "answers__answered_by"
    )
    shown = [_shown(row, request) for row in rows]
    return sorted(shown, key=lambda each: (bool(each.answers), each.row.due, each.row.pk))


def _shown(row: RecordsRequest, request: CaseRequest) -> RequestShown:
    answers = list(row.answers.all())
    overdue = not answers and row.due < request.acting.now
    return RequestShown(row, label(RecordsKind(row.kind), spoken()), answers, overdue)


@case_page(Permission.CASE_RECORDS_REQUEST, FORM)
def ask(request: CaseRequest, case: str, run: str, claim: str) -> HttpResponse:
    """Ask for what would settle a claim that a run left undetermined; raises UnknownRun, BadRequest."""
    found = access_run(request.acting, case, run)
    settle = _would_settle(document_of(evidence_of(found)), claim)
    first = {
        "due": (request.acting.now + USUAL).date(),
        "question": "\n".join(message(key, spoken()) for key in settle),
    }
    form = RecordsForm(request.POST if request.method == "POST" else None, seen=request.seen, initial=first)
    form.to = reverse("review", kwargs={"case": case}) + "#records"

    def asked(said: Mapping[str, Any]) -> None:
        acts.request_records(
            request.acting,
            case,
            Asked(
                run=found.run,
                claim=claim,
                kind=RecordsKind(said["kind"]),
                addressee=said["addressee"],
                question=said["question"],
                due=RecordsForm.due_at(said["due"]),
            ),
        )

    done = do(request, form, asked, done=_("The records are asked for."))
    return done or show(request, "examining/ask.html", {"form": form, "claim": claim, "run": found})


def _would_settle(document: Mapping[str, Any], claim: str) -> list[str]:
    for each in document["claims"]:
        if each["id"] == claim and each["verdict"] == Verdict.UNDETERMINED.value:
            settle: list[str] = each["would_settle"]
            return settle
    raise BadRequest(
        "the run has not left such a claim undetermined", field="claim", hint="Name one that it has."
    )


@case_page(Permission.CASE_READ)
def show_request(request: CaseRequest, case: str, records: str) -> HttpResponse:
    """Show a request for records with its answers; raises UnknownRun."""
    row = access_request(request.acting, case, records)
    context = {
        "asked": _shown(row, request),
        "may_answer": request.acting.may(Permission.CASE_ATTACHMENT_ADD),
    }
    return show(request, "examining/records.html", context)


@case_page(Permission.CASE_ATTACHMENT_ADD, FORM)
def answer(request: CaseRequest, case: str, records: str) -> HttpResponse:
    """Attach the document that answers a request; raises UnknownRun."""
    row = access_request(request.acting, case, records)
    sent = request.method == "POST"
    form = AnswerForm(
        request.POST if sent else None,
        seen=request.seen,
        files=request.FILES if sent else None,
        held=names_of(_unused(request)),
    )
    form.to = reverse("records", kwargs={"case": case, "records": records})
    done = do(
        request,
        form,
        lambda said: _answer(request.acting, case, records, said),
        done=_("The answer is attached."),
    )
    return done or show(request, "examining/answer.html", {"form": form, "asked": _shown(row, request)})


def _unused(request: CaseRequest) -> list[Attachment]:
    """Give the case's documents that answer nothing yet."""
    used = RecordsAnswer.objects.values("attachment")
    return list(request.seen.case.attachments.exclude(pk__in=used).select_related("content"))


def _answer(who: Acting, case: str, records: str, said: Mapping[str, Any]) -> None:
    """Attach a new document and answer with it, both or neither; or answer with one that is there."""
    file = said["file"]
    with transaction.atomic():
        named = said.get("attachment") or ""
        if file is not None:
            kind = (file.content_type or "").partition(";")[0].strip().lower()
            data = file.read(MAX_BYTES + 1)
            named = attach(who, case, data=data, media_type=kind, name=file.name or "").attachment
        acts.answer_request(who, case, records, named)
