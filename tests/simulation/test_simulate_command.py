"""`mithaq simulate`: one document, progress elsewhere, and refusals with the contract's exit codes."""

from pathlib import Path

from tests.conftest import Mithaq


def test_it_prints_one_document_that_names_what_was_written(mithaq: Mithaq, tmp_path: Path) -> None:
    done = mithaq("simulate", "--out", tmp_path / "out", "--days", "1", "--scale", "0.02", "--json")
    assert done.code == 0
    document = done.document
    assert list(document) == [
        "mithaq", "scenario", "seed", "from", "to", "files", "events", "bytes", "logs", "register",
        "allegations", "tenants",
    ]  # fmt: skip
    assert document["mithaq"] == "simulate/v1"
    assert (document["from"], document["to"]) == ("2026-09-07T00:00:00Z", "2026-09-08T00:00:00Z")
    assert document["events"] == sum(tenant["events"] for tenant in document["tenants"])
    assert Path(document["register"]).is_file()
    assert all(Path(path).is_file() for path in document["allegations"])
    assert {entry["source"] for entry in document["logs"]} == {"s3-access-log", "cloudtrail"}
    assert all(Path(entry["path"]).is_dir() for entry in document["logs"])
    assert list(document["tenants"][0]) == [
        "customer",
        "workload",
        "declared_purpose",
        "subscriptions",
        "events",
    ]


def test_what_it_writes_is_ingested_without_a_single_drop(mithaq: Mithaq, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = mithaq("simulate", "--out", out, "--days", "2", "--scale", "0.02", "--json").document
    events = 0
    for entry in made["logs"]:
        done = mithaq("ingest", entry["source"], entry["path"], "--lake", tmp_path / "lake", "--json")
        assert done.code == 0
        assert done.document["dropped"] == {}
        assert done.document["excluded"]["provider-principal"] > 0
        events += done.document["events"]
    assert events == made["events"]


def test_people_are_told_in_words(mithaq: Mithaq, tmp_path: Path) -> None:
    done = mithaq("simulate", "--out", tmp_path / "out", "--days", "1", "--scale", "0.02")
    assert done.code == 0
    assert "events in" in done.out
    assert "allegation-harbour-vault.yaml" in done.out


def test_an_unknown_scenario_is_a_mistake_of_the_command_line(mithaq: Mithaq, tmp_path: Path) -> None:
    done = mithaq("simulate", "--out", tmp_path / "out", "--scenario", "nothing", "--json")
    assert done.code == 2
    assert done.document["code"] == "unknown-scenario"
    assert not (tmp_path / "out").exists()


def test_a_full_folder_is_refused(mithaq: Mithaq, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("something")
    done = mithaq("simulate", "--out", tmp_path, "--json")
    assert done.code == 1
    assert done.document["code"] == "folder-not-empty"
