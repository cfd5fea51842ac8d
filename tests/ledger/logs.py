"""Logs of our own making: entries of invented acts, a key, a tree in memory, a folder."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from mithaq.ledger.checkpoint import Checkpoint
from mithaq.ledger.cosignature import ED25519_COSIGNATURE, CosignatureSigner, make_cosignature_signer
from mithaq.ledger.entries import Act, ActorRef, write_entry
from mithaq.ledger.folder import write_ledger
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.note import Ed25519Signer, make_signer
from mithaq.ledger.tiles import Tile, encode_bundle, grow, node_reader, tiles_of
from mithaq.ledger.tree import NodeReader, leaf_hash, tree_root
from mithaq.ledger.verify import Trust

ORIGIN: Final = "ledger.provider.example/terms"
NOW: Final = datetime(2026, 9, 21, 12, tzinfo=UTC)
SIGNER: Final = make_signer(ORIGIN, bytes(range(32)))
TRUST: Final = Trust(ORIGIN, [SIGNER.verifier])


def entropy_of(seed: int) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes  # noqa: S311  # the same bytes again, for a test


def witness_signer(name: str = "witness.example/w1", kind: int = ED25519_COSIGNATURE) -> CosignatureSigner:
    return make_cosignature_signer(name, kind, bytes(range(32, 64)))


def act(number: int = 0, **changes: Any) -> Act:  # noqa: ANN401  # any field of an act
    said: dict[str, Any] = {
        "kind": list(ActKind)[number % len(ActKind)],
        "at": NOW + timedelta(seconds=number),
        "actor": ActorRef(f"p_{number % 5}", "reviewer"),
        "case": f"c_{number % 7}",
        "facts": {"number": number},
        "personal": {"reasons": f"reason {number}"},
    }
    return Act(**(said | changes))


def entry(number: int) -> bytes:
    return write_entry(act(number), entropy_of(number)).leaf


class Log:
    """A log in memory: entries, and the tiles over them."""

    def __init__(self, entries: Sequence[bytes] = (), signer: Ed25519Signer = SIGNER) -> None:
        self.entries: list[bytes] = []
        self.tiles: dict[tuple[int | None, int], bytes] = {}
        self.signer = signer
        self.append(entries)

    @property
    def size(self) -> int:
        return len(self.entries)

    def append(self, entries: Sequence[bytes]) -> None:
        leaves = [leaf_hash(entry) for entry in entries]
        for tile, hashes in grow(self.size, leaves, self.fetch):
            self.tiles[tile.level, tile.index] = hashes
        self.entries += entries

    def fetch(self, tile: Tile) -> bytes:
        if tile.level is None:
            first = tile.index * 256
            return encode_bundle(self.entries[first : first + tile.width])
        return self.tiles[tile.level, tile.index][: 32 * tile.width]

    def all_tiles(self) -> Iterator[Tile]:
        return tiles_of(self.size)

    def reader(self, size: int | None = None) -> NodeReader:
        return node_reader(self.size if size is None else size, self.fetch)

    def root(self, size: int | None = None) -> bytes:
        size = self.size if size is None else size
        return tree_root(size, self.reader(size))

    def checkpoint(self, size: int | None = None) -> bytes:
        size = self.size if size is None else size
        return Checkpoint(self.signer.name, size, self.root(size)).signed(self.signer).encode()

    def write(self, folder: Path, *, entries: bool = True) -> Path:
        write_ledger(folder, self.size, self.checkpoint(), self.fetch, entries=entries)
        return folder


def log_of(count: int) -> Log:
    return Log([entry(number) for number in range(count)])
