"""Tables are written by acts alone, and every act leaves an entry: held over the source, not by good will."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from tests.architecture.writes import SOURCE, writers_without_entry, writes_outside_acts

OUTSIDE_ACTS: Final[Mapping[tuple[str, str], str]] = {
    (
        "console/service/copies.py",
        "DELETE FROM",
    ): "empties tables of a copy that is being made, never of the database itself",
    ("measures/work.py", "update"): "leases: which worker has an errand in hand, and when it is due",
    ("review/runs/work.py", "update"): "leases: which worker has a run in hand, and at what step it is",
}
"""Writes outside acts, and why they are none."""

NO_ACTS: Final[Mapping[tuple[str, str], str]] = {
    (
        "identity/acts.py",
        "end_overdue",
    ): "each end is an act; it also deletes results whose end was announced",
    ("ledger/acts.py", "integrate"): "the ledger itself: positions and tiles follow from entries",
    ("ledger/acts.py", "record"): "the ledger itself: this is how an act gets its entry",
    ("ledger/acts.py", "sequence"): "the ledger itself: it gives entries their positions",
    (
        "people/acts/answers.py",
        "claim_key",
    ): "what a repeated request is answered with, in its act's transaction",
    ("people/acts/answers.py", "forget_answers"): "answers kept long enough",
    ("people/acts/answers.py", "keep_answer"): "as claim_key",
    (
        "review/acts/queue.py",
        "queue_opened",
    ): "brings the queues up to a case, in the transaction of the act that opens it",
}
"""Functions beside the acts that write without an entry, and why."""


def test_tables_are_written_in_acts_and_migrations_or_where_a_reason_is_given() -> None:
    assert {(each.path, each.what) for each in writes_outside_acts(SOURCE)} == set(OUTSIDE_ACTS)


def test_every_function_of_acts_that_writes_is_an_act_or_is_named_with_its_reason() -> None:
    found = {(each.path, each.what) for each in writers_without_entry(SOURCE)}
    assert found == set(NO_ACTS)


def test_only_the_act_that_opens_a_case_sends_its_rows_together() -> None:
    """Of an UPDATE sent so nobody knows how many rows it met; that act and all that it calls only insert."""
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "sent_together" in path.read_text("utf-8")
    }
    assert users == {"ledger/rows.py", "intake/acts/cases.py"}


@pytest.mark.parametrize(
    "line",
    [
        "Account.objects.create(name='x')",
        "account.save()",
        "account.save(update_fields=['name'])",
        "Account.objects.filter(pk=1).update(name='x')",
        "Account.objects.all().delete()",
        "Account.objects.bulk_create([])",
        "Account.objects.bulk_update([], ['name'])",
        "Account.objects.get_or_create(pk=1)",
        "Account.objects.update_or_create(pk=1)",
        "await account.asave()",
        "insert_row(Account(name='x'))",
        "rows.insert_rows([Account(name='x')])",
        "put_row(Account(name='x'))",
        "cursor.execute('INSERT INTO people_account VALUES (1)')",
        "cursor.execute('update people_account\\n set name = 1')",
        "cursor.execute(f'DELETE FROM {table}')",
        "cursor.execute(f'UPDATE {table} SET name = %s', [name])",
        "cursor.executemany(statement := 'INSERT OR IGNORE INTO people_account VALUES (1)', rows)",
    ],
)
@pytest.mark.parametrize(
    "place", ["people/queries.py", "people/api/routes.py", "console/home.py", "people/api/acts/routes.py"]
)
def test_a_write_planted_elsewhere_is_found(tmp_path: Path, place: str, line: str) -> None:
    planted = tmp_path / place
    planted.parent.mkdir(parents=True)
    planted.write_text(f"async def change(account, cursor, table, name, rows):\n    {line}\n")
    assert [(each.path, each.line) for each in writes_outside_acts(tmp_path)] == [(place, 2)]


@pytest.mark.parametrize(
    "line",
    [
        "digest.update(value)",
        "counts.update({'a': 1})",
        "'''Rows come by INSERT INTO.'''",
        "cursor.execute('SELECT 1')",
        "rows.select_for_update(of=('self',))",
    ],
)
def test_what_writes_to_no_table_is_let_be(tmp_path: Path, line: str) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "queries.py").write_text(f"{line}\n")
    assert writes_outside_acts(tmp_path) == []


BY_ITSELF = "def rename(account):\n    account.save()\n"
BY_HELPERS = """\
def rename(account):
    _store(account)


def _store(account):
    _deeper(account)


def _deeper(account):
    account.save()
"""


@pytest.mark.parametrize("source", [BY_ITSELF, BY_HELPERS])
def test_a_function_of_acts_that_writes_without_being_an_act_is_found(tmp_path: Path, source: str) -> None:
    (tmp_path / "people").mkdir()
    acts = tmp_path / "people" / "acts.py"
    acts.write_text(source)
    assert [each.what for each in writers_without_entry(tmp_path)] == ["rename"]
    acts.write_text(f"@act\n{BY_ITSELF}")
    assert writers_without_entry(tmp_path) == []


def test_a_helper_of_a_folder_of_acts_is_found_once_others_may_call_it(tmp_path: Path) -> None:
    acts = tmp_path / "people" / "acts"
    acts.mkdir(parents=True)
    (acts / "names.py").write_text(BY_ITSELF)
    (acts / "roles.py").write_text("from mithaq.people.acts.names import rename\n")
    assert writers_without_entry(tmp_path) == []
    for outside in (acts / "__init__.py", tmp_path / "people" / "worker.py"):
        outside.write_text("from mithaq.people.acts.names import rename\n")
        assert [each.what for each in writers_without_entry(tmp_path)] == ["rename"]
        outside.unlink()
