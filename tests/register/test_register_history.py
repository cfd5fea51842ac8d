"""The register in the database keeps its history: what held when, and since when that is known."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from mithaq.ledger.models import Entry as LedgerEntry
from mithaq.ledger.models import SealedValue
from mithaq.people.acting import Acting
from mithaq.people.errors import Forbidden
from mithaq.people.models import Account
from mithaq.people.permissions import Role
from mithaq.register import (
    Entry,
    RegisterError,
    UnknownContract,
    UnknownSubscription,
    read_register,
)
from mithaq.register.acts import (
    ContractTerms,
    NegotiatedTerm,
    end_subscription,
    import_register,
    preview,
    record_contract,
    record_subscription,
)
from mithaq.register.models import SubscriptionRecord
from mithaq.register.queries import (
    AsOf,
    contract_at,
    history_of,
    overrides_in_force,
    register_at,
    register_during,
    terms_in_force,
)
from mithaq.terms import Purpose

pytestmark = pytest.mark.django_db

JUNE, JULY, AUGUST = (datetime(2026, month, 1, tzinfo=UTC) for month in (6, 7, 8))
LEMON = Entry("Lemon Grove", "aws:111122223333", Purpose.BACKUP, "eu-west-1", "paid", "C-7")
TWO = read_register(
    b"customer,account,declared_purpose,home_region,tier,contract\n"
    b"Lemon Grove,aws:111122223333,backup,eu-west-1,paid,C-7\n"
    b"Lemon Grove,aws:444455556666,,,,\n",
    "books.csv",
)


def keeper(now: datetime, role: Role = Role.REGISTER_KEEPER) -> Acting:
    name = secrets.token_hex(4)
    account = Account.objects.create(
        pseudonym=f"p_{name}", email=f"{name}@provider.example", name=name, created_at=now
    )
    return Acting(account, frozenset({role}), lambda: now, secrets.token_bytes)


def in_force(at: datetime, known: datetime = AUGUST) -> Entry | None:
    return register_at(AsOf(at, known)).subscription(LEMON.subscription)


def test_an_import_writes_what_the_file_says_and_the_register_reads_the_same() -> None:
    found = import_register(keeper(JUNE), TWO, sha256="0" * 64)
    assert (len(found.added), len(found.changed), found.unchanged) == (2, 0, 0)
    assert register_at(AsOf(JUNE, JUNE)) == TWO


def test_a_preview_tells_what_would_change_and_changes_nothing() -> None:
    import_register(keeper(JUNE), TWO, sha256="0" * 64)
    other = replace(LEMON, declared_purpose=Purpose.CCTV)
    found = preview(keeper(JULY), type(TWO)((other, replace(LEMON, subscription="aws:777788889999"))))
    assert [entry.subscription for entry in found.added] == ["aws:777788889999"]
    assert [(change.before, change.after) for change in found.changed] == [(LEMON, other)]
    assert [entry.subscription for entry in found.absent] == ["aws:444455556666"]
    assert register_at(AsOf(JULY, JULY)) == TWO


def test_importing_the_same_file_again_adds_no_row_and_says_so_in_the_ledger() -> None:
    import_register(keeper(JUNE), TWO, sha256="0" * 64)
    rows = SubscriptionRecord.objects.count()
    found = import_register(keeper(JULY), TWO, sha256="0" * 64)
    assert (len(found.added), len(found.changed), found.unchanged) == (0, 0, 2)
    assert SubscriptionRecord.objects.count() == rows
    assert b'"unchanged":2' in bytes(LedgerEntry.objects.latest("id").leaf)


def test_a_subscription_that_a_file_leaves_out_stays_in_the_register() -> None:
    import_register(keeper(JUNE), TWO, sha256="0" * 64)
    found = import_register(keeper(JULY), type(TWO)(TWO.entries[:1]), sha256="1" * 64)
    assert [entry.subscription for entry in found.absent] == ["aws:444455556666"]
    assert len(register_at(AsOf(JULY, JULY)).entries) == 2


def test_what_held_before_stays_to_be_read_after_a_change() -> None:
    record_subscription(keeper(JUNE), LEMON)
    changed = replace(LEMON, declared_purpose=Purpose.CALL_CENTRE)
    record_subscription(keeper(AUGUST), changed, valid_from=JULY)
    assert in_force(JUNE) == LEMON
    assert in_force(JULY) == changed
    assert in_force(JULY, known=JULY) == LEMON
    assert [row.declared_purpose for row in history_of(LEMON.subscription)] == ["backup", "call-centre"]


def test_of_two_rows_for_one_moment_the_later_written_one_holds() -> None:
    record_subscription(keeper(JUNE), LEMON, valid_from=JUNE)
    corrected = replace(LEMON, home_region="eu-north-1")
    record_subscription(keeper(JULY), corrected, valid_from=JUNE)
    assert in_force(JUNE) == corrected
    assert in_force(JUNE, known=JUNE) == LEMON


def test_the_first_thing_written_down_holds_for_the_time_before_too() -> None:
    record_subscription(keeper(JULY), LEMON)
    assert in_force(JUNE) == LEMON
    assert in_force(JUNE, known=JUNE) is None


def test_an_ended_subscription_is_no_more_and_may_come_back() -> None:
    record_subscription(keeper(JUNE), LEMON)
    end_subscription(keeper(JULY), LEMON.subscription)
    assert in_force(JUNE) == LEMON
    assert in_force(JULY) is None
    with pytest.raises(UnknownSubscription):
        end_subscription(keeper(JULY), LEMON.subscription)
    record_subscription(keeper(AUGUST), LEMON)
    assert in_force(JULY) is None
    assert in_force(AUGUST) == LEMON


def test_a_purpose_declared_while_a_period_runs_does_not_count_in_it() -> None:
    record_subscription(keeper(JUNE), replace(LEMON, declared_purpose=None))
    record_subscription(keeper(JULY), LEMON, valid_from=JULY)
    books = register_during(JUNE, AUGUST, known=AUGUST, subscriptions=[LEMON.subscription])
    entry = books.subscription(LEMON.subscription)
    assert entry is not None
    assert entry.declared_purpose is None


def test_a_subscription_that_begins_within_a_period_belongs_to_it() -> None:
    record_subscription(keeper(JUNE), LEMON, valid_from=JULY)
    books = register_during(JUNE, AUGUST, known=AUGUST, customer="Lemon Grove")
    assert books.entries == (LEMON,)


CONTRACT = ContractTerms(
    reference="C-7",
    customer="Lemon Grove",
    terms="2026-01",
    overrides=(NegotiatedTerm("T5", "No restriction without a court's order.", "en"),),
)


def test_a_contract_says_which_terms_bind_and_what_was_negotiated_at_each_date() -> None:
    record_subscription(keeper(JUNE), LEMON)
    record_contract(keeper(JUNE), CONTRACT, valid_from=JUNE)
    record_contract(keeper(JUNE), replace(CONTRACT, terms="2026-07", overrides=()), valid_from=JULY)
    subscriptions = [LEMON.subscription, "aws:999999999999"]
    assert terms_in_force(subscriptions, AsOf(JUNE, AUGUST)) == {
        "aws:111122223333": "2026-01",
        "aws:999999999999": None,
    }
    assert terms_in_force(subscriptions, AsOf(JULY, AUGUST))["aws:111122223333"] == "2026-07"
    assert [each.text for each in overrides_in_force(subscriptions, AsOf(JUNE, AUGUST))] == [
        "No restriction without a court's order."
    ]
    assert overrides_in_force(subscriptions, AsOf(JULY, AUGUST)) == []


def test_an_ended_or_unknown_contract_is_told_as_unknown() -> None:
    record_contract(keeper(JUNE), CONTRACT, valid_from=JUNE)
    record_contract(keeper(JULY), CONTRACT, valid_from=JULY, ended=True)
    assert contract_at("C-7", AsOf(JUNE, JULY)).terms == "2026-01"
    for reference in ("C-7", "C-8"):
        with pytest.raises(UnknownContract):
            contract_at(reference, AsOf(JULY, JULY))


def test_only_who_keeps_the_register_writes_it() -> None:
    reviewer = keeper(JUNE, Role.REVIEWER)
    with pytest.raises(Forbidden):
        import_register(reviewer, TWO, sha256="0" * 64)
    with pytest.raises(Forbidden):
        preview(reviewer, TWO)
    with pytest.raises(Forbidden):
        record_subscription(reviewer, LEMON)
    with pytest.raises(Forbidden):
        record_contract(reviewer, CONTRACT, valid_from=JUNE)
    assert not SubscriptionRecord.objects.exists()


def test_bulk_actions_are_missing_from_no_log_every_row_of_an_import_is_committed_to() -> None:
    rows = "".join(f"Lemon Grove,aws:{number:012},,,,\n" for number in range(700))
    header = "customer,account,declared_purpose,home_region,tier,contract\n"
    import_register(keeper(JUNE), read_register((header + rows).encode(), "books.csv"), sha256="0" * 64)
    committed = SealedValue.objects.filter(field__startswith="row").values_list("value", flat=True)
    assert len({value for value in committed if value and '"subscription":"aws:' in value}) == 700
    assert LedgerEntry.objects.count() == 4
    assert not any(b"Lemon" in bytes(leaf) for leaf in LedgerEntry.objects.values_list("leaf", flat=True))


def test_history_cannot_be_edited() -> None:
    record_subscription(keeper(JUNE), LEMON)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        SubscriptionRecord.objects.update(declared_purpose="cctv")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        history_of(LEMON.subscription)._raw_delete("default")
    assert in_force(JUNE) == LEMON


def test_a_field_that_is_too_long_is_refused_before_anything_is_written() -> None:
    with pytest.raises(RegisterError, match="home_region"):
        record_subscription(keeper(JUNE), replace(LEMON, home_region="x" * 201))
    assert not SubscriptionRecord.objects.exists()


def test_what_is_known_later_does_not_show_in_what_was_known_before() -> None:
    record_subscription(keeper(JULY), LEMON)
    assert register_at(AsOf(AUGUST, JULY - timedelta(seconds=1))).entries == ()
