"""The database itself refuses what the acts refuse, whoever writes to it."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.review.desk import Casework

from mithaq.ledger.kinds import ActKind
from mithaq.ledger.triggers import is_append_only
from mithaq.people.acting import Acting
from mithaq.review.measures import Path
from mithaq.review.models import CaseAct, Decision, Ruling, Waiting
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


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_casework_is_ever_changed_or_deleted(table: str, work: Casework) -> None:
    del work
    assert is_append_only(connection, f"review_{table}")


def test_the_database_lets_nobody_approve_their_own_proposal_nor_another_content(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    refused: tuple[tuple[Acting, dict[str, object], str], ...] = (
        (work.reviewer, {}, "its proposer rules on"),
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


def test_fsck_finds_a_queue_and_an_act_that_say_something_else(work: Casework) -> None:
    work.decided()
    assert list(check_projection()) == []
    Waiting.objects.filter(case=work.case).update(stage="cancelled")
    _act(work, work.approver, ActKind.REVIEW_CASE_ESCALATED)
    told = list(check_projection())
    assert any("the queue" in sentence for sentence in told)
    assert any("no entry" in sentence for sentence in told)
