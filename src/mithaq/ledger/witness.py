"""A witness: someone outside who cosigns only checkpoints that continue what they have seen before.

This is the core of C2SP tlog-witness v1.0.0 without its web server: a request's body goes in, status and
body of the answer come out. Whoever runs it needs the log's public key and a folder, nothing of Mithaq's
database. Source: https://c2sp.org/tlog-witness
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from mithaq.kernel.clock import Clock
from mithaq.ledger.checkpoint import Checkpoint, parse_checkpoint
from mithaq.ledger.cosignature import CosignatureSigner
from mithaq.ledger.errors import BadFormat, BadSignature, LedgerDamaged, NotProven
from mithaq.ledger.folder import write_durably
from mithaq.ledger.note import MAX_NOTE_BYTES, Note, Verifier, parse_note, verified_by
from mithaq.ledger.text import read_decimal, read_hash, read_text, to_base64
from mithaq.ledger.tree import EMPTY_ROOT, check_consistency

_MAX_PROOF_LINES: Final = 63
_SIZE_TYPE: Final = "text/x.tlog.size"
_TEXT_TYPE: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers to `add-checkpoint`."""

    status: HTTPStatus
    body: str
    content_type: str = _TEXT_TYPE


@dataclass(frozen=True, slots=True)
class Submission:
    """A request to `add-checkpoint`: the size the log thinks we know, the proof from there, its new head."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def encode(self) -> bytes:
        """Write the request's body."""
        lines = [f"old {self.old}", *map(to_base64, self.proof), "", ""]
        return "\n".join(lines).encode() + self.note.encode()


def parse_submission(raw: bytes) -> Submission:
    """Read a request's body; raises BadFormat."""
    text = read_text(raw, what="the request", limit=MAX_NOTE_BYTES)
    head, _, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if not first.startswith("old ") or len(lines) > _MAX_PROOF_LINES:
        raise BadFormat("the request does not begin with the old size and at most 63 hashes")
    old = read_decimal(first.removeprefix("old "), what="the old size")
    proof = tuple(read_hash(line, what="a hash of the proof") for line in lines)
    return Submission(old, proof, parse_note(note.encode()))


class WitnessMemory:
    """The last checkpoint cosigned for each log: one small file each, replaced under a lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def of(self, origin: str) -> Iterator[_Slot]:
        """Hold what is remembered of one log, and nobody else's hands on it."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # An origin may hold anything that a file name may not.
        path = self._folder / hashlib.sha256(origin.encode()).hexdigest()
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield _Slot(path)


class _Slot:
    """What is remembered of one log."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, origin: str) -> Checkpoint:
        """Give the last checkpoint, or the empty tree; raises LedgerDamaged if the file was altered."""
        try:
            checkpoint = parse_checkpoint(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return Checkpoint(origin, 0, EMPTY_ROOT)
        except (BadFormat, UnicodeError) as error:
            raise _altered(self._path) from error
        if checkpoint.origin != origin:
            raise _altered(self._path)
        return checkpoint

    def write(self, checkpoint: Checkpoint) -> None:
        """Remember a checkpoint durably, before anything is answered; raises LedgerError."""
        write_durably(self._path, checkpoint.text().encode())


def _altered(path: Path) -> LedgerDamaged:
    return LedgerDamaged(
        "what this witness remembers of the log is damaged",
        file=str(path),
        hint="Restore it from your own copy. Starting afresh would let the log start afresh too.",
    )


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness for the logs it knows by origin and key."""

    signer: CosignatureSigner
    logs: Mapping[str, Sequence[Verifier]]
    memory: WitnessMemory
    clock: Clock

    def add_checkpoint(self, raw: bytes) -> Answer:
        """Answer a request: 200 with the cosignature, or why not (400, 403, 404, 409, 422)."""
        try:
            submission = parse_submission(raw)
            checkpoint = parse_checkpoint(submission.note.text)
        except BadFormat as error:
            return Answer(HTTPStatus.BAD_REQUEST, f"{error.message}\n")
        keys = self.logs.get(checkpoint.origin)
        if keys is None:
            return Answer(HTTPStatus.NOT_FOUND, "this witness does not know the log\n")
        try:
            signed = bool(verified_by(submission.note, keys))
        except BadSignature:
            signed = False
        if not signed:
            return Answer(HTTPStatus.FORBIDDEN, "no trusted key of the log signed this\n")
        if submission.old > checkpoint.size:
            return Answer(HTTPStatus.BAD_REQUEST, "the old size is larger than the checkpoint's\n")
        with self.memory.of(checkpoint.origin) as slot:
            return self._cosign(submission, checkpoint, slot)

    def _cosign(self, submission: Submission, checkpoint: Checkpoint, slot: _Slot) -> Answer:
        known = slot.read(checkpoint.origin)
        same_size_other_root = known.size == checkpoint.size and known.root != checkpoint.root
        if submission.old != known.size or same_size_other_root:
            return Answer(HTTPStatus.CONFLICT, f"{known.size}\n", _SIZE_TYPE)
        try:
            check_consistency(known.size, checkpoint.size, known.root, checkpoint.root, submission.proof)
        except (NotProven, BadFormat) as error:
            return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error.message}\n")
        slot.write(checkpoint)
        cosignature = self.signer.cosign(submission.note.text, int(self.clock().timestamp()))
        return Answer(HTTPStatus.OK, cosignature.line())
