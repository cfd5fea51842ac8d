"""The database itself refuses what the acts refuse, whoever writes to it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.review.desk import Casework

from mithaq.identity.models import (
    Confirmation,
    Dealing,
    Half,
    Part,
    PersonalKey,
    SealedResult,
    UnlockRequest,
)
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.triggers import is_append_only
from mithaq.people.acting import Acting
from mithaq.people.acts import declare_recusal
from mithaq.people.models import Recusal
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import Outcome
from mithaq.review.errors import FourEyes
from mithaq.review.measures import Path
from mithaq.review.models import CaseAct, Decision, Finding, Ruling, Waiting
from mithaq.review.queries import check_projection

TABLES = (
    "appeal",
    "appealruling",
    "authorisation",
    "caseact",
    "decision",
    "dutydays",
    "finding",
    "ruling",
    "statement",
)


def _act(work: Casework, by: Acting, kind: ActKind, about: str = "", **changed: object) -> CaseAct:
    last = CaseAct.objects.filter(case=work.case).count()
    values: dict[str, Any] = {
        "case": work.case,
        "number": last + 1,
        "kind": kind.value,
        "at": work.office.now,
        "by": by.account,
        "role": "approver",
        "about": about,
        "facts": {},
        "leaf_hash": secrets.token_bytes(32),
    }
    return CaseAct.objects.create(**(values | changed))


def _ruling(work: Casework, decision: Decision, by: Acting, **changed: object) -> Ruling:
    act = _act(work, by, ActKind.REVIEW_DECISION_APPROVED, decision.key)
    values: dict[str, Any] = {
        "act": act,
        "decision": decision,
        "case": work.case,
        "path": decision.path,
        "previous": decision.previous,
        "outcome": "approved",
        "digest": decision.digest,
        "ruled_by": by.account,
        "ruled_at": act.at,
    }
    return Ruling.objects.create(**(values | changed))


def _finding(work: Casework, act: CaseAct) -> Finding:
    return Finding.objects.create(
        act=act,
        case=work.case,
        clause="T5",
        outcome="inconclusive",
        assessment="undetermined",
        departs=False,
    )


def _handed_over(work: Casework, to: Acting) -> CaseAct:
    facts = {"reviewer": to.account.pseudonym}
    return _act(work, work.reviewer, ActKind.REVIEW_CASE_HANDED_OVER, role="reviewer", facts=facts)


def unlocking(work: Casework, holders: Sequence[Acting]) -> Callable[[Acting], UnlockRequest]:
    """Write a split of the unlock key among some people past the acts; gives how one of them asks."""
    now = work.office.now
    dealing = Dealing.objects.create(epoch=1, unlock_public=b"u" * 32, by=work.office.first.account, at=now)
    keys = [
        PersonalKey.objects.create(
            account=who.account, public=secrets.token_bytes(32), fingerprint=secrets.token_hex(16), at=now
        )
        for who in holders
    ]
    for holder, partner in permutations(keys, 2):
        Half.objects.create(dealing=dealing, holder=holder, partner=partner, sealed=b"s", check_digest="c")
    for key in keys:
        Confirmation.objects.create(dealing=dealing, key=key, at=now)

    def ask(who: Acting) -> UnlockRequest:
        return UnlockRequest.objects.create(
            name=f"u_{secrets.token_hex(13)}",
            case=work.case,
            pseudonym="s1_x",
            reason="It must be known.",
            dealing=dealing,
            session_public=b"p" * 32,
            proposed_by=who.account,
            proposed_at=now,
            expires_at=now + timedelta(hours=24),
        )

    return ask


def _part(request: UnlockRequest, who: Acting, number: int) -> Part:
    key = PersonalKey.objects.get(account=who.account)
    return Part.objects.create(
        request=request, number=number, account=who.account, key=key, at=request.proposed_at
    )


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_casework_is_ever_changed_or_deleted(table: str, work: Casework) -> None:
    del work
    assert is_append_only(connection, f"review_{table}")


def test_the_database_lets_nobody_approve_their_own_proposal_nor_another_content(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    refused: tuple[tuple[Acting, dict[str, object], str], ...] = (
        (work.reviewer, {}, "its proposer rules on|who made findings"),
        (work.approver, {"digest": "sha256:" + "0" * 64}, "something else than the proposal"),
        (work.approver, {"ruled_by": work.authoriser.account}, "not what its act did"),
    )
    for by, changed, says in refused:
        with pytest.raises(DatabaseError, match=says), transaction.atomic():
            _ruling(work, decision, by, **changed)
    assert _ruling(work, decision, work.approver).pk


def test_the_database_takes_no_act_without_an_entry_or_out_of_order(work: Casework) -> None:
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"leaf_hash": b""}, "without the hash"),
        ({"number": 9}, "out of its order"),
    )
    for changed, says in wrong:
        with pytest.raises(DatabaseError, match=says), transaction.atomic():
            _act(work, work.approver, ActKind.REVIEW_CASE_HELD, **changed)


def test_the_database_lets_no_proposal_follow_on_one_that_never_came_into_force(work: Casework) -> None:
    older = work.decided()
    lifting = work.proposed(work.ending(Path.LIFT, older.key))
    with pytest.raises(DatabaseError), transaction.atomic():
        _ruling(work, lifting, work.approver, previous=None)


def test_the_database_takes_no_finding_of_who_authorised_the_review(work: Casework) -> None:
    both = work.office.person(Role.REVIEWER, Role.AUTHORISER)
    work.authorise(by=both)
    act = _act(work, both, ActKind.REVIEW_FINDING_MADE, "T5", role="reviewer")
    with pytest.raises(DatabaseError, match="of who authorised the review"), transaction.atomic():
        _finding(work, act)
    assert _finding(work, _act(work, work.reviewer, ActKind.REVIEW_FINDING_MADE, "T5", role="reviewer")).pk


def test_the_database_hands_a_case_over_to_nobody_who_authorised_it_or_is_recused(work: Casework) -> None:
    work.authorise()
    barred, other = work.office.person(Role.REVIEWER), work.office.person(Role.REVIEWER)
    declare_recusal(barred, kind=Recusal.Kind.REGION, value="eu-west-1", reason="I live there.")
    for to in (work.authoriser, barred):
        with pytest.raises(DatabaseError, match="handed over to who"), transaction.atomic():
            _handed_over(work, to)
    assert _handed_over(work, other).pk


def test_who_made_findings_does_not_approve_after_a_hand_over(work: Casework) -> None:
    """Neither by the acts nor past them, whoever is in charge by then and whoever proposed."""
    finder = work.office.person(Role.REVIEWER, Role.APPROVER)
    work.authorise(finder)
    acts.make_finding(finder, work.case, clause="T5", outcome=Outcome.VIOLATED, reasons="Three records.")
    acts.hand_over(finder, work.case, reviewer=work.reviewer.account, reason="Leave.")
    decision = work.proposed()
    with pytest.raises(FourEyes, match="their own findings"):
        work.approve(decision, finder)
    with pytest.raises(DatabaseError, match="approved by who made findings"), transaction.atomic():
        _ruling(work, decision, finder)
    work.approve(decision)


def test_the_database_lets_nobody_recused_ask_for_an_unlock_or_have_a_part_in_one(work: Casework) -> None:
    asker, one, two, barred = (work.office.person(Role.REVIEWER, Role.APPROVER) for _ in range(4))
    ask = unlocking(work, (asker, one, two, barred))
    declare_recusal(barred, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="Family.")
    with pytest.raises(DatabaseError, match="recused person asks"), transaction.atomic():
        ask(barred)
    request = ask(asker)
    with pytest.raises(DatabaseError, match="recused person has a part"), transaction.atomic():
        _part(request, barred, 1)
    _part(request, one, 1)
    declare_recusal(one, kind=Recusal.Kind.PRIOR_WORK, value=work.case, reason="I began it.")
    with pytest.raises(DatabaseError, match="recused person has a part"), transaction.atomic():
        _part(request, two, 2)


def test_the_database_seals_what_was_unlocked_to_nobody_recused(work: Casework) -> None:
    asker, one, two = (work.office.person(Role.REVIEWER, Role.APPROVER) for _ in range(3))
    request = unlocking(work, (asker, one, two))(asker)
    parts = [_part(request, who, number) for number, who in ((1, one), (2, two))]
    declare_recusal(two, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="Family.")
    with pytest.raises(DatabaseError, match="sealed to a recused person"), transaction.atomic():
        SealedResult.objects.create(request=request, part=parts[1], sealed=b"x")
    assert SealedResult.objects.create(request=request, part=parts[0], sealed=b"x").pk


def test_fsck_finds_a_queue_and_an_act_that_say_something_else(work: Casework) -> None:
    work.decided()
    assert list(check_projection()) == []
    Waiting.objects.filter(case=work.case).update(stage="cancelled")
    _act(work, work.approver, ActKind.REVIEW_CASE_ESCALATED)
    told = list(check_projection())
    assert any("the queue" in sentence for sentence in told)
    assert any("no entry" in sentence for sentence in told)
