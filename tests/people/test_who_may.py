"""Rights come from roles, and whatever is not granted is denied."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import pytest
from django.test import Client

from mithaq.ledger.acts import act, sequence
from mithaq.ledger.errors import ActWithoutEntry, OutsideTransaction
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry, Position
from mithaq.people.acting import Acting
from mithaq.people.errors import Forbidden
from mithaq.people.models import Account
from mithaq.people.permissions import ALLOWED, GRANTS, Permission, Role

NOW = datetime(2026, 9, 21, 12, tzinfo=UTC)


def person(name: str = "Rima") -> Account:
    email = f"{name.lower()}@provider.example"
    return Account.objects.create(pseudonym=f"p_{name.lower()}", email=email, name=name, created_at=NOW)


def someone(*roles: Role) -> Acting:
    return Acting(person(), frozenset(roles), lambda: NOW, secrets.token_bytes)


def test_every_role_has_an_entry_and_every_permission_a_role_that_holds_it() -> None:
    assert set(GRANTS) == set(Role)
    assert set().union(*ALLOWED.values()) == set(Permission)


def test_the_auditor_and_the_administrator_hold_nothing_that_decides_a_case() -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        held = {permission.value for permission in GRANTS[role] if permission.value.startswith("case:")}
        assert held <= {Permission.CASE_READ.value, Permission.CASE_BREAK_GLASS.value}


@pytest.mark.django_db
def test_who_holds_no_role_may_do_nothing() -> None:
    with pytest.raises(Forbidden):
        someone().must(Permission.CASE_READ)


@pytest.mark.django_db
def test_an_act_without_an_entry_is_rolled_back() -> None:
    @act
    def silent() -> None:
        person("Nadim")

    with pytest.raises(ActWithoutEntry):
        silent()
    assert not Account.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        someone().record(ActKind.PEOPLE_SETUP_DONE, Role.ADMINISTRATOR)


@pytest.mark.django_db
def test_entries_are_numbered_without_gaps_and_hold_no_personal_value() -> None:
    who = someone(Role.ADMINISTRATOR)

    @act
    def twice() -> None:
        for name in ("Salma", "Karim"):
            who.record(
                ActKind.PEOPLE_ACCOUNT_CREATED, Role.ADMINISTRATOR, personal={"name": f"{name} Harbour"}
            )

    twice()
    sequence()
    assert list(Position.objects.values_list("seq", flat=True)) == [0, 1]
    assert not any(b"Harbour" in bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True))


@pytest.mark.django_db
def test_the_api_refuses_whoever_is_not_signed_in(client: Client) -> None:
    answer = client.get("/api/v1/people/me")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
