"""Whoever runs Mithaq can ask whether it lives and whether it can work, and learns nothing else."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_a_process_that_answers_is_alive_without_asking_the_database() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_it_is_ready_when_the_database_has_the_tables_of_this_version() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_missing() -> None:
    newest = MigrationLoader(connection).graph.leaf_nodes("people")
    MigrationRecorder(connection).record_unapplied(*newest[0])
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "migrations-missing"})


@pytest.mark.django_db
def test_it_is_not_ready_without_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", gone)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "no-database"})
