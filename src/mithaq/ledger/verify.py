"""Verifying a whole ledger from its files, without a database and without trusting who wrote them.

The folder has the layout of tlog-tiles: `checkpoint`, `tile/<level>/…` and, for those who may read the
entries, `tile/entries/…`. Everything is derived again from the lowest row that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint
from mithaq.ledger.cosignature import Cosigner, cosigned_at
from mithaq.ledger.entries import parse_entry
from mithaq.ledger.errors import BadFormat, LedgerDamaged, NotProven
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.note import Verifier
from mithaq.ledger.tiles import (
    HEIGHT,
    MAX_LEVEL,
    WIDTH,
    Tile,
    decode_bundle,
    split_hashes,
    tile_at,
)
from mithaq.ledger.tree import NodeReader, fold, leaf_hash, tree_root

_RESTORE: Final = "Compare with a copy that somebody else kept; this one was altered or is incomplete."


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found true of a ledger."""

    checkpoint: Checkpoint
    entries: int
    """Entries that were read and hash to their leaves; below the size where bundles are not given out."""
    tiles: int
    kept: tuple[int, ...]
    """Sizes of the kept checkpoints that this ledger continues."""
    cosigned: dict[str, int]
    """Witnesses that cosigned, and when, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What somebody outside believes in beforehand: the log's name and keys, and witnesses."""

    origin: str
    keys: Sequence[Verifier]
    witnesses: Sequence[Cosigner] = ()


def verify_ledger(
    folder: LedgerFolder,
    trust: Trust,
    *,
    kept: Sequence[Checkpoint] = (),
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Verified:
    """Derive everything again and compare.

    Args:
        folder: the ledger's files.
        trust: the log's name, its keys, and the witnesses whose cosignatures count.
        kept: checkpoints of this log that somebody kept, opened with its keys; the ledger must continue
            each of them.
        progress: told how many tiles of the lowest level are done, and how many there are.

    Raises:
        BadFormat, BadSignature: a file is written wrongly, or its signature is false or foreign.
        LedgerDamaged: a file is missing, or a tile, an entry or the root does not follow from what is below.
        NotProven: the ledger does not continue a kept checkpoint.
    """
    checkpoint, note = open_checkpoint(folder.checkpoint(), trust.keys, origin=trust.origin)
    rows, entries, tiles = _rows(folder, checkpoint.size, progress)
    read = rows_reader(rows)
    if tree_root(checkpoint.size, read) != checkpoint.root:
        raise LedgerDamaged("the entries do not lead to the root that was signed", hint=_RESTORE)
    for old in kept:
        check_continues(old, checkpoint, read)
    sizes = tuple(old.size for old in kept)
    return Verified(checkpoint, entries, tiles, sizes, cosigned_at(note, trust.witnesses))


def check_continues(old: Checkpoint, new: Checkpoint, read: NodeReader) -> None:
    """Check from the new tree itself that it continues an older checkpoint; raises NotProven."""
    if old.size > new.size:
        raise NotProven(
            f"a checkpoint of {old.size} entries was kept, and now there are {new.size}",
            hint="Entries were taken away, or an old copy was put back. Keep both checkpoints as evidence.",
        )
    if tree_root(old.size, read) != old.root:
        raise NotProven(
            f"the first {old.size} entries are not those of the checkpoint that was kept",
            hint="The ledger was altered at or below it. Keep both checkpoints as evidence.",
        )


def rows_reader(rows: Sequence[Sequence[bytes]]) -> NodeReader:
    """Give a reader of complete subtrees from whole rows, 8 levels apart."""

    def read(level: int, index: int) -> bytes:
        row, above = divmod(level, HEIGHT)
        return fold(rows[row][index << above : (index + 1) << above])

    return read


def _rows(
    folder: LedgerFolder, size: int, progress: Callable[[int, int], None]
) -> tuple[list[list[bytes]], int, int]:
    """Read the rows of all tiles, each checked against the row below and the lowest against the entries."""
    rows: list[list[bytes]] = []
    entries = tiles = 0
    below: list[bytes] = []
    for level in range(MAX_LEVEL + 1):
        count = size >> level * HEIGHT
        row: list[bytes] = []
        for index in range(-(-count // WIDTH)):
            tile = tile_at(level, index, size)
            hashes = split_hashes(folder.tile(tile), tile.width)
            if level == 0:
                entries += _check_bundle(folder, tile, hashes)
                progress(index + 1, -(-count // WIDTH))
            elif hashes != below[index * WIDTH : index * WIDTH + tile.width]:
                raise LedgerDamaged(f"{tile.path} does not follow from the tiles below it", hint=_RESTORE)
            row += hashes
            tiles += 1
        rows.append(row)
        below = [fold(row[start : start + WIDTH]) for start in range(0, len(row) - WIDTH + 1, WIDTH)]
    return rows, entries, tiles


def _check_bundle(folder: LedgerFolder, tile: Tile, hashes: Sequence[bytes]) -> int:
    """Check the entries under a tile of the lowest level, if they are there; gives their number."""
    raw = folder.optional(tile.bundle)
    if raw is None:
        return 0
    entries = decode_bundle(raw, tile.width)
    for offset, (entry, expected) in enumerate(zip(entries, hashes, strict=True)):
        number = tile.index * WIDTH + offset
        if leaf_hash(entry) != expected:
            raise LedgerDamaged(f"entry {number} is not the one that its leaf was made of", hint=_RESTORE)
        try:
            parse_entry(entry)
        except BadFormat as error:
            raise LedgerDamaged(f"entry {number} cannot be read: {error.message}", hint=error.hint) from error
    return len(entries)
