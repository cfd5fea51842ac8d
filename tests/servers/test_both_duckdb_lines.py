"""The lake reads the same under DuckDB 1.5, the line that is still supported, as under the locked 2.0."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mithaq.cli.app import run

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

OLDER = "1.5.6"
REVIEW = [sys.executable, "-c", "import mithaq.cli; mithaq.cli.main()", "review"]


@pytest.fixture(scope="session")
def older_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duckdb")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    subprocess.run([*install, f"duckdb=={OLDER}"], check=True)
    return folder


def test_a_review_is_byte_for_byte_the_same(tmp_path: Path, older_duckdb: Path) -> None:
    provider, lake = tmp_path / "provider", tmp_path / "lake"
    assert run(["simulate", "--out", str(provider), "--days", "7", "--scale", "0.2"]) == 0
    for source in sorted(path.name for path in (provider / "logs").iterdir()):
        assert run(["ingest", source, str(provider / "logs" / source), "--lake", str(lake)]) == 0
    allegation = min(provider.glob("allegation-*.yaml"))
    written = {}
    for name, path in {"locked": "", "older": str(older_duckdb)}.items():
        out = tmp_path / name
        subprocess.run(
            [*REVIEW, str(allegation), "--lake", str(lake), "--out", str(out)],
            check=True,
            env={**os.environ, "PYTHONPATH": path, "MITHAQ_NOW": "2026-09-21T10:00:00Z"},
        )
        written[name] = (out / "review.json").read_bytes()
    assert written["older"] == written["locked"]


def test_the_older_engine_was_really_used(older_duckdb: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import duckdb; print(duckdb.__version__)"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(older_duckdb)},
    )
    assert said.stdout.strip() == OLDER
