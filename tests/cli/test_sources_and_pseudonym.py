"""The small commands: which logs are read, and under which name a subscription stands in a lake."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Mithaq

from mithaq.telemetry.sources.base import sources


def test_sources_lists_every_source_in_both_languages_and_with_the_fields_it_reads(mithaq: Mithaq) -> None:
    done = mithaq("sources", "--json")
    assert (done.code, done.err) == (0, "")
    assert [row["name"] for row in done.document["sources"]] == list(sources())
    for row in done.document["sources"]:
        assert set(row) == {"name", "provider", "title", "fields"}
        assert row["fields"]
    said = mithaq("sources").out
    for row in done.document["sources"]:
        assert row["name"] in said
        assert row["title"]["ar"] in said


def test_the_package_run_as_a_module_is_the_command(mithaq: Mithaq) -> None:
    module = [sys.executable, "-m", "mithaq"]
    listed = subprocess.run([*module, "sources", "--json"], capture_output=True, text=True, check=False)
    assert (listed.returncode, listed.stdout) == (0, mithaq("sources", "--json").out)
    wrong = subprocess.run([*module, "no-such-command"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2


@pytest.mark.parametrize(
    "value", ["", "aws", "aws:", ":x", "a b:c", "aws:with blank", "aws:" + "x" * 400, "9:x"]
)
def test_what_is_no_subscription_is_refused(mithaq: Mithaq, tmp_path: Path, value: str) -> None:
    (tmp_path / "log").write_text("x\n")
    mithaq("ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake")
    told = mithaq("pseudonym", value, "--lake", tmp_path / "lake", "--json")
    assert (told.code, told.document["code"]) == (1, "bad-subscription")


def test_without_a_lake_there_is_no_pseudonym(mithaq: Mithaq, tmp_path: Path) -> None:
    told = mithaq("pseudonym", "aws:111122223333", "--lake", tmp_path / "none", "--json")
    assert told.code == 1
    assert not (tmp_path / "none.key").exists()


def test_no_command_prints_its_name_and_help(mithaq: Mithaq) -> None:
    for arguments in ((), ("--help",)):
        done = mithaq(*arguments)
        assert done.code == 0
        assert "ingest" in done.out
    assert mithaq("--version").out.startswith("mithaq ")
