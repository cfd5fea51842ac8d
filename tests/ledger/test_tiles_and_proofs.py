"""Tiles lie where tlog-tiles says; bundles, proofs and entries are read back as they were written."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.logs import ORIGIN, TRUST, Log, act, entropy_of, entry, log_of

from mithaq.kernel.canonical import Json
from mithaq.ledger.entries import ActorRef, opens, parse_entry, write_entry
from mithaq.ledger.errors import BadEntry, BadFormat, BadSignature, LedgerDamaged, NotProven
from mithaq.ledger.note import make_signer
from mithaq.ledger.proof import TlogProof, parse_proof
from mithaq.ledger.tiles import Tile, decode_bundle, encode_bundle, parse_path, tile_at, tiles_of
from mithaq.ledger.tree import inclusion_proof, root


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 273, 17), "tile/1/273.p/17"),
        (Tile(None, 1000), "tile/entries/x001/000"),
        (Tile(None, 5, 255), "tile/entries/005.p/255"),
    ],
)
def test_a_tile_lies_where_the_format_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/8/000", "tile/0/x000/000", "tile/0/001/000", "tile/0/000.p/0", "tile/0/000.p/256",
     "tile/0/000.p/05", "tile/-1/000", "tile/0/000/", "../tile/0/000", "tile/0/٠٠٠", "checkpoint"],
)  # fmt: skip
def test_other_spellings_of_a_path_lead_nowhere(path: str) -> None:
    with pytest.raises(BadFormat):
        parse_path(path)


def test_a_tree_of_70000_has_the_tiles_of_the_formats_own_example() -> None:
    tiles = list(tiles_of(70_000))
    assert [tile for tile in tiles if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert len(tiles) == 273 + 1 + 1 + 1 + 1
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_tiles_of_a_growing_tree_are_listed_once_they_change(first: int, more: int) -> None:
    before, after = set(tiles_of(first)), set(tiles_of(first + more))
    assert set(tiles_of(first + more, old=first)) == after - before


def test_no_tile_is_beyond_the_tree() -> None:
    assert tile_at(0, 1, 300) == Tile(0, 1, 44)
    with pytest.raises(LedgerDamaged):
        tile_at(0, 2, 300)


@given(st.lists(st.integers(0, 700), max_size=6))
def test_a_tree_grown_in_steps_is_the_tree_grown_at_once(steps: list[int]) -> None:
    leaves = [number.to_bytes(4) for number in range(sum(steps))]
    log = Log()
    for step in steps:
        log.append(leaves[log.size : log.size + step])
    assert log.root() == root(leaves)
    assert log.tiles == Log(leaves).tiles


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_back_as_it_was_written(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


def test_a_bundle_that_is_cut_or_of_another_number_is_refused() -> None:
    raw = encode_bundle([b"one", b"two"])
    for wrong, width in ((raw[:-1], 2), (raw + b"\0", 2), (raw, 1), (raw, 3)):
        with pytest.raises(BadFormat):
            decode_bundle(wrong, width)
    with pytest.raises(BadEntry, match="65,535"):
        encode_bundle([bytes(65_536)])


def proof_of(log: Log, index: int) -> TlogProof:
    hashes = inclusion_proof(index, log.size, log.reader())
    return TlogProof(index, tuple(hashes), log.checkpoint(), log.entries[index])


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_a_proof_file_is_verified_by_itself(index: int) -> None:
    log = log_of(300)
    proof = parse_proof(proof_of(log, index).encode())
    assert proof == proof_of(log, index)
    checkpoint, _ = proof.verify(log.entries[index], TRUST.keys, origin=ORIGIN)
    assert checkpoint.size == 300


def test_a_proof_file_proves_neither_another_entry_nor_under_another_key() -> None:
    log = log_of(300)
    proof = proof_of(log, 7)
    with pytest.raises(NotProven):
        proof.verify(log.entries[8], TRUST.keys, origin=ORIGIN)
    with pytest.raises(BadSignature):
        proof.verify(log.entries[7], [make_signer(ORIGIN, bytes(32)).verifier], origin=ORIGIN)


def test_a_proof_may_come_without_extra_data_and_from_a_tree_of_one() -> None:
    log = log_of(1)
    proof = TlogProof(0, (), log.checkpoint())
    assert parse_proof(proof.encode()) == proof
    proof.verify(log.entries[0], TRUST.keys, origin=ORIGIN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"index 7", b"index 07"),
        (b"index 7", b"Index 7"),
        (b"extra ", b"extra !"),
        (b"\n\n", b"\n"),
        (b"index 7\n", b"index 7\nAAAA\n"),
        (b"index 7\n", b"index 7\n" + (b"A" * 43 + b"=\n") * 64),
    ],
)
def test_what_is_no_proof_file_is_refused(old: bytes, new: bytes) -> None:
    raw = proof_of(log_of(300), 7).encode()
    assert old in raw
    with pytest.raises(BadFormat):
        parse_proof(raw.replace(old, new, 1))


def test_an_entry_says_what_was_done_and_only_commits_to_what_is_personal() -> None:
    written = write_entry(act(3, personal={"reasons": "because of Karim"}), entropy_of(1))
    body = parse_entry(written.leaf)
    assert (body.kind, body.at, body.case) == (act(3).kind.value, "2026-09-21T12:00:03Z", "c_3")
    assert b"Karim" not in written.leaf
    assert opens(body, "reasons", written.salts["reasons"], "because of Karim")
    assert not opens(body, "reasons", written.salts["reasons"], "because of Salma")
    assert not opens(body, "reasons", bytes(32), "because of Karim")
    assert not opens(body, "name", written.salts["reasons"], "because of Karim")


_WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="@"), max_size=12)
_FACTS = st.recursive(
    st.none() | st.booleans() | _WORDS | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(fact=_FACTS)
def test_a_leaf_is_canonical_json_whatever_its_facts_are(fact: Json) -> None:
    leaf = write_entry(act(facts={"said": fact}), entropy_of(1)).leaf
    assert rfc8785.dumps(cast("Any", {"said": fact}))[1:-1] in leaf


def test_two_entries_of_the_same_words_are_different_leaves() -> None:
    same = act(personal={"reasons": "one"})
    first, second = (write_entry(same, entropy_of(seed)) for seed in (1, 2))
    assert first.leaf != second.leaf
    assert parse_entry(first.leaf).commitments != parse_entry(second.leaf).commitments


@pytest.mark.parametrize(
    "fact", ["free text", "رأي", "a@b.example", "x" * 600, ["a b"], {"k": {"k": "a\nb"}}]
)
def test_free_text_does_not_get_into_a_leaf_as_a_fact(fact: object) -> None:
    with pytest.raises(BadEntry) as refused:
        write_entry(act(facts={"said": fact}), entropy_of(0))
    assert refused.value.field == "said"


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": {"Said": 1}},
        {"facts": {"a b": 1}},
        {"personal": {"": "x"}},
        {"case": "the case of Karim"},
        {"actor": ActorRef("Karim Harbour", "reviewer")},
        {"facts": {"n": 2**60}},
        {"facts": {"n": float("nan")}},
    ],
)
def test_what_has_no_place_in_a_leaf_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadEntry):
        write_entry(act(0, **changes), entropy_of(0))


def test_an_entry_as_large_as_a_bundle_can_hold_is_written_and_a_larger_one_is_not() -> None:
    def written(words: list[str], last: str) -> bytes:
        return write_entry(act(facts={"words": [*words, last]}), entropy_of(0)).leaf

    words = ["x" * 500] * 126
    while (spare := 65_535 - len(written(words, ""))) > 500:
        words.append("x" * 200)
    last = "x" * spare
    assert len(written(words, last)) == 65_535
    with pytest.raises(BadEntry, match="65,536 bytes; at most 65,535"):
        written(words, last + "x")


def test_a_leaf_has_one_spelling_only() -> None:
    leaf = entry(0)
    body = json.loads(leaf)
    reordered = json.dumps(dict(reversed(body.items())), separators=(",", ":")).encode()
    spaced = json.dumps(body, sort_keys=True).encode()
    doubled = leaf.replace(b'{"actor"', b'{"nonce":"","actor"')
    for wrong in (reordered, spaced, doubled, leaf + b"\n"):
        with pytest.raises(BadFormat):
            parse_entry(wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"entry/v1", b"entry/v2"),
        (b'"kind"', b'"kynd"'),
        (b'"nonce":"', b'"nonce":"zz'),
        (b'"at":"', b'"at":1,"x":"'),
    ],
)
def test_a_leaf_of_another_shape_is_no_entry(old: bytes, new: bytes) -> None:
    with pytest.raises(BadFormat):
        parse_entry(entry(0).replace(old, new, 1))


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2**53) + 1, 2**53 - 1)
WORDS = st.from_regex(r"[!-?A-~]{0,12}", fullmatch=True)
FACTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS, lambda inner: st.lists(inner, max_size=3), max_leaves=6
)


@given(st.dictionaries(NAMES, FACTS, max_size=4), st.dictionaries(NAMES, st.text(), max_size=3))
def test_whatever_is_written_is_read_back(facts: dict[str, object], personal: dict[str, str]) -> None:
    written = write_entry(act(0, facts=facts, personal=personal), entropy_of(0))
    body = parse_entry(written.leaf)
    assert body.facts == json.loads(json.dumps(facts))
    for name, value in personal.items():
        assert opens(body, name, written.salts[name], value)
