"""Making proofs from a ledger's files alone: for whoever holds a copy, without a database.

A proof that is given out has been verified against the signed checkpoint first, so a damaged copy gives an
error and never a false receipt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mithaq.ledger.checkpoint import open_checkpoint
from mithaq.ledger.entries import EntryBody, parse_entry
from mithaq.ledger.errors import NotProven
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.proof import TlogProof
from mithaq.ledger.tiles import WIDTH, Tile, decode_bundle, node_reader, tile_at
from mithaq.ledger.tree import inclusion_proof
from mithaq.ledger.verify import Trust


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of one entry, and what the entry says."""

    proof: TlogProof
    body: EntryBody


class ReceiptMaker:
    """Finds entries in a ledger's folder, and proves them; raises BadFormat, BadSignature, LedgerDamaged."""

    def __init__(self, folder: LedgerFolder, trust: Trust) -> None:
        self._folder = folder
        self._trust = trust
        self._note = folder.checkpoint()
        checkpoint, _ = open_checkpoint(self._note, trust.keys, origin=trust.origin)
        self.size = checkpoint.size
        self._read = node_reader(self.size, folder.tile)

    def of(self, index: int) -> Receipt:
        """Prove the entry at this index; raises NotProven if the tree has none or does not hold it."""
        if not 0 <= index < self.size:
            raise NotProven(
                f"there is no entry {index}: the checkpoint covers {self.size}, counted from 0",
                hint="A newer entry is covered by the next checkpoint; fetch the ledger again.",
            )
        offset = index % WIDTH
        entry = self._bundle(index // WIDTH)[offset]
        hashes = inclusion_proof(index, self.size, self._read)
        proof = TlogProof(index, tuple(hashes), self._note, entry)
        proof.verify(entry, self._trust.keys, origin=self._trust.origin)
        return Receipt(proof, parse_entry(entry))

    def of_case(self, case: str) -> Iterator[Receipt]:
        """Prove every entry of a case, oldest first."""
        for first in range(0, self.size, WIDTH):
            for offset, entry in enumerate(self._bundle(first // WIDTH)):
                if parse_entry(entry).case == case:
                    yield self.of(first + offset)

    def _bundle(self, index: int) -> Sequence[bytes]:
        tile: Tile = tile_at(0, index, self.size)
        raw = self._folder.optional(tile.bundle)
        if raw is None:
            raise NotProven(
                f"this copy of the ledger holds hashes only: {tile.bundle.path} is missing",
                hint="Ask for a copy with the entries, or for the proof itself.",
            )
        return decode_bundle(raw, tile.width)
