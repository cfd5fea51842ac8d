"""What the publisher keeps outside the database: its signing key, and the last checkpoint it gave out.

Both are files. The key (mode 0600) has its public half beside it. The checkpoint is written before the
database learns of it; whoever puts an old database back is then found out before anything is signed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint
from mithaq.ledger.entries import Entropy
from mithaq.ledger.errors import BadFormat, BadLedgerKey, BadSignature, LedgerError, RefusesToSign
from mithaq.ledger.folder import write_durably
from mithaq.ledger.note import ED25519_KEY_BYTES, Ed25519Signer, make_signer, parse_signer

_MAX_FILE_BYTES: Final = 1_000_000
_REMEDY: Final = "Restore the key file from your safe; a new key makes a new log, which continues nothing."


@dataclass(frozen=True, slots=True)
class Places:
    """Where the publisher's files lie."""

    key: Path
    kept: Path
    """The last checkpoint given out. Best on another machine's disk, and never in the database's backup."""

    @property
    def public_key(self) -> Path:
        """The public key as people hand it to each other."""
        return self.key.with_name(self.key.name + ".pub")


def places_from(environment: Mapping[str, str], home: Path) -> Places:
    """Give the places: MITHAQ_LEDGER_KEY, else in the home; MITHAQ_LEDGER_KEPT, else beside the home."""
    key = environment.get("MITHAQ_LEDGER_KEY") or home / "ledger.key"
    kept = environment.get("MITHAQ_LEDGER_KEPT") or home.with_name(f"{home.name}.checkpoint")
    return Places(Path(key), Path(kept))


def load_signer(places: Places) -> Ed25519Signer:
    """Read the signing key; raises BadLedgerKey."""
    path = places.key
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        with path.open("r", encoding="ascii") as stream:
            text = stream.read(_MAX_FILE_BYTES)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise BadLedgerKey(f"no signing key: {reason}", file=str(path), hint=_REMEDY) from error
    except UnicodeError as error:
        raise BadLedgerKey("this is not a signing key", file=str(path), hint=_REMEDY) from error
    if mode & 0o077:
        raise BadLedgerKey(
            f"the signing key may be read by others (mode {mode:04o})",
            file=str(path),
            hint="Run chmod 600 on it, and think about who may have signed with it already.",
        )
    try:
        return parse_signer(text)
    except BadFormat as error:
        raise BadLedgerKey("this is not a signing key", file=str(path), hint=_REMEDY) from error


def load_or_make_signer(places: Places, origin: str, entropy: Entropy) -> Ed25519Signer:
    """Read the signing key, or make it on first use; raises BadLedgerKey if it is another log's."""
    if not os.path.lexists(places.key):
        signer = make_signer(origin, entropy(ED25519_KEY_BYTES))
        _write_secret(places.key, signer.skey() + "\n", entropy)
    signer = load_signer(places)
    if signer.name != origin:
        raise BadLedgerKey(
            f"the key is that of {signer.name}, not of {origin}", file=str(places.key), hint=_REMEDY
        )
    write_durably(places.public_key, (signer.verifier.vkey() + "\n").encode())
    return signer


def read_kept(places: Places, signer: Ed25519Signer) -> Checkpoint | None:
    """Give the last checkpoint that was given out, None if there is no file; raises RefusesToSign."""
    try:
        with places.kept.open("rb") as stream:
            raw = stream.read(_MAX_FILE_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RefusesToSign(
            f"the checkpoint kept outside cannot be read: {error.strerror}",
            file=str(places.kept),
            hint="Make it readable again. Without it nobody can tell whether an old database was put back.",
        ) from error
    try:
        kept, _ = open_checkpoint(raw, [signer.verifier], origin=signer.name)
    except (BadFormat, BadSignature) as error:
        raise RefusesToSign(
            f"the checkpoint kept outside is not ours: {error.message}",
            file=str(places.kept),
            hint="Put the newest checkpoint that anyone kept in its place.",
        ) from error
    return kept


def keep(places: Places, note: bytes) -> None:
    """Keep a checkpoint outside, durably, in place of the one before; raises LedgerError."""
    write_durably(places.kept, note)


def _write_secret(path: Path, text: str, entropy: Entropy) -> None:
    """Put a whole 0600 file in place unless one is there."""
    temporary = path.with_name(f".{path.name}.{entropy(8).hex()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
        temporary.unlink()
    except OSError as error:
        raise LedgerError(
            f"the signing key cannot be written: {error.strerror}",
            file=str(path),
            hint="Name another place with MITHAQ_LEDGER_KEY.",
        ) from error
