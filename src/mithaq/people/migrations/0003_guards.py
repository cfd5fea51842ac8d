"""What the acts of this room refuse, the database refuses too: grants, recusals and accounts in triggers."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ADMINISTRATOR = """EXISTS (
    SELECT 1 FROM people_rolegrant held JOIN people_account who ON who.id = held.account_id
    WHERE held.account_id = {person} AND held.role = 'administrator' AND who.is_active
      AND held.approved_at IS NOT NULL AND held.ended_at IS NULL)"""


def _is_administrator(person: str) -> str:
    return _ADMINISTRATOR.format(person=person)


_SAME = "NEW.{0} IS NOT DISTINCT FROM OLD.{0}"


def _unchanged(*columns: str) -> str:
    return " AND ".join(_SAME.format(column) for column in columns)


_GRANT_IDENTITY = _unchanged("id", "account_id", "role", "founder", "proposed_by_id", "proposed_at")
_APPROVAL_KEPT = _unchanged("approved_by_id", "approved_at")
_END_KEPT = _unchanged("ended_by_id", "ended_at")
_RECUSAL_IDENTITY = _unchanged("id", "account_id", "kind", "value", "declared_by_id", "declared_at")

# name, table, event, what must hold, what is said when it does not
GUARDS = (
    ("account_stays", "people_account", "DELETE", "1 = 0", "accounts are disabled, never deleted"),
    (
        "account_pseudonym_stays",
        "people_account",
        "UPDATE",
        _unchanged("id", "pseudonym", "created_at"),
        "the pseudonym of an account never changes",
    ),
    ("grant_stays", "people_rolegrant", "DELETE", "1 = 0", "role grants are ended, never deleted"),
    (
        "grant_begins",
        "people_rolegrant",
        "INSERT",
        f"""NEW.ended_at IS NULL AND NEW.ended_by_id IS NULL AND (
            (NEW.founder IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM people_rolegrant g WHERE g.founder IS NULL))
            OR (NEW.founder IS NULL AND {_is_administrator("NEW.proposed_by_id")}
                AND (NEW.approved_at IS NULL OR NEW.approved_by_id = NEW.proposed_by_id)))""",  # noqa: S608  # constants of this file only
        "a role is proposed by an administrator, and begins neither approved by another nor ended",
    ),
    (
        "grant_moves",
        "people_rolegrant",
        "UPDATE",
        f"""{_GRANT_IDENTITY} AND (
            ({_END_KEPT} AND OLD.approved_at IS NULL AND OLD.ended_at IS NULL
             AND NEW.approved_at IS NOT NULL AND {_is_administrator("NEW.approved_by_id")})
            OR ({_APPROVAL_KEPT} AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
                AND {_is_administrator("NEW.ended_by_id")}))""",
        "a role grant is approved once and ended once, by administrators, and never edited",
    ),
    ("recusal_stays", "people_recusal", "DELETE", "1 = 0", "recusals are ended, never deleted"),
    (
        "recusal_begins",
        "people_recusal",
        "INSERT",
        f"""NEW.ended_at IS NULL AND (NEW.declared_by_id = NEW.account_id
            OR {_is_administrator("NEW.declared_by_id")})""",
        "a recusal is declared by the person or by an administrator",
    ),
    (
        "recusal_moves",
        "people_recusal",
        "UPDATE",
        f"""{_RECUSAL_IDENTITY} AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
            AND {_is_administrator("NEW.ended_by_id")}""",
        "a recusal is ended once, by an administrator, and never edited",
    ),
    (
        "token_moves",
        "people_token",
        "UPDATE",
        _unchanged("id", "account_id", "digest", "issued_at", "expires_at")
        + " AND CAST(NEW.scopes AS TEXT) = CAST(OLD.scopes AS TEXT) AND OLD.revoked_at IS NULL",
        "a token is revoked once, and never edited",
    ),
    (
        "link_moves",
        "people_signinlink",
        "UPDATE",
        _unchanged("id", "account_id", "digest", "issued_by_id", "issued_at", "expires_at")
        + " AND OLD.used_at IS NULL AND OLD.withdrawn_at IS NULL",
        "a one-time link is used or withdrawn once",
    ),
)


def _sqlite(name: str, table: str, event: str, holds: str, message: str) -> list[str]:
    # SQLite before 3.39 knows no IS NOT DISTINCT FROM; its IS means the same.
    condition = holds.replace("IS NOT DISTINCT FROM", "IS")
    return [
        f"""CREATE TRIGGER people_{name} BEFORE {event} ON {table} WHEN NOT coalesce(({condition}), 0)
        BEGIN SELECT RAISE(ABORT, '{message}'); END"""
    ]


def _postgresql(name: str, table: str, event: str, holds: str, message: str) -> list[str]:
    row = "OLD" if event == "DELETE" else "NEW"
    return [
        f"""CREATE FUNCTION people_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN
        IF NOT coalesce(({holds}), false) THEN
            RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN {row}; END $guard$""",
        f"""CREATE TRIGGER people_{name} BEFORE {event} ON {table}
        FOR EACH ROW EXECUTE FUNCTION people_{name}()""",
    ]


def raise_guards(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    write = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
    for guard in GUARDS:
        for statement in write(*guard):
            schema_editor.execute(statement)


def lower_guards(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name, table, *_rest in GUARDS:
        schema_editor.execute(f"DROP TRIGGER people_{name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION people_{name}()")


class Migration(migrations.Migration):
    dependencies = [("people", "0002_rights")]

    operations = [migrations.RunPython(raise_guards, lower_guards)]
