"""`mithaq demo`: the whole main job, as a newcomer sees it."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from mithaq.cli.app import run
from mithaq.cli.serving import HOST, PortTaken, server


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
    assert case["acts"] == 5
    assert case["reasons"]["ar"]
    proving = ["ledger", "proof", case["ledger"], "--key", case["key"], "--case", case["case"]]
    assert run([*proving, "--out", str(tmp_path / "proofs"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["proofs"]) == case["acts"] + 1


def test_the_demo_never_clears_a_folder_that_it_did_not_make(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep me")
    assert run(["demo", "--json", "--out", str(mine)]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "demo-failed"
    assert (mine / "letter.txt").read_text() == "keep me"


@pytest.mark.enable_socket
def test_a_report_is_served_to_this_machine_only_under_a_policy_without_script() -> None:
    with server({"/a": "<style>p{}</style><p>hello"}, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        base = f"http://{HOST}:{running.server_address[1]}"
        with urllib.request.urlopen(f"{base}/a") as answer:
            assert answer.read() == b"<style>p{}</style><p>hello"
            policy = answer.headers["Content-Security-Policy"]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{base}/../etc/passwd")
        running.shutdown()
    assert HOST == "127.0.0.1"
    assert "default-src 'none'" in policy
    assert "sha256-" in policy
    assert "unsafe" not in policy


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_said() -> None:
    with server({}, 0) as running, pytest.raises(PortTaken, match="cannot be served on"):
        server({}, int(running.server_address[1]))
