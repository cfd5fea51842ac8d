"""After a restore nothing is signed until the ledger continues the last checkpoint kept outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = "import django; django.setup(); from tests.ledger import lives; lives.live_on()"


class Running:
    """A Mithaq with a database file of its own, whose operator makes copies and puts them back."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self._copies = folder / "copies"

    def live_on(self, acts: int) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(acts)],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "mithaq.console.settings",
                "MITHAQ_HOME": str(self.home),
                "DATABASE_URL": "",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def copy(self, name: str) -> None:
        (self._copies / name).mkdir(parents=True)
        for file in self.home.glob("mithaq.sqlite3*"):
            shutil.copy2(file, self._copies / name / file.name)

    def put_back(self, name: str) -> None:
        for file in self.home.glob("mithaq.sqlite3*"):
            file.unlink()
        for file in (self._copies / name).iterdir():
            shutil.copy2(file, self.home / file.name)


@pytest.fixture
def running(tmp_path: Path) -> Running:
    """Five acts, of which there is a copy, and four more; all of them signed."""
    running = Running(tmp_path)
    assert running.live_on(5) == {"size": 5}
    running.copy("old")
    assert running.live_on(4) == {"size": 9}
    running.copy("new")
    return running


def test_an_older_database_signs_nothing_however_much_is_done_on_it(running: Running) -> None:
    published = (running.home / "ledger" / "checkpoint").read_bytes()
    running.put_back("old")
    refused = running.live_on(0)
    assert (refused["code"], refused["mithaq"]) == ("refuses-to-sign", "error/v1")
    assert "9 entries was kept, and now there are 5" in refused["message"]
    assert "the first 9 entries are not those" in running.live_on(7)["message"]
    assert (running.home / "ledger" / "checkpoint").read_bytes() == published


def test_the_newest_database_goes_on_where_it_was(running: Running) -> None:
    running.put_back("old")
    assert running.live_on(1)["code"] == "refuses-to-sign"
    running.put_back("new")
    assert running.live_on(0) == {"size": None}
    assert running.live_on(1) == {"size": 10}


def test_an_empty_database_signs_nothing_either(running: Running) -> None:
    for file in running.home.glob("mithaq.sqlite3*"):
        file.unlink()
    assert "9 entries was kept, and now there are 2" in running.live_on(2)["message"]
