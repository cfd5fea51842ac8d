"""Checking the ledger in one click: bounded, honest about what it looked at, and finding what was altered."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.test import Client, override_settings
from tests.console.people import LANGUAGES, foreign_words, look, member, signed_in
from tests.ledger.database import Unguarded, publisher, say_many
from tests.ledger.logs import SIGNER, TRUST

from mithaq.ledger import spotcheck
from mithaq.ledger.checkpoint import open_checkpoint
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.models import Position
from mithaq.ledger.spotcheck import Fault, Finding, spot_check
from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Give the home of a server that has this test's ledger key and keeps checkpoints beside it."""
    place = tmp_path / "home"
    place.mkdir()
    (place / "ledger.key.pub").write_text(SIGNER.verifier.vkey() + "\n")
    with override_settings(HOME=place):
        yield place


def published(home: Path, acts: int) -> None:
    say_many(acts)
    publisher(home).publish()
    keep(home)


def keep(home: Path) -> None:
    """Keep the newest checkpoint outside, where the console looks for it."""
    home.with_name("home.checkpoint").write_bytes((home / "kept.checkpoint").read_bytes())


def auditor(language: str = "en") -> Client:
    return signed_in(member(Role.AUDITOR), language)


def found(home: Path) -> spotcheck.SpotCheck:
    kept = home.with_name("home.checkpoint")
    heads = [open_checkpoint(kept.read_bytes(), TRUST.keys, origin=TRUST.origin)[0]] if kept.exists() else []
    return spot_check(TRUST, kept=heads, folder=LedgerFolder(home / "ledger"), entropy=secrets.token_bytes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_click_says_what_was_looked_at_and_what_that_does_not_show(home: Path, language: str) -> None:
    client = auditor(language)
    before = look(client.get("/ledger/check/").content)
    published(home, 12)
    answer = client.post("/ledger/check/")
    seen = look(answer.content)
    assert (answer.status_code, seen.inline) == (200, [])
    assert foreign_words(before) + foreign_words(seen) == []
    assert b"is-success" in answer.content
    assert b"mithaq ledger verify" in answer.content


def test_a_small_ledger_is_looked_at_whole(home: Path) -> None:
    auditor()
    published(home, 12)
    check = found(home)
    assert (check.whole, check.looked_at, check.findings) == (True, Position.objects.count(), ())
    assert check.kept == check.size
    assert check.values >= 12


def test_of_a_large_ledger_the_newest_and_a_drawn_sample_are_looked_at(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spotcheck, "NEWEST", 5)
    monkeypatch.setattr(spotcheck, "DRAWN", 7)
    published(home, 40)
    check = found(home)
    assert (check.size, check.looked_at, check.whole, check.findings) == (40, 12, False, ())


ALTERATIONS: Mapping[str, tuple[str, bytes | str]] = {
    "an entry": ("UPDATE ledger_entry SET leaf = %s WHERE id = (SELECT max(id) FROM ledger_entry)", b"{}"),
    "its column": (
        "UPDATE ledger_entry SET kind = %s WHERE id = (SELECT max(id) FROM ledger_entry)",
        "people:account:created",
    ),
    "a value": (
        "UPDATE ledger_sealedvalue SET value = %s WHERE id = (SELECT max(id) FROM ledger_sealedvalue)",
        "another reason",
    ),
    "a tile": ("UPDATE ledger_tile SET hashes = %s WHERE level = 0", bytes(32 * 12)),
    "the checkpoint": ("UPDATE ledger_checkpoint SET note = %s", b"no note\n"),
}


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("an entry", Fault.ENTRY),
        ("its column", Fault.ENTRY),
        ("a value", Fault.VALUE),
        ("a tile", Fault.ROOT),
        ("the checkpoint", Fault.SIGNATURE),
    ],
)
def test_what_was_altered_is_found_and_told(home: Path, what: str, fault: Fault) -> None:
    published(home, 12)
    Unguarded().do(*ALTERATIONS[what])
    assert fault in {finding.fault for finding in found(home).findings}


def test_a_history_that_was_cut_off_is_found_by_the_checkpoint_kept_outside(home: Path) -> None:
    published(home, 12)
    kept = home.with_name("home.checkpoint").read_bytes()
    say_many(3, start=12)
    publisher(home).publish()
    keep(home)
    Unguarded().do("DELETE FROM ledger_checkpoint WHERE size > %s", 12)
    assert Finding(Fault.KEPT) in found(home).findings
    home.with_name("home.checkpoint").write_bytes(kept)
    assert found(home).findings == ()


def test_a_fault_is_told_on_the_page_with_the_entry_it_is_about(home: Path) -> None:
    client = auditor()
    published(home, 3)
    Unguarded().do(*ALTERATIONS["a value"])
    page = client.post("/ledger/check/").content.decode()
    assert "Something is wrong with the ledger." in page
    assert "is-success" not in page
    assert f"/ledger/entries/{Position.objects.count() - 1}/" in page


def test_a_server_without_a_key_says_so_instead_of_finding_nothing_wrong(home: Path) -> None:
    client = auditor()
    (home / "ledger.key.pub").unlink()
    answer = client.post("/ledger/check/")
    assert answer.status_code == 422
    assert b"no key of a ledger yet" in answer.content


def test_entries_are_filtered_by_case_and_by_kind_from_page_to_page() -> None:
    client = auditor()
    say_many(130)
    links = [link for link in look(client.get("/ledger/?case=c_3").content).links if "entries" in link]
    assert len(links) == len([number for number in range(130) if number % 7 == 3])
    first = look(client.get("/ledger/?kind=people:role:granted").content)
    assert len([link for link in first.links if "entries" in link]) == 50, "an unknown kind filters nothing"
    of_kind = look(client.get("/ledger/?kind=people:account:created&case=").content)
    shown = [link for link in of_kind.links if "entries" in link]
    assert 0 < len(shown) < 50
    assert b"No entry is of this case" in client.get("/ledger/?case=c_none").content


def test_the_next_page_of_a_filtered_list_goes_on_where_the_first_ended() -> None:
    client = auditor()
    for number in range(60):
        say_many(1, start=number * 7)
    first = look(client.get("/ledger/?case=c_0").content)
    shown = [link for link in first.links if "entries" in link]
    further = next(link for link in first.links if "before=" in link)
    assert "case=c_0" in further
    rest = [link for link in look(client.get(further).content).links if "entries" in link]
    assert (len(shown), len(rest), set(shown) & set(rest)) == (50, 10, set())
