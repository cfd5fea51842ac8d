"""The mistakes of comparable systems with four eyes (named in the facts the project builds on), and ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.review.desk import REASONS, Casework

from mithaq.people import acts as people
from mithaq.people.errors import Forbidden, Recused
from mithaq.people.models import Recusal
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import AppealOutcome, Appellant, Outcome
from mithaq.review.errors import (
    AlreadyRuled,
    BadDecision,
    FourEyes,
    MayNotApply,
    NotInCharge,
    OtherDigest,
    Overtaken,
    WrongStage,
)
from mithaq.review.measures import Path
from mithaq.review.models import CaseAct, Decision, Statement
from mithaq.review.queries import access_case, may_apply, timeline


def test_the_approver_cannot_be_the_proposer(work: Casework) -> None:
    both = work.office.person(Role.REVIEWER, Role.APPROVER)
    work.authorise(reviewer=both)
    work.reviewer = both
    acts.make_finding(both, work.case, clause="T5", outcome=Outcome.VIOLATED, reasons="Records.")
    decision = work.proposed()
    with pytest.raises(FourEyes):
        work.approve(decision, by=both)
    work.approve(decision)


def test_nobody_authorises_their_own_review(work: Casework) -> None:
    both = work.office.person(Role.REVIEWER, Role.AUTHORISER)
    with pytest.raises(FourEyes):
        work.authorise(reviewer=both, by=both)


def test_a_delayed_start_skips_no_approval(work: Casework) -> None:
    work.found()
    later = replace(work.content(), starts_at=work.office.now + timedelta(days=1))
    decision = work.proposed(later)
    work.office.later(days=2)
    with pytest.raises(MayNotApply, match="not approved"):
        may_apply(work.case, decision.key, work.office.now)


def test_a_hold_breaks_no_override_and_no_lifting(work: Casework) -> None:
    decision = work.decided()
    acts.hold(work.reviewer, work.case, reason="Waiting for records.")
    other, second = work.office.person(Role.REVIEWER), work.office.person(Role.APPROVER)
    lifted = work.proposed(work.ending(Path.OVERRIDE, decision.key), by=other)
    work.approve(lifted, by=second)
    assert list(access_case(work.reviewer, work.case).state.heads) == [lifted.key]


def test_a_case_can_be_cancelled_but_not_once_something_came_into_force(work: Casework) -> None:
    work.decided()
    with pytest.raises(WrongStage):
        acts.cancel(work.authoriser, work.case, reason="A mistake.")
    work.case = work.open().case
    acts.cancel(work.authoriser, work.case, reason="A mistake.")
    with pytest.raises(WrongStage):
        work.authorise()


def test_one_decision_needs_two_people_and_no_third(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    work.approve(decision)
    assert decision.key in access_case(work.reviewer, work.case).state.decisions
    with pytest.raises(AlreadyRuled):
        work.approve(decision, by=work.office.person(Role.APPROVER))


def test_an_overruled_decision_leaves_its_trace(work: Casework) -> None:
    older = work.decided()
    newer = work.decided(work.ending(Path.LIFT, older.key))
    state = access_case(work.reviewer, work.case).state
    assert state.decisions[older.key].followed_by == newer.key
    assert Decision.objects.filter(key=older.key).exists()
    assert len(timeline(work.case)) == state.acts == 6


def test_a_chained_override_states_its_own_clauses(work: Casework) -> None:
    older = work.decided()
    acts.issue_reasons(work.operator, work.case, older.key)
    content = work.content(Path.AMEND, older.key, days=10)
    clause = replace(content.clauses[0], version="T5@2026-01-01")
    newer = work.decided(replace(content, clauses=(clause,)))
    said = acts.issue_reasons(work.operator, work.case, newer.key)
    assert "T5@2026-01-01" in said.en
    assert "T5@2020-01-01" not in said.en
    assert older.key in said.ar


def test_appeals_stay_in_sight_and_open_whatever_the_stage(work: Casework) -> None:
    decision = work.decided()
    work.office.later(days=400)
    acts.expire(work.operator, work.case, decision.key)
    appeal = acts.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="We do not.",
        received=work.office.now,
    )
    assert access_case(work.reviewer, work.case).state.appeals[appeal.key].closed is False


def test_whoever_had_a_hand_decides_no_appeal(work: Casework) -> None:
    officer = work.office.person(Role.APPROVER, Role.APPEALS_OFFICER)
    work.approver = officer
    appeal = _appealed(work, work.decided())
    with pytest.raises(FourEyes):
        acts.decide_appeal(officer, work.case, appeal, outcome=AppealOutcome.UPHELD, reasons=REASONS)
    work.office.grant(work.reviewer.account, Role.APPEALS_OFFICER)
    enterer = work.office.acting(work.reviewer.account)
    with pytest.raises(FourEyes):
        acts.decide_appeal(enterer, work.case, appeal, outcome=AppealOutcome.UPHELD, reasons=REASONS)
    acts.decide_appeal(work.appeals_officer, work.case, appeal, outcome=AppealOutcome.UPHELD, reasons=REASONS)


def test_an_overturned_decision_ends_and_a_changed_one_needs_a_second_officer(work: Casework) -> None:
    decision = work.decided()
    appeal = _appealed(work, decision)
    ruling = acts.decide_appeal(
        work.appeals_officer,
        work.case,
        appeal,
        outcome=AppealOutcome.CHANGED,
        reasons=REASONS,
        answer=work.content(days=5),
    )
    answer = ruling.decision
    assert answer is not None
    for person in (work.appeals_officer, work.approver):
        with pytest.raises(Forbidden):
            work.approve(answer, by=person)
    second = work.office.person(Role.APPEALS_OFFICER)
    work.approve(answer, by=second)
    third = work.office.person(Role.APPEALS_OFFICER)
    again = _appealed(work, answer)
    with pytest.raises(FourEyes):
        acts.decide_appeal(second, work.case, again, outcome=AppealOutcome.OVERTURNED, reasons=REASONS)
    acts.decide_appeal(third, work.case, again, outcome=AppealOutcome.OVERTURNED, reasons=REASONS)
    with pytest.raises(MayNotApply, match="taken its place"):
        may_apply(work.case, answer.key, work.office.now)


def test_an_appeal_of_the_customer_makes_nothing_harsher(work: Casework) -> None:
    appeal = _appealed(work, work.decided())
    with pytest.raises(BadDecision, match="harsher"):
        acts.decide_appeal(
            work.appeals_officer,
            work.case,
            appeal,
            outcome=AppealOutcome.CHANGED,
            reasons=REASONS,
            answer=work.content(days=60),
        )


def test_a_recused_person_does_nothing_and_their_proposal_is_not_approved(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    for person in (work.reviewer, work.authoriser):
        people.declare_recusal(person, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="Kin.")
    with pytest.raises(Recused):
        acts.hold(work.authoriser, work.case, reason="Later.")
    with pytest.raises(Recused):
        work.approve(decision)


def test_the_approval_covers_the_exact_content(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    with pytest.raises(OtherDigest):
        acts.approve(work.approver, work.case, decision.key, digest="sha256:" + "0" * 64)


def test_nothing_is_applied_before_its_reasons_are_issued_in_both_languages(work: Casework) -> None:
    decision = work.decided()
    with pytest.raises(MayNotApply, match="reasons"):
        may_apply(work.case, decision.key, work.office.now)
    said = acts.issue_reasons(work.operator, work.case, decision.key)
    assert "aws:111122223333" in said.en
    assert "aws:111122223333" in said.ar
    assert said.appeal_until >= work.office.now + timedelta(days=183)
    assert "until 21 October 2026, 12:00 UTC" in said.en.replace("\u00a0", " ")
    assert "حتى ٢١ أكتوبر ٢٠٢٦، ١٢:٠٠ (التوقيت العالمي)" in said.ar.replace("\u00a0", " ")
    assert may_apply(work.case, decision.key, work.office.now).measures
    assert Statement.objects.count() == 1


def test_an_interim_measure_lasts_seven_days_at_most_and_ends_by_itself(work: Casework) -> None:
    with pytest.raises(BadDecision):
        work.proposed(work.content(Path.INTERIM, days=8))
    decision = work.decided(work.content(Path.INTERIM, days=7))
    acts.issue_reasons(work.operator, work.case, decision.key)
    assert may_apply(work.case, decision.key, work.office.now).measures
    with pytest.raises(BadDecision, match="never made longer"):
        work.proposed(work.content(Path.AMEND, decision.key, days=9))
    work.office.later(days=7)
    with pytest.raises(MayNotApply, match="its end has come"):
        may_apply(work.case, decision.key, work.office.now)


def test_a_decision_is_expired_by_nobody_before_its_end(work: Casework) -> None:
    decision = work.decided()
    with pytest.raises(WrongStage):
        acts.expire(work.operator, work.case, decision.key)


def test_no_measure_rests_on_a_clause_that_was_not_found_violated(work: Casework) -> None:
    work.found(Outcome.INCONCLUSIVE)
    with pytest.raises(BadDecision, match="violated"):
        work.proposed()


def test_two_decisions_never_follow_on_the_same_one(work: Casework) -> None:
    older = work.decided()
    one = work.proposed(work.ending(Path.LIFT, older.key))
    other = work.proposed(work.content(Path.AMEND, older.key, days=3))
    work.approve(one)
    with pytest.raises(Overtaken):
        work.approve(other)


def test_only_the_reviewer_in_charge_works_on_a_case_or_who_stepped_in(work: Casework) -> None:
    work.authorise()
    other = work.office.person(Role.REVIEWER)
    with pytest.raises(NotInCharge):
        work.proposed(work.content(Path.INTERIM, days=2), by=other)
    acts.step_in(other, work.case, reason="The reviewer is ill, and data leaves.")
    assert CaseAct.objects.get(case=work.case, number=2).kind == "review:case:stepped-into"
    work.proposed(work.content(Path.INTERIM, days=2), by=other)


def _appealed(work: Casework, decision: Decision) -> str:
    entered = acts.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="We do not.",
        received=work.office.now,
    )
    return entered.key
