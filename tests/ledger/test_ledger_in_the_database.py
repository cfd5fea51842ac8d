"""The ledger in the database: acts become entries, entries a tree, the tree a signed head with proofs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests.ledger.database import Unguarded, publisher, say, say_many
from tests.ledger.logs import NOW, ORIGIN, SIGNER, TRUST, act, entropy_of
from tests.ledger.logs import entry as leaf_of

from mithaq.ledger import queries
from mithaq.ledger.acts import ActorRef, erase, integrate, record, sequence
from mithaq.ledger.acts import act as as_act
from mithaq.ledger.checkpoint import open_checkpoint
from mithaq.ledger.entries import opens, parse_entry
from mithaq.ledger.errors import NotProven, RefusesToSign
from mithaq.ledger.folder import LedgerFolder, write_ledger
from mithaq.ledger.fsck import Report, fsck
from mithaq.ledger.keeping import read_kept
from mithaq.ledger.models import Checkpoint, Entry, Position, SealedValue, Tile
from mithaq.ledger.projections import projection
from mithaq.ledger.proof import parse_proof
from mithaq.ledger.tree import check_consistency, consistency_proof, root
from mithaq.ledger.verify import verify_ledger

pytestmark = pytest.mark.django_db

OFFICER = ActorRef("p_officer", "administrator")


def checked(folder: Path) -> Report:
    kept = read_kept(publisher(folder).places, SIGNER)
    return fsck(TRUST, kept=[] if kept is None else [kept], projections={})


def test_an_act_that_fails_leaves_no_entry(tmp_path: Path) -> None:
    @as_act
    def failing() -> None:
        record(act(0), entropy=entropy_of(0))
        raise NotProven("the act itself fails after its entry")

    with pytest.raises(NotProven):
        failing()
    assert not Entry.objects.exists()
    assert publisher(tmp_path).publish() is None


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 700])
def test_the_tree_over_the_entries_is_the_one_that_the_definition_gives(count: int) -> None:
    say_many(count)
    assert integrate() == queries.tree_size() == count
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("position__seq").values_list("leaf", flat=True)]
    assert leaves == [leaf_of(number) for number in range(count)]
    assert publisher(Path()).signer.name == ORIGIN
    assert queries.reader(count)(0, 0) == bytes(Entry.objects.order_by("id")[0].leaf_hash)
    assert root(leaves) == _root(count)


def _root(size: int) -> bytes:
    from_tiles = [queries.reader(size)(0, index) for index in range(size)]
    assert from_tiles == [bytes(row.leaf_hash) for row in Entry.objects.order_by("position__seq")]
    return root([bytes(row.leaf) for row in Entry.objects.order_by("position__seq")])


def test_a_checkpoint_is_signed_only_when_something_is_new(tmp_path: Path) -> None:
    publishing = publisher(tmp_path)
    assert publishing.publish() is None
    say_many(3)
    first = publishing.publish()
    assert first is not None
    assert first.size == 3
    assert publishing.publish() is None
    say_many(1, start=3)
    second = publishing.publish()
    assert second is not None
    assert second.size == 4
    assert publishing.places.kept.read_bytes() == bytes(second.note)


def test_every_checkpoint_continues_the_one_before(tmp_path: Path) -> None:
    sizes, roots = [0], [root([])]
    for count in (1, 254, 1, 1, 300):
        say_many(count, start=sizes[-1])
        signed = publisher(tmp_path).publish()
        assert signed is not None
        kept = read_kept(publisher(tmp_path).places, SIGNER)
        assert kept is not None
        proof = consistency_proof(sizes[-1], kept.size, queries.reader(kept.size))
        check_consistency(sizes[-1], kept.size, roots[-1], kept.root, proof)
        sizes.append(kept.size)
        roots.append(kept.root)


def test_a_receipt_is_verified_without_the_database(tmp_path: Path) -> None:
    entries = say_many(300)
    with pytest.raises(NotProven, match="no checkpoint covers"):
        queries.receipt(entries[7])
    publisher(tmp_path).publish()
    raw = queries.receipt(entries[7]).encode()
    proof = parse_proof(raw)
    assert proof.extra == bytes(entries[7].leaf)
    checkpoint, _ = proof.verify(proof.extra, TRUST.keys, origin=ORIGIN)
    assert (proof.index, checkpoint.size) == (7, 300)
    late = say(300)
    sequence()
    with pytest.raises(NotProven, match="no checkpoint covers"):
        queries.receipt(late)


def test_the_exported_folder_is_verified_without_the_database(tmp_path: Path) -> None:
    sizes = []
    for count, start in ((300, 0), (5, 300), (300, 305)):
        say_many(count, start)
        signed = publisher(tmp_path).publish()
        assert signed is not None
        write_ledger(tmp_path / "log", signed.size, bytes(signed.note), queries.fetch_tile, entries=True)
        notes = [note for _, note in queries.all_checkpoints()]
        kept = [open_checkpoint(note, TRUST.keys, origin=ORIGIN)[0] for note in notes]
        verified = verify_ledger(LedgerFolder(tmp_path / "log"), TRUST, kept=kept)
        sizes.append((verified.checkpoint.size, verified.entries, len(verified.kept)))
    assert sizes == [(300, 300, 1), (305, 305, 2), (605, 605, 3)]


def test_the_timeline_of_a_case_is_one_query(
    django_assert_num_queries: Callable[[int], transaction.Atomic],
) -> None:
    say_many(30)
    with django_assert_num_queries(1):
        happenings = queries.timeline("c_3")
    assert [happening.seq for happening in happenings] == [3, 10, 17, 24]
    assert [happening.personal for happening in happenings] == [
        {"reasons": f"reason {n}"} for n in (3, 10, 17, 24)
    ]
    assert happenings[0].body == parse_entry(leaf_of(3))
    assert queries.timeline("c_unknown") == []


def test_what_is_erased_is_gone_and_every_proof_stays(tmp_path: Path) -> None:
    entries = say_many(5)
    publisher(tmp_path).publish()
    before = queries.receipt(entries[2]).encode()
    erase(entries[2], ["reasons"], by=OFFICER, clock=lambda: NOW, entropy=entropy_of(99))
    publisher(tmp_path).publish()
    sealed = SealedValue.objects.get(entry=entries[2])
    assert (sealed.salt, sealed.value) == (None, None)
    happening = next(found for found in queries.timeline("c_2") if found.entry == entries[2].pk)
    assert happening.personal == {"reasons": None}
    for raw in (before, queries.receipt(entries[2]).encode()):
        proof = parse_proof(raw)
        assert proof.extra is not None
        proof.verify(proof.extra, TRUST.keys, origin=ORIGIN)
    said = queries.timeline("c_2")[-1].body
    assert said.kind == "ledger:values:erased"
    assert said.facts == {"entry": bytes(entries[2].leaf_hash).hex(), "fields": ["reasons"]}
    assert checked(tmp_path).findings == []
    assert checked(tmp_path).erased == 1


def test_before_it_is_erased_a_value_is_what_the_entry_committed_to() -> None:
    (entry,) = say_many(1)
    sealed = SealedValue.objects.get(entry=entry)
    assert sealed.salt is not None
    assert sealed.value is not None
    assert opens(parse_entry(bytes(entry.leaf)), "reasons", bytes(sealed.salt), sealed.value)


@pytest.mark.parametrize("fields", [[], ["name"], ["reasons", "name"]])
def test_what_an_entry_does_not_hold_cannot_be_erased(fields: list[str]) -> None:
    (entry,) = say_many(1)
    with pytest.raises(NotProven, match="no such personal values"):
        erase(entry, fields, by=OFFICER, clock=lambda: NOW, entropy=entropy_of(1))
    assert Entry.objects.count() == 1
    assert SealedValue.objects.get(entry=entry).value == "reason 0"


CHANGES = [
    "UPDATE ledger_entry SET kind = 'other'",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_position SET seq = seq + 10",
    "DELETE FROM ledger_position",
    "UPDATE ledger_checkpoint SET size = 1",
    "DELETE FROM ledger_checkpoint",
    "UPDATE ledger_sealedvalue SET value = 'other'",
    "UPDATE ledger_sealedvalue SET salt = NULL",
    "DELETE FROM ledger_sealedvalue",
    "UPDATE ledger_tile SET level = 7",
    "UPDATE ledger_tile SET hashes = substr(hashes, 2)",
    "DELETE FROM ledger_tile",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_itself_refuses_to_change_the_record(tmp_path: Path, statement: str) -> None:
    say_many(3)
    publisher(tmp_path).publish()
    # The savepoint is what lets the test go on after the refusal.
    refused = pytest.raises(DatabaseError, match="never changed or deleted")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert checked(tmp_path).findings == []


def shorten() -> None:
    """Put an older state of the database back."""
    for statement in (
        "DELETE FROM ledger_position WHERE seq >= 3",
        "DELETE FROM ledger_checkpoint WHERE size > 3",
        "DELETE FROM ledger_tile",
    ):
        Unguarded().do(statement)
    integrate()


def test_after_an_old_database_was_put_back_nothing_is_signed(tmp_path: Path) -> None:
    say_many(3)
    publisher(tmp_path).publish()
    say_many(4, start=3)
    publisher(tmp_path).publish()
    shorten()
    with pytest.raises(RefusesToSign, match="a checkpoint of 7 entries was kept, and now there are 3"):
        publisher(tmp_path).publish()


def test_even_when_new_acts_have_made_it_as_long_again(tmp_path: Path) -> None:
    say_many(7)
    publisher(tmp_path).publish()
    shorten()
    say_many(10, start=100)
    with pytest.raises(RefusesToSign, match="the first 7 entries are not those"):
        publisher(tmp_path).publish()
    assert Checkpoint.objects.count() == 0


def test_once_the_newest_database_is_back_signing_goes_on(tmp_path: Path) -> None:
    say_many(7)
    publisher(tmp_path).publish()
    Unguarded().do("DELETE FROM ledger_checkpoint")
    say_many(1, start=7)
    signed = publisher(tmp_path).publish()
    assert signed is not None
    assert signed.size == 8


def test_without_the_kept_checkpoint_a_log_that_was_published_signs_nothing(tmp_path: Path) -> None:
    say_many(2)
    publisher(tmp_path).publish()
    publisher(tmp_path).places.kept.unlink()
    say_many(1, start=2)
    with pytest.raises(RefusesToSign, match="none is kept outside"):
        publisher(tmp_path).publish()


@pytest.mark.parametrize("content", [b"", b"nothing", b"\xff" * 20])
def test_a_kept_checkpoint_that_is_none_is_no_leave_to_sign(tmp_path: Path, content: bytes) -> None:
    say_many(2)
    publisher(tmp_path).places.kept.write_bytes(content)
    with pytest.raises(RefusesToSign, match="not ours"):
        publisher(tmp_path).publish()


def test_fsck_finds_nothing_wrong_with_an_honest_ledger(tmp_path: Path) -> None:
    say_many(300)
    publisher(tmp_path).publish()
    say(300)
    report = checked(tmp_path)
    assert report.findings == []
    assert (report.entries, report.integrated, report.checkpoints, report.personal) == (301, 300, 1, 301)


TAMPERED = {
    "edited entry": ("UPDATE ledger_entry SET kind = 'other' WHERE kind <> 'other'", "than its columns"),
    "edited time": ("UPDATE ledger_entry SET at = '1999-01-01 00:00:00+00:00'", "than its columns"),
    "edited leaf": ("UPDATE ledger_entry SET leaf = leaf || leaf WHERE id > 0", "cannot be read"),
    "moved entry": ("UPDATE ledger_position SET seq = 999 WHERE seq = 4", "position 4 is missing"),
    "removed position": ("DELETE FROM ledger_position WHERE seq = 5", "neither a position nor"),
    "edited value": ("UPDATE ledger_sealedvalue SET value = 'other words'", "not what the entry"),
    "removed value": ("DELETE FROM ledger_sealedvalue", "missing without an erasure"),
    "silent erasure": ("UPDATE ledger_sealedvalue SET salt = NULL, value = NULL", "no act says so"),
    "foreign value": ("UPDATE ledger_sealedvalue SET field = 'name'", "never committed to name"),
    "edited tile": ("UPDATE ledger_tile SET hashes = substr(hashes, 33)", "does not follow from the entries"),
    "removed tiles": ("DELETE FROM ledger_tile", "kept outside"),
    "edited checkpoint": ("UPDATE ledger_checkpoint SET size = size - 1", "says 6"),
    "false checkpoint": ("UPDATE ledger_checkpoint SET note = substr(note, 2)", "the checkpoint of size 6"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_fsck_says_what_somebody_with_the_databases_rights_has_done(tmp_path: Path, name: str) -> None:
    say_many(6)
    publisher(tmp_path).publish()
    statement, told = TAMPERED[name]
    Unguarded().do(statement)
    assert any(told in finding for finding in checked(tmp_path).findings), checked(tmp_path).findings


def test_fsck_asks_every_registered_projection() -> None:
    checks = {"queue": lambda: ["case c_1 is in it twice"], "inbox": list}
    report = fsck(TRUST, projections=checks)
    assert report.projections == ["inbox", "queue"]
    assert report.findings == ["queue: case c_1 is in it twice"]


def test_a_projection_is_registered_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mithaq.ledger.projections._registered", {})

    @projection("queue")
    def check() -> list[str]:
        return ["it lacks case c_2"]

    assert check() == ["it lacks case c_2"]
    assert fsck(None).findings == ["queue: it lacks case c_2"]


def test_integrating_twice_changes_nothing() -> None:
    say_many(300)
    integrate()
    before = list(Tile.objects.order_by("id").values_list("level", "index", "hashes"))
    assert integrate() == 300
    assert list(Tile.objects.order_by("id").values_list("level", "index", "hashes")) == before
    assert sequence() == 0
    assert Position.objects.count() == 300
