"""The tree is that of RFC 9162: its hashes, its proofs, and the refusal of whatever proves nothing."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import SHARED
from tests.ledger.logs import Log

from mithaq.ledger.errors import BadFormat, NotProven
from mithaq.ledger.tree import (
    EMPTY_ROOT,
    NodeReader,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    peaks,
    root,
    tree_root,
)

VECTORS = SHARED / "merkle-vectors" / "rfc6962-proof-vectors.json"

LEAVES = [bytes.fromhex(leaf) for leaf in ("", "00", "10", "2021", "3031", "40414243")]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
]
"""Roots over the first 1 to 6 of these leaves, as certificate transparency logs have used them since 2013."""


def entries(count: int) -> list[bytes]:
    return [number.to_bytes(4) for number in range(count)]


def by_definition(leaves: list[bytes]) -> bytes:
    """The recursion of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def reader(leaves: list[bytes]) -> NodeReader:
    return lambda level, index: by_definition(leaves[index << level : (index + 1) << level])


def vectors(kind: str) -> list[Any]:
    if not VECTORS.exists():
        skip = pytest.mark.skip(reason="the shared proof vectors (../shared/merkle-vectors) are not here")
        return [pytest.param({}, marks=skip)]
    cases: list[dict[str, Any]] = json.loads(VECTORS.read_text())[kind]
    assert len(cases) == 98
    return [pytest.param(case, id=case["name"]) for case in cases]


def raw(text: str) -> bytes:
    return base64.b64decode(text)


@pytest.mark.parametrize("case", vectors("inclusion"))
def test_inclusion_vectors_are_judged_as_others_judge_them(case: dict[str, Any]) -> None:
    proof = [raw(found) for found in case["proof"] or []]
    accepted = True
    try:
        check_inclusion(case["leafIdx"], case["treeSize"], raw(case["leafHash"]), proof, raw(case["root"]))
    except (NotProven, BadFormat):
        accepted = False
    assert accepted is not case["wantErr"]


@pytest.mark.parametrize("case", vectors("consistency"))
def test_consistency_vectors_are_judged_as_others_judge_them(case: dict[str, Any]) -> None:
    proof = [raw(found) for found in case["proof"] or []]
    accepted = True
    try:
        check_consistency(case["size1"], case["size2"], raw(case["root1"]), raw(case["root2"]), proof)
    except (NotProven, BadFormat):
        accepted = False
    assert accepted is not case["wantErr"]


@pytest.mark.parametrize("count", range(1, 7))
def test_known_roots_are_found(count: int) -> None:
    assert root(LEAVES[:count]).hex() == ROOTS[count - 1]


def test_the_empty_tree_has_the_hash_of_nothing_as_its_root() -> None:
    assert root([]) == tree_root(0, reader([])) == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_the_one_that_the_definition_gives(leaves: list[bytes]) -> None:
    assert root(leaves) == tree_root(len(leaves), reader(leaves)) == by_definition(leaves)


@given(st.integers(0, 2**40))
def test_the_peaks_of_a_tree_are_its_leaves_once_each(size: int) -> None:
    covered = 0
    for level, index in peaks(size):
        assert index << level == covered
        covered += 1 << level
    assert covered == size


@pytest.mark.parametrize("size", range(1, 34))
def test_every_entry_of_every_small_tree_is_proven(size: int) -> None:
    leaves = entries(size)
    for index, leaf in enumerate(leaves):
        proof = inclusion_proof(index, size, reader(leaves))
        check_inclusion(index, size, leaf_hash(leaf), proof, root(leaves))


@pytest.mark.parametrize("new", range(1, 34))
def test_every_small_tree_continues_all_smaller_ones(new: int) -> None:
    leaves = entries(new)
    for old in range(new + 1):
        proof = consistency_proof(old, new, reader(leaves))
        check_consistency(old, new, root(leaves[:old]), root(leaves), proof)


@given(st.data())
def test_an_inclusion_proof_proves_nothing_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600), label="size")
    log = Log(entries(size))
    index = data.draw(st.integers(0, size - 1), label="index")
    proof = inclusion_proof(index, size, log.reader())
    leaf = leaf_hash(log.entries[index])
    check_inclusion(index, size, leaf, proof, log.root())
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index) if size > 1 else st.none())
    refused: list[tuple[int, int, bytes, list[bytes], bytes]] = [
        (index, size, leaf, [*proof, EMPTY_ROOT], log.root()),
        (index, size, leaf, [EMPTY_ROOT, *proof], log.root()),
        (index, size, leaf_hash(b"another entry"), proof, log.root()),
        (index, size, leaf, proof, EMPTY_ROOT),
        (size + index, size, leaf, proof, log.root()),
        (-1, size, leaf, proof, log.root()),
    ]
    if other is not None:
        refused += [(other, size, leaf, proof, log.root()), (index, size, leaf, proof[:-1], log.root())]
        at = data.draw(st.integers(0, len(proof) - 1), label="altered hash")
        flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        refused.append((index, size, leaf, [*proof[:at], flipped, *proof[at + 1 :]], log.root()))
    for case in refused:
        with pytest.raises(NotProven):
            check_inclusion(*case)


@given(st.data())
def test_a_consistency_proof_proves_nothing_else(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 600), label="new")
    old = data.draw(st.integers(1, new - 1), label="old")
    log = Log(entries(new))
    proof = consistency_proof(old, new, log.reader())
    check_consistency(old, new, log.root(old), log.root(), proof)
    at = data.draw(st.integers(0, len(proof) - 1), label="altered hash")
    flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    for wrong in ([], proof[:-1], proof[1:], [*proof, EMPTY_ROOT], [*proof[:at], flipped, *proof[at + 1 :]]):
        with pytest.raises(NotProven):
            check_consistency(old, new, log.root(old), log.root(), wrong)
    for roots in ((log.root(), log.root()), (log.root(old), log.root(old)), (EMPTY_ROOT, log.root())):
        with pytest.raises(NotProven):
            check_consistency(old, new, *roots, proof)
    with pytest.raises(NotProven):
        check_consistency(new, old, log.root(), log.root(old), proof)


def test_a_hash_of_another_length_is_no_hash() -> None:
    with pytest.raises(BadFormat):
        check_inclusion(0, 2, EMPTY_ROOT, [b"short"], EMPTY_ROOT)
    with pytest.raises(BadFormat):
        check_consistency(1, 2, EMPTY_ROOT, EMPTY_ROOT, [b"short"])


def test_two_roots_of_one_size_are_a_fork() -> None:
    with pytest.raises(NotProven, match="forked"):
        check_consistency(3, 3, root(entries(3)), root([b"a", b"b", b"c"]), [])


def test_no_proof_is_made_of_what_is_not_there() -> None:
    leaves = entries(5)
    for index in (-1, 5):
        with pytest.raises(NotProven, match="no entry"):
            inclusion_proof(index, 5, reader(leaves))
    for old, new in ((-1, 5), (6, 5)):
        with pytest.raises(NotProven, match="cannot continue"):
            consistency_proof(old, new, reader(leaves))
