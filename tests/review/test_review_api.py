"""A case is carried through the API, from allegation to decision and appeal, each step by who may do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.casework import ApiClient
from tests.review.desk import REASONS, SUBSCRIPTION, Casework

from mithaq.kernel.clock import format_instant
from mithaq.ledger.models import Entry
from mithaq.people.acts import declare_recusal
from mithaq.people.models import Recusal
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import AppealOutcome, Appellant
from mithaq.review.content import document
from mithaq.review.queries import check_projection

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
    told = reviewer.get(f"{BASE}/cases/{work.case}/timeline").document["items"]
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
    assert reviewer.get(f"{BASE}/overdue").document["items"] == []
    work.office.later(days=4)
    (late,) = reviewer.get(f"{BASE}/overdue").document["items"]
    (duty,) = late["duties"]
    assert (late["case"], late["stage"]) == (work.case, "opened")
    assert (duty["duty"], duty["role"], duty["due"]) == ("authorise", "authoriser", late["due"])
    assert work.office.api(work.office.first).post(f"{BASE}/days/authorise", {"days": 9}).status == 200
    assert reviewer.get(f"{BASE}/overdue").document["items"] == []
    assert list(check_projection()) == []


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
    assert reviewer.get(f"{BASE}/overdue").document["items"] == []
    assert reviewer.post(f"{at}/release", {"reason": "They came."}).document["held"] is False


def test_an_act_has_one_moment_though_the_clock_goes_on(work: Casework) -> None:
    def ticking() -> datetime:
        work.office.now += timedelta(microseconds=137)
        return work.office.now

    decision = work.decided()
    operator = replace(work.operator, clock=ticking)
    statement = acts.issue_reasons(operator, work.case, decision.key)
    assert statement.appeal_until - statement.issued_at == timedelta(days=184)


def test_what_a_restricted_customer_waits_for_stays_overdue_while_the_case_is_on_hold(work: Casework) -> None:
    reviewer = work.office.api(work.reviewer)
    work.decided()
    acts.hold(work.reviewer, work.case, reason="Records.")
    work.office.later(days=3)
    (late,) = reviewer.get(f"{BASE}/overdue").document["items"]
    assert [duty["duty"] for duty in late["duties"]] == ["issue-reasons"]


def test_the_overdue_list_comes_in_pages_and_leaves_out_what_one_is_recused_from(work: Casework) -> None:
    cases = [work.case]
    for _ in range(4):
        work.office.later(minutes=1)
        cases.append(work.open().case)
    work.office.later(days=4)
    reviewer = work.office.api(work.reviewer)
    told: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = reviewer.get(f"{BASE}/overdue", limit=2, cursor=cursor).document
        assert len(page["items"]) <= 2
        told += [each["case"] for each in page["items"]]
        cursor = page["next"]
    assert told == cases
    assert reviewer.get(f"{BASE}/overdue", cursor="WyJ4Il0").code == "bad-cursor"
    other = work.office.person(Role.REVIEWER)
    declare_recusal(other, kind=Recusal.Kind.PRIOR_WORK, value=cases[1], reason="I began it.")
    assert [each["case"] for each in work.office.api(other).get(f"{BASE}/overdue").document["items"]] == [
        cases[0],
        *cases[2:],
    ]
    barred = work.office.person(Role.REVIEWER)
    declare_recusal(barred, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="Family.")
    assert work.office.api(barred).get(f"{BASE}/overdue").document["items"] == []


def test_decisions_and_appeals_of_a_case_are_listed_with_what_became_of_them(work: Casework) -> None:
    work.found()
    refused = work.proposed()
    acts.refuse(work.approver, work.case, refused.key, reasons="Too much.")
    work.office.later(minutes=1)
    decision = work.proposed()
    work.approve(decision)
    appeal = acts.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="We do not.",
        received=work.office.now,
    )
    reviewer, at = work.office.api(work.reviewer), f"{BASE}/cases/{work.case}"
    first = reviewer.get(f"{at}/decisions", limit=1).document
    second = reviewer.get(f"{at}/decisions", limit=1, cursor=first["next"]).document
    told = [(each["decision"], each["outcome"]) for each in (*first["items"], *second["items"])]
    assert told == [(refused.key, "refused"), (decision.key, "approved")]
    assert second["next"] is None
    (open_one,) = reviewer.get(f"{at}/appeals").document["items"]
    assert (open_one["appeal"], open_one["closed"], open_one["answers"]) == (appeal.key, False, [])
    acts.decide_appeal(
        work.appeals_officer, work.case, appeal.key, outcome=AppealOutcome.UPHELD, reasons=REASONS
    )
    one = reviewer.get(f"{at}/appeals/{appeal.key}").document
    assert (one["closed"], [answer["outcome"] for answer in one["answers"]]) == (True, ["upheld"])
    barred = work.office.person(Role.REVIEWER)
    declare_recusal(barred, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="Family.")
    for path in ("decisions", "appeals", f"appeals/{appeal.key}", "timeline"):
        assert work.office.api(barred).get(f"{at}/{path}").code == "recused"


def test_the_timeline_comes_in_pages(work: Casework) -> None:
    work.decided()
    reviewer, at = work.office.api(work.reviewer), f"{BASE}/cases/{work.case}/timeline"
    numbers: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = reviewer.get(at, limit=3, cursor=cursor).document
        numbers += [act["number"] for act in page["items"]]
        cursor = page["next"]
    assert numbers == [1, 2, 3, 4]
