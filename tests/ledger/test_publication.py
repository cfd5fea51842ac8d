"""Checkpoints on a clock, the folder of tiles, and what outsiders read from the console."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.ledger.database import Unguarded, publisher, say_many
from tests.ledger.logs import NOW, ORIGIN, TRUST, entropy_of

from mithaq.kernel.errors import InputError
from mithaq.ledger import queries
from mithaq.ledger.checkpoint import open_checkpoint
from mithaq.ledger.errors import BadLedgerKey, LedgerError, RefusesToSign
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.models import Checkpoint
from mithaq.ledger.note import parse_verifier
from mithaq.ledger.publication import EVERY, Publication, publication_from
from mithaq.ledger.tiles import node_reader
from mithaq.ledger.tree import tree_root
from mithaq.ledger.verify import verify_ledger

pytestmark = pytest.mark.django_db


class HandClock:
    """A clock that a test moves on by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def publication(tmp_path: Path, clock: HandClock) -> Publication:
    return Publication(replace(publisher(tmp_path), clock=clock), tmp_path / "ledger")


def size_of(folder: Path) -> int:
    return verify_ledger(LedgerFolder(folder), TRUST).checkpoint.size


def test_what_is_new_is_signed_once_a_minute(publication: Publication, clock: HandClock) -> None:
    assert publication.tick() is None
    say_many(3)
    first = publication.tick()
    assert first is not None
    assert (first.size, first.signed_at) == (3, NOW)
    say_many(2, start=3)
    clock.now += EVERY - timedelta(seconds=1)
    assert publication.tick() is None
    assert size_of(publication.folder) == 3
    clock.now += timedelta(seconds=1)
    second = publication.tick()
    assert second is not None
    assert second.size == size_of(publication.folder) == 5
    clock.now += 10 * EVERY
    assert publication.tick() is None


def test_the_folder_holds_the_entries_for_auditors(publication: Publication) -> None:
    say_many(300)
    publication.tick()
    assert verify_ledger(LedgerFolder(publication.folder), TRUST).entries == 300


def test_a_clock_that_was_put_back_holds_nothing_up(publication: Publication, clock: HandClock) -> None:
    say_many(1)
    publication.tick()
    say_many(1, start=1)
    clock.now -= timedelta(days=3)
    assert publication.tick() is not None


def test_entries_get_their_positions_before_a_checkpoint_is_due(publication: Publication) -> None:
    say_many(1)
    publication.tick()
    say_many(1, start=1)
    publication.tick()
    assert queries.waiting() == 0


def test_a_folder_that_fell_behind_is_brought_up(publication: Publication, clock: HandClock) -> None:
    say_many(3)
    publication.publisher.publish()
    assert not publication.folder.exists()
    clock.now += EVERY
    assert publication.tick() is None
    assert size_of(publication.folder) == 3


def test_after_an_old_database_was_put_back_nothing_is_signed_or_written(
    publication: Publication, clock: HandClock
) -> None:
    say_many(7)
    publication.tick()
    for statement in (
        "DELETE FROM ledger_position WHERE seq >= 3",
        "DELETE FROM ledger_checkpoint",
        "DELETE FROM ledger_tile",
    ):
        Unguarded().do(statement)
    say_many(9, start=100)
    for _ in range(3):
        clock.now += EVERY
        with pytest.raises(RefusesToSign, match="does not continue what was signed"):
            publication.tick()
    assert not Checkpoint.objects.exists()
    assert size_of(publication.folder) == 7


def test_a_folder_that_cannot_be_written_is_said(publication: Publication) -> None:
    say_many(1)
    publication.folder.write_text("a file stands in its place", "utf-8")
    with pytest.raises(LedgerError, match="cannot be written"):
        publication.tick()


def test_the_first_run_makes_a_key_and_a_name_that_stay(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = publication_from({}, home, clock=lambda: NOW, entropy=entropy_of(1))
    again = publication_from({}, home, clock=lambda: NOW, entropy=entropy_of(2))
    other = publication_from({}, tmp_path / "other", clock=lambda: NOW, entropy=entropy_of(2))
    assert first.publisher.signer == again.publisher.signer
    assert first.publisher.signer.name != other.publisher.signer.name
    assert (home / "ledger.key").stat().st_mode & 0o777 == 0o600
    assert parse_verifier((home / "ledger.key.pub").read_text()) == first.publisher.signer.verifier
    assert first.folder == home / "ledger"
    assert not first.publisher.places.kept.is_relative_to(home)


def test_the_name_of_a_log_is_not_changed_afterwards(tmp_path: Path) -> None:
    named = {"MITHAQ_LEDGER_ORIGIN": ORIGIN}
    assert (
        publication_from(named, tmp_path, clock=lambda: NOW, entropy=entropy_of(1)).publisher.signer.name
        == ORIGIN
    )
    renamed = {"MITHAQ_LEDGER_ORIGIN": "ledger.provider.example/other"}
    with pytest.raises(BadLedgerKey, match="the key is that of"):
        publication_from(renamed, tmp_path, clock=lambda: NOW, entropy=entropy_of(1))


def test_how_often_is_said_in_seconds(tmp_path: Path) -> None:
    every = publication_from(
        {"MITHAQ_LEDGER_EVERY": "5"}, tmp_path, clock=lambda: NOW, entropy=entropy_of(1)
    ).every
    assert every == timedelta(seconds=5)


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "a minute", "86401", "9" * 30, "٥"])
def test_another_interval_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="no number of seconds"):
        publication_from({"MITHAQ_LEDGER_EVERY": text}, tmp_path, clock=lambda: NOW, entropy=entropy_of(1))


def test_outsiders_read_the_checkpoint_and_the_tiles_under_it(
    publication: Publication, client: Client
) -> None:
    say_many(300)
    publication.tick()
    served = client.get("/ledger/checkpoint")
    assert served.headers["Content-Type"] == "text/plain; charset=utf-8"
    head, _ = open_checkpoint(served.content, TRUST.keys, origin=ORIGIN)
    read = node_reader(head.size, lambda tile: client.get(f"/ledger/{tile.path}").content)
    assert tree_root(head.size, read) == head.root
    assert "immutable" in client.get("/ledger/tile/0/000").headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "tile/entries/000",
        "tile/entries/001.p/44",
        "tile/0/001.p/45",
        "tile/0/001",
        "tile/0/002.p/1",
        "tile/1/000.p/2",
        "tile/9/000",
        "tile/0/1",
        "tile/0/../../checkpoint",
        "tile/-1/000",
    ],
)
def test_nothing_that_no_checkpoint_covers_is_served(
    publication: Publication, client: Client, path: str
) -> None:
    say_many(300)
    publication.tick()
    say_many(10, start=300)
    publication.tick()
    assert client.get(f"/ledger/{path}").status_code == 404


def test_before_the_first_checkpoint_there_is_nothing(client: Client) -> None:
    say_many(2)
    assert client.get("/ledger/checkpoint").status_code == 404
    assert client.get("/ledger/tile/0/000.p/1").status_code == 404


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000.p/1"])
def test_nobody_writes_there(client: Client, path: str) -> None:
    assert client.post(f"/ledger/{path}").status_code == 405
