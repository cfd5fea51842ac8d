"""The ledger as people browse it, and the proof that they carry away."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.console.people import LANGUAGES, foreign_words, look, member, signed_in
from tests.ledger.database import publisher, say_many
from tests.ledger.logs import ORIGIN, TRUST

from mithaq.ledger.acts import sequence
from mithaq.ledger.models import Entry, Position
from mithaq.ledger.proof import parse_proof
from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db


def browser(language: str, folder: Path, acts: int) -> tuple[Client, int]:
    """Give an auditor's browser and the position of the first of so many acts, all under a checkpoint."""
    client = signed_in(member(Role.AUDITOR), language)
    sequence()
    first = Position.objects.count()
    say_many(acts)
    publisher(folder).publish()
    return client, first


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_newest_entries_stand_first_and_each_page_leads_to_earlier_ones(
    language: str, tmp_path: Path
) -> None:
    client, first = browser(language, tmp_path, 60)
    newest = look(client.get("/ledger/").content)
    linked = [link for link in newest.links if "entries" in link]
    assert linked == [f"/ledger/entries/{seq}/" for seq in range(first + 59, first + 9, -1)]
    assert f"/ledger/?before={first + 10}" in newest.links
    oldest = look(client.get(f"/ledger/?before={first + 10}").content)
    assert len([link for link in oldest.links if "entries" in link]) == first + 10
    assert not any("before" in link for link in oldest.links)
    assert foreign_words(newest) + foreign_words(oldest) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_says_what_it_commits_to_and_never_the_value(language: str, tmp_path: Path) -> None:
    client, first = browser(language, tmp_path, 3)
    answer = client.get(f"/ledger/entries/{first + 1}/")
    seen = look(answer.content)
    assert (answer.status_code, seen.inline, foreign_words(seen)) == (200, [], [])
    assert f"/ledger/entries/{first + 1}/proof" in seen.links
    assert b"reason 1" not in answer.content


def test_the_proof_is_a_file_that_is_checked_without_the_server(tmp_path: Path) -> None:
    client, first = browser("en", tmp_path, 9)
    answer = client.get(f"/ledger/entries/{first + 5}/proof")
    assert f'filename="mithaq-entry-{first + 5}.tlog-proof"' in answer["Content-Disposition"]
    proof = parse_proof(answer.content)
    leaf = bytes(Entry.objects.get(position__seq=first + 5).leaf)
    checkpoint, _note = proof.verify(leaf, TRUST.keys, origin=ORIGIN)
    assert checkpoint.size == first + 9


def test_an_entry_that_no_checkpoint_covers_has_no_proof_yet_and_says_so() -> None:
    say_many(2)
    client = signed_in(member(Role.AUDITOR))
    assert b"as soon as the next one is signed" in client.get("/ledger/entries/1/").content
    assert client.get("/ledger/entries/1/proof").status_code == 404


@pytest.mark.parametrize("address", ["/ledger/entries/99/", "/ledger/?before=x", "/ledger/entries/99/proof"])
def test_a_position_that_does_not_exist_is_not_found(address: str) -> None:
    assert signed_in(member(Role.AUDITOR)).get(address).status_code == 404
