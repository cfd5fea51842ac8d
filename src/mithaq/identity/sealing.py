"""Sealing a short secret to one person's key, bound to what it is for.

HPKE (RFC 9180), X25519, HKDF-SHA256, AES-128-GCM. What a sealing is for goes into HPKE's `info` as canonical
JSON: opened with the right key but for another purpose, epoch, pair, request or case, it does not open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from mithaq.identity.errors import BadPublicKey, DoesNotOpen
from mithaq.kernel.canonical import Json, compact

Purpose: TypeAlias = Mapping[str, Json]
"""What a sealing is for; every field of it must be repeated, byte for byte, to open it."""

KEY_BYTES: Final = 32
"""Length of an X25519 key, public or private (RFC 7748)."""

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


def public_of(private: bytes) -> bytes:
    """Give the public half of a raw X25519 private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, plain: bytes, purpose: Purpose) -> bytes:
    """Seal to the holder of a public key; raises BadPublicKey for one that nobody can hold."""
    try:
        return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=compact(dict(purpose)))
    except ValueError as error:
        raise BadPublicKey(
            "this is not a public key that anything can be sealed to",
            hint="Take the public half that `mithaq unlock keygen` printed.",
        ) from error


def open_sealed(private: bytes, sealed: bytes, purpose: Purpose) -> bytes:
    """Open what was sealed to this key for exactly this purpose; raises DoesNotOpen for anything else."""
    try:
        return _SUITE.decrypt(
            sealed, X25519PrivateKey.from_private_bytes(private), info=compact(dict(purpose))
        )
    except (InvalidTag, ValueError) as error:
        raise DoesNotOpen(
            "this does not open with this key for this purpose",
            hint="It is sealed to another key, or made for another request, case, pair or epoch.",
        ) from error


def fingerprint_of(public: bytes) -> str:
    """Name a public key so that two people can compare it aloud: 32 hex digits of its SHA-256.

    128 bits, so that nobody can make a second key of the same name.
    """
    return hashlib.sha256(public).hexdigest()[:32]
