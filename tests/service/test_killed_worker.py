"""A worker that is killed in the middle of an evidence run: another takes the run over and ends it once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.conftest import Mithaq
from tests.service.copying import ROOT
from tests.service.running import command, environment

from mithaq.simulation import write_s3_lines


def process(home: Path, call: str, **changes: str) -> subprocess.CompletedProcess[str]:
    settings = {"DJANGO_SETTINGS_MODULE": "mithaq.console.settings", "PYTHONPATH": str(ROOT)}
    code = f"import django; django.setup(); from tests.service import killed; killed.{call}"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(home, **settings, **changes),
        capture_output=True,
        text=True,
        check=False,
    )


def told(home: Path) -> tuple[int, str, list[str]]:
    """Give how often the run was begun, its step that began last, and what the ledger says of its end."""
    ends = "SELECT kind FROM ledger_entry WHERE kind IN ('review:evidence:attached', 'review:run:failed')"
    with closing(sqlite3.connect(home / "mithaq.sqlite3")) as database:
        ((attempts, step),) = database.execute("SELECT attempts, step FROM runs_lease").fetchall()
        return attempts, step, [kind for (kind,) in database.execute(ends)]


def test_a_run_whose_worker_is_killed_is_taken_over_and_ends_once(tmp_path: Path, mithaq: Mithaq) -> None:
    home, lake = tmp_path / "home", tmp_path / "lake"
    logs = tmp_path / "logs"
    logs.mkdir()
    write_s3_lines(logs / "a.log", 200, seed=1)
    assert mithaq("ingest", "s3-access-log", logs, "--lake", lake).code == 0
    asked = process(home, "ask()")
    assert asked.returncode == 0, asked.stderr
    dying = process(home, "die_at('claims')", MITHAQ_LAKE=str(lake), MITHAQ_NOW="2026-09-21T12:01:00Z")
    assert dying.returncode == -signal.SIGKILL, dying.stderr
    assert told(home) == (1, "claims", [])

    later = command(home, "worker", "--once", MITHAQ_LAKE=str(lake), MITHAQ_NOW="2026-09-21T12:12:00Z")
    assert later.code == 0, later.err
    assert told(home) == (2, "drawings", ["review:evidence:attached"])
