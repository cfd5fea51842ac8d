"""The lake's key: pseudonyms, keyed hashes and sealing all derive from it.

One secret per *epoch*; from it HKDF-SHA256 (RFC 5869) derives one key per purpose, so that pseudonyms of
different purposes cannot be joined and one derived key says nothing about another. Pseudonyms are
HMAC-SHA256 cut to 128 bits. Native subscription ids are sealed with HPKE (RFC 9180) to a public key whose
private half is no part of the key file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Entropy: TypeAlias = Callable[[int], bytes]
"""Gives so many unpredictable bytes; `secrets.token_bytes` outside tests."""

SECRET_BYTES: Final = 32
_PSEUDONYM_BYTES: Final = 16
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


class KeyPurpose(StrEnum):
    """What a derived key is for; each purpose has a key of its own."""

    SUBSCRIPTION = "subscription"
    BUCKET = "bucket"
    PRINCIPAL = "principal"
    SUBJECT = "subject"
    OBJECT = "object"
    EVENT_ID = "event-id"
    KEY_ID = "key-id"


_PREFIX: Final = {KeyPurpose.SUBSCRIPTION: "s", KeyPurpose.BUCKET: "b"}


@dataclass(frozen=True, slots=True, repr=False)
class EpochKey:
    """One epoch's secret. Has no repr, so that no log or traceback can show it."""

    epoch: int
    secret: bytes

    def derive(self, purpose: KeyPurpose) -> bytes:
        """Derive the 32-byte key of a purpose."""
        info = f"mithaq/v1/{purpose.value}/{self.epoch}".encode()
        return HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=info).derive(self.secret)

    def pseudonym(self, purpose: KeyPurpose, value: str) -> str:
        """Give the pseudonym of a native value: `s1_` and 26 base32 characters."""
        tag = hmac.digest(self.derive(purpose), value.encode("utf-8", "surrogatepass"), "sha256")
        return f"{_PREFIX[purpose]}{self.epoch}_{_base32(tag[:_PSEUDONYM_BYTES])}"


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """All epochs of a lake's key, oldest first, and the public key that native ids are sealed to."""

    epochs: tuple[EpochKey, ...]
    unlock_public: bytes
    """Raw X25519 public key, 32 bytes."""

    @property
    def current(self) -> EpochKey:
        """The epoch that new data is blinded under."""
        return self.epochs[-1]

    @property
    def key_id(self) -> str:
        """Name the key without giving it away: a keyed digest of its first epoch, 32 hex digits."""
        return hmac.digest(self.epochs[0].derive(KeyPurpose.KEY_ID), b"key id", "sha256").hex()[:32]

    def pseudonyms(self, subscription: str) -> Sequence[str]:
        """Give a native subscription's pseudonym in every epoch, oldest first."""
        return [epoch.pseudonym(KeyPurpose.SUBSCRIPTION, subscription) for epoch in self.epochs]

    def seal(self, subscription: str) -> bytes:
        """Seal a native subscription id for the two-person unlock, bound to its own pseudonym."""
        bound = self.current.pseudonym(KeyPurpose.SUBSCRIPTION, subscription)
        public = X25519PublicKey.from_public_bytes(self.unlock_public)
        return _SUITE.encrypt(subscription.encode(), public, info=_seal_info(bound))


def unseal(sealed: bytes, *, pseudonym: str, unlock_private: bytes) -> str:
    """Open a sealed subscription id; raises cryptography's InvalidTag for another key or pseudonym."""
    private = X25519PrivateKey.from_private_bytes(unlock_private)
    return _SUITE.decrypt(sealed, private, info=_seal_info(pseudonym)).decode()


def _seal_info(pseudonym: str) -> bytes:
    return b"mithaq/v1/sealed-subscription/" + pseudonym.encode()


def make_keyring(entropy: Entropy, *, unlock_private: bytes | None = None) -> tuple[Keyring, bytes]:
    """Make a key of one epoch; returns it and the private unlock key (32 bytes), to be kept elsewhere.

    An unlock key that is there already may be given.
    """
    private = X25519PrivateKey.from_private_bytes(unlock_private or entropy(SECRET_BYTES))
    public = private.public_key().public_bytes_raw()
    return Keyring((EpochKey(1, entropy(SECRET_BYTES)),), public), private.private_bytes_raw()


def fingerprint(raw: bytes) -> str:
    """Short public name of a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(raw).hexdigest()[:16]
