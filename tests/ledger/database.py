"""Acts in the test database, and the publisher that signs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from tests.ledger.logs import NOW, ORIGIN, SIGNER, act, entropy_of

from mithaq.ledger.acts import Publisher, record, sequence
from mithaq.ledger.acts import act as as_act
from mithaq.ledger.keeping import Places
from mithaq.ledger.models import Entry


def say(number: int, **changes: Any) -> Entry:  # noqa: ANN401  # any field of an act
    """Do one act that does nothing but being written down."""

    @as_act
    def doing() -> Entry:
        return record(act(number, **changes), entropy=entropy_of(number))

    return doing()


def say_many(count: int, start: int = 0) -> list[Entry]:
    entries = [say(number) for number in range(start, start + count)]
    sequence()
    return entries


def publisher(folder: Path) -> Publisher:
    return Publisher(SIGNER, Places(folder / "ledger.key", folder / "kept.checkpoint"), lambda: NOW)


@dataclass(frozen=True, slots=True)
class Unguarded:
    """Somebody with the database's own rights, who has dropped the triggers."""

    def do(self, statement: str, *values: bytes | int | str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                cursor.execute(statement, values)
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(statement, values)
            for _, creating in triggers:
                cursor.execute(creating)


__all__ = ["ORIGIN", "Unguarded", "publisher", "say", "say_many"]
