"""Secrets that are shown once: made from given randomness, kept only as their hash."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from mithaq.ledger.acts import Entropy

TOKEN_PREFIX: Final = "mithaq_"  # noqa: S105  # what every token begins with, so that scanners find leaked ones


def new_pseudonym(entropy: Entropy) -> str:
    """Give `p_` and 26 base32 characters: 128 random bits that say nothing about the person."""
    return "p_" + base64.b32encode(entropy(16)).decode().rstrip("=").lower()


def new_secret(entropy: Entropy, prefix: str = "") -> str:
    """Give 256 random bits as text that fits into an address."""
    return prefix + base64.urlsafe_b64encode(entropy(32)).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """Give the SHA-256 under which a secret is kept; with 256 random bits it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
