"""What the ledger commands are given: keys as text or file, kept checkpoints, proofs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mithaq.kernel.errors import InputError
from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint
from mithaq.ledger.cosignature import parse_cosigner
from mithaq.ledger.errors import BadFormat, BadSignature
from mithaq.ledger.note import MAX_NOTE_BYTES, parse_verifier
from mithaq.ledger.proof import PROOF_HEADER, parse_proof
from mithaq.ledger.verify import Trust

KEY_HELP: Final = (
    "The log's public key, name+id+base64, or a file that holds it. Get it from people you know."
)
KEPT_HELP: Final = (
    "A checkpoint, or a proof with one, that you kept; the ledger must continue it. Repeatable."
)
WITNESS_HELP: Final = "A witness's public key, or its file; its cosignature is looked for. Repeatable."


class UnreadableFile(InputError):
    """A file that a command was given is missing or cannot be read."""

    code = "unreadable-file"


def read_file(path: Path) -> bytes:
    """Read a key, checkpoint or proof; raises UnreadableFile."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_NOTE_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(
            f"it cannot be read: {error.strerror}", file=str(path), hint="Check the path and your rights."
        ) from error
    if len(raw) > MAX_NOTE_BYTES:
        raise UnreadableFile(
            f"it is longer than {MAX_NOTE_BYTES:,} bytes",
            file=str(path),
            hint="No key, checkpoint or proof is.",
        )
    return raw


def read_trust(key: str, witnesses: Sequence[str] = ()) -> Trust:
    """Read whom to believe; a log's origin is the name of its key. Raises BadFormat, UnreadableFile."""
    verifier = parse_verifier(_key_text(key))
    return Trust(verifier.name, [verifier], [parse_cosigner(_key_text(given)) for given in witnesses])


def read_kept(paths: Sequence[Path], trust: Trust) -> list[Checkpoint]:
    """Read checkpoints that somebody kept; raises BadFormat, BadSignature, UnreadableFile."""
    kept = []
    for path in paths:
        raw = read_file(path)
        try:
            if raw.startswith(PROOF_HEADER.encode()):
                raw = parse_proof(raw).checkpoint
            checkpoint, _ = open_checkpoint(raw, trust.keys, origin=trust.origin)
        except (BadFormat, BadSignature) as error:
            error.file = str(path)
            raise
        kept.append(checkpoint)
    return kept


def _key_text(given: str) -> str:
    """Give a key's text; what holds a plus and is no file is the key itself."""
    path = Path(given)
    if "+" in given and not path.is_file():
        return given
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile("this is not a public key", file=given, hint=KEY_HELP) from error
