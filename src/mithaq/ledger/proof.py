"""Proofs that travel by themselves: C2SP tlog-proof, one text file that is verified offline.

It holds the index of an entry, the inclusion proof, and the checkpoint with its cosignatures.
Source: https://c2sp.org/tlog-proof
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint
from mithaq.ledger.errors import BadFormat
from mithaq.ledger.note import MAX_NOTE_BYTES, Note, Verifier
from mithaq.ledger.text import DAMAGED, read_base64, read_decimal, read_hash, read_text, to_base64
from mithaq.ledger.tree import check_inclusion, leaf_hash

PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"
_MAX_HASHES: Final = 63
"""A tree of 2⁶³ leaves has paths of at most 63 hashes."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That the entry at `index` is in the tree which `checkpoint`, a signed note, names."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None
    """Whatever the log adds; nobody signed it. Ours is the entry itself, so that one file says it all."""

    def encode(self) -> bytes:
        """Write the proof as a file."""
        lines = [PROOF_HEADER]
        if self.extra is not None:
            lines.append(f"extra {to_base64(self.extra)}")
        lines += [f"index {self.index}", *map(to_base64, self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    def verify(self, entry: bytes, verifiers: Sequence[Verifier], *, origin: str) -> tuple[Checkpoint, Note]:
        """Check that the log's tree holds `entry`; raises BadFormat, BadSignature or NotProven."""
        checkpoint, note = open_checkpoint(self.checkpoint, verifiers, origin=origin)
        check_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.hashes, checkpoint.root)
        return checkpoint, note


def parse_proof(raw: bytes) -> TlogProof:
    """Read a proof file without judging it; raises BadFormat."""
    text = read_text(raw, what="the proof", limit=MAX_NOTE_BYTES)
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or not checkpoint or lines.pop(0) != PROOF_HEADER:
        raise BadFormat(f"this is not a proof: it does not begin with {PROOF_HEADER}", hint=DAMAGED)
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = read_base64(lines.pop(0).removeprefix("extra "), what="the extra data")
    if not lines or not lines[0].startswith("index "):
        raise BadFormat("the proof does not say which entry it is about", hint=DAMAGED)
    index = read_decimal(lines.pop(0).removeprefix("index "), what="the index")
    if len(lines) > _MAX_HASHES:
        raise BadFormat(f"an inclusion proof has at most {_MAX_HASHES} hashes", hint=DAMAGED)
    hashes = tuple(read_hash(line, what="a hash of the proof") for line in lines)
    return TlogProof(index, hashes, checkpoint.encode(), extra)
