"""Reading the ledger: the tree from its tiles, proofs and receipts, the timeline of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mithaq.ledger.entries import EntryBody, parse_entry
from mithaq.ledger.errors import LedgerDamaged, NotProven
from mithaq.ledger.models import Checkpoint, Entry, Outbox, Position
from mithaq.ledger.models import Tile as TileRow
from mithaq.ledger.proof import TlogProof
from mithaq.ledger.tiles import WIDTH, Tile, encode_bundle, node_reader
from mithaq.ledger.tree import HASH_BYTES, NodeReader, inclusion_proof

_FSCK = "Run mithaq ledger fsck, and compare with a checkpoint that somebody kept."


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a case as it is shown: what the leaf says, and what has not been erased."""

    entry: int
    """Id of the entry's row."""
    seq: int | None
    """Position in the tree; None while the entry waits for it."""
    body: EntryBody
    personal: Mapping[str, str | None]
    """Field → value; None once it has been erased."""


def tree_size() -> int:
    """Give the number of leaves that are in the tiles."""
    last = TileRow.objects.filter(level=0).order_by("-index").first()
    return 0 if last is None else last.index * WIDTH + len(bytes(last.hashes)) // HASH_BYTES


def waiting() -> int:
    """Give the number of entries that have no position yet."""
    return Outbox.objects.count()


def fetch_tile(tile: Tile) -> bytes:
    """Give a tile's hashes, or a bundle's entries behind their lengths; raises LedgerDamaged."""
    if tile.level is None:
        first = tile.index * WIDTH
        return encode_bundle(_leaves(first, first + tile.width))
    row = TileRow.objects.filter(level=tile.level, index=tile.index).first()
    hashes = b"" if row is None else bytes(row.hashes)[: tile.width * HASH_BYTES]
    if len(hashes) != tile.width * HASH_BYTES:
        raise LedgerDamaged(f"the tree has no {tile.path}", hint=_FSCK)
    return hashes


def reader(size: int) -> NodeReader:
    """Give the reader of complete subtrees of the first `size` leaves."""
    return node_reader(size, fetch_tile)


def leaf_hashes(first: int, end: int) -> list[bytes]:
    """Give the hashes of the leaves from `first` on, as far as they have positions; raises LedgerDamaged."""
    rows = Position.objects.filter(seq__gte=first, seq__lt=end).order_by("seq")
    found = list(rows.values_list("seq", "entry__leaf_hash"))
    if [seq for seq, _ in found] != list(range(first, first + len(found))):
        raise LedgerDamaged(f"positions are missing after {first}", hint=_FSCK)
    return [bytes(leaf_hash) for _, leaf_hash in found]


def _leaves(first: int, end: int) -> list[bytes]:
    rows = Position.objects.filter(seq__gte=first, seq__lt=end).order_by("seq")
    found = [bytes(leaf) for leaf in rows.values_list("entry__leaf", flat=True)]
    if len(found) != end - first:
        raise LedgerDamaged(f"entries are missing between {first} and {end}", hint=_FSCK)
    return found


def latest_checkpoint() -> Checkpoint | None:
    """Give the newest signed head."""
    return Checkpoint.objects.order_by("-size").first()


def receipt(entry: Entry) -> TlogProof:
    """Give the proof that an entry is in the tree that was signed last; it is verified offline.

    Raises NotProven while no checkpoint covers the entry.
    """
    position = Position.objects.filter(entry=entry).first()
    checkpoint = latest_checkpoint()
    if position is None or checkpoint is None or position.seq >= checkpoint.size:
        raise NotProven(
            "no checkpoint covers this entry yet", hint="Wait for the next one; it is signed on a clock."
        )
    hashes = inclusion_proof(position.seq, checkpoint.size, reader(checkpoint.size))
    return TlogProof(position.seq, tuple(hashes), bytes(checkpoint.note), bytes(entry.leaf))


def timeline(case: str) -> list[Happening]:
    """Give all that happened in a case, oldest first, in one query."""
    rows = (
        Entry.objects.filter(case=case)
        .order_by("id", "sealed__field")
        .values_list("id", "leaf", "sealed__field", "sealed__value", "position__seq")
    )
    happenings: list[Happening] = []
    for entry, leaf, field, value, seq in rows:
        if not happenings or happenings[-1].entry != entry:
            happenings.append(Happening(entry, seq, parse_entry(bytes(leaf)), {}))
        if field is not None:
            happenings[-1] = _with(happenings[-1], field, value)
    return happenings


def _with(happening: Happening, field: str, value: str | None) -> Happening:
    personal = {**happening.personal, field: value}
    return Happening(happening.entry, happening.seq, happening.body, personal)
