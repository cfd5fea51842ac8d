"""One suite, two databases: what the rooms with tables promise on SQLite, they keep on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

ROOT = Path(__file__).parents[2]


SOURCE = ROOT / "src" / "mithaq"
OF_NO_ROOM = ("adversarial", "service/test_expiry.py")
"""What goes across the rooms: who tries to get round the rules, and what the worker does in cases."""


def rooms_with_tables() -> list[str]:
    """Give the suite of every room that has tables; a room within a room is tested in the outer one's."""
    found = {path.relative_to(SOURCE).parts[0] for path in SOURCE.rglob("migrations/__init__.py")}
    return [f"tests/{room}" for room in sorted(found | {*OF_NO_ROOM})]


def test_every_room_with_tables_has_a_suite_and_evidence_runs_are_in_it() -> None:
    assert [folder for folder in rooms_with_tables() if not (ROOT / folder).exists()] == []
    assert "tests/review" in rooms_with_tables()
    assert (ROOT / "tests" / "review" / "test_evidence_runs.py").exists()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("folder", rooms_with_tables())
def test_the_suite_of_a_room_passes_on_postgresql(folder: str, postgres_url: str, tmp_path: Path) -> None:
    # A base folder of its own: the inner run would otherwise tidy away older runs, this one among them.
    apart = ["--basetemp", str(tmp_path / "inner"), "-p", "no:cacheprovider"]
    suite = [sys.executable, "-m", "pytest", "-n", "0", *apart, "-m", "not server and not soak", folder]
    environment = {**os.environ, "DATABASE_URL": postgres_url, "MITHAQ_HOME": str(tmp_path / "home")}
    done = subprocess.run(suite, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
