"""Deriving the whole ledger again from its entries, and comparing everything that is kept of it.

Positions, leaf hashes, columns, tiles, checkpoints, personal values, what was kept outside, and the
projections of all rooms. It reads only; it tells every difference instead of stopping at the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from mithaq.kernel.clock import format_instant
from mithaq.ledger import queries
from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint
from mithaq.ledger.entries import EntryBody, commitment, parse_entry
from mithaq.ledger.errors import BadFormat, BadSignature, LedgerDamaged, NotProven
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.projections import Check, registered
from mithaq.ledger.tiles import MAX_LEVEL, WIDTH, Tile, grow, split_hashes
from mithaq.ledger.tree import HASH_BYTES, leaf_hash, tree_root
from mithaq.ledger.verify import Trust, check_continues, rows_reader

_Row = TypeVar("_Row")

_NO_TILE: Final = b""


@dataclass(slots=True)
class Report:
    """What was looked at, and everything that was found wrong with it."""

    entries: int = 0
    waiting: int = 0
    """Entries that have no position yet: nothing wrong, but in no proof either."""
    integrated: int = 0
    checkpoints: int = 0
    personal: int = 0
    erased: int = 0
    projections: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        """Note something that is wrong."""
        self.findings.append(sentence)


@dataclass(slots=True)
class _Seen:
    """What the entries themselves say, gathered in one pass."""

    leaves: list[bytes] = field(default_factory=list)
    commitments: dict[int, Mapping[str, str]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    """Id of an entry's row → its leaf hash in hexadecimal, by which an erasure names it."""
    erased: set[tuple[str, str]] = field(default_factory=set)
    """(leaf hash, field) of what erasures named."""


def fsck(
    trust: Trust | None, *, kept: Sequence[Checkpoint] = (), projections: Mapping[str, Check] | None = None
) -> Report:
    """Check everything; without `trust` (no signing key here) signatures are not judged."""
    report = Report()
    seen = _check_entries(report)
    rows = _check_tiles(seen.leaves, report)
    _check_heads(rows, trust, kept, report)
    _check_personal(seen, report)
    for name, check in sorted((registered() if projections is None else projections).items()):
        report.projections.append(name)
        for difference in check():
            report.say(f"{name}: {difference}")
    return report


def _as_far_as_readable(rows: Iterable[_Row], what: str, report: Report) -> Iterator[_Row]:
    try:
        yield from rows
    except LedgerDamaged as error:
        report.say(f"{what}: {error.message}")


def _check_entries(report: Report) -> _Seen:
    seen = _Seen()
    for row in _as_far_as_readable(queries.all_entries(), "entries", report):
        report.entries += 1
        place = f"entry {row.id if row.seq is None else row.seq}"
        if row.seq is None:
            report.waiting += 1
            if not row.waits:
                report.say(f"{place} has neither a position nor a place in the outbox")
        else:
            if row.seq != len(seen.leaves):
                report.say(f"position {len(seen.leaves)} is missing; the next entry stands at {row.seq}")
            if row.waits:
                report.say(f"{place} has a position and waits for one")
            seen.leaves.append(leaf_hash(row.leaf))
        if leaf_hash(row.leaf) != row.leaf_hash:
            report.say(f"{place} is not the one that its leaf hash was made of")
        try:
            body = parse_entry(row.leaf)
        except BadFormat as error:
            report.say(f"{place} cannot be read: {error.message}")
            continue
        if (body.kind, body.case, body.at) != (row.kind, row.case, row.at and format_instant(row.at)):
            report.say(f"{place} says something else than its columns")
        seen.commitments[row.id] = body.commitments
        seen.names[row.id] = row.leaf_hash.hex()
        seen.erased.update(_erasures(body))
    return seen


def _erasures(body: EntryBody) -> Iterator[tuple[str, str]]:
    """Give what an entry of an erasure names."""
    if body.kind == ActKind.LEDGER_VALUES_ERASED:
        for name in body.facts.get("fields", []):
            yield str(body.facts.get("entry")), str(name)


def _check_tiles(leaves: Sequence[bytes], report: Report) -> list[list[bytes]]:
    """Compare the tiles with those that the leaves give; gives the rows of the tree as they should be."""
    tiles = _as_far_as_readable(queries.all_tiles(), "tiles", report)
    found = {(level, index): hashes for level, index, hashes in tiles}
    lowest = ((index, hashes) for (level, index), hashes in found.items() if level == 0)
    last, hashes = max(lowest, default=(0, _NO_TILE))
    size = report.integrated = last * WIDTH + len(hashes) // HASH_BYTES
    if size > len(leaves):
        report.say(f"the tiles hold {size} leaves, but there are {len(leaves)} entries with positions")
    grown = grow(0, leaves[:size], _no_tiles)
    expected = {(tile.level or 0, tile.index): hashes for tile, hashes in grown}
    for place in sorted(found.keys() | expected.keys()):
        if found.get(place, _NO_TILE) != expected.get(place, _NO_TILE):
            report.say(f"tile {place[0]}/{place[1]} does not follow from the entries")
    rows: list[list[bytes]] = [[] for _ in range(MAX_LEVEL + 1)]
    for level, index in sorted(expected):
        hashes = expected[level, index]
        rows[level] += split_hashes(hashes, len(hashes) // HASH_BYTES)
    return rows


def _no_tiles(tile: Tile) -> bytes:
    """An empty tree has no tile that could be asked for."""
    raise LedgerDamaged(
        f"the empty tree was asked for {tile.path}", hint="This is a fault of Mithaq: report it."
    )


def _check_heads(
    rows: list[list[bytes]], trust: Trust | None, kept: Iterable[Checkpoint], report: Report
) -> None:
    """Compare every signed head, and those kept outside, with the tree."""
    size = len(rows[0])
    read = rows_reader(rows)
    now = Checkpoint("", size, tree_root(size, read))
    for signed_size, note in _as_far_as_readable(queries.all_checkpoints(), "checkpoints", report):
        report.checkpoints += 1
        if trust is None:
            continue
        try:
            head, _ = open_checkpoint(note, trust.keys, origin=trust.origin)
            if head.size != signed_size:
                report.say(f"the checkpoint of size {signed_size} says {head.size}")
            check_continues(head, now, read)
        except (BadFormat, BadSignature, NotProven) as error:
            report.say(f"the checkpoint of size {signed_size}: {error.message}")
    for head in kept:
        try:
            check_continues(head, now, read)
        except NotProven as error:
            report.say(f"the checkpoint kept outside: {error.message}")


def _check_personal(seen: _Seen, report: Report) -> None:
    """Compare personal values with what the entries commit to, and erasures with what is gone."""
    missing = {(entry, name) for entry, names in seen.commitments.items() for name in names}
    for entry, name, salt, value in _as_far_as_readable(queries.all_sealed(), "personal values", report):
        report.personal += 1
        if (entry, name) not in missing:
            report.say(f"entry row {entry} never committed to {name}")
            continue
        missing.discard((entry, name))
        named = (seen.names[entry], name) in seen.erased
        if salt is None or value is None:
            report.erased += 1
            if not named:
                report.say(f"{name} of entry row {entry} was erased, and no act says so")
        elif named:
            report.say(f"{name} of entry row {entry} was erased, and is there again")
        elif commitment(salt, value) != seen.commitments[entry][name]:
            report.say(f"{name} of entry row {entry} is not what the entry committed to")
    for entry, name in sorted(missing):
        report.say(f"{name} of entry row {entry} is missing without an erasure")
