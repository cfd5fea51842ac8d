"""How the tests, and only they, empty append-only tables: Django flushes after each transactional test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations


@contextmanager
def emptying_append_only_tables(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let Django's flush pass by the triggers, which stand again when it has ended."""
    # On the class: beside a browser's event loop, Django opens another connection to the same database.
    kind = type(connection.ops)
    flush = kind.execute_sql_flush

    def past_the_triggers(ops: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        connection = ops.connection
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                flush(ops, sql_list)
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            flush(ops, sql_list)
            for _, creating in triggers:
                cursor.execute(creating)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "execute_sql_flush", past_the_triggers)
        yield
