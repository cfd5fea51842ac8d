"""Rows that were written stay as they are: the database itself refuses to change or delete one."""

from __future__ import annotations

import re
from typing import Final, cast

import pytest
from django.apps import apps
from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps

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
    "runs_recordsanswer",
    "runs_recordsrequest",
    "runs_result",
    "runs_run",
)


@pytest.mark.django_db
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_every_append_only_table_has_its_triggers_after_all_migrations(table: str) -> None:
    assert is_append_only(connection, table)


class Listening:
    """Stands for Django's schema editor, and only listens to what a migration would do."""

    def __init__(self) -> None:
        self.connection = connection
        self.said: list[str] = []

    def execute(self, statement: str, params: object = ()) -> None:
        del params
        self.said.append(statement)


def raised_by_migrations() -> set[str]:
    """Give the triggers that our migrations have raised and not lowered, in the order of all migrations."""
    loader = MigrationLoader(connection)
    standing: set[str] = set()
    for node in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(node):
            migration = loader.get_migration(*key)
            if not type(migration).__module__.startswith("mithaq."):
                continue
            for operation in migration.operations:
                if isinstance(operation, migrations.RunPython):
                    editor = Listening()
                    operation.code(cast("StateApps", apps), cast("BaseDatabaseSchemaEditor", editor))
                    standing |= set(re.findall(r"CREATE TRIGGER (\w+)", "\n".join(editor.said)))
                    standing -= set(re.findall(r"DROP TRIGGER (?:IF EXISTS )?(\w+)", "\n".join(editor.said)))
    return standing


def standing_in_the_database() -> set[str]:
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_no_later_migration_loses_a_guard_that_an_earlier_one_raised() -> None:
    """On SQLite, altering a column rebuilds its table, and the table's triggers are gone without a word."""
    raised = raised_by_migrations()
    assert raised - standing_in_the_database() == set()
    people = {f"people_{table}_stays" for table in ("account", "grant", "recusal")}
    assert people | {"ledger_entry_append_only_update", "identity_part_who_asked_does_not_approve"} <= raised


@pytest.mark.django_db
def test_a_table_without_triggers_is_not_called_append_only() -> None:
    assert not is_append_only(connection, "people_account")
