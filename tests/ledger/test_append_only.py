"""Rows that were written stay as they are: the database itself refuses to change or delete one."""

from __future__ import annotations

from typing import Final

import pytest
from django.db import connection

from mithaq.ledger.triggers import is_append_only

APPEND_ONLY: Final = (
    "identity_confirmation",
    "identity_dealing",
    "identity_half",
    "identity_part",
    "identity_personalkey",
    "identity_personalkeyend",
    "identity_unlockend",
    "identity_unlockrequest",
    "intake_allegation",
    "intake_attachment",
    "intake_caselink",
    "intake_flightsighting",
    "intake_subject",
    "intake_watch",
    "intake_watchend",
    "ledger_checkpoint",
    "ledger_entry",
    "ledger_position",
    "ledger_sealedvalue",
    "ledger_tile",
    "people_brokenglass",
    "register_contractoverride",
    "register_contractrecord",
    "register_customer",
    "register_subscriptionrecord",
)


@pytest.mark.django_db
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_every_append_only_table_has_its_triggers_after_all_migrations(table: str) -> None:
    assert is_append_only(connection, table)


@pytest.mark.django_db
def test_a_table_without_triggers_is_not_called_append_only() -> None:
    assert not is_append_only(connection, "people_account")
