"""Tables whose rows are only ever added: the database itself refuses to change or delete one.

A migration lists `append_only("room_table")` after it has made the table. The triggers are a courtesy to
whoever writes to the database by mistake, in a shell or in a hurry; what finds an owner who drops them is
the ledger's tree. On SQLite a later migration that alters a column rebuilds the table and drops its triggers
with it, so such a migration must list the table again; a test walks all append-only tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.apps import apps
from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.special import RunPython
from django.db.migrations.state import ProjectState

REFUSAL: Final = "mithaq: rows of this table are never changed or deleted"

_FUNCTION: Final = (
    "CREATE OR REPLACE FUNCTION mithaq_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
)


class RunTriggers(RunPython):
    """A step that only executes SQL about triggers.

    Its base has every model of every room made anew for each step, for nothing: a third of the time that a
    new database takes.
    """

    def __init__(
        self,
        protect: Callable[[Apps, BaseDatabaseSchemaEditor], None],
        release: Callable[[Apps, BaseDatabaseSchemaEditor], None],
    ) -> None:
        super().__init__(protect, release)
        self._protect, self._release = protect, release

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002  # the base's
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002  # the base's
        to_state: ProjectState,  # noqa: ARG002  # the base's
    ) -> None:
        """Put the triggers in place."""
        self._protect(apps, schema_editor)

    def database_backwards(
        self,
        app_label: str,  # noqa: ARG002  # the base's
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002  # the base's
        to_state: ProjectState,  # noqa: ARG002  # the base's
    ) -> None:
        """Take them away."""
        self._release(apps, schema_editor)


def append_only(table: str, *, but: str | None = None) -> RunPython:
    """Give the migration step that makes a table refuse UPDATE and DELETE (PostgreSQL: TRUNCATE too).

    `but` is the one kind of UPDATE that is let through: a condition over OLD and NEW in SQL that both
    databases understand.
    """

    def protect(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _protecting(editor.connection.vendor, table, but):
            editor.execute(statement)

    def release(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        for name in _names(editor.connection.vendor, table):
            editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")

    return RunTriggers(protect, release)


def is_append_only(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Say whether all triggers of an append-only table are in place."""
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        found = {name for (name,) in cursor.fetchall()}
    return found.issuperset(_names(connection.vendor, table))


def _names(vendor: str, table: str) -> tuple[str, ...]:
    kinds = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
    return tuple(f"{table}_append_only_{kind}" for kind in kinds)


def _protecting(vendor: str, table: str, but: str | None) -> tuple[str, ...]:
    update, delete, *truncate = _names(vendor, table)
    when = "" if but is None else f" WHEN (NOT ({but}))"
    if vendor == "postgresql":
        refuse = "EXECUTE FUNCTION mithaq_refuse_change()"
        return (
            _FUNCTION,
            f"CREATE TRIGGER {update} BEFORE UPDATE ON {table} FOR EACH ROW{when} {refuse}",
            f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
            f"CREATE TRIGGER {truncate[0]} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
        )
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return (
        f"CREATE TRIGGER {update} BEFORE UPDATE ON {table}{when} {refuse}",
        f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} {refuse}",
    )
