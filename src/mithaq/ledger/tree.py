"""The Merkle tree of RFC 9162, section 2.1, as pure functions over SHA-256 hashes.

A proof is a list of 32-byte hashes in the order of the RFC. Building one needs the hashes of *complete*
subtrees only: the node at (level, index) covers the leaves `index << level` up to `(index + 1) << level`.
Where those come from (a list, tiles in files, tiles in a database) is the caller's business.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from mithaq.ledger.errors import BadFormat, NotProven

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""Root of a tree without leaves (RFC 9162, 2.1.1)."""

MAX_SIZE: Final = 2**63 - 1
"""Largest tree size: what a signed 64-bit integer holds, which is what every reader of tiles can count."""

NodeReader: TypeAlias = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree at (level, index)."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf."""
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as their parent."""
    return hashlib.sha256(_NODE + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Give the root over the hashes of equally high complete subtrees, in order; EMPTY_ROOT if none."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        paired = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        # A last hash without a partner goes up as it is: that is how RFC 9162 splits a tree.
        row = paired + row[len(row) & ~1 :]
    return row[0]


def root(entries: Iterable[bytes]) -> bytes:
    """Give the root over entries (not hashes): the definition, for small trees and for tests."""
    return fold([leaf_hash(entry) for entry in entries])


def tree_root(size: int, read: NodeReader) -> bytes:
    """Give the root of the first `size` leaves from the hashes of complete subtrees."""
    return _range_hash(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: NodeReader) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves (RFC 9162, 2.1.3.1); raises NotProven."""
    if not 0 <= index < size:
        raise NotProven(
            f"there is no entry {index} in a tree of {size}",
            hint="Entries are counted from 0; name one that is below the size of the checkpoint.",
        )
    siblings = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return [_range_hash(*sibling, read) for sibling in reversed(siblings)]


def consistency_proof(old: int, new: int, read: NodeReader) -> list[bytes]:
    """Prove that the first `old` of `new` leaves are unchanged (RFC 9162, 2.1.4.1); raises NotProven."""
    if not 0 <= old <= new:
        raise NotProven(
            f"a tree of {new} cannot continue one of {old}",
            hint="Give the older checkpoint first; if it is the larger one, entries were taken away.",
        )
    if old == 0:
        return []
    parts = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start = middle
    if start > 0:
        # The old tree is no single node of the new one, so the verifier cannot know this part.
        parts.append((start, end))
    return [_range_hash(*part, read) for part in reversed(parts)]


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> None:
    """Check that `leaf` stands at `index` under a root (RFC 9162, 2.1.3.2); raises NotProven, BadFormat."""
    _check_hashes(leaf, expected, *proof)
    if not 0 <= index < size:
        raise NotProven(f"there is no entry {index} in a tree of {size}", hint=_DISTRUST)
    position, last = index, size - 1
    found = leaf
    for sibling in proof:
        if last == 0:
            raise NotProven("the inclusion proof is too long", hint=_DISTRUST)
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise NotProven("the inclusion proof is too short", hint=_DISTRUST)
    if not hmac.compare_digest(found, expected):
        raise NotProven("the inclusion proof leads to another root", hint=_DISTRUST)


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the new tree continues the old one (RFC 9162, 2.1.4.2); raises NotProven, BadFormat."""
    if not 0 <= old <= new:
        raise NotProven(f"a tree of {new} cannot continue one of {old}", hint=_DISTRUST)
    if old in {0, new}:
        _check_without_proof(old, new, old_root, new_root)
        if proof:
            raise NotProven("there is nothing to prove, so the proof should be empty", hint=_DISTRUST)
        return
    if not proof:
        raise NotProven("the consistency proof is empty", hint=_DISTRUST)
    _check_hashes(old_root, new_root, *proof)
    found_old, found_new = _both_roots(old, new, old_root, proof)
    if not hmac.compare_digest(found_old, old_root):
        raise NotProven("the consistency proof leads to another old root", hint=_DISTRUST)
    if not hmac.compare_digest(found_new, new_root):
        raise NotProven("the consistency proof leads to another new root", hint=_DISTRUST)


def peaks(size: int) -> Iterator[tuple[int, int]]:
    """Give the complete subtrees that make up a tree of `size`, from left to right, as (level, index)."""
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level


_DISTRUST: Final = "Do not rely on it. Ask for a new proof; if that fails too, the ledger was altered."


def _check_without_proof(old: int, new: int, old_root: bytes, new_root: bytes) -> None:
    """Check the two cases in which an empty proof is the right one: from nothing, and to the same size."""
    if old == 0 and not hmac.compare_digest(old_root, EMPTY_ROOT):
        raise NotProven("the root of an empty tree is the hash of nothing", hint=_DISTRUST)
    if old != new:
        _check_hashes(new_root)
    elif not hmac.compare_digest(old_root, new_root):
        raise NotProven("two roots of one size differ: the ledger was forked", hint=_DISTRUST)


def _both_roots(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Compute the old and the new root that a consistency proof leads to."""
    # A complete old tree is a node of the new one, so the proof leaves it out.
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise NotProven("the consistency proof is too long", hint=_DISTRUST)
        if position & 1 or position == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise NotProven("the consistency proof is too short", hint=_DISTRUST)
    return found_old, found_new


def _split(length: int) -> int:
    """Give the largest power of two below `length`, which is at least 2."""
    return 1 << (length - 1).bit_length() - 1


def _range_hash(start: int, end: int, read: NodeReader) -> bytes:
    """Hash the leaves from start to end, a range that a proof may name: its left part is always complete."""
    lefts = []
    while (length := end - start) & (length - 1):
        middle = start + _split(length)
        lefts.append(_complete(start, middle, read))
        start = middle
    found = _complete(start, end, read)
    for left in reversed(lefts):
        found = node_hash(left, found)
    return found


def _complete(start: int, end: int, read: NodeReader) -> bytes:
    level = (end - start).bit_length() - 1
    return read(level, start >> level)


def _check_hashes(*hashes: bytes) -> None:
    if any(len(found) != HASH_BYTES for found in hashes):
        raise BadFormat(
            f"a hash of a tree has {HASH_BYTES} bytes", hint="Copy the proof again; it is damaged."
        )
