"""`mithaq demo`: the whole main job, as a newcomer sees it."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from mithaq.cli.app import run
from mithaq.people.permissions import Role

_CODE = re.compile(r"\b[0-9a-f]{8}\b")


@pytest.mark.enable_socket
def test_the_demo_tells_its_story_and_each_customer_is_answered_rightly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", "--json", "--out", str(tmp_path / "demo")]) == 0
    out, told = capsys.readouterr()
    document = json.loads(out)
    found = {row["name"]: row["clauses"].get("T5") for row in document["reviews"]}
    assert found["harbour-vault"] == "indicated"
    assert found["cedar-bank"] == "not-indicated"
    assert found["memo-line"] == "undetermined"
    assert "$ mithaq ingest" in told
    assert all(Path(row["report"]).exists() for row in document["reviews"])
    case = document["case"]
    assert case["acts"] == 8
    assert told.count("✓ control-tenant") == told.count("✓ owner-elsewhere") == 20
    assert told.count("✓ security service") == 2
    assert "✗" not in told
    assert "in-force: " in told
    assert "lifted: " in told
    kept = tmp_path / "demo" / "people.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    told_of = {line.split()[0]: line for line in kept.read_text("utf-8").splitlines() if "@" in line}
    assert set(told_of) == {each["email"] for each in document["people"]}
    assert {len(_CODE.findall(line)) for line in told_of.values()} == {5}
    assert {role for each in document["people"] for role in each["roles"]} == {role.value for role in Role}
    assert "password" not in out
    assert case["cases"] == 13
    assert case["reasons"]["ar"]
    proving = ["ledger", "proof", case["ledger"], "--key", case["key"], "--case", case["case"]]
    assert run([*proving, "--out", str(tmp_path / "proofs"), "--json"]) == 0
    # Each step of the measure stands in the ledger as well, before and after it.
    assert len(json.loads(capsys.readouterr().out)["proofs"]) > 2 * case["acts"]


def test_the_demo_never_clears_a_folder_that_it_did_not_make(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep me")
    assert run(["demo", "--json", "--out", str(mine)]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "demo-failed"
    assert (mine / "letter.txt").read_text() == "keep me"
