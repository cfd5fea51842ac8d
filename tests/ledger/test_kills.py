"""Kill it at any moment: no act is without its entry, and nothing that was acknowledged is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.soaking import SOAK, first_seed

ROUNDS = 150 if SOAK else 15
KILLS = 2 * ROUNDS
"""Writers that were killed; the publishers that were killed beside them come on top."""

ROOT = Path(__file__).parents[2]
SCRIPT = "import django; django.setup(); from tests.ledger import lives; lives.main()"

pytestmark = [pytest.mark.soak(minutes=5), pytest.mark.timeout(3_600 if SOAK else 600)]


def lives_and_deaths(home: Path, database: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROUNDS), str(20_260_920 + first_seed())],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "mithaq.console.settings",
            "MITHAQ_HOME": str(home),
            "DATABASE_URL": database,
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.PIPE,
        stderr=None if SOAK else subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stderr or "")[-4000:]
    left: dict[str, Any] = json.loads(done.stdout)
    return left


def assert_nothing_is_amiss(left: dict[str, Any]) -> None:
    assert left["ended_otherwise"] == []
    assert (left["killed_writers"], left["killed_publishers"]) == (KILLS, ROUNDS)
    assert left["lost"] == []
    assert left["acts_without_entry"] == []
    assert left["entries_without_act"] == []
    assert (left["entries_twice"], left["half_acts"]) == (0, 0)
    assert left["findings"] == []
    assert left["verified"] == left["entries"] > left["cases"]
    assert left["acknowledged"] > KILLS
    assert left["checkpoints"] > 0
    assert left["sound"]


def test_random_kills_lose_nothing_on_sqlite(tmp_path: Path) -> None:
    assert_nothing_is_amiss(lives_and_deaths(tmp_path / "home", ""))


@pytest.mark.server
@pytest.mark.enable_socket
def test_random_kills_lose_nothing_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE kills")
    own = postgres_url.rpartition("/")[0] + "/kills"
    assert_nothing_is_amiss(lives_and_deaths(tmp_path / "home", own))
