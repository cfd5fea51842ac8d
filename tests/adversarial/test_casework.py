"""One person, or two who should be others, try every path to a decision: the rules hold on each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from tests.casework import ApiClient
from tests.review.desk import REASONS, Casework

from mithaq.ledger.models import Entry
from mithaq.people import acts as people
from mithaq.people.errors import Forbidden, Recused
from mithaq.people.models import Recusal, RoleGrant
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import AppealOutcome, Appellant, Outcome
from mithaq.review.errors import (
    AlreadyRuled,
    BadAct,
    BadDecision,
    FourEyes,
    MayNotApply,
    OtherDigest,
    WrongStage,
)
from mithaq.review.measures import Path
from mithaq.review.models import CaseAct, Decision, Ruling
from mithaq.review.queries import access_case, may_apply


def approving(api: ApiClient, work: Casework, decision: Decision, key: str | None = None) -> str:
    """Approve through the API; gives the code of the refusal, or the outcome."""
    path = f"/api/v1/review/cases/{work.case}/decisions/{decision.key}/approve"
    answer = api.post(path, {"digest": decision.digest}, key=key)
    return str(answer.document.get("code") or answer.document["outcome"])


def appealed(work: Casework, decision: Decision) -> str:
    return acts.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="We do not.",
        received=work.office.now,
    ).key


# Approving what one proposed.


def test_the_proposer_does_not_approve_with_another_token_nor_with_another_role(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    work.office.grant(work.reviewer.account, Role.APPROVER)
    assert (
        approving(work.office.api(work.office.acting(work.reviewer.account)), work, decision) == "four-eyes"
    )
    acts.hand_over(
        work.reviewer, work.case, reviewer=work.office.person(Role.REVIEWER).account, reason="Leave."
    )
    people.end_role(
        work.office.first, RoleGrant.objects.get(account=work.reviewer.account, role=Role.REVIEWER)
    )
    only_approver = work.office.acting(work.reviewer.account)
    assert only_approver.roles == {Role.APPROVER}
    assert approving(work.office.api(only_approver), work, decision) == "four-eyes"
    assert not Ruling.objects.exists()


def test_the_proposer_gets_nothing_by_sending_the_approvers_request_again(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    work.office.grant(work.reviewer.account, Role.APPROVER)
    proposer = work.office.api(work.office.acting(work.reviewer.account))
    assert approving(proposer, work, decision, key="k-1") == "four-eyes"
    assert approving(work.office.api(work.approver), work, decision, key="k-1") == "approved"
    before = Entry.objects.count()
    assert approving(proposer, work, decision, key="k-1") == "already-ruled"
    assert (Entry.objects.count(), Ruling.objects.count()) == (before, 1)


def test_an_approval_counts_for_the_content_that_was_read_and_for_no_later_one(work: Casework) -> None:
    work.found()
    read = work.proposed()
    acts.withdraw(work.reviewer, work.case, read.key)
    later = work.proposed(work.content(days=90))
    with pytest.raises(OtherDigest):
        acts.approve(work.approver, work.case, later.key, digest=read.digest)
    with pytest.raises(AlreadyRuled):
        acts.withdraw(work.reviewer, work.case, read.key)
    assert access_case(work.reviewer, work.case).state.heads == {}


def test_a_decision_of_another_case_is_not_approved_through_ones_own(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    other = work.open().case
    path = f"/api/v1/review/cases/{other}/decisions/{decision.key}/approve"
    answer = work.office.api(work.approver).post(path, {"digest": decision.digest})
    assert (answer.status, Ruling.objects.count()) == (404, 0)


# Around a recusal.


def test_a_case_is_not_handed_to_a_recused_person_nor_authorised_for_one(work: Casework) -> None:
    other = work.office.person(Role.REVIEWER)
    people.declare_recusal(other, kind=Recusal.Kind.REGION, value="eu-west-1", reason="Kin.")
    with pytest.raises(Recused):
        work.authorise(reviewer=other)
    work.authorise()
    with pytest.raises(Recused):
        acts.hand_over(work.reviewer, work.case, reviewer=other.account, reason="Leave.")
    with pytest.raises(Recused):
        acts.step_in(other, work.case, reason="They are ill.")


def test_a_recused_reviewer_does_not_choose_who_comes_after(work: Casework) -> None:
    work.authorise()
    people.declare_recusal(work.reviewer, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="Kin.")
    friend = work.office.person(Role.REVIEWER)
    with pytest.raises(Recused):
        acts.hand_over(work.reviewer, work.case, reviewer=friend.account, reason="Leave.")
    acts.hand_over(work.authoriser, work.case, reviewer=friend.account, reason="They are recused.")
    with pytest.raises(Recused):
        access_case(work.reviewer, work.case)


def test_a_hand_over_makes_nobody_reviewer_of_what_they_authorised(work: Casework) -> None:
    both = work.office.person(Role.AUTHORISER, Role.REVIEWER)
    work.authorise(by=both)
    with pytest.raises(FourEyes):
        acts.hand_over(both, work.case, reviewer=both.account, reason="I will do it.")
    acts.step_in(both, work.case, reason="They are ill.")
    with pytest.raises(FourEyes):
        acts.make_finding(both, work.case, clause="T5", outcome=Outcome.VIOLATED, reasons="Records.")


def test_a_proposal_of_somebody_recused_since_is_approved_by_nobody(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    people.recuse_account(
        work.office.first,
        work.reviewer.account,
        kind=Recusal.Kind.PRIOR_WORK,
        value=work.case,
        reason="They sold it.",
    )
    assert approving(work.office.api(work.approver), work, decision) == "recused"


# Making an interim measure last.


@pytest.mark.parametrize("path", [Path.AMEND, Path.OVERRIDE])
def test_an_interim_measure_is_made_no_longer_by_following_on_it(work: Casework, path: Path) -> None:
    first = work.decided(work.content(Path.INTERIM, days=3))
    other = work.office.person(Role.REVIEWER)
    work.office.later(days=1)
    acts.step_in(other, work.case, reason="They are ill.")
    with pytest.raises(BadDecision, match="never made longer"):
        work.proposed(work.content(path, first.key, days=6), by=other)


@pytest.mark.parametrize("end", ["expired", "lifted", "not ended"])
def test_a_second_interim_measure_does_not_come_after_the_first(work: Casework, end: str) -> None:
    first = work.decided(work.content(Path.INTERIM, days=7))
    if end == "lifted":
        work.decided(work.ending(Path.LIFT, first.key))
    work.office.later(days=7)
    if end == "expired":
        acts.expire(work.operator, work.case, first.key)
    heads = list(access_case(work.reviewer, work.case).state.heads)
    for content in (work.content(Path.INTERIM, days=7), work.content(Path.INTERIM, heads[0], days=7)):
        with pytest.raises((WrongStage, BadDecision)):
            work.proposed(content)
    for path in (Path.AMEND, Path.OVERRIDE):
        with pytest.raises((WrongStage, BadDecision, FourEyes)):
            work.proposed(work.content(path, heads[0], days=7))
    with pytest.raises(MayNotApply):
        may_apply(work.case, first.key, work.office.now)


def test_two_interim_measures_proposed_side_by_side_do_not_both_come_into_force(work: Casework) -> None:
    one = work.proposed(work.content(Path.INTERIM, days=7))
    other = work.proposed(work.content(Path.INTERIM, days=6))
    work.approve(one)
    with pytest.raises(WrongStage):
        work.approve(other)


def test_an_interim_measure_does_not_begin_later_and_so_end_later(work: Casework) -> None:
    content = replace(work.content(Path.INTERIM, days=9), starts_at=work.office.now + timedelta(days=3))
    with pytest.raises(BadDecision):
        work.proposed(content)


# Paths without a second look.


def test_a_start_in_the_future_is_approved_like_any_other_and_may_not_be_applied_before(
    work: Casework,
) -> None:
    work.found()
    begins = work.office.now + timedelta(days=2)
    decision = work.proposed(replace(work.content(), starts_at=begins))
    work.approve(decision)
    acts.issue_reasons(work.operator, work.case, decision.key)
    with pytest.raises(MayNotApply, match="not begun"):
        may_apply(work.case, decision.key, work.office.now)
    work.office.later(days=2)
    assert may_apply(work.case, decision.key, work.office.now).measures


def test_an_expiry_by_one_person_restricts_nothing_and_only_what_has_ended(work: Casework) -> None:
    decision = work.decided()
    with pytest.raises((WrongStage, MayNotApply)):
        acts.expire(work.operator, work.case, decision.key)
    work.office.later(days=30)
    ended = acts.expire(work.operator, work.case, decision.key)
    assert (ended.restricts, ended.path) == (False, "expire")
    with pytest.raises(MayNotApply, match="restricts nothing"):
        may_apply(work.case, ended.key, work.office.now)


def test_nobody_overrides_what_they_decided_on_either_side(work: Casework) -> None:
    decision = work.decided()
    overriding = work.ending(Path.OVERRIDE, decision.key)
    with pytest.raises(FourEyes):
        work.proposed(overriding)
    theirs = work.proposed(overriding, by=work.office.person(Role.REVIEWER))
    with pytest.raises(FourEyes):
        work.approve(theirs)
    work.approve(theirs, by=work.office.person(Role.APPROVER))


def test_an_override_that_restricts_more_waits_for_its_own_approval(work: Casework) -> None:
    decision = work.decided()
    acts.issue_reasons(work.operator, work.case, decision.key)
    harsher = work.proposed(
        work.content(Path.OVERRIDE, decision.key, days=300), by=work.office.person(Role.REVIEWER)
    )
    with pytest.raises(MayNotApply):
        may_apply(work.case, harsher.key, work.office.now)
    assert may_apply(work.case, decision.key, work.office.now).measures


@pytest.mark.parametrize("part", ["reviewer", "authoriser", "approver"])
def test_nobody_who_took_part_decides_the_appeal_even_as_appeals_officer_since(
    work: Casework, part: str
) -> None:
    appeal = appealed(work, work.decided())
    account = getattr(work, part).account
    work.office.grant(account, Role.APPEALS_OFFICER)
    them = work.office.acting(account)
    with pytest.raises(FourEyes):
        acts.decide_appeal(them, work.case, appeal, outcome=AppealOutcome.UPHELD, reasons=REASONS)


def test_an_operator_issues_no_reasons_for_what_is_not_approved(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    with pytest.raises((WrongStage, BadAct, MayNotApply)):
        acts.issue_reasons(work.operator, work.case, decision.key)


def test_an_administrator_or_auditor_moves_no_case_by_any_act(work: Casework) -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        them = work.office.person(role)
        with pytest.raises(Forbidden):
            acts.hold(them, work.case, reason="Later.")
        with pytest.raises(Forbidden):
            acts.step_in(them, work.case, reason="They are ill.")
    assert not CaseAct.objects.exists()


# Past the acts.


def test_the_database_keeps_an_interim_measure_short_whatever_the_acts_say(work: Casework) -> None:
    decision = work.proposed(work.content(Path.INTERIM, days=7))
    fields = {field.attname: getattr(decision, field.attname) for field in Decision._meta.concrete_fields}
    longer = fields | {"key": "d_forged", "ends_at": work.office.now + timedelta(days=8)}
    with pytest.raises(DatabaseError, match="seven days"), transaction.atomic():
        Decision.objects.create(**longer)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Decision.objects.filter(key=decision.key).update(ends_at=longer["ends_at"])
