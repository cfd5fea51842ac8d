"""`mithaq ledger fsck` on the database of a running Mithaq."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Mithaq
from tests.ledger.database import Unguarded, publisher, say_many
from tests.ledger.logs import ORIGIN, SIGNER

from mithaq.ledger.projections import registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five entries, signed; the public key and the kept checkpoint where the environment says."""
    places = publisher(tmp_path).places
    monkeypatch.setenv("MITHAQ_LEDGER_KEY", str(places.key))
    monkeypatch.setenv("MITHAQ_LEDGER_KEPT", str(places.kept))
    places.public_key.write_text(f"{SIGNER.verifier.vkey()}\n", "utf-8")
    say_many(5)
    publisher(tmp_path).publish()
    return tmp_path


def test_an_honest_database_adds_up(mithaq: Mithaq, published: Path) -> None:
    assert published.is_dir()
    done = mithaq("ledger", "fsck", "--json")
    assert done.code == 0
    found = done.document
    assert found.pop("projections") == sorted(registered())
    assert found == {
        "mithaq": "ledger-fsck/v1",
        "origin": ORIGIN,
        "entries": 5,
        "waiting": 0,
        "integrated": 5,
        "checkpoints": 1,
        "kept": [5],
        "personal": 5,
        "erased": 0,
        "findings": [],
    }
    assert "Everything adds up." in mithaq("ledger", "fsck").out


def test_every_difference_is_said_and_the_command_ends_with_1(mithaq: Mithaq, published: Path) -> None:
    assert published.is_dir()
    Unguarded().do("UPDATE ledger_entry SET kind = 'other' WHERE kind <> 'other'")
    done = mithaq("ledger", "fsck", "--json")
    assert (done.code, len(done.document["findings"])) == (1, 5)
    told = mithaq("ledger", "fsck")
    assert told.code == 1
    assert "5 differences." in told.out


def test_a_checkpoint_kept_elsewhere_counts_too(mithaq: Mithaq, published: Path) -> None:
    newer = published / "newer"
    say_many(2, start=5)
    publisher(published).publish()
    newer.write_bytes(publisher(published).places.kept.read_bytes())
    assert mithaq("ledger", "fsck", "--kept", newer, "--json").document["kept"] == [7, 7]


def test_without_a_key_it_says_that_signatures_were_not_judged(mithaq: Mithaq, published: Path) -> None:
    publisher(published).places.public_key.unlink()
    done = mithaq("ledger", "fsck")
    assert done.code == 0
    assert "signatures and kept checkpoints were not judged" in done.out
    assert mithaq("ledger", "fsck", "--json").document["origin"] is None
