"""One suite, two databases: what the rooms with tables promise on SQLite, they keep on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

ROOT = Path(__file__).parents[2]


def rooms_with_tables() -> list[str]:
    rooms = {path.parents[1].name for path in (ROOT / "src" / "mithaq").glob("*/migrations/__init__.py")}
    folders = [ROOT / "tests" / room for room in sorted(rooms | {"adversarial"})]
    return [str(folder.relative_to(ROOT)) for folder in folders if folder.is_dir()]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("folder", rooms_with_tables())
def test_the_suite_of_a_room_passes_on_postgresql(folder: str, postgres_url: str, tmp_path: Path) -> None:
    # A base folder of its own: the inner run would otherwise tidy away older runs, this one among them.
    apart = ["--basetemp", str(tmp_path / "inner"), "-p", "no:cacheprovider"]
    suite = [sys.executable, "-m", "pytest", "-n", "0", *apart, "-m", "not server and not soak", folder]
    environment = {**os.environ, "DATABASE_URL": postgres_url, "MITHAQ_HOME": str(tmp_path / "home")}
    done = subprocess.run(suite, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
