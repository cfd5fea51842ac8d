"""Key files: one for the lake's key, one beside it for the private unlock key; both 0600."""

from __future__ import annotations

import base64
import binascii
import os
import stat
from pathlib import Path
from typing import Final

import msgspec

from mithaq.identity.errors import BadKeyFile
from mithaq.identity.keyring import SECRET_BYTES, Entropy, EpochKey, Keyring, make_keyring
from mithaq.kernel.canonical import pretty

_FORMAT: Final = "mithaq/key/v1"
_REMEDY: Final = "Use the key file that the first ingest made; without it the lake cannot be read."
_UNLOCK_REMEDY: Final = "Use the file `<lake>.key.unlock` that the first ingest made."


class _Epoch(msgspec.Struct, forbid_unknown_fields=True):
    epoch: int
    secret: str


class _KeyFile(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    epochs: list[_Epoch]
    unlock_public: str


def unlock_path(key_file: Path) -> Path:
    """Where the private unlock key lies when a key is made, until it is split between two people."""
    return key_file.with_name(key_file.name + ".unlock")


def load_keyring(path: Path) -> Keyring:
    """Read a key file; raises BadKeyFile when it is missing, open to others or not a key file."""
    raw = read_private(path, remedy=_REMEDY)
    try:
        document = msgspec.json.decode(raw, type=_KeyFile)
        epochs = tuple(EpochKey(e.epoch, _raw(e.secret)) for e in document.epochs)
        public = _raw(document.unlock_public)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise BadKeyFile("this is not a Mithaq key", file=str(path), hint=_REMEDY) from error
    if document.format != _FORMAT or not epochs:
        raise BadKeyFile("this is not a Mithaq key of a known format", file=str(path), hint=_REMEDY)
    return Keyring(tuple(sorted(epochs, key=lambda epoch: epoch.epoch)), public)


def load_unlock_private(path: Path) -> bytes:
    """Read the private unlock key (32 bytes); raises BadKeyFile as load_keyring does."""
    try:
        return _raw(read_private(path, remedy=_UNLOCK_REMEDY).decode("ascii").strip())
    except ValueError as error:
        raise BadKeyFile("this is not a private unlock key", file=str(path), hint=_UNLOCK_REMEDY) from error


def read_private(path: Path, *, remedy: str) -> bytes:
    """Read a file that its owner alone may read; raises BadKeyFile."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        raw = path.read_bytes()
    except OSError as error:
        raise BadKeyFile(f"the key cannot be read: {error.strerror}", file=str(path), hint=remedy) from error
    if mode & 0o077:
        raise BadKeyFile(
            f"the key may be read by others (mode {mode:04o})",
            file=str(path),
            hint="Run chmod 600 on it, and think about who has read it already.",
        )
    return raw


def load_or_make_keyring(path: Path, entropy: Entropy) -> Keyring:
    """Read the key, or make it on first use; when two make it at once, both use the one that came first.

    The unlock key is put in place before the key that names its public half: whoever is interrupted in
    between, or comes second, goes on with the unlock key that is there. No key is ever without it.
    """
    if os.path.lexists(path):
        return load_keyring(path)
    _, private = make_keyring(entropy)
    unlock = unlock_path(path)
    try:
        write_new(unlock, (_text(private) + "\n").encode(), entropy)
        keyring, _ = make_keyring(entropy, unlock_private=_raw(unlock.read_text("ascii").strip()))
        document = {
            "format": _FORMAT,
            "epochs": [{"epoch": e.epoch, "secret": _text(e.secret)} for e in keyring.epochs],
            "unlock_public": _text(keyring.unlock_public),
        }
        write_new(path, pretty(document).encode(), entropy)
    except ValueError as error:
        raise BadKeyFile(
            "an unlock key lies here that is none", file=str(unlock), hint="Move it away, or restore it."
        ) from error
    except OSError as error:
        raise BadKeyFile(
            f"the key cannot be written: {error.strerror}",
            file=str(path),
            hint="Name another place with --key or MITHAQ_KEY_FILE.",
        ) from error
    return load_keyring(path)


def write_new(path: Path, content: bytes, entropy: Entropy) -> bool:
    """Put a whole 0600 file in place unless one is there; says whether it did. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{entropy(8).hex()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) != SECRET_BYTES:
        raise ValueError(len(raw))
    return raw
