"""Tiles: the tree and its entries as files that never change, as C2SP tlog-tiles v0.1.0 lays them out.

A tile is a row of up to 256 hashes of complete subtrees, 8 levels apart; a bundle holds the entries of a
tile of level 0, each behind its length. Source: https://c2sp.org/tlog-tiles
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from mithaq.ledger.errors import BadEntry, BadFormat, LedgerDamaged
from mithaq.ledger.text import DAMAGED
from mithaq.ledger.tree import HASH_BYTES, NodeReader, fold

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
MAX_ENTRY_BYTES: Final = 0xFFFF
"""An entry's length stands in two bytes."""

MAX_LEVEL: Final = 7
"""2⁶³ leaves fill no tile above this level."""

CHECKPOINT_PATH: Final = "checkpoint"

_PATH: Final = re.compile(
    r"tile/(?P<level>entries|[0-7])/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The place and width of a row of hashes (level ≥ 0) or of a bundle of entries (level None)."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Path below the log's URL prefix or folder."""
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        level = "entries" if self.level is None else self.level
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"

    @property
    def bundle(self) -> Tile:
        """The bundle of entries that a tile of level 0 is over."""
        return Tile(None, self.index, self.width)

    @property
    def full(self) -> Tile:
        """The full tile or bundle in the same place."""
        return Tile(self.level, self.index)


TileFetcher: TypeAlias = Callable[[Tile], bytes]
"""Gives the bytes of a tile or bundle; raises a LedgerError's kind if it cannot."""


def parse_path(path: str) -> Tile:
    """Read a path such as `tile/0/x001/234.p/5`; raises BadFormat unless it is spelled in its one way."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise BadFormat(f"{path!r} is not the path of a tile", hint="See c2sp.org/tlog-tiles.")
    level = None if found["level"] == "entries" else int(found["level"])
    tile = Tile(level, int(found["index"].replace("x", "").replace("/", "")), int(found["width"] or WIDTH))
    if tile.path != path:
        raise BadFormat(f"{path!r} is not the path of a tile", hint="See c2sp.org/tlog-tiles.")
    return tile


def tiles_of(size: int, *, old: int = 0) -> Iterator[Tile]:
    """Give every tile of a tree of `size` that a tree of `old` has not, lowest level first, left to right."""
    for level in range(MAX_LEVEL + 1):
        count, before = size >> level * HEIGHT, old >> level * HEIGHT
        for index in range(before // WIDTH, count // WIDTH):
            yield Tile(level, index)
        if count % WIDTH and count != before:
            yield Tile(level, count // WIDTH, count % WIDTH)


def grow(size: int, leaves: Sequence[bytes], fetch: TileFetcher) -> Iterator[tuple[Tile, bytes]]:
    """Append leaf hashes to a tree of `size` with the tiles that `fetch` gives; gives what becomes of each.

    Only tiles that change are given. A tile only ever gains hashes at its end, so a tile of an older size is
    a prefix of what it is now.
    """
    hashes, before = list(leaves), size
    for level in range(MAX_LEVEL + 1):
        if not hashes:
            return
        first, filled = divmod(before, WIDTH)
        row = split_hashes(fetch(Tile(level, first, filled)), filled) if filled else []
        row += hashes
        chunks = [row[start : start + WIDTH] for start in range(0, len(row), WIDTH)]
        for offset, chunk in enumerate(chunks):
            yield Tile(level, first + offset, len(chunk)), b"".join(chunk)
        hashes = [fold(chunk) for chunk in chunks if len(chunk) == WIDTH]
        before = first


def tile_at(level: int | None, index: int, size: int) -> Tile:
    """Give the tile or bundle that a tree of `size` has in this place; raises LedgerDamaged if none."""
    width = min((size >> (level or 0) * HEIGHT) - index * WIDTH, WIDTH)
    if width <= 0:
        raise LedgerDamaged(
            f"a tree of {size} has no tile {index} at level {level or 0}",
            hint="Fetch the checkpoint again: it is older than what is asked of it.",
        )
    return Tile(level, index, width)


def node_reader(size: int, fetch: TileFetcher) -> NodeReader:
    """Give a reader of complete subtrees of a tree of `size` from its tiles, each fetched once at most."""
    fetched: dict[Tile, list[bytes]] = {}

    def read(level: int, index: int) -> bytes:
        row, above = divmod(level, HEIGHT)
        first = index << above
        tile = tile_at(row, first // WIDTH, size)
        hashes = fetched.get(tile)
        if hashes is None:
            hashes = fetched[tile] = split_hashes(fetch(tile), tile.width)
        start = first % WIDTH
        return fold(hashes[start : start + (1 << above)])

    return read


def split_hashes(raw: bytes, width: int) -> list[bytes]:
    """Take a tile's bytes apart into hashes; raises BadFormat if there are not `width` of them."""
    if len(raw) != width * HASH_BYTES:
        raise BadFormat(
            f"a tile of {width} hashes has {width * HASH_BYTES} bytes, not {len(raw)}", hint=DAMAGED
        )
    return [raw[start : start + HASH_BYTES] for start in range(0, len(raw), HASH_BYTES)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries behind their lengths; raises BadEntry if one is too long."""
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise BadEntry(
            f"an entry is longer than {MAX_ENTRY_BYTES:,} bytes",
            hint="Keep large things outside the ledger and put their digest into the entry.",
        )
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def decode_bundle(raw: bytes, width: int) -> list[bytes]:
    """Take a bundle apart into `width` entries; raises BadFormat."""
    entries, at = [], 0
    while at < len(raw):
        if at + 2 > len(raw):
            raise BadFormat("a bundle ends within a length", hint=DAMAGED)
        (length,) = struct.unpack_from(">H", raw, at)
        at += 2 + length
        if at > len(raw):
            raise BadFormat("a bundle ends within an entry", hint=DAMAGED)
        entries.append(raw[at - length : at])
    if len(entries) != width:
        raise BadFormat(f"a bundle holds {len(entries)} entries instead of {width}", hint=DAMAGED)
    return entries
