"""The worker: every job by itself, one at a time across processes, and a clean stop."""

from __future__ import annotations

import json
import secrets
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.db import DatabaseError, OperationalError
from tests.casework import Office
from tests.intake.test_intake_api import burst, opened
from tests.service.running import command, environment, started, stop, workers

from mithaq.console.service import jobs
from mithaq.console.service.jobs import JOBS, Job, Setting, setting_from
from mithaq.console.service.worker import Worker
from mithaq.intake.flight import Flight
from mithaq.kernel.canonical import Json
from mithaq.kernel.errors import StateError
from mithaq.ledger.models import Checkpoint, Entry
from mithaq.people.permissions import Role

NAMES = [job.name for job in JOBS]


@pytest.fixture
def setting(office: Office, tmp_path: Path) -> Setting:
    (tmp_path / "home").mkdir()
    return setting_from({}, tmp_path / "home", clock=office.clock, entropy=secrets.token_bytes)


def outcomes(worker: Worker) -> dict[str, str]:
    return {done.job: done.outcome for done in worker.round(Event())}


@pytest.mark.django_db(transaction=True)
def test_a_round_does_every_job_and_signs_what_was_done(setting: Setting) -> None:
    assert outcomes(Worker(setting)) == dict.fromkeys(NAMES, "done")
    assert Checkpoint.objects.get().size == Entry.objects.count() > 0
    assert (setting.home / "ledger" / "checkpoint").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [StateError("x"), OperationalError(), DatabaseError(), OSError()])
def test_a_job_that_fails_keeps_none_of_the_others_and_is_tried_again(
    setting: Setting, error: Exception
) -> None:
    failing = [error]
    now = [0.0]

    def sometimes(_setting: Setting) -> dict[str, Json]:
        if failing:
            raise failing.pop()
        return {}

    first = Job("first", timedelta(seconds=1), sometimes)
    worker = Worker(setting, (first, *JOBS), lambda: now[0])
    assert outcomes(worker) == {"first": "failed"} | dict.fromkeys(NAMES, "done")
    now[0] = 29.0
    assert "first" not in outcomes(worker)
    now[0] = 31.0
    assert outcomes(worker)["first"] == "done"


@pytest.mark.django_db(transaction=True)
def test_a_job_is_due_again_after_its_time_and_not_before(setting: Setting) -> None:
    now = [0.0]
    worker = Worker(setting, JOBS, lambda: now[0])
    outcomes(worker)
    assert outcomes(worker) == {}
    now[0] = 1.5
    assert list(outcomes(worker)) == ["ledger-publication"]


@pytest.mark.django_db(transaction=True)
def test_what_leaves_is_watched_and_told_of_as_the_worker(
    setting: Setting, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened(office.api(office.person(Role.REVIEWER)))["case"]
    watching = Worker(setting, [job for job in JOBS if job.name == "flights"])
    done = watching.round(Event())
    assert [(each.outcome, each.found) for each in done] == [("failed", {"code": "no-lake"})]

    class Lake:
        def keyring(self) -> Lake:
            return self

        def open(self, _keyring: Lake) -> None:
            return None

        def pseudonyms(self, native: str) -> list[str]:
            return [f"p_{native}"]

    monkeypatch.setattr(jobs, "lake_place", lambda _environment: Lake())
    monkeypatch.setattr(jobs, "egress", lambda *_names, **_times: burst(Flight.SEEN))
    assert Worker(setting, watching.jobs).round(Event())[0].found == {"seen": 1}
    entry = json.loads(bytes(Entry.objects.get(case=case, kind="intake:flight:seen").leaf))
    assert entry["actor"] == {"pseudonym": "worker", "role": "worker"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert command(tmp_path / "home", "serve", "--prepare").code == 0
    return tmp_path / "home"


def test_once_does_every_job_and_says_how_it_went(home: Path) -> None:
    done = command(home, "worker", "--once", "--json")
    assert done.code == 0
    assert done.document["mithaq"] == "worker/v1"
    assert [(row["job"], row["outcome"]) for row in done.document["jobs"]] == [
        (name, "done") for name in NAMES
    ]
    assert done.document["jobs"][0]["found"] == {"signed": 1}


def test_a_job_that_another_process_is_at_is_left_to_it(home: Path) -> None:
    holding = (
        "import sys, django; django.setup(); from pathlib import Path; "
        "from mithaq.console.service.turns import turn\n"
        "with turn('ledger-publication', Path(sys.argv[1])) as mine: print(mine, flush=True); "
        "sys.stdin.read()"
    )
    settings = environment(home, DJANGO_SETTINGS_MODULE="mithaq.console.settings")
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(home)],
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        went = command(home, "worker", "--once", "--json").document["jobs"]
        other.communicate("")
    assert {row["job"]: row["outcome"] for row in went}["ledger-publication"] == "busy"
    assert command(home, "worker", "--once", "--json").document["jobs"][0]["outcome"] == "done"


def test_two_workers_at_once_sign_one_history_and_stop_when_told(home: Path) -> None:
    fast = environment(home, MITHAQ_LEDGER_EVERY="1")
    logs = [home.with_name(f"log-{number}") for number in (1, 2)]
    checkpoint = home / "ledger" / "checkpoint"
    until = time.monotonic() + 60
    with workers(logs, fast) as both:
        while not checkpoint.exists() or not started(logs):
            assert time.monotonic() < until
            time.sleep(0.1)
        assert stop(both) == [0, 0]
    for log in logs:
        events = [json.loads(line)["event"] for line in log.read_text("utf-8").splitlines()]
        assert (events[0], events[-1]) == ("worker-started", "worker-stopped")
        assert "job-failed" not in events
    assert command(home, "ledger", "fsck", "--json").document["findings"] == []


def test_an_older_database_is_not_worked_on(home: Path) -> None:
    with sqlite3.connect(home / "mithaq.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    done = command(home, "worker", "--once", "--json")
    assert (done.code, done.document["code"]) == (1, "no-database")
    assert "mithaq serve --prepare" in done.document["hint"]


def test_without_a_database_it_makes_none(tmp_path: Path) -> None:
    done = command(tmp_path / "none", "worker", "--once", "--json")
    assert (done.code, done.document["code"]) == (1, "no-database")
    assert not (tmp_path / "none").exists()
