"""The documents that others script against: their keys, the exit codes, one document on stdout."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mithaq.cli.app import COMMANDS, run

KEYS = {
    "sources/v1": {"mithaq", "sources"},
    "simulate/v1": {
        "mithaq", "scenario", "seed", "from", "to", "files", "events", "bytes", "logs", "register",
        "allegations", "tenants",
    },
    "ingest/v1": {
        "mithaq", "source", "files", "files_known", "files_rejected", "events", "kept", "excluded", "dropped",
        "bytes", "seconds", "from", "to",
    },
    "pseudonym/v1": {"mithaq", "value", "pseudonyms"},
    "review/v1": {"mithaq", "allegation", "coverage", "claims", "clauses", "provenance"},
    "error/v1": {"mithaq", "code", "message", "file", "line", "field", "hint"},
}  # fmt: skip

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pretend provider's logs of three days, in a lake."""
    root = tmp_path_factory.mktemp("world")
    assert run(["simulate", "--out", str(root / "provider"), "--days", "3", "--scale", "0.05"]) == 0
    for source in ("s3-access-log", "cloudtrail"):
        logs = str(root / "provider" / "logs" / source)
        assert run(["ingest", source, logs, "--lake", str(root / "lake")]) == 0
    return root


def document(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run([str(argument) for argument in arguments] + ["--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert set(found) == KEYS[found["mithaq"]]
    return found


def review(world: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    provider = world / "provider"
    return document(
        capsys, "review", min(provider.glob("allegation-*.yaml")), "--lake", world / "lake",
        "--register", provider / "register.csv", "--out", out,
    )  # fmt: skip


def test_sources_lists_name_provider_and_titles(capsys: pytest.CaptureFixture[str]) -> None:
    listed = document(capsys, "sources")["sources"]
    assert [row["name"] for row in listed] == ["cloudtrail", "s3-access-log"]
    assert all(set(row["title"]) == {"en", "ar"} for row in listed)


def test_ingest_adds_up(world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs = world / "provider" / "logs" / "cloudtrail"
    first = document(capsys, "ingest", "cloudtrail", logs, "--lake", tmp_path / "lake")
    left_out = sum(first["excluded"].values()) + sum(first["dropped"].values())
    assert first["events"] == first["kept"] + left_out
    assert first["files"] > 0
    assert INSTANT.fullmatch(first["from"])
    again = document(capsys, "ingest", "cloudtrail", logs, "--lake", tmp_path / "lake")
    assert (again["files"], again["files_known"], again["events"]) == (0, first["files"], 0)


def test_simulate_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document(capsys, "simulate", "--out", tmp_path / "p", "--days", "1", "--scale", "0.01")


def test_a_pseudonym_has_an_epoch(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "pseudonym", "aws:111122223333", "--lake", world / "lake")
    assert found["value"] == "aws:111122223333"
    assert [row["epoch"] for row in found["pseudonyms"]] == [1]


def test_a_review_has_the_keys_of_the_contract(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = review(world, tmp_path / "out", capsys)
    assert set(found["coverage"]) == {"events", "hours_expected", "hours_seen", "gaps"}
    assert found["coverage"]["hours_expected"] > 0
    claim_keys = {
        "id", "verdict", "log10_lr", "strength", "best_other", "open_explanations", "would_settle",
        "observations",
    }  # fmt: skip
    assert found["claims"]
    for claim in found["claims"]:
        assert set(claim) == claim_keys
        for observation in claim["observations"]:
            assert {"indicator", "stream", "value", "unit", "window", "log10_lr"} <= set(observation)
    for clause in found["clauses"]:
        assert {"id", "assessment", "claims", "open_explanations"} <= set(clause)
    assert set(found["provenance"]) == {"version", "terms", "made_at", "inputs"}
    assert found["provenance"]["terms"].startswith("sha256:")
    assert "text" not in json.dumps(found["allegation"])
    assert "reference" not in json.dumps(found["allegation"])


def test_json_prints_exactly_the_bytes_of_the_file(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    provider = world / "provider"
    arguments = ["review", str(min(provider.glob("allegation-*.yaml"))), "--lake", str(world / "lake")]
    arguments += ["--register", str(provider / "register.csv"), "--out", str(tmp_path), "--json"]
    assert run(arguments) == 0
    assert capsys.readouterr().out.encode() == (tmp_path / "review.json").read_bytes()


def test_two_reviews_differ_in_nothing_but_when_they_were_made(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MITHAQ_NOW", "2026-09-21T10:00:00Z")
    first = review(world, tmp_path / "a", capsys)
    monkeypatch.setenv("MITHAQ_NOW", "2026-09-22T10:00:00Z")
    second = review(world, tmp_path / "b", capsys)
    assert first["provenance"].pop("made_at") == "2026-09-21T10:00:00Z"
    assert second["provenance"].pop("made_at") == "2026-09-22T10:00:00Z"
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nothing"], 2),
        (["ingest"], 2),
        (["ingest", "no-such-source", "x", "--lake", "l"], 2),
        (["sources", "--no-such-flag"], 2),
        (["ingest", "cloudtrail", "/nowhere/at/all", "--lake", "l"], 1),
        (["pseudonym", "aws:1", "--lake", "/nowhere/at/all"], 1),
        (["review", "/nowhere.yaml", "--lake", "/nowhere", "--out", "/nowhere/out"], 1),
    ],
)
def test_a_failure_is_one_error_document_with_a_hint(
    arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    told = document(capsys, *arguments, code=code)
    assert told["mithaq"] == "error/v1"
    assert told["message"]
    assert told["hint"]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)
