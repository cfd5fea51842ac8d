"""Whoever reads no cases reads one in an emergency: for a day, with a reason, and seen by everybody."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.casework import ApiClient, Office

from mithaq.intake.acts import open_case
from mithaq.intake.queries import access_case
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry, SealedValue
from mithaq.people import acts
from mithaq.people.errors import BadGlass, Forbidden, Recused
from mithaq.people.models import BrokenGlass, Recusal, RoleGrant
from mithaq.people.permissions import GRANTS, Permission, Role
from mithaq.people.queries import may_see_by_break_glass
from mithaq.register import Entry as RegisterEntry
from mithaq.register import Register
from mithaq.terms import load_allegation, load_pack

REASON = "Every reviewer is ill and the regulator's deadline is tonight."
BOOKS = Register((RegisterEntry("Harbour Lines", "aws:111122223333", None, "eu-west-1", None, None),))
SAID = """
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {kind: press}
subject: {customer: "Harbour Lines"}
period: {from: 2026-09-07, to: 2026-09-21}
claims:
  - {id: c1, kind: stores, what: call-recordings}
  - {id: c2, kind: pattern, is: population}
  - {id: c3, kind: scale, at_least: 100000, unit: objects-per-day}
"""
GLASS = "/api/v1/break-glass/cases"


@pytest.fixture
def case(office: Office) -> str:
    said = load_allegation(SAID)
    return open_case(office.person(Role.REVIEWER), said, pack=load_pack("default"), register=BOOKS).case


def broken(them: ApiClient, case: str) -> None:
    assert them.post(GLASS, {"case": case, "reason": REASON}).status == 201


def test_who_breaks_the_glass_reads_that_case_and_no_other(office: Office, case: str) -> None:
    other = open_case(
        office.person(Role.REVIEWER), load_allegation(SAID), pack=load_pack("default"), register=BOOKS
    ).case
    them = office.api(office.first)
    assert them.get(f"{GLASS}/{case}").status == 403
    broken(them, case)
    shown = them.get(f"{GLASS}/{case}")
    assert (shown.status, shown.document["subscriptions"]) == (200, ["aws:111122223333"])
    assert them.get(f"{GLASS}/{other}").status == 403


def test_it_holds_for_a_day_and_then_a_new_reason_is_needed(office: Office, case: str) -> None:
    them = office.api(office.first)
    broken(them, case)
    office.later(hours=23, minutes=59)
    assert them.get(f"{GLASS}/{case}").status == 200
    office.later(minutes=1)
    assert them.get(f"{GLASS}/{case}").status == 403
    broken(them, case)
    assert them.get(f"{GLASS}/{case}").status == 200


def test_the_ledger_says_who_and_which_case_and_keeps_the_reason_apart(office: Office, case: str) -> None:
    broken(office.api(office.first), case)
    entry = Entry.objects.get(kind=ActKind.PEOPLE_GLASS_BROKEN)
    assert entry.case == case
    assert office.first.account.pseudonym.encode() in bytes(entry.leaf)
    assert REASON.encode() not in bytes(entry.leaf)
    assert SealedValue.objects.get(entry=entry, field="reason").value == REASON


def test_everybody_who_reads_about_people_sees_it(office: Office, case: str) -> None:
    broken(office.api(office.first), case)
    (row,) = office.api(office.person(Role.AUDITOR)).get(GLASS).document["items"]
    assert (row["case"], row["account"]) == (case, office.first.account.pseudonym)


@pytest.mark.parametrize("reason", ["", "          ", "because"])
def test_without_a_reason_the_glass_stays_whole(office: Office, case: str, reason: str) -> None:
    assert office.api(office.first).post(GLASS, {"case": case, "reason": reason}).status == 422
    with pytest.raises(BadGlass):
        acts.break_glass(office.first, case, reason=reason)
    assert not BrokenGlass.objects.exists()


@pytest.mark.parametrize("role", sorted(Role))
def test_only_an_administrator_may(office: Office, case: str, role: Role) -> None:
    who = office.person(role)
    if role is Role.ADMINISTRATOR:
        assert acts.break_glass(who, case, reason=REASON).case == case
        return
    assert Permission.CASE_BREAK_GLASS not in GRANTS[role]
    with pytest.raises(Forbidden):
        acts.break_glass(who, case, reason=REASON)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Recusal.Kind.CUSTOMER, "Harbour Lines"),
        (Recusal.Kind.REGION, "eu-west-1"),
        (Recusal.Kind.PRIOR_WORK, "Harbour Lines"),
    ],
)
def test_a_recused_person_may_not(office: Office, case: str, kind: Recusal.Kind, value: str) -> None:
    acts.declare_recusal(office.first, kind=kind, value=value, reason="I worked there.")
    answer = office.api(office.first).post(GLASS, {"case": case, "reason": REASON})
    assert (answer.status, answer.code) == (403, "recused")
    assert not BrokenGlass.objects.exists()


def test_who_worked_on_the_case_may_not(office: Office, case: str) -> None:
    acts.declare_recusal(office.first, kind=Recusal.Kind.PRIOR_WORK, value=case, reason="I looked into it.")
    with pytest.raises(Recused):
        acts.break_glass(office.first, case, reason=REASON)


def test_a_recusal_declared_afterwards_shuts_the_case_again(office: Office, case: str) -> None:
    acts.break_glass(office.first, case, reason=REASON)
    assert access_case(office.first, case).case == case
    acts.declare_recusal(office.first, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="A friend.")
    with pytest.raises(Recused):
        access_case(office.first, case)


def test_it_ends_with_the_role(office: Office, case: str) -> None:
    third = office.person(Role.ADMINISTRATOR)
    acts.break_glass(third, case, reason=REASON)
    acts.end_role(office.first, RoleGrant.objects.get(account=third.account))
    assert not may_see_by_break_glass(office.acting(third.account), case)


def test_it_lets_them_read_and_do_nothing(office: Office, case: str) -> None:
    acts.break_glass(office.first, case, reason=REASON)
    with pytest.raises(Forbidden):
        open_case(office.first, load_allegation(SAID), pack=load_pack("default"), register=BOOKS)
    assert {held for held in GRANTS[Role.ADMINISTRATOR] if re.match("case:", held)} == {
        Permission.CASE_BREAK_GLASS
    }


def test_a_case_that_there_is_not_is_not_found(office: Office) -> None:
    answer = office.api(office.first).post(GLASS, {"case": "c_nothing", "reason": REASON})
    assert answer.code == "unknown-case"


def test_the_database_refuses_what_the_act_refuses(office: Office, case: str) -> None:
    reviewer = office.person(Role.REVIEWER).account
    with pytest.raises(IntegrityError, match="administrator"), transaction.atomic():
        BrokenGlass.objects.create(account=reviewer, case=case, at=timezone.now())
    acts.declare_recusal(office.first, kind=Recusal.Kind.PRIOR_WORK, value=case, reason="I looked into it.")
    with pytest.raises(IntegrityError, match="recused"), transaction.atomic():
        BrokenGlass.objects.create(account=office.first.account, case=case, at=timezone.now())
