"""Ids that say nothing about what they name: a prefix and 128 random bits."""

from __future__ import annotations

import base64
from collections.abc import Callable


def public_id(prefix: str, entropy: Callable[[int], bytes]) -> str:
    """Give `<prefix>_` and 26 lower-case base32 characters over 16 bytes of the entropy given."""
    return f"{prefix}_{base64.b32encode(entropy(16)).decode('ascii').rstrip('=').lower()}"
