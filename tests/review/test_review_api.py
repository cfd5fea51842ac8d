"""A case is carried through the API, from allegation to decision and appeal, each step by who may do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.casework import ApiClient
from tests.review.desk import SUBSCRIPTION, Casework

from mithaq.kernel.clock import format_instant
from mithaq.ledger.models import Entry
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.content import document

BASE = "/api/v1/review"


def _carried_to_a_decision(work: Casework, reviewer: ApiClient) -> str:
    at = f"{BASE}/cases/{work.case}"
    bounds = {
        "reviewer": work.reviewer.account.pseudonym,
        "subscriptions": [SUBSCRIPTION],
        "clauses": ["T5"],
        "period_from": "2026-09-07T00:00:00Z",
        "period_to": "2026-09-21T00:00:00Z",
        "deadline": format_instant(work.office.now + timedelta(days=14)),
    }
    assert work.office.api(work.authoriser).post(f"{at}/authorise", bounds).document["stage"] == "review"
    finding = {"clause": "T5", "outcome": "violated", "reasons": "Three records."}
    assert reviewer.post(f"{at}/findings", finding).document["stage"] == "decision"
    body = document(work.content())
    del body["case"], body["appeal"]
    proposed = reviewer.post(f"{at}/decisions", body)
    assert (proposed.status, proposed.document["outcome"]) == (201, "waiting")
    decision = f"{at}/decisions/{proposed.document['decision']}"
    assert reviewer.post(f"{decision}/approve", {"digest": proposed.document["digest"]}).status == 403
    approver = work.office.api(work.approver)
    assert approver.post(f"{decision}/approve", {"digest": "sha256:" + "1" * 64}).code == "other-digest"
    approved = approver.post(f"{decision}/approve", {"digest": proposed.document["digest"]})
    assert approved.document["outcome"] == "approved"
    assert Entry.objects.filter(leaf_hash=bytes.fromhex(approved.document["entry"])).exists()
    return decision


def test_a_case_goes_from_authorisation_to_a_decision_that_may_be_applied(work: Casework) -> None:
    reviewer, operator = work.office.api(work.reviewer), work.office.api(work.operator)
    decision = _carried_to_a_decision(work, reviewer)
    assert operator.get(f"{decision}/may-apply").code == "may-not-apply"
    reasons = operator.post(f"{decision}/reasons")
    assert reasons.status == 201
    assert "بيان الأسباب" in reasons.document["ar"]
    assert operator.get(f"{decision}/may-apply").status == 200
    told = reviewer.get(f"{BASE}/cases/{work.case}/timeline").document
    assert [act["kind"] for act in told] == [
        "review:review:authorised",
        "review:finding:made",
        "review:decision:proposed",
        "review:decision:approved",
        "review:reasons:issued",
    ]


def test_an_appeal_is_entered_and_overturns_the_decision(work: Casework) -> None:
    reviewer, officer = work.office.api(work.reviewer), work.office.api(work.appeals_officer)
    decision = _carried_to_a_decision(work, reviewer)
    said = {
        "appellant": "customer",
        "grounds": "We do not.",
        "received": format_instant(work.office.now),
    }
    entered = reviewer.post(f"{decision}/appeals", said).document
    assert entered["stage"] == "appeal"
    ruling = {
        "outcome": "overturned",
        "reasons": {"en": "The facts do not bear it.", "ar": "لا تكفي الوقائع."},
    }
    answer = officer.post(f"{BASE}/cases/{work.case}/appeals/{entered['appeals'][0]}/decide", ruling)
    assert answer.status == 200
    assert reviewer.get(f"{BASE}/cases/{work.case}").document["in_force"] == [answer.document["decision"]]


def test_what_is_overdue_is_listed_until_it_is_done(work: Casework) -> None:
    reviewer = work.office.api(work.reviewer)
    assert reviewer.get(f"{BASE}/overdue").document == []
    work.office.later(days=4)
    (late,) = reviewer.get(f"{BASE}/overdue").document
    assert (late["case"], late["duty"], late["role"]) == (work.case, "authorise", "authoriser")
    assert work.office.api(work.office.first).post(f"{BASE}/days/authorise", {"days": 9}).status == 200
    assert reviewer.get(f"{BASE}/overdue").document == []


def test_the_auditor_reads_all_and_an_administrator_no_case(work: Casework) -> None:
    auditor = work.office.api(work.office.person(Role.AUDITOR))
    at = f"{BASE}/cases/{work.case}"
    assert auditor.get(at).document["stage"] == "opened"
    assert auditor.post(f"{at}/hold", {"reason": "No."}).status == 403
    assert work.office.api(work.office.first).get(at).status == 403


def test_a_hand_over_puts_another_in_charge_and_a_hold_pauses_the_clock(work: Casework) -> None:
    work.authorise()
    reviewer, other = work.office.api(work.reviewer), work.office.person(Role.REVIEWER)
    at = f"{BASE}/cases/{work.case}"
    name = other.account.pseudonym
    assert (
        reviewer.post(f"{at}/hand-over", {"reviewer": name, "reason": "Leave."}).document["in_charge"] == name
    )
    assert (
        reviewer.post(f"{at}/findings", {"clause": "T5", "outcome": "inconclusive"}).code == "not-in-charge"
    )
    assert reviewer.post(f"{at}/escalate", {"reason": "Press."}).status == 200
    assert reviewer.post(f"{at}/hold", {"reason": "Records."}).document["held"] is True
    work.office.later(days=100)
    assert reviewer.get(f"{BASE}/overdue").document == []
    assert reviewer.post(f"{at}/release", {"reason": "They came."}).document["held"] is False


def test_an_act_has_one_moment_though_the_clock_goes_on(work: Casework) -> None:
    def ticking() -> datetime:
        work.office.now += timedelta(microseconds=137)
        return work.office.now

    decision = work.decided()
    operator = replace(work.operator, clock=ticking)
    statement = acts.issue_reasons(operator, work.case, decision.key)
    assert statement.appeal_until - statement.issued_at == timedelta(days=184)
