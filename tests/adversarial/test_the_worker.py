"""The worker ends what has come to its end, and is kept from everything else, in acts and in the database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.db import connection, transaction
from django.db.models import ForeignKey, OneToOneField
from django.db.utils import DatabaseError
from tests.casework import Office
from tests.review.desk import Casework

from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.acts import make_worker
from mithaq.people.errors import AlreadySetUp, Forbidden, UnknownAccount
from mithaq.people.models import Account
from mithaq.people.permissions import Machine, Permission
from mithaq.people.queries import access_account, roles_of
from mithaq.review import acts
from mithaq.review.models import CaseAct

LETS_IT_IN = {
    ("review_caseact", "by_id"),
    ("review_decision", "proposed_by_id"),
    ("review_ruling", "ruled_by_id"),
}
"""Where the worker stands: its one act, and what that act says in full."""

TIED_TO_AN_ACT = {
    ("review_appeal", "entered_by_id"),
    ("review_appealruling", "decided_by_id"),
    ("review_authorisation", "authorised_by_id"),
    ("review_statement", "issued_by_id"),
}
"""A guard wants an act of the same person and of its kind, and the worker has none of that kind."""

ENDS = {
    ("people_recusal", "ended_by_id"),
    ("people_rolegrant", "ended_by_id"),
    ("people_token", "revoked_by_id"),
}
"""Rows begin without an end; what ends grants and recusals must be an administrator by another guard."""


@pytest.fixture
def worker(office: Office) -> Account:
    return make_worker(clock=office.clock, entropy=secrets.token_bytes)


def columns_of_accounts() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        if model.__module__.startswith("mithaq."):
            for field in model._meta.local_fields:
                if isinstance(field, ForeignKey | OneToOneField) and field.related_model is Account:
                    yield model._meta.db_table, field.column


def triggers_of(table: str) -> list[str]:
    """Give the conditions of a table's triggers as the database has them."""
    catalogue = (
        "SELECT p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = %s::regclass"
        if connection.vendor == "postgresql"
        else "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue, [table])
        return [sql for (sql,) in cursor.fetchall()]


def test_wherever_a_person_can_stand_the_worker_cannot(office: Office, worker: Account) -> None:
    del office
    found = set(columns_of_accounts())
    assert found >= LETS_IT_IN | TIED_TO_AN_ACT | ENDS
    for table, column in sorted(found - LETS_IT_IN - TIED_TO_AN_ACT - ENDS):
        keeping = [sql for sql in triggers_of(table) if f"NEW.{column}" in sql and "'worker'" in sql]
        assert keeping, (table, column)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO {table} ("{column}") VALUES (%s)', [worker.pk])  # noqa: S608  # own names


def test_the_worker_does_no_other_act_in_a_case_and_nobody_else_acts_as_the_worker(
    work: Casework, worker: Account
) -> None:
    refused = [
        (worker, kind.value, "worker") for kind in ActKind if kind is not ActKind.REVIEW_DECISION_EXPIRED
    ]
    expired = ActKind.REVIEW_DECISION_EXPIRED.value
    refused += [(worker, expired, "operator"), (work.operator.account, expired, "worker")]
    for by, kind, role in refused:
        with pytest.raises(DatabaseError, match="the worker does what only people do"), transaction.atomic():
            CaseAct.objects.create(
                case=work.case,
                number=1,
                kind=kind,
                at=work.office.now,
                by=by,
                role=role,
                facts={},
                leaf_hash=secrets.token_bytes(32),
            )


def test_nobody_finds_the_worker_among_the_people_or_signs_in_as_it(office: Office, worker: Account) -> None:
    assert not Account.objects.filter(pk=worker.pk).exists()
    with pytest.raises(UnknownAccount):
        access_account(worker.pseudonym)
    for backend in (ModelBackend(), AuthenticationBackend()):
        assert backend.get_user(worker.pk) is None
        assert backend.authenticate(None, username=worker.email, password="") is None
    assert not worker.has_usable_password()
    assert roles_of(worker) == frozenset()
    listed = office.api(office.first).get("/api/v1/people/accounts").document["items"]
    assert worker.pseudonym not in {person["pseudonym"] for person in listed}
    with pytest.raises(AlreadySetUp):
        make_worker(clock=office.clock, entropy=secrets.token_bytes)


@pytest.mark.parametrize(
    "change",
    ["is_active = TRUE", "password = 'x'", "email = 'w@provider.example'", "pseudonym = 'p_x'"],
)
def test_no_statement_makes_a_person_of_the_worker(worker: Account, change: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE people_account SET {change} WHERE id = %s", [worker.pk])  # noqa: S608  # own words


def test_an_account_under_the_workers_pseudonym_is_none_that_signs_in(office: Office) -> None:
    for is_active, password in ((True, "!x"), (False, "md5$x$y")):
        with pytest.raises(DatabaseError, match="the-worker-signs-nobody-in"), transaction.atomic():
            Account.with_worker.create(
                pseudonym="worker",
                email="worker",
                name="x",
                is_active=is_active,
                password=password,
                created_at=office.now,
            )


def test_the_worker_ends_nothing_before_its_end_and_decides_nothing(work: Casework, worker: Account) -> None:
    as_worker = frozenset({Machine.WORKER})
    machine = Acting(worker, as_worker, work.office.clock, secrets.token_bytes, via="worker")
    decision = work.decided()
    assert acts.expire_due(machine) == 0
    with pytest.raises(Forbidden):
        acts.issue_reasons(machine, work.case, decision.key)
    assert {permission for permission in Permission if machine.may(permission)} == {
        Permission.CASE_DECISION_EXPIRE,
        Permission.CASE_READ,
        Permission.CASE_WATCH_RUN,
        Permission.LAKE_REMOVE,
        Permission.MEASURE_APPLY,
    }
