"""What every test may ask for: the command line in this process, a fixed clock, the real samples."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker
from tests.casework import Office
from tests.emptying import emptying_append_only_tables
from tests.outcome import NOW, Outcome
from tests.servers.postgres import cluster
from tests.soaking import SOAK, announcement, overview

from mithaq.cli.app import run

SHARED = Path(__file__).parents[2] / "shared"

# A machine that is busy with something else is slow, and that says nothing about the program.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


Mithaq: TypeAlias = Callable[..., Outcome]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say what a soak is about to do, and how long it takes."""
    if SOAK:
        sys.stderr.write(f"{overview(session.items)}\n")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say which search of a soak begins."""
    if SOAK:
        sys.stderr.write(announcement(item))


@pytest.fixture(autouse=True)
def fixed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test."""
    monkeypatch.setenv("MITHAQ_NOW", NOW)
    monkeypatch.delenv("MITHAQ_KEY_FILE", raising=False)


@pytest.fixture(autouse=True, scope="session")
def emptied_between_transactional_tests() -> Iterator[None]:
    """Tables that refuse deletion are emptied after a transactional test all the same."""
    with emptying_append_only_tables(connection):
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the URL of a PostgreSQL database of the tests' own; only tests marked `server` may ask for it."""
    with cluster() as url:
        yield url


@pytest.fixture
def mithaq(capfd: pytest.CaptureFixture[str]) -> Mithaq:
    """Run the `mithaq` command in this process."""

    def call(*arguments: str | Path) -> Outcome:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return call


@pytest.fixture
def samples() -> Path:
    """The folder of real logs that no one here wrote; the test is skipped where it is absent."""
    folder = SHARED / "samples"
    if not folder.is_dir():
        pytest.skip("the real samples (../shared/samples) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def made_database(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Path:
    """A copy of the tests' database on disk; it cannot be made while a test has a transaction open."""
    del django_db_setup
    place = tmp_path_factory.mktemp("made") / "mithaq.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(place)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    return place


@pytest.fixture
def home(tmp_path: Path, made_database: Path, db: None) -> Path:
    """A state folder for processes of a test's own, whose database is made."""
    del db  # nothing is asked of it; without it pytest-django would make none to be copied
    shutil.copy(made_database, tmp_path)
    return tmp_path


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The people of a provider; add those whom a test needs with `office.person(Role.REVIEWER)`."""
    del db
    return Office(monkeypatch)
