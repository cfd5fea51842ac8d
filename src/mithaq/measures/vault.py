"""Secrets of measures: derived where they can be, sealed where they must be kept.

The passwords of what probes need are derived from the worker's key and the plan's nonce, so nobody stores
them. What was handed out by a target (a token, a signed link) is sealed with AES-256-GCM under the same key.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mithaq.identity.keyfile import read_private, write_new
from mithaq.kernel.canonical import compact
from mithaq.ledger.entries import Entropy
from mithaq.measures.errors import WorldMoved

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_REMEDY: Final = "Put measures.key back from the copy of the keys; what was sealed opens with no other."


@dataclass(frozen=True, slots=True)
class Vault:
    """Derives and seals under one key of 32 bytes."""

    key: bytes = field(repr=False)

    def derive(self, *about: str) -> str:
        """Give a secret of 32 base32 characters that depends on the key and on every word of `about`."""
        raw = HKDF(hashes.SHA256(), 20, salt=None, info=compact(["derive", *about])).derive(self.key)
        return base64.b32encode(raw).decode()

    def seal(self, plain: bytes, about: str, entropy: Entropy) -> bytes:
        """Seal something that belongs to `about`, and opens for nothing else."""
        nonce = entropy(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Open what was sealed; raises WorldMoved if it was altered, or sealed under another key."""
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise WorldMoved("a sealed secret does not open", hint=_REMEDY) from error


def vault_in(home: Path, entropy: Entropy) -> Vault:
    """Open the vault of a home, and make its key on first use; raises BadKeyFile."""
    path = home / "measures.key"
    if not path.exists():
        write_new(path, base64.b64encode(entropy(_KEY_BYTES)) + b"\n", entropy)
    return Vault(base64.b64decode(read_private(path, remedy=_REMEDY)))
