"""Rules between rows that the database itself holds: a row that breaks one is refused, whoever writes it.

A condition is SQL that SQLite and PostgreSQL both read, over `NEW` and tables of the same room. Rooms below
are left out on purpose: SQLite cannot rebuild a table that a trigger elsewhere names.
"""

from __future__ import annotations

from typing import Final, Literal

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.special import RunPython

from mithaq.ledger.triggers import RunTriggers

_PREFIX: Final = "mithaq: "


def refuse(table: str, name: str, condition: str, *, on: Literal["INSERT", "UPDATE"] = "INSERT") -> RunPython:
    """Give the migration step that makes a table refuse a row for which the condition holds.

    `name` says in words what is refused (`one-person-twice`); it is the error's text.
    """
    trigger = f"{table}_{name.replace('-', '_')}"

    def protect(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _statements(editor.connection.vendor, table, trigger, name, condition, on):
            editor.execute(statement)

    def release(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
            editor.execute(f"DROP FUNCTION IF EXISTS {trigger}()")
            return
        editor.execute(f"DROP TRIGGER IF EXISTS {trigger}")

    return RunTriggers(protect, release)


def never_changed(table: str) -> RunPython:
    """Give the step that makes a table refuse UPDATE; rows may still be deleted, as secrets must be."""
    return refuse(table, "rows-are-never-changed", "1 = 1", on="UPDATE")


def _statements(vendor: str, table: str, trigger: str, name: str, condition: str, on: str) -> tuple[str, ...]:
    message = f"{_PREFIX}{name}"
    if vendor == "postgresql":
        body = (
            f"BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; "
            "END IF; RETURN NEW; END"
        )
        return (
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"CREATE TRIGGER {trigger} BEFORE {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()",
        )
    refusing = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return (f"CREATE TRIGGER {trigger} BEFORE {on} ON {table} WHEN {condition} {refusing}",)
