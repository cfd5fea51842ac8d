"""`mithaq backup` and `mithaq restore`: whole or not at all, never over anything, and without what opens."""

from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from tests.service.copying import Place, tell_the_story
from tests.service.running import command


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A Mithaq in which something was done and signed."""
    place = Place(tmp_path_factory.mktemp("living") / "home")
    assert place.mithaq("serve", "--prepare").code == 0
    assert place.live_on(2) == {"size": 3}
    return place


def test_after_a_restore_nothing_is_signed_until_the_ledger_continues_what_was_given_out(
    tmp_path: Path,
) -> None:
    first, second, third = (Place(tmp_path / name) for name in ("first", "second", "third"))
    tell_the_story(first, second, third, tmp_path / "copies")


def test_a_copy_that_is_made_while_people_work_adds_up(living: Place, tmp_path: Path) -> None:
    working = living.begin_to_live_on(60)
    copies = [tmp_path / f"copy-{number}" for number in range(2)]
    for copy in copies:
        assert living.mithaq("backup", copy).code == 0
    working.communicate(timeout=120)
    for copy in copies:
        found = Place(tmp_path / f"of-{copy.name}").mithaq("restore", copy)
        assert (found.code, found.document["findings"]) == (0, [])


def test_neither_keys_nor_sessions_nor_a_waiting_unlock_are_in_a_copy(living: Place, tmp_path: Path) -> None:
    canary = "ends-with-the-session-7Q"
    with sqlite3.connect(living.home / "mithaq.sqlite3") as database:
        database.execute("INSERT INTO django_session VALUES (?, ?, '2030-01-01')", [canary, canary])
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute(
            "INSERT INTO identity_session (request_id, private) VALUES (1, ?)", [canary.encode()]
        )
    copied = living.mithaq("backup", tmp_path / "copy").document
    with sqlite3.connect(living.home / "mithaq.sqlite3") as database:
        database.execute("DELETE FROM django_session")
        database.execute("DELETE FROM identity_session")
    assert not any("key" in name for name in copied["files"])
    secrets = [(living.home / name).read_bytes() for name in ("secret.key", "ledger.key")]
    for path in (tmp_path / "copy").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret in content for secret in [canary.encode(), *secrets])
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "copy" / "mithaq.sqlite3").stat().st_mode) == 0o600


def test_a_copy_is_never_written_over_anything(living: Place, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    refused = living.mithaq("backup", tmp_path / "there")
    assert (refused.code, refused.document["code"]) == (1, "in-the-way")
    assert list((tmp_path / "there").iterdir()) == []


@pytest.mark.parametrize("harm", ["altered", "missing", "added"])
def test_a_damaged_copy_is_not_put_back_and_the_file_is_named(
    living: Place, tmp_path: Path, harm: str
) -> None:
    copy = tmp_path / "copy"
    assert living.mithaq("backup", copy).code == 0
    file = {
        "altered": copy / "mithaq.sqlite3",
        "missing": copy / "ledger" / "checkpoint",
        "added": copy / "x",
    }[harm]
    if harm == "missing":
        file.unlink()
    else:
        with file.open("ab") as stream:
            stream.write(b"!")
    refused = Place(tmp_path / "other").mithaq("restore", copy)
    assert (refused.code, refused.document["code"], refused.document["file"]) == (1, "bad-copy", str(file))
    assert not (tmp_path / "other" / "mithaq.sqlite3").exists()


@pytest.mark.parametrize("written", ["", "[]", '{"mithaq":"backup/v9"}', None])
def test_what_is_no_copy_is_said_to_be_none(tmp_path: Path, written: str | None) -> None:
    (tmp_path / "copy").mkdir()
    if written is not None:
        (tmp_path / "copy" / "backup.json").write_text(written, "utf-8")
    refused = Place(tmp_path / "home").mithaq("restore", tmp_path / "copy")
    assert (refused.code, refused.document["code"]) == (1, "bad-copy")


def test_a_folder_of_the_ledger_that_is_there_is_left_as_it_is(living: Place, tmp_path: Path) -> None:
    assert living.mithaq("backup", tmp_path / "copy").code == 0
    other = Place(tmp_path / "other")
    (other.home / "ledger").mkdir(parents=True)
    found = other.mithaq("restore", tmp_path / "copy")
    assert (found.code, found.document["ledger_folder"]) == (0, "kept")
    assert list((other.home / "ledger").iterdir()) == []


def test_a_copy_of_another_version_is_put_back_and_compared_later(living: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    older = Place(tmp_path / "older")
    assert living.mithaq("backup", copy).code == 0
    assert older.mithaq("restore", copy).code == 0
    with sqlite3.connect(older.home / "mithaq.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE name = '0002_alter_session'")
        database.execute("DELETE FROM django_migrations WHERE app = 'csp'")
        database.execute("DELETE FROM django_migrations WHERE app = 'usersessions'")
    assert older.mithaq("backup", tmp_path / "second").code == 0
    found = Place(tmp_path / "third").mithaq("restore", tmp_path / "second")
    assert (found.code, found.document["compared"]) == (0, False)
    told = command(tmp_path / "fourth", "restore", tmp_path / "second")
    assert "mithaq serve --prepare, then mithaq ledger fsck" in told.out


def test_the_manifest_is_what_the_command_printed(living: Place, tmp_path: Path) -> None:
    said = living.mithaq("backup", tmp_path / "copy").document
    assert json.loads((tmp_path / "copy" / "backup.json").read_text("utf-8")) == said
