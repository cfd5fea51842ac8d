"""Cosignatures: what a witness adds to a checkpoint, as C2SP tlog-cosignature defines it.

Two kinds are verified: Ed25519 (v1.0.1) and ML-DSA-44 (v1.1.0-rc.1). Both carry the time at which the witness
saw the checkpoint as the largest one consistent with all before. Source: https://c2sp.org/tlog-cosignature
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from mithaq.ledger.checkpoint import parse_checkpoint
from mithaq.ledger.errors import BadFormat
from mithaq.ledger.note import (
    ED25519_KEY_BYTES,
    PRIVATE_PREFIX,
    Note,
    Signature,
    check_name,
    ed25519_verifies,
    key_parts,
    make_key_id,
    parse_vkey,
    public_of,
    verified_by,
    write_vkey,
)
from mithaq.ledger.text import DAMAGED, to_base64
from mithaq.ledger.tree import MAX_SIZE

ED25519_COSIGNATURE: Final = 0x04
ML_DSA_44_COSIGNATURE: Final = 0x06

_PUBLIC_BYTES: Final = {ED25519_COSIGNATURE: ED25519_KEY_BYTES, ML_DSA_44_COSIGNATURE: 1312}
_SIGNATURE_BYTES: Final = {ED25519_COSIGNATURE: 64, ML_DSA_44_COSIGNATURE: 2420}
_TIME_BYTES: Final = 8
_MAX_NAME_BYTES: Final = 255
_LABEL: Final = b"subtree/v1\n\0"


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's public key."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its cosignatures."""
        return make_key_id(self.name, self.kind, self.public)

    def verify(self, text: str, body: bytes) -> bool:
        """Say whether the cosignature over the checkpoint `text` is this witness's."""
        if len(body) != _TIME_BYTES + _SIGNATURE_BYTES[self.kind]:
            return False
        time, signature = _time_of(body), body[_TIME_BYTES:]
        if time > MAX_SIZE:
            return False
        if self.kind == ED25519_COSIGNATURE:
            return ed25519_verifies(self.public, signature, _ed25519_message(text, time))
        try:
            message = _ml_dsa_message(self.name, text, time)
            MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError, BadFormat):
            return False
        return True

    def vkey(self) -> str:
        """Write the key as people hand it to each other."""
        return write_vkey(self.name, self.kind, self.public)


@dataclass(frozen=True, slots=True)
class CosignatureSigner:
    """A witness's private key: 32 bytes, an Ed25519 or an ML-DSA-44 seed."""

    name: str
    kind: int
    seed: bytes

    def __repr__(self) -> str:
        return f"CosignatureSigner(name={self.name!r}, kind={self.kind})"

    @property
    def cosigner(self) -> Cosigner:
        """The public half."""
        if self.kind == ED25519_COSIGNATURE:
            return Cosigner(self.name, self.kind, public_of(self.seed))
        public = MLDSA44PrivateKey.from_seed_bytes(self.seed).public_key().public_bytes_raw()
        return Cosigner(self.name, self.kind, public)

    def cosign(self, text: str, time: int) -> Signature:
        """Cosign the checkpoint `text` at a time in seconds since the epoch; raises BadFormat."""
        parse_checkpoint(text)
        if self.kind == ED25519_COSIGNATURE:
            key = Ed25519PrivateKey.from_private_bytes(self.seed)
            signature = key.sign(_ed25519_message(text, time))
        else:
            message = _ml_dsa_message(self.name, text, time)
            signature = MLDSA44PrivateKey.from_seed_bytes(self.seed).sign(message)
        return Signature(self.name, self.cosigner.key_id, struct.pack(">Q", time) + signature)

    def skey(self) -> str:
        """Write the private key in text."""
        head = f"{PRIVATE_PREFIX}{self.name}+{self.cosigner.key_id.hex()}+"
        return head + to_base64(bytes([self.kind]) + self.seed)


def parse_cosigner(text: str) -> Cosigner:
    """Read a witness's public key; raises BadFormat."""
    name, kind, public = parse_vkey(text)
    if len(public) != _PUBLIC_BYTES.get(kind):
        raise BadFormat(
            "this is not the key of a witness",
            hint="A witness's key is of the type 4 (Ed25519) or 6 (ML-DSA-44).",
        )
    return Cosigner(name, kind, public)


def parse_cosignature_signer(text: str) -> CosignatureSigner:
    """Read a witness's private key; raises BadFormat. The message never quotes the key."""
    stripped = text.strip()
    if not stripped.startswith(PRIVATE_PREFIX):
        raise BadFormat("this is not a private key", hint=f"It begins with {PRIVATE_PREFIX}.")
    name, kind, seed, key_id = key_parts(stripped.removeprefix(PRIVATE_PREFIX), what="the private key")
    if kind not in _PUBLIC_BYTES:
        raise BadFormat("this is not the private key of a witness", hint=DAMAGED)
    signer = make_cosignature_signer(name, kind, seed)
    if signer.cosigner.key_id.hex() != key_id:
        raise BadFormat("the private key does not match its own id", hint=DAMAGED)
    return signer


def make_cosignature_signer(name: str, kind: int, seed: bytes) -> CosignatureSigner:
    """Make a witness's key from 32 random bytes; raises BadFormat."""
    check_name(name)
    if len(seed) != ED25519_KEY_BYTES or len(name.encode()) > _MAX_NAME_BYTES:
        raise BadFormat(
            "a witness has a short name and a seed of 32 bytes", hint="Give as many random bytes."
        )
    return CosignatureSigner(name, kind, seed)


def cosigned_at(note: Note, cosigners: Sequence[Cosigner]) -> dict[str, int]:
    """Give when each of these witnesses cosigned, in seconds since the epoch; raises BadSignature.

    A witness that has not cosigned is missing from the result; a false cosignature spoils the note.
    """
    verified = {(found.name, found.key_id) for found in verified_by(note, cosigners)}
    times: dict[str, int] = {}
    for signature in note.signatures:
        if (signature.name, signature.key_id) in verified:
            times.setdefault(signature.name, _time_of(signature.body))
    return times


def _time_of(body: bytes) -> int:
    (time,) = struct.unpack_from(">Q", body)
    return int(time)


def _ed25519_message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _ml_dsa_message(name: str, text: str, time: int) -> bytes:
    checkpoint = parse_checkpoint(text)
    names = b""
    for word in (name, checkpoint.origin):
        raw = word.encode()
        if len(raw) > _MAX_NAME_BYTES:
            raise BadFormat("the name of a log or witness is longer than 255 bytes", hint=DAMAGED)
        part = bytes([len(raw)]) + raw
        names += part if names else part + struct.pack(">Q", time)
    return _LABEL + names + struct.pack(">QQ", 0, checkpoint.size) + checkpoint.root
