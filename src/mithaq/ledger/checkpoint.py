"""Checkpoints: the signed head of a tree, as C2SP tlog-checkpoint v1.0.0 defines it.

Three lines: origin, size, root hash in base64. The log's key has the origin as its name.
Source: https://c2sp.org/tlog-checkpoint@v1.0.0
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mithaq.ledger.errors import BadFormat, BadSignature
from mithaq.ledger.note import Ed25519Signer, Note, Verifier, open_note
from mithaq.ledger.text import DAMAGED, read_decimal, read_hash, to_base64
from mithaq.ledger.tree import EMPTY_ROOT

_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says about itself at one size."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Further lines; ours writes none, and nobody should rely on another log's."""

    def text(self) -> str:
        """Write the text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    def signed(self, signer: Ed25519Signer) -> Note:
        """Sign it. Whether it may be signed is the publisher's question, not this one's."""
        return signer.sign(self.text())


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; raises BadFormat."""
    lines = text.split("\n")
    if lines.pop() or len(lines) < _LINES or not all(lines):
        raise BadFormat("a checkpoint has three or more lines, none of them empty", hint=DAMAGED)
    origin, size_line, root_line, *extensions = lines
    size = read_decimal(size_line, what="the size of the tree")
    root = read_hash(root_line, what="the root of the tree")
    if size == 0 and root != EMPTY_ROOT:
        raise BadFormat("the root of an empty tree is the hash of nothing", hint=DAMAGED)
    return Checkpoint(origin, size, root, tuple(extensions))


def open_checkpoint(raw: bytes, verifiers: Sequence[Verifier], *, origin: str) -> tuple[Checkpoint, Note]:
    """Read a signed checkpoint of the log `origin`; raises BadFormat, BadSignature."""
    note = open_note(raw, verifiers)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise BadSignature(
            f"the checkpoint is that of {checkpoint.origin}, not of {origin}",
            hint="A key that signs for several logs must not lend one log's head to another.",
        )
    return checkpoint, note
