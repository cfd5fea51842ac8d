"""Workers that are killed in the middle of evidence runs: others take the runs over and end each once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Mithaq
from tests.outcome import NOW
from tests.service.copying import ROOT
from tests.service.killed import ATTACHED
from tests.service.running import command, environment
from tests.soaking import SOAK

from mithaq.kernel.clock import format_instant
from mithaq.review.runs.work import LEASE, STEPS
from mithaq.simulation import write_s3_lines

WHOLE = (*STEPS, ATTACHED)


class Crew:
    """Workers one after the other, each begun after the lease of the one before has run out."""

    def __init__(self, folder: Path, database: str) -> None:
        self.home, self.lake = folder / "home", folder / "lake"
        self.shift = 0
        self.settings = {
            "DJANGO_SETTINGS_MODULE": "mithaq.console.settings",
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": database,
            "MITHAQ_LAKE": str(self.lake),
        }

    def process(self, call: str) -> subprocess.CompletedProcess[str]:
        """Do one thing of `killed.py` in a process of its own."""
        code = f"import django; django.setup(); from tests.service import killed; killed.{call}"
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment(self.home, **self.settings, MITHAQ_NOW=self.now()),
            capture_output=True,
            text=True,
            check=False,
        )

    def now(self) -> str:
        return format_instant(datetime.fromisoformat(NOW) + self.shift * (LEASE + timedelta(minutes=1)))

    def work(self) -> None:
        """Have one worker look once, to its end."""
        self.shift += 1
        settings = {**self.settings, "MITHAQ_NOW": self.now()}
        done = command(self.home, "worker", "--once", **settings)
        assert done.code == 0, done.err

    def die_at(self, step: str) -> None:
        self.shift += 1
        dying = self.process(f"die_at({step!r})")
        assert dying.returncode == -signal.SIGKILL, (step, dying.stderr)

    def told(self) -> dict[str, Any]:
        said = self.process("tell()")
        assert said.returncode == 0, said.stderr
        found: dict[str, Any] = json.loads(said.stdout)
        return found


def killed_at(steps: Sequence[str], folder: Path, mithaq: Mithaq, database: str = "") -> dict[str, Any]:
    """Ask for a run for each step, kill the worker of each at its step, and have another end it."""
    crew, logs = Crew(folder, database), folder / "logs"
    logs.mkdir()
    write_s3_lines(logs / "a.log", 200, seed=1)
    assert mithaq("ingest", "s3-access-log", logs, "--lake", crew.lake).code == 0
    asked = crew.process(f"ask({len(steps)})")
    assert asked.returncode == 0, asked.stderr
    for step in steps:
        crew.die_at(step)
        if step != ATTACHED:
            crew.work()
    return crew.told()


def ended_once(steps: Sequence[str]) -> list[list[object]]:
    return [[1 if step == ATTACHED else 2, STEPS[-1], ["review:evidence:attached"]] for step in steps]


@pytest.mark.soak(minutes=2)
@pytest.mark.timeout(600)
def test_a_run_whose_worker_is_killed_at_any_step_is_taken_over_and_ends_once(
    tmp_path: Path, mithaq: Mithaq
) -> None:
    steps = WHOLE if SOAK else ("claims",)
    told = killed_at(steps, tmp_path, mithaq)
    assert told == {"database": "sqlite", "runs": ended_once(steps)}


@pytest.mark.soak(minutes=2)
@pytest.mark.server
@pytest.mark.enable_socket
@pytest.mark.timeout(600)
def test_the_same_on_postgresql(tmp_path: Path, mithaq: Mithaq, postgres_url: str) -> None:
    steps = WHOLE if SOAK else ("charts",)
    told = killed_at(steps, tmp_path, mithaq, postgres_url)
    assert told == {"database": "postgresql", "runs": ended_once(steps)}
