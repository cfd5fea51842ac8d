"""Checking the ledger of a running Mithaq in bounded time: its head in full, and a sample of its entries.

What `fsck` derives from all entries takes as long as there are entries; this takes as long for a million as
for some thousands. A false signature, a root that the tiles do not lead to, and a history that was cut off or
replaced are found with certainty; an altered entry only if it is among those looked at. The check runs on the
server that it judges: whoever altered the ledger could have altered the check as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from mithaq.kernel.clock import format_instant
from mithaq.ledger import queries
from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint
from mithaq.ledger.entries import Entropy, commitment, parse_entry
from mithaq.ledger.errors import BadFormat, BadSignature, LedgerDamaged, NotProven
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.tree import NodeReader, check_inclusion, inclusion_proof, leaf_hash, tree_root
from mithaq.ledger.verify import Trust, check_continues

NEWEST: Final = 200
DRAWN: Final = 300
"""How many of the newest entries are looked at, and how many more at random; a ledger of no more, whole."""


class Fault(StrEnum):
    """What can be found wrong."""

    SIGNATURE = "signature"
    ROOT = "root"
    KEPT = "kept"
    FOLDER = "folder"
    ENTRY = "entry"
    PLACE = "place"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong; `seq` is the entry's position where it is about one."""

    fault: Fault
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """What was looked at, and what was found wrong; `size` 0 where nothing has been signed yet."""

    size: int
    looked_at: int
    values: int
    """Personal values compared with what their entries commit to."""
    kept: int | None
    """Size of the checkpoint kept outside that the tree continues; None where none was kept."""
    published: int | None
    """Size of the published folder's checkpoint; None where nothing has been published."""
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Say whether every entry under the checkpoint was looked at."""
        return self.looked_at == self.size


def spot_check(
    trust: Trust, *, kept: Sequence[Checkpoint], folder: LedgerFolder, entropy: Entropy
) -> SpotCheck:
    """Check the newest checkpoint, what was kept of older ones, and a sample of the entries below it."""
    newest = queries.latest_checkpoint()
    if newest is None:
        return SpotCheck(0, 0, 0, None, None, ())
    findings: list[Finding] = []
    try:
        head, _note = open_checkpoint(bytes(newest.note), trust.keys, origin=trust.origin)
    except (BadFormat, BadSignature):
        return SpotCheck(newest.size, 0, 0, None, None, (Finding(Fault.SIGNATURE),))
    read = queries.reader(head.size)
    if _fails(partial(_check_root, head, newest.size, read)):
        findings.append(Finding(Fault.ROOT))
    lost = [old for old in kept if _fails(partial(check_continues, old, head, read))]
    findings.extend(Finding(Fault.KEPT) for _ in lost)
    published = _published(folder, trust, head, read, findings)
    chosen = _chosen(head.size, entropy)
    values = _check_entries(chosen, head, read, findings)
    continued = max((old.size for old in kept), default=None)
    return SpotCheck(head.size, len(chosen), values, continued, published, tuple(findings))


def _fails(check: Callable[[], None]) -> bool:
    try:
        check()
    except (BadFormat, NotProven, LedgerDamaged):
        return True
    return False


def _check_root(head: Checkpoint, size: int, read: NodeReader) -> None:
    if head.size != size or tree_root(head.size, read) != head.root:
        raise NotProven("the tiles do not lead to the root that was signed", hint="Run mithaq ledger fsck.")


def _published(
    folder: LedgerFolder, trust: Trust, head: Checkpoint, read: NodeReader, findings: list[Finding]
) -> int | None:
    """Check that the published folder's head is one of this ledger; gives its size."""
    if folder.read("checkpoint") is None:
        return None
    try:
        given_out, _note = open_checkpoint(folder.checkpoint(), trust.keys, origin=trust.origin)
        check_continues(given_out, head, read)
    except (BadFormat, BadSignature, NotProven, LedgerDamaged):
        findings.append(Finding(Fault.FOLDER))
        return None
    return given_out.size


def _chosen(size: int, entropy: Entropy) -> list[int]:
    """Give the positions to look at: the newest, and others drawn without order or preference."""
    if size <= NEWEST + DRAWN:
        return list(range(size))
    older = size - NEWEST
    drawn: set[int] = set()
    while len(drawn) < DRAWN:
        drawn.add(int.from_bytes(entropy(16), "big") % older)
    return [*sorted(drawn), *range(older, size)]


def _check_entries(chosen: Sequence[int], head: Checkpoint, read: NodeReader, findings: list[Finding]) -> int:
    """Check entries, their places in the tree and their personal values; gives how many values."""
    values = 0
    found = {each.seq: each for each in queries.entries_at(chosen)}
    for seq in chosen:
        kept = found.get(seq)
        if kept is None:
            findings.append(Finding(Fault.ENTRY, seq))
            continue
        leaf = leaf_hash(kept.leaf)
        try:
            body = parse_entry(kept.leaf)
        except BadFormat:
            findings.append(Finding(Fault.ENTRY, seq))
            continue
        said = (body.kind, body.case, body.at)
        if leaf != kept.leaf_hash or said != (kept.kind, kept.case, format_instant(kept.at)):
            findings.append(Finding(Fault.ENTRY, seq))
        if _fails(partial(_check_place, seq, leaf, head, read)):
            findings.append(Finding(Fault.PLACE, seq))
        for name, salt, value in kept.sealed:
            values += 1
            if salt is None or value is None:
                continue
            if body.commitments.get(name) != commitment(salt, value):
                findings.append(Finding(Fault.VALUE, seq))
    return values


def _check_place(seq: int, leaf: bytes, head: Checkpoint, read: NodeReader) -> None:
    check_inclusion(seq, head.size, leaf, inclusion_proof(seq, head.size, read), head.root)
