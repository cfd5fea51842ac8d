"""Evidence runs: authorised twice, worked on under a lease, attached for good, compared; records."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.casework import ApiClient, Office
from tests.conftest import Mithaq
from tests.review.desk import Casework

from mithaq.kernel.clock import format_instant
from mithaq.ledger.models import Entry
from mithaq.people.acts import declare_recusal
from mithaq.people.models import Recusal
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import Outcome
from mithaq.review.runs.acts import attach_evidence
from mithaq.review.runs.difference import MESSAGES, difference
from mithaq.review.runs.errors import LeaseLost
from mithaq.review.runs.models import Exhibits, Result
from mithaq.review.runs.work import ATTEMPTS, LEASE, renew, take_run, work_one
from mithaq.simulation import write_s3_lines

DOCUMENT: dict[str, Any] = {
    "mithaq": "review/v1",
    "allegation": {"clauses": ["T5"]},
    "coverage": {"events": 10, "hours_expected": 336, "hours_seen": 300, "gaps": []},
    "claims": [
        {
            "id": "c1",
            "verdict": "undetermined",
            "log10_lr": 0.1,
            "strength": "none",
            "best_other": "voicemail",
            "open_explanations": ["voicemail"],
            "would_settle": [],
            "observations": [],
        }
    ],
    "clauses": [{"id": "T5", "assessment": "undetermined", "claims": ["c1"], "open_explanations": []}],
    "provenance": {
        "version": "1",
        "terms": "sha256:0",
        "made_at": "2026-09-21T12:00:00Z",
        "inputs": [{"source": "s3-access-log", "sha256": "00", "events": 10}],
    },
}


@pytest.fixture
def casework(office: Office) -> Casework:
    return Casework(office)


@pytest.fixture
def reviewer(casework: Casework) -> ApiClient:
    return casework.office.api(casework.reviewer)


@pytest.fixture
def lake(tmp_path: Path, mithaq: Mithaq, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lake that knows nothing of the subject: every claim about it stays undetermined."""
    monkeypatch.setenv("MITHAQ_LAKE", str(tmp_path / "lake"))
    ingest(mithaq, tmp_path, seed=1)
    return tmp_path


def ingest(mithaq: Mithaq, folder: Path, *, seed: int) -> None:
    logs = folder / f"logs-{seed}"
    logs.mkdir()
    write_s3_lines(logs / "a.log", 200, seed=seed)
    answer = mithaq("ingest", "s3-access-log", logs, "--lake", folder / "lake")
    assert answer.code == 0, answer.err


def work(casework: Casework) -> None:
    assert work_one(os.environ, clock=casework.office.clock, entropy=secrets.token_bytes) is not None


def ran(casework: Casework, reviewer: ApiClient) -> dict[str, Any]:
    asked = reviewer.post(f"/api/v1/review/cases/{casework.case}/runs")
    assert asked.status == 201, asked.document
    work(casework)
    shown = reviewer.get(f"/api/v1/review/cases/{casework.case}/runs/{asked.document['run']}")
    document: dict[str, Any] = shown.document
    return document


def test_no_run_is_asked_for_before_a_review_is_authorised(casework: Casework, reviewer: ApiClient) -> None:
    answer = reviewer.post(f"/api/v1/review/cases/{casework.case}/runs")
    assert (answer.status, answer.code) == (409, "not-authorised")


def test_only_the_reviewer_in_charge_asks_for_a_run(casework: Casework) -> None:
    casework.authorise()
    other = casework.office.api(casework.office.person(Role.REVIEWER))
    assert other.post(f"/api/v1/review/cases/{casework.case}/runs").code == "not-in-charge"
    authoriser = casework.office.api(casework.authoriser)
    assert authoriser.post(f"/api/v1/review/cases/{casework.case}/runs").status == 403


def test_a_run_attaches_what_it_found_within_the_bounds_and_under_its_digest(
    casework: Casework, reviewer: ApiClient, lake: Path
) -> None:
    del lake
    casework.authorise()
    shown = ran(casework, reviewer)
    assert (shown["state"], shown["attempts"], shown["failure"]) == ("done", 1, None)
    assert shown["steps"] >= 2
    content = reviewer.get(f"/api/v1/review/cases/{casework.case}/runs/{shown['run']}/document")
    assert hashlib.sha256(content.document).hexdigest() == shown["sha256"]
    assert content.headers["content-type"] == "application/octet-stream"
    found = json.loads(content.document)
    assert found["mithaq"] == "review/v1"
    assert found["allegation"]["subject"] == {"subscriptions": shown["subscriptions"]}
    assert found["allegation"]["clauses"] == ["T5"]
    assert Entry.objects.filter(case=casework.case, kind="review:evidence:attached").count() == 1


def test_evidence_is_never_changed_or_deleted(casework: Casework, reviewer: ApiClient, lake: Path) -> None:
    del lake
    casework.authorise()
    ran(casework, reviewer)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Result.objects.update(sha256="0" * 64)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Exhibits.objects.update(sha256="0" * 64)
    for deletion in ("DELETE FROM runs_exhibits", "DELETE FROM runs_result"):
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(deletion)


def test_a_finding_stands_beside_what_the_newest_run_computed(
    casework: Casework, reviewer: ApiClient, lake: Path
) -> None:
    del lake
    casework.authorise()
    shown = ran(casework, reviewer)
    finding = acts.make_finding(casework.reviewer, casework.case, clause="T5", outcome=Outcome.INCONCLUSIVE)
    assert (finding.evidence, finding.departs) == (f"sha256:{shown['sha256']}", False)


def test_a_second_run_says_what_has_changed_in_both_languages(
    casework: Casework, reviewer: ApiClient, lake: Path, mithaq: Mithaq
) -> None:
    casework.authorise()
    first = ran(casework, reviewer)
    same = ran(casework, reviewer)
    address = f"/api/v1/review/cases/{casework.case}/runs"
    assert reviewer.get(f"{address}/{first['run']}/difference").document["before"] is None
    assert reviewer.get(f"{address}/{same['run']}/difference").document["changes"] == []
    ingest(mithaq, lake, seed=2)
    third = ran(casework, reviewer)
    told = reviewer.get(f"{address}/{third['run']}/difference", before=first["run"]).document
    assert told["before"] == first["run"]
    assert "inputs" in [each["key"] for each in told["changes"]]
    assert all(each["en"] and each["ar"] for each in told["changes"])


def test_without_a_lake_a_run_fails_and_says_why(
    casework: Casework, reviewer: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MITHAQ_LAKE", raising=False)
    casework.authorise()
    shown = ran(casework, reviewer)
    assert (shown["state"], shown["failure"], shown["sha256"]) == ("failed", "no-lake", None)
    assert reviewer.get(f"/api/v1/review/cases/{casework.case}/runs/{shown['run']}/document").status == 404


def test_the_authorisation_is_looked_at_again_when_the_work_begins(
    casework: Casework, reviewer: ApiClient, lake: Path
) -> None:
    del lake
    casework.authorise()
    reviewer.post(f"/api/v1/review/cases/{casework.case}/runs")
    declare_recusal(
        casework.reviewer, kind=Recusal.Kind.PRIOR_WORK, value=casework.case, reason="I sold it to them."
    )
    work(casework)
    assert Result.objects.get().failure == "recused"


def test_a_run_whose_bounds_were_replaced_computes_nothing(
    casework: Casework, reviewer: ApiClient, lake: Path
) -> None:
    del lake
    casework.authorise()
    reviewer.post(f"/api/v1/review/cases/{casework.case}/runs")
    casework.authorise()
    work(casework)
    assert Result.objects.get().failure == "not-authorised"


def test_one_run_of_a_case_waits_at_a_time(casework: Casework, reviewer: ApiClient) -> None:
    casework.authorise()
    assert reviewer.post(f"/api/v1/review/cases/{casework.case}/runs").status == 201
    assert reviewer.post(f"/api/v1/review/cases/{casework.case}/runs").code == "run-waits"


def test_a_run_whose_worker_was_killed_is_taken_over_and_ends_once(
    casework: Casework, reviewer: ApiClient, lake: Path
) -> None:
    del lake
    casework.authorise()
    run = reviewer.post(f"/api/v1/review/cases/{casework.case}/runs").document["run"]
    taken = take_run(casework.office.now, secrets.token_bytes)
    assert taken is not None
    killed, holder = taken
    renew(killed, holder, "claims", casework.office.now)
    shown = reviewer.get(f"/api/v1/review/cases/{casework.case}/runs/{run}").document
    assert (shown["state"], shown["step"], shown["steps"]) == ("running", "claims", 1)
    assert take_run(casework.office.now, secrets.token_bytes) is None
    casework.office.later(seconds=LEASE.total_seconds() + 1)
    work(casework)
    shown = reviewer.get(f"/api/v1/review/cases/{casework.case}/runs/{run}").document
    assert (shown["state"], shown["attempts"]) == ("done", 2)
    with pytest.raises(LeaseLost):
        renew(killed, holder, "clauses", casework.office.now)
    with pytest.raises(LeaseLost):
        attach_evidence(casework.reviewer, killed, b"{}", holder=holder)
    assert Result.objects.count() == 1


def test_a_run_that_kills_every_worker_is_given_up(casework: Casework, reviewer: ApiClient) -> None:
    casework.authorise()
    reviewer.post(f"/api/v1/review/cases/{casework.case}/runs")
    for _ in range(ATTEMPTS):
        assert take_run(casework.office.now, secrets.token_bytes) is not None
        casework.office.later(seconds=LEASE.total_seconds() + 1)
    work(casework)
    assert Result.objects.get().failure == "gave-up"


def test_two_documents_that_differ_only_in_when_they_were_made_say_the_same() -> None:
    other = deepcopy(DOCUMENT)
    other["provenance"]["made_at"] = "2026-09-22T12:00:00Z"
    assert difference(DOCUMENT, other) == ()


def test_every_difference_has_its_key_and_its_words_in_both_languages() -> None:
    other = deepcopy(DOCUMENT)
    other["allegation"] = {"clauses": ["T1", "T5"]}
    other["coverage"] |= {"events": 11, "hours_seen": 336, "gaps": [{"source": "cloudtrail"}]}
    other["claims"][0] |= {"verdict": "supported", "log10_lr": 4.2, "strength": "strong"}
    other["claims"][0] |= {"open_explanations": [], "observations": [{"indicator": "sizes"}]}
    other["clauses"][0] |= {"assessment": "indicated", "open_explanations": ["voicemail"]}
    other["provenance"] |= {"version": "2", "terms": "sha256:1", "inputs": []}
    changes = difference(DOCUMENT, other)
    assert {change.key for change in changes} == set(MESSAGES)
    verdict = next(change for change in changes if change.key == "claim-verdict")
    assert (verdict.about, verdict.before, verdict.after) == ("c1", "undetermined", "supported")
    for change in changes:
        assert "{" not in change.said("en") + change.said("ar")
        assert change.said("en") != change.said("ar")


def test_records_are_asked_for_only_where_a_run_left_a_claim_undetermined(
    casework: Casework, reviewer: ApiClient, lake: Path
) -> None:
    del lake
    casework.authorise()
    body = {
        "run": ran(casework, reviewer)["run"],
        "claim": "c1",
        "kind": "engineering-hours",
        "addressee": "Head of professional services",
        "question": "Who worked for this customer in September, and on what?",
        "due": format_instant(casework.office.now + timedelta(days=7)),
    }
    address = f"/api/v1/review/cases/{casework.case}/records"
    assert reviewer.post(address, {**body, "claim": "c9"}).code == "bad-records-request"
    assert reviewer.post(address, {**body, "kind": "mail"}).code == "bad-input"
    assert reviewer.post(address, {**body, "due": "2026-01-01T00:00:00Z"}).code == "bad-records-request"
    assert reviewer.post(address, {**body, "run": "r_none"}).status == 404
    asked = reviewer.post(address, body)
    assert (asked.status, asked.document["answers"]) == (201, [])
    leaf = bytes(Entry.objects.get(kind="review:records:requested").leaf)
    assert b"September" not in leaf
    assert b"professional" not in leaf


def test_an_unanswered_request_is_overdue_until_a_document_answers_it(
    casework: Casework, reviewer: ApiClient, lake: Path
) -> None:
    del lake
    casework.authorise()
    body = {
        "run": ran(casework, reviewer)["run"],
        "claim": "c1",
        "kind": "billing",
        "addressee": "Billing",
        "question": "Which services were invoiced?",
        "due": format_instant(casework.office.now + timedelta(days=7)),
    }
    address = f"/api/v1/review/cases/{casework.case}/records"
    asked = reviewer.post(address, body).document["request"]
    overdue = "/api/v1/review/records/overdue"
    assert reviewer.get(overdue).document["items"] == []
    casework.office.later(days=8)
    assert [each["request"] for each in reviewer.get(overdue).document["items"]] == [asked]
    file = SimpleUploadedFile("invoice.csv", b"service,hours\n", content_type="text/csv")
    paper = reviewer.upload(f"/api/v1/cases/{casework.case}/attachments", file=file).document["attachment"]
    answered = reviewer.post(f"{address}/{asked}/answers", {"attachment": paper})
    assert (answered.status, answered.document["answers"]) == (201, [paper])
    assert reviewer.get(overdue).document["items"] == []
    assert reviewer.post(f"{address}/{asked}/answers", {"attachment": paper}).code == "bad-records-request"
