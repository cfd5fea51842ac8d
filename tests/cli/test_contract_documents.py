"""The documents that others script against: their keys, the exit codes, one document on stdout."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mithaq.cli.app import COMMANDS, run

KEYS = {
    "sources/v1": ["mithaq", "sources"],
    "simulate/v1": [
        "mithaq", "scenario", "seed", "from", "to", "files", "events", "bytes", "logs", "register",
        "allegations", "tenants",
    ],
    "ingest/v1": [
        "mithaq", "source", "files", "files_known", "files_rejected", "events", "kept", "excluded", "dropped",
        "bytes", "seconds", "from", "to",
    ],
    "pseudonym/v1": ["mithaq", "value", "pseudonyms"],
    "review/v1": ["mithaq", "allegation", "coverage", "claims", "clauses", "provenance"],
    "error/v1": ["mithaq", "code", "message", "file", "line", "field", "hint"],
}  # fmt: skip
"""Every document's keys, in the order in which they are written."""

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
    assert list(found) == KEYS[found["mithaq"]]
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
    assert list(found["allegation"]) == [
        "mithaq", "received", "source", "subject", "period", "clauses", "claims"
    ]  # fmt: skip
    assert list(found["coverage"]) == ["events", "hours_expected", "hours_seen", "gaps"]
    assert found["coverage"]["hours_expected"] == found["coverage"]["hours_seen"] == 72
    assert [claim["id"] for claim in found["claims"]] == [
        each["id"] for each in found["allegation"]["claims"]
    ]
    for claim in found["claims"]:
        assert list(claim) == [
            "id", "verdict", "log10_lr", "strength", "best_other", "open_explanations", "would_settle",
            "observations",
        ]  # fmt: skip
        for observation in claim["observations"]:
            assert list(observation) == ["indicator", "stream", "value", "unit", "window", "log10_lr"]
            assert list(observation["window"]) == ["from", "to"]
    assert {claim["id"] for claim in found["claims"] if claim["observations"]}
    assert found["clauses"]
    for clause in found["clauses"]:
        assert list(clause) == ["id", "assessment", "claims", "open_explanations"]
    assert list(found["provenance"]) == ["version", "terms", "made_at", "inputs"]
    inputs = found["provenance"]["inputs"]
    assert {file["source"] for file in inputs} == {"s3-access-log", "cloudtrail"}
    assert inputs == sorted(inputs, key=lambda file: (file["source"], file["sha256"]))
    for file in inputs:
        assert list(file) == ["source", "sha256", "events"]
        assert re.fullmatch("[0-9a-f]{64}", file["sha256"])
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
    review(world, tmp_path / "a", capsys)
    monkeypatch.setenv("MITHAQ_NOW", "2026-09-22T10:00:00Z")
    review(world, tmp_path / "b", capsys)
    first, second = ((tmp_path / name / "review.json").read_bytes() for name in "ab")
    earlier, later = (b'"made_at": "2026-09-%d' % day for day in (21, 22))
    assert first.count(earlier) == second.count(later) == 1
    assert first.replace(earlier, later) == second


ALLEGATION = """\
mithaq: allegation/v1
received: 2026-09-14T09:00:00Z
source: {kind: ngo}
subject: {subscriptions: ["aws:999999999999"]}
period: {from: 2026-09-07, to: 2026-09-12}
claims:
  - {id: c1, kind: stores, what: call-recordings}
  - {id: c2, kind: pattern, is: population}
  - {id: c3, kind: scale, at_least: 500, unit: objects-per-day}
  - {id: c4, kind: region, in: [eu-west-1]}
  - {id: c5, kind: processes, with: speech-to-text}
  - {id: c6, kind: moves-out, at_least: 8.0e+12, unit: bytes, within_days: 5}
  - {id: c7, kind: purpose-mismatch}
"""


@pytest.fixture
def alleged(tmp_path: Path) -> Path:
    """An allegation of every kind of claim, about a subscription that the lake does not know."""
    path = tmp_path / "allegation.yaml"
    path.write_text(ALLEGATION, "utf-8")
    return path


def test_of_a_subject_that_the_lake_does_not_know_nothing_is_refuted(
    world: Path, alleged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(capsys, "review", alleged, "--lake", world / "lake", "--out", alleged.parent / "out")
    assert found["coverage"] == {
        "events": 0, "hours_expected": 120, "hours_seen": 72,
        "gaps": [
            {"source": source, "from": "2026-09-10T00:00:00Z", "to": "2026-09-12T00:00:00Z"}
            for source in ("cloudtrail", "s3-access-log")
        ],
    }  # fmt: skip
    assert {claim["verdict"] for claim in found["claims"]} == {"undetermined"}
    assert all(claim["would_settle"] for claim in found["claims"])
    assert [clause["assessment"] for clause in found["clauses"]] == ["undetermined"]


@pytest.mark.parametrize(
    ("old", "new", "with_register", "code", "field"),
    [
        (
            'subscriptions: ["aws:999999999999"]',
            "customer: Nobody",
            True,
            "unknown-customer",
            "subject.customer",
        ),
        (
            'subscriptions: ["aws:999999999999"]',
            "customer: Nobody",
            False,
            "evidence-input",
            "subject.customer",
        ),
        ("kind: ngo", "kind: neighbour", False, "bad-allegation", "source.kind"),
        ("claims:\n", "clauses: [T55]\nclaims:\n", False, "unknown-clause", "clauses[0]"),
    ],
)
def test_an_allegation_that_cannot_be_tested_is_refused_and_nothing_is_written(
    world: Path, alleged: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, code: str,
    field: str, *, with_register: bool,
) -> None:  # fmt: skip
    assert old in ALLEGATION
    alleged.write_text(ALLEGATION.replace(old, new), "utf-8")
    out = alleged.parent / "out"
    register = ["--register", str(world / "provider" / "register.csv")] if with_register else []
    told = document(capsys, "review", alleged, "--lake", world / "lake", *register, "--out", out, code=1)
    assert (told["code"], told["field"]) == (code, field)
    assert told["hint"]
    assert not out.exists()


def test_a_pack_whose_clause_has_no_case_of_its_own_is_refused(
    world: Path, alleged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    golden = Path(__file__).parents[1] / "terms" / "golden" / "base.yaml"
    whole = golden.read_text("utf-8")
    pack = alleged.with_name("pack.yaml")
    for role in ("violating", "innocent", "boundary"):
        other = "innocent" if role != "innocent" else "boundary"
        pack.write_text(whole.replace(f"role: {role}", f"role: {other}"), "utf-8")
        told = document(
            capsys, "review", alleged, "--lake", world / "lake", "--terms", str(pack), "--out",
            alleged.parent / "out", code=1,
        )  # fmt: skip
        assert (told["code"], told["file"]) == ("bad-terms-pack", str(pack))
        assert told["line"] > 1


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
