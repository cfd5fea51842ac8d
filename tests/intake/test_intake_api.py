"""Cases as they come in through the API: allegations, documents, duplicates, pins and the flight watch."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.utils import DatabaseError
from tests.casework import Answer, ApiClient, Office

from mithaq.evidence.coverage import hour_number
from mithaq.intake.acts import watch_flight
from mithaq.intake.flight import Egress, Flight
from mithaq.intake.models import Allegation, Attachment, AttachmentContent, FlightSighting, Watch
from mithaq.intake.queries import active_watches, pinned
from mithaq.ledger.models import Entry
from mithaq.people.acts import declare_recusal
from mithaq.people.errors import Forbidden
from mithaq.people.models import Recusal
from mithaq.people.permissions import Role

SAID = {
    "mithaq": "allegation/v1",
    "received": "2026-09-21T09:00:00Z",
    "source": {"kind": "press", "reference": "a letter from Salma Quay"},
    "subject": {"subscriptions": ["aws:111122223333"]},
    "period": {"from": "2026-09-07", "to": "2026-09-21"},
    "claims": [
        {"id": "c1", "kind": "stores", "what": "call-recordings", "text": {"en": "Calls of a whole town"}},
        {"id": "c2", "kind": "pattern", "is": "population"},
        {"id": "c3", "kind": "scale", "at_least": 100000, "unit": "objects-per-day"},
    ],
}
PDF = b"%PDF-1.7\nnothing that anybody opens"


@pytest.fixture
def reviewer(office: Office) -> ApiClient:
    return office.api(office.person(Role.REVIEWER))


def opened(who: ApiClient, **other: object) -> dict[str, Any]:
    answer = who.post("/api/v1/cases", {**SAID, **other})
    assert answer.status == 201, answer.document
    document: dict[str, Any] = answer.document
    return document


def attach(  # a form and its parts
    who: ApiClient,
    case: str,
    content: bytes,
    media_type: str,
    name: str = "letter.pdf",
    *,
    key: str | None = None,
) -> Answer:
    file = SimpleUploadedFile(name, content, content_type=media_type)
    return who.upload(f"/api/v1/cases/{case}/attachments", key=key, file=file)


@pytest.mark.parametrize("size", [100, 3_000_000])
def test_an_upload_of_any_size_repeated_with_its_key_is_kept_once(reviewer: ApiClient, size: int) -> None:
    case, paper = opened(reviewer)["case"], PDF.ljust(size, b".")
    first = attach(reviewer, case, paper, "application/pdf", key="k-1")
    again = attach(reviewer, case, paper, "application/pdf", key="k-1")
    assert (first.status, again.status) == (201, 201), first.document
    assert (again.document, again.headers["idempotency-replayed"]) == (first.document, "true")
    assert bytes(AttachmentContent.objects.get().data) == paper
    for other in (
        attach(reviewer, case, paper[:-1] + b"!", "application/pdf", key="k-1"),
        attach(reviewer, case, paper, "application/pdf", "other.pdf", key="k-1"),
    ):
        assert (other.status, other.code) == (422, "idempotency-key-reused")
    assert Attachment.objects.count() == 1


def test_an_allegation_as_json_and_as_a_file_opens_the_same_case(reviewer: ApiClient) -> None:
    one = opened(reviewer)
    text = b"""
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {kind: press, reference: "a letter from Salma Quay"}
subject: {subscriptions: ["aws:111122223333"]}
period: {from: 2026-09-07, to: 2026-09-21}
claims:
  - {id: c1, kind: stores, what: call-recordings, text: {en: "Calls of a whole town"}}
  - {id: c2, kind: pattern, is: population}
  - {id: c3, kind: scale, at_least: 100000, unit: objects-per-day}
"""
    other = reviewer.upload("/api/v1/cases/file", file=io.BytesIO(text)).document
    assert one["sha256"] == other["sha256"]
    assert one["case"] != other["case"]
    assert one["words"]["reference"] == "a letter from Salma Quay"
    assert (one["source_kind"], one["clauses"]) == ("press", ["T5"])


@pytest.mark.parametrize(
    ("change", "code"),
    [({"mithaq": "allegation/v9"}, "bad-allegation"), ({"clauses": ["T99"]}, "unknown-clause")],
)
def test_what_is_no_allegation_opens_no_case(
    reviewer: ApiClient, change: dict[str, object], code: str
) -> None:
    answer = reviewer.post("/api/v1/cases", {**SAID, **change})
    assert (answer.status, answer.code) == (422, code)
    assert not Allegation.objects.exists()


def test_a_customers_home_region_and_subscriptions_come_from_the_register(office: Office) -> None:
    keeper = office.api(office.person(Role.REGISTER_KEEPER))
    entry = {"customer": "Lemon Grove", "subscription": "aws:444455556666", "home_region": "eu-west-1"}
    keeper.post("/api/v1/register/subscriptions", entry)
    case = opened(office.api(office.person(Role.REVIEWER)), subject={"customer": "Lemon Grove"})
    assert case["subjects"] == [
        {"subscription": "aws:444455556666", "customer": "Lemon Grove", "home_region": "eu-west-1"}
    ]


def test_the_list_shows_the_newest_first_and_no_case_of_a_recusal(office: Office) -> None:
    who = office.person(Role.REVIEWER)
    them = office.api(who)
    one, two = opened(them)["case"], opened(them)["case"]
    assert [each["case"] for each in them.get("/api/v1/cases").document["items"]] == [two, one]
    declare_recusal(who, kind=Recusal.Kind.PRIOR_WORK, value=two, reason="I sold it to them.")
    assert [each["case"] for each in them.get("/api/v1/cases").document["items"]] == [one]
    assert them.get(f"/api/v1/cases/{two}").code == "recused"
    assert attach(them, two, PDF, "application/pdf").code == "recused"
    assert them.get("/api/v1/cases/c_nothing").status == 404


def test_a_document_is_kept_by_its_digest_and_handed_out_as_a_download_only(reviewer: ApiClient) -> None:
    case = opened(reviewer)["case"]
    added = attach(reviewer, case, PDF, "application/pdf").document
    assert added["sha256"] == hashlib.sha256(PDF).hexdigest()
    answer = reviewer.get(f"/api/v1/cases/{case}/attachments/{added['attachment']}/content")
    assert answer.document == PDF
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{added["attachment"]}.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert attach(reviewer, case, PDF, "application/pdf").code == "bad-attachment"
    leaf = bytes(Entry.objects.latest("id").leaf)
    assert b"letter" not in leaf


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<html><script>", "application/pdf"),
        (b"<html><script>", "text/html"),
        (b"", "text/plain"),
        (b"a\0b", "text/plain"),
        (b"\xff\xfe", "text/csv"),
        (b"%PDF-" + bytes(20 * 1024 * 1024), "application/pdf"),
    ],
    ids=["not-what-it-says", "not-taken", "empty", "with-a-null", "not-utf-8", "too-large"],
)
def test_a_document_that_is_not_what_it_says_is_refused(
    reviewer: ApiClient, content: bytes, media_type: str
) -> None:
    case = opened(reviewer)["case"]
    answer = attach(reviewer, case, content, media_type)
    assert answer.status == 422
    assert not Attachment.objects.exists()


def test_an_erased_document_leaves_its_row_and_nothing_else(office: Office, reviewer: ApiClient) -> None:
    case = opened(reviewer)["case"]
    added = attach(reviewer, case, PDF, "application/pdf").document["attachment"]
    address = f"/api/v1/cases/{case}/attachments/{added}"
    authoriser = office.api(office.person(Role.AUTHORISER))
    assert reviewer.post(f"{address}/erase", {"reason": "It names a child."}).status == 403
    assert authoriser.post(f"{address}/erase", {"reason": "It names a child."}).status == 204
    assert reviewer.get(f"{address}/content").status == 404
    (shown,) = reviewer.get(f"/api/v1/cases/{case}").document["attachments"]
    assert (shown["attachment"], shown["name"]) == (added, None)
    assert not AttachmentContent.objects.exists()


def test_the_database_refuses_another_content_in_a_documents_place(reviewer: ApiClient) -> None:
    attach(reviewer, opened(reviewer)["case"], PDF, "application/pdf")
    with pytest.raises(DatabaseError, match="never-changed"), transaction.atomic():
        AttachmentContent.objects.update(data=b"other")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Attachment.objects.update(sha256="0" * 64)


def test_duplicates_are_proposed_and_linked_without_changing_either(reviewer: ApiClient) -> None:
    one, two = opened(reviewer)["case"], opened(reviewer)["case"]
    apart = opened(reviewer, subject={"subscriptions": ["aws:999900001111"]})["case"]
    (like,) = reviewer.get(f"/api/v1/cases/{two}/likenesses").document
    assert (like["case"], like["claims"], like["periods_overlap"]) == (one, ["c1", "c2", "c3"], True)
    assert reviewer.get(f"/api/v1/cases/{apart}/likenesses").document == []
    linked = reviewer.post(f"/api/v1/cases/{two}/links", {"other": one}).document
    assert linked["linked"] == [one]
    assert reviewer.get(f"/api/v1/cases/{one}").document["linked"] == [two]
    assert reviewer.post(f"/api/v1/cases/{one}/links", {"other": two}).code == "bad-link"
    assert reviewer.post(f"/api/v1/cases/{one}/links", {"other": one}).code == "bad-link"


def test_opening_a_case_pins_its_subjects_from_the_earlier_of_period_and_comparison(
    office: Office, reviewer: ApiClient
) -> None:
    early = {"from": "2026-05-01", "to": "2026-05-14"}
    opened(reviewer, period=early)
    case = opened(reviewer)
    names = {"aws:111122223333": ["pseudonym-a", "pseudonym-b"]}
    first = hour_number(datetime(2026, 5, 1, tzinfo=UTC))
    assert pinned(lambda native: names[native]) == {"pseudonym-a": first, "pseudonym-b": first}
    assert case["watch"]["keep_from"] == "2026-08-24T12:00:00Z"
    assert case["watch"]["since"] == "2026-09-21T12:00:00Z"
    authoriser = office.api(office.person(Role.AUTHORISER))
    reason = {"reason": "The case is decided."}
    assert reviewer.post(f"/api/v1/cases/{case['case']}/watch/end", reason).status == 403
    ended = authoriser.post(f"/api/v1/cases/{case['case']}/watch/end", reason).document
    assert ended["watch"]["ended_at"] == "2026-09-21T12:00:00Z"
    assert authoriser.post(f"/api/v1/cases/{case['case']}/watch/end", reason).code == "watch-ended"
    assert active_watches().count() == 1


def burst(flight: Flight) -> Egress:
    return Egress(flight, 1 << 30, 9 << 30, 24, 600, 24)


def test_a_flight_is_told_of_once_a_day_and_quiet_never(office: Office, reviewer: ApiClient) -> None:
    case = opened(reviewer)["case"]
    operator, watch = office.person(Role.OPERATOR), Watch.objects.get()
    assert watch_flight(operator, watch, burst(Flight.QUIET)) is None
    assert watch_flight(operator, watch, burst(Flight.UNKNOWN)) is None
    assert watch_flight(operator, watch, burst(Flight.SEEN)) is not None
    office.later(hours=23)
    assert watch_flight(operator, watch, burst(Flight.SEEN)) is None
    office.later(hours=2)
    assert watch_flight(operator, watch, burst(Flight.SEEN)) is not None
    assert FlightSighting.objects.count() == 2
    shown = reviewer.get(f"/api/v1/cases/{case}").document["watch"]["sightings"]
    assert [each["busiest_since"] for each in shown] == [9 << 30, 9 << 30]
    assert Entry.objects.filter(case=case, kind="intake:flight:seen").count() == 2
    with pytest.raises(Forbidden):
        watch_flight(office.person(Role.AUDITOR), watch, burst(Flight.SEEN))


def test_without_a_lake_the_watch_says_so(reviewer: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MITHAQ_LAKE", raising=False)
    case = opened(reviewer)["case"]
    answer = reviewer.get(f"/api/v1/cases/{case}/egress")
    assert (answer.status, answer.code) == (409, "no-lake")
