"""Somebody writes to the database past the acts: rows that were written stay, and one person is not two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import override_settings
from tests.casework import Office
from tests.identity.unlocking import World

from mithaq.intake.acts import open_case
from mithaq.ledger.acts import sequence
from mithaq.people import acts
from mithaq.people.models import Account, Recusal, RoleGrant, SignInLink, Token
from mithaq.people.permissions import Role
from mithaq.register import Register
from mithaq.terms import load_allegation, load_pack

pytestmark = pytest.mark.django_db

SAID = """
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {kind: press, reference: "a report"}
subject: {subscriptions: ["aws:111122223333"]}
period: {from: 2026-09-07, to: 2026-09-21}
claims:
  - {id: c1, kind: stores, what: call-recordings}
  - {id: c2, kind: pattern, is: population}
  - {id: c3, kind: scale, at_least: 100000, unit: objects-per-day}
"""


def refused(statement: str) -> bool:
    """Say whether the database refuses a statement; whatever it did is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, f"{statement} met no row, so it shows nothing"
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


def append_only_tables_with_rows() -> Iterator[str]:
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    suffix = "_append_only_update"
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        tables = sorted(name.removesuffix(suffix) for (name,) in cursor.fetchall() if name.endswith(suffix))
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # a name from the catalogue
            ((rows,),) = cursor.fetchall()
            if rows:
                yield table


@pytest.fixture
def world() -> Iterator[World]:
    """A case was opened, an unlock asked for and half approved, and the entries have their places."""
    with override_settings(
        UNLOCK_CASE_GATE="tests.identity.unlocking.gate", UNLOCK_SEALED_IDS="tests.identity.unlocking.sealed"
    ):
        made = World()
        open_case(made.who("rima"), load_allegation(SAID), pack=load_pack("default"), register=Register(()))
        made.deal()
        made.approve("amal", made.ask())
        sequence()
        yield made


def test_no_row_that_was_written_is_changed_or_deleted_by_a_statement(world: World) -> None:
    del world
    tables = list(append_only_tables_with_rows())
    assert {"ledger", "intake", "identity"} <= {table.partition("_")[0] for table in tables}
    for table in tables:
        with connection.cursor() as cursor:
            columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
        assert refused(f"DELETE FROM {table}"), table  # noqa: S608  # a name from the catalogue
        for column in columns:
            same = f'UPDATE {table} SET "{column}" = "{column}"'  # noqa: S608  # names from the catalogue
            assert refused(same), (table, column)


PEOPLE = (
    "DELETE FROM people_account",
    "UPDATE people_account SET pseudonym = pseudonym || 'x'",
    "DELETE FROM people_rolegrant",
    "UPDATE people_rolegrant SET role = 'approver'",
    "UPDATE people_rolegrant SET account_id = proposed_by_id WHERE proposed_by_id IS NOT NULL",
    "UPDATE people_rolegrant SET approved_by_id = account_id WHERE founder IS NULL",
    "UPDATE people_rolegrant SET founder = 3 WHERE founder = 1",
    "UPDATE people_rolegrant SET ended_at = proposed_at",
    "DELETE FROM people_recusal",
    "UPDATE people_recusal SET value = 'another'",
    "UPDATE people_recusal SET ended_at = declared_at, ended_by_id = account_id",
    "UPDATE people_recusal SET ended_at = declared_at",
    "UPDATE people_token SET scopes = '[\"case:decision:approve\"]'",
    "UPDATE people_token SET account_id = account_id + 1",
    "UPDATE people_token SET expires_at = '2030-01-01 00:00:00+00:00'",
    "UPDATE people_token SET revoked_at = NULL",
    "UPDATE people_signinlink SET used_at = NULL",
    "UPDATE people_signinlink SET expires_at = '2030-01-01 00:00:00+00:00'",
    "UPDATE people_signinlink SET digest = 'x'",
)
"""Each would give somebody a right, or take a bar from them."""


@pytest.mark.parametrize("statement", PEOPLE)
def test_no_statement_gives_a_right_or_takes_a_bar_away(office: Office, statement: str) -> None:
    reviewer = office.person(Role.REVIEWER)
    acts.declare_recusal(reviewer, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="Family.")
    office.api(reviewer)
    acts.revoke_token(reviewer, Token.objects.get())
    SignInLink.objects.filter(used_at__isnull=True).update(withdrawn_at=office.now)
    assert refused(statement)


def _grant(office: Office, account: Account, **given: object) -> None:
    values = {"role": Role.APPROVER, "proposed_by": office.first.account, "proposed_at": office.now}
    with transaction.atomic():
        RoleGrant.objects.create(account=account, **(values | given))


def test_no_row_that_is_put_in_makes_somebody_an_approver(office: Office) -> None:
    nobody, reviewer = office.account(), office.person(Role.REVIEWER).account
    one, two, now = office.first.account, office.second.account, office.now
    forged: tuple[dict[str, object], ...] = (
        {"approved_by": two, "approved_at": now},
        {"approved_by": one, "approved_at": now},
        {"proposed_by": nobody, "approved_by": nobody, "approved_at": now},
        {"proposed_by": reviewer},
        {"proposed_by": None, "founder": 2, "approved_at": now},
        {"proposed_by": None, "founder": 3, "role": Role.ADMINISTRATOR, "approved_at": now},
        {"proposed_by": None, "approved_at": now},
        {"role": "emperor"},
    )
    for given in forged:
        with pytest.raises(DatabaseError):
            _grant(office, nobody, **given)
    assert not RoleGrant.objects.filter(account=nobody).exists()


def test_no_statement_approves_a_role_for_its_proposer_or_by_who_is_no_administrator(office: Office) -> None:
    account, reviewer = office.account(), office.person(Role.REVIEWER)
    grant = acts.propose_role(office.first, account, Role.APPROVER)
    for by in (office.first.account, account, reviewer.account):
        with pytest.raises(DatabaseError), transaction.atomic():
            RoleGrant.objects.filter(pk=grant.pk).update(approved_by=by, approved_at=office.now)
    RoleGrant.objects.filter(pk=grant.pk).update(approved_by=office.second.account, approved_at=office.now)


def test_no_statement_approves_a_role_beside_a_link_that_its_issuer_could_use(office: Office) -> None:
    account, _link = acts.create_account(office.first, name="Lina Ford", email="lina@provider.example")
    grant = acts.propose_role(office.first, account, Role.APPROVER)
    with pytest.raises(DatabaseError), transaction.atomic():
        RoleGrant.objects.filter(pk=grant.pk).update(
            approved_by=office.second.account, approved_at=office.now
        )


def test_nobody_is_recused_by_a_row_of_somebody_who_has_no_right_to(office: Office) -> None:
    """Or a rival could be barred from every case by a statement."""
    victim, reviewer = office.account(), office.person(Role.REVIEWER)
    with pytest.raises(DatabaseError), transaction.atomic():
        Recusal.objects.create(
            account=victim,
            kind=Recusal.Kind.REGION,
            value="eu-west-1",
            declared_by=reviewer.account,
            declared_at=office.now,
        )
