"""Who gets which role, and by whose hands."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.casework import Office

from mithaq.ledger.models import Entry
from mithaq.people import acts
from mithaq.people.errors import BadGrant, Forbidden, TooFewAdministrators
from mithaq.people.models import RoleGrant
from mithaq.people.permissions import DECIDING, Role
from mithaq.people.queries import roles_of

DECIDING_CASES = sorted(DECIDING - {Role.ADMINISTRATOR})


@pytest.mark.parametrize("role", sorted(DECIDING))
def test_a_deciding_role_is_in_force_only_once_another_administrator_approved_it(
    office: Office, role: Role
) -> None:
    account = office.account()
    grant = acts.propose_role(office.first, account, role)
    assert roles_of(account) == frozenset()
    acts.approve_role(office.second, grant)
    assert roles_of(account) == {role}


@pytest.mark.parametrize("role", sorted(set(Role) - DECIDING))
def test_a_role_that_does_not_decide_takes_one_administrator(office: Office, role: Role) -> None:
    account = office.account()
    acts.propose_role(office.first, account, role)
    assert roles_of(account) == {role}


def test_the_approver_of_a_role_is_never_its_proposer(office: Office) -> None:
    grant = acts.propose_role(office.first, office.account(), Role.APPROVER)
    with pytest.raises(BadGrant, match="proposed"):
        acts.approve_role(office.first, grant)


def test_one_approval_is_enough_and_a_second_is_refused(office: Office) -> None:
    third = office.person(Role.ADMINISTRATOR)
    grant = acts.propose_role(office.first, office.account(), Role.APPROVER)
    acts.approve_role(office.second, grant)
    with pytest.raises(BadGrant, match="already"):
        acts.approve_role(third, grant)


@pytest.mark.parametrize("role", sorted(Role))
def test_nobody_grants_a_role_to_themselves(office: Office, role: Role) -> None:
    with pytest.raises(BadGrant, match="own"):
        acts.propose_role(office.first, office.first.account, role)


def test_nobody_approves_a_role_of_their_own(office: Office) -> None:
    third = office.person(Role.ADMINISTRATOR)
    acts.end_role(office.first, RoleGrant.objects.get(account=third.account))
    grant = acts.propose_role(office.first, third.account, Role.APPROVER)
    with pytest.raises(BadGrant, match="own"):
        acts.approve_role(third, grant)


def test_two_administrators_must_remain(office: Office) -> None:
    grant = RoleGrant.objects.get(account=office.second.account)
    with pytest.raises(TooFewAdministrators):
        acts.end_role(office.first, grant)
    with pytest.raises(TooFewAdministrators):
        acts.disable_account(office.first, office.second.account)
    assert roles_of(office.second.account) == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("alone", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrator_and_auditor_hold_no_other_role(office: Office, alone: Role) -> None:
    account = office.person(Role.REVIEWER).account
    with pytest.raises(BadGrant, match="together"):
        office.grant(account, alone)


def test_who_is_no_administrator_grants_nothing(office: Office) -> None:
    reviewer = office.person(Role.REVIEWER)
    with pytest.raises(Forbidden):
        acts.propose_role(reviewer, office.account(), Role.APPROVER)


def test_a_former_administrator_grants_nothing_with_an_old_session(office: Office) -> None:
    former = office.person(Role.ADMINISTRATOR)
    acts.end_role(office.first, RoleGrant.objects.get(account=former.account))
    account = office.account()
    before = Entry.objects.count()
    with pytest.raises(IntegrityError, match="administrator"), transaction.atomic():
        acts.propose_role(former, account, Role.APPROVER)
    assert Entry.objects.count() == before
