"""Requests for records: asked from what stays open, due, overdue, answered by a document of the case."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.console.people import LANGUAGES, look, signed_in
from tests.console.reports import foreign_words
from tests.examined import Examined

from mithaq.intake.models import Attachment
from mithaq.people.permissions import Role
from mithaq.review.runs.models import RecordsAnswer, RecordsRequest

pytestmark = pytest.mark.django_db


def asking(case: Examined, client: Client) -> str:
    """Give the address at which records are asked for, as the review page links to it."""
    seen = look(client.get(f"/cases/{case.case}/review/").content)
    return next(link for link in seen.links if "/ask/" in link)


def acts_in(content: bytes) -> str:
    found = re.findall(r'name="acts" value="(\d+)"', content.decode())
    return str(found[0])


def ask(case: Examined, client: Client, **changes: str) -> RecordsRequest:
    address = asking(case, client)
    said = {
        "acts": acts_in(client.get(address).content),
        "kind": "engineering-hours",
        "addressee": "Head of professional services",
        "question": "Who worked for this customer in September?",
        "due": (case.office.now + timedelta(days=7)).date().isoformat(),
    }
    answer = client.post(address, said | changes)
    assert answer.status_code == 303, answer.content[:3000]
    return RecordsRequest.objects.latest("pk")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_request_begins_with_what_would_settle_the_claim(undetermined: Examined, language: str) -> None:
    undetermined.examined()
    client = signed_in(undetermined.reviewer.account, language)
    seen = look(client.get(asking(undetermined, client)).content)
    assert (seen.language, seen.inline, foreign_words(seen)) == (language, [], [])
    row = ask(undetermined, client)
    assert (row.kind, row.due.date() - undetermined.office.now.date()) == (
        "engineering-hours",
        timedelta(days=7),
    )
    listed = client.get(f"/cases/{undetermined.case}/review/").content
    assert f"/cases/{undetermined.case}/review/records/{row.request}/" in look(listed).links
    assert foreign_words(look(listed)) == []


def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(undetermined: Examined) -> None:
    undetermined.examined()
    client = signed_in(undetermined.reviewer.account)
    address = asking(undetermined, client)
    said = {"acts": acts_in(client.get(address).content), "kind": "billing", "addressee": "Billing desk"}
    past = client.post(address, {**said, "question": "What was invoiced?", "due": "2026-01-01"})
    assert (past.status_code, b"Billing desk" in past.content) == (200, True)
    assert b"the due date has passed" in past.content
    empty = client.post(address, {**said, "question": "", "due": "soon"})
    assert empty.content.count(b'class="errorlist"') == 2
    assert RecordsRequest.objects.count() == 0


def test_only_a_claim_that_a_run_left_undetermined_can_be_asked_about(indicated: Examined) -> None:
    run = indicated.examined()
    client = signed_in(indicated.reviewer.account)
    for claim in ("c1", "c99"):
        address = f"/cases/{indicated.case}/review/runs/{run.run}/ask/{claim}/"
        assert client.get(address).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unanswered_request_is_shown_as_overdue_until_a_document_answers_it(
    undetermined: Examined, language: str
) -> None:
    undetermined.examined()
    client = signed_in(undetermined.reviewer.account, language)
    row = ask(undetermined, client)
    review = f"/cases/{undetermined.case}/review/"
    late = {"en": b">overdue<", "ar": ">متأخّر<".encode()}[language]
    assert late not in client.get(review).content
    undetermined.office.later(days=8)
    assert late in client.get(review).content
    address = f"{review}records/{row.request}/"
    assert late in client.get(address).content
    form = client.get(f"{address}answer/")
    assert foreign_words(look(form.content)) == []
    file = SimpleUploadedFile("invoice.csv", b"service,hours\n", content_type="text/csv")
    sent = client.post(f"{address}answer/", {"acts": acts_in(form.content), "file": file})
    assert (sent.status_code, sent["Location"]) == (303, address)
    shown = client.get(address).content
    assert b"invoice.csv" in shown
    assert late not in shown
    assert late not in client.get(review).content
    assert RecordsAnswer.objects.get().attachment.sha256.encode() in shown


def test_a_document_that_cannot_be_kept_leaves_nothing_behind(undetermined: Examined) -> None:
    undetermined.examined()
    client = signed_in(undetermined.reviewer.account)
    row = ask(undetermined, client)
    address = f"/cases/{undetermined.case}/review/records/{row.request}/answer/"
    acts = acts_in(client.get(address).content)
    assert b"Give one document" in client.post(address, {"acts": acts}).content
    file = SimpleUploadedFile("run.exe", b"MZ\x00", content_type="application/x-msdownload")
    refused = client.post(address, {"acts": acts, "file": file})
    assert (refused.status_code, b"files of this type are not taken" in refused.content) == (200, True)
    assert (Attachment.objects.count(), RecordsAnswer.objects.count()) == (0, 0)


def test_who_may_not_ask_or_answer_is_not_let_to(undetermined: Examined) -> None:
    undetermined.examined()
    client = signed_in(undetermined.reviewer.account)
    row, address = ask(undetermined, client), asking(undetermined, client)
    auditor = signed_in(undetermined.office.person(Role.AUDITOR).account)
    shown = f"/cases/{undetermined.case}/review/records/{row.request}/"
    assert auditor.get(shown).status_code == 200
    assert f"{shown}answer/" not in look(auditor.get(shown).content).links
    assert auditor.get(f"{shown}answer/").status_code == 403
    assert auditor.get(address).status_code == 403
