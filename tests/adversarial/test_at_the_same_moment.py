"""What comes at the same moment happens once: on both databases, with a thread for each request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

ROOT: Final = Path(__file__).parents[2]
SCRIPT: Final = "import django; django.setup(); from tests.adversarial import race; race.main()"


def raced(home: Path, database: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "mithaq.console.settings",
            "MITHAQ_HOME": str(home),
            "MITHAQ_HOSTS": "testserver",
            "DATABASE_URL": database,
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def assert_each_happened_once(found: dict[str, Any]) -> None:
    key = found["one_key"]
    assert {status for status, _code in key["answers"]} == {201}
    assert (key["recusals"], key["entries"]) == (1, 1)
    statuses = Counter(status for status, _code in found["one_proposal"]["answers"])
    assert (statuses[200], found["one_proposal"]["approvals"]) == (1, 1)
    assert set(statuses) <= {200, 409, 422}
    assert found["one_end"] == {"ended": 2, "rulings": 2, "cases": 2}
    assert found["each_other"]["administrators"] >= 2
    assert {status for status, _code in found["each_other"]["answers"]} <= {200, 401, 403, 409, 422}


def test_requests_at_the_same_moment_do_nothing_twice_on_sqlite(tmp_path: Path) -> None:
    assert_each_happened_once(raced(tmp_path / "home", ""))


@pytest.mark.server
@pytest.mark.enable_socket
def test_requests_at_the_same_moment_do_nothing_twice_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE races")
    assert_each_happened_once(raced(tmp_path / "home", postgres_url.rpartition("/")[0] + "/races"))
