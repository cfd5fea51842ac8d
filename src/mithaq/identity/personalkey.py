"""Personal key files: the private half of a person's key, which never leaves their machine."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from mithaq.identity.errors import BadKeyFile, BadPublicKey
from mithaq.identity.keyfile import read_private, write_new
from mithaq.identity.keyring import Entropy
from mithaq.identity.sealing import KEY_BYTES, fingerprint_of, public_of
from mithaq.kernel.canonical import pretty

_FORMAT: Final = "mithaq/personal-key/v1"
_REMEDY: Final = "Make one with `mithaq unlock keygen`, on the machine where it is to stay."


class _PersonalFile(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    private: str


@dataclass(frozen=True, slots=True, repr=False)
class PersonalKey:
    """A person's X25519 key. Has no repr, so that no log or traceback can show it."""

    private: bytes

    @property
    def public(self) -> bytes:
        """The half that others may know."""
        return public_of(self.private)

    @property
    def fingerprint(self) -> str:
        """The name of the public half, to be compared aloud: 32 hex digits."""
        return fingerprint_of(self.public)


def make_personal_key(path: Path, entropy: Entropy) -> PersonalKey:
    """Make a key and its file (0600); raises BadKeyFile where something lies: none is ever replaced."""
    key = PersonalKey(entropy(KEY_BYTES))
    document = {"format": _FORMAT, "private": base64.b64encode(key.private).decode()}
    try:
        written = write_new(path, pretty(document).encode(), entropy)
    except OSError as error:
        raise BadKeyFile(
            f"the key cannot be written: {error.strerror}", file=str(path), hint="Name another place."
        ) from error
    if not written:
        raise BadKeyFile(
            "something lies here already", file=str(path), hint="Name another file; a key is never replaced."
        )
    return key


def load_personal_key(path: Path) -> PersonalKey:
    """Read a personal key file; raises BadKeyFile when it is missing, open to others or none."""
    raw = read_private(path, remedy=_REMEDY)
    try:
        document = msgspec.json.decode(raw, type=_PersonalFile)
        private = base64.b64decode(document.private, validate=True)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise BadKeyFile("this is not a personal key", file=str(path), hint=_REMEDY) from error
    if document.format != _FORMAT or len(private) != KEY_BYTES:
        raise BadKeyFile("this is not a personal key of a known format", file=str(path), hint=_REMEDY)
    return PersonalKey(private)


def read_public(text: str, *, field: str) -> bytes:
    """Read a public key as it is printed and sent: base64 of 32 bytes; raises BadPublicKey."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise BadPublicKey(
            "this is not a public key: base64 of 32 bytes",
            field=field,
            hint="Send what `mithaq unlock keygen` printed.",
        )
    return raw
