"""An allegation that is opened becomes a case that nobody can edit."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from mithaq.intake.acts import open_case
from mithaq.intake.errors import UnknownCase
from mithaq.intake.models import Allegation, Subject
from mithaq.intake.queries import access_case, terms_of
from mithaq.ledger.models import Entry
from mithaq.people.acting import Acting
from mithaq.people.acts import declare_recusal
from mithaq.people.errors import Forbidden, Recused
from mithaq.people.models import Account, Recusal
from mithaq.people.permissions import Role
from mithaq.register import Entry as RegisterEntry
from mithaq.register import Register, UnknownCustomer
from mithaq.terms import UnknownClause, load_allegation, load_pack

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 21, 12, tzinfo=UTC)
PACK = load_pack("default")
BOOKS = Register(
    (
        RegisterEntry("Harbour Lines", "aws:111122223333", None, "eu-west-1", None, None),
        RegisterEntry("Harbour Lines", "aws:444455556666", None, None, None, None),
    )
)
SAID = """
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {kind: press, reference: "a letter from Salma Quay"}
subject: {%s}
period: {from: 2026-09-07, to: 2026-09-21}
%s
claims:
  - {id: c1, kind: stores, what: call-recordings, text: {en: "Calls of a whole town"}}
  - {id: c2, kind: pattern, is: population}
  - {id: c3, kind: scale, at_least: 100000, unit: objects-per-day}
"""


def someone(role: Role) -> Acting:
    name = secrets.token_hex(4)
    account = Account.objects.create(
        pseudonym=f"p_{name}", email=f"{name}@provider.example", name=name, created_at=NOW
    )
    return Acting(account, frozenset({role}), lambda: NOW, secrets.token_bytes)


def opened(subject: str = 'subscriptions: ["aws:777788889999"]', clauses: str = "") -> Allegation:
    said = load_allegation(SAID % (subject, clauses))
    return open_case(someone(Role.REVIEWER), said, pack=PACK, register=BOOKS)


def test_a_case_has_a_random_name_and_the_document_as_its_reader_reads_it() -> None:
    case = opened()
    said = terms_of(case)
    assert case.case.startswith("c_")
    assert len(case.case) == 28
    assert said.subscriptions == ("aws:777788889999",)
    assert said.clauses is None
    assert case.sha256 == hashlib.sha256(bytes(case.document)).hexdigest()
    assert opened().case != case.case


def test_clauses_left_open_are_those_that_the_claims_can_test() -> None:
    assert opened().clauses == ["T5"]
    assert opened(clauses="clauses: [T1, T5]").clauses == ["T1", "T5"]


def test_a_customer_stands_for_all_its_subscriptions_in_the_register() -> None:
    case = opened('customer: "Harbour Lines"')
    assert [(each.subscription, each.customer, each.home_region) for each in case.subjects.all()] == [
        ("aws:111122223333", "Harbour Lines", "eu-west-1"),
        ("aws:444455556666", "Harbour Lines", ""),
    ]


def test_what_the_register_says_of_a_named_subscription_is_kept_with_the_case() -> None:
    case = opened('subscriptions: ["aws:111122223333", "aws:777788889999"]')
    assert [each.customer for each in case.subjects.all()] == ["Harbour Lines", ""]


@pytest.mark.parametrize(
    ("subject", "clauses", "error"),
    [
        ('customer: "Nobody"', "", UnknownCustomer),
        ('subscriptions: ["aws:111122223333"]', "clauses: [T99]", UnknownClause),
    ],
)
def test_what_cannot_be_examined_opens_no_case(subject: str, clauses: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        opened(subject, clauses)
    assert not Allegation.objects.exists()
    assert not Entry.objects.exists()


def test_the_entry_names_the_case_and_no_word_subscription_or_customer() -> None:
    case = opened('customer: "Harbour Lines"')
    leaf = bytes(Entry.objects.get(case=case.case).leaf)
    assert case.case.encode() in leaf
    assert not any(word in leaf for word in (b"Harbour", b"111122223333", b"Salma", b"town"))
    assert b"Salma" not in bytes(case.document)


def test_who_may_not_open_cases_opens_none() -> None:
    said = load_allegation(SAID % ('customer: "Harbour Lines"', ""))
    with pytest.raises(Forbidden):
        open_case(someone(Role.AUDITOR), said, pack=PACK, register=BOOKS)
    assert not Allegation.objects.exists()


def test_a_case_is_given_to_who_may_read_cases_and_to_nobody_else() -> None:
    case = opened()
    assert access_case(someone(Role.AUDITOR), case.case) == case
    with pytest.raises(Forbidden):
        access_case(someone(Role.ADMINISTRATOR), case.case)
    with pytest.raises(UnknownCase):
        access_case(someone(Role.AUDITOR), "c_nothing")


def test_a_case_and_its_subjects_cannot_be_edited_or_deleted() -> None:
    case = opened()
    for rows in (Allegation.objects.all(), Subject.objects.all()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Allegation.objects.update(source_kind="ngo")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Subject.objects.update(customer="Another")
    assert Allegation.objects.get() == case


@pytest.mark.parametrize(
    ("kind", "value"),
    [("customer", "Harbour Lines"), ("region", "eu-west-1"), ("prior-work", "Harbour Lines")],
)
def test_whoever_is_recused_from_a_customer_or_region_is_not_let_to_the_case(kind: str, value: str) -> None:
    case, barred, other = opened('customer: "Harbour Lines"'), someone(Role.APPROVER), someone(Role.APPROVER)
    declare_recusal(barred, kind=Recusal.Kind(kind), value=value, reason="My brother works there.")
    with pytest.raises(Recused):
        access_case(barred, case.case)
    assert access_case(other, case.case) == case


def test_prior_work_on_a_case_bars_from_that_case_and_from_no_other() -> None:
    case, next_case, barred = opened(), opened(), someone(Role.REVIEWER)
    declare_recusal(barred, kind=Recusal.Kind.PRIOR_WORK, value=case.case, reason="I sold it to them.")
    with pytest.raises(Recused):
        access_case(barred, case.case)
    assert access_case(barred, next_case.case) == next_case
