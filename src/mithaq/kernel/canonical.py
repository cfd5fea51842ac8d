"""JSON written in one way only, so that equal documents are equal bytes."""

from __future__ import annotations

import json
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def pretty(document: object) -> str:
    """Write a document for people and scripts: two spaces, keys in their given order, a final newline.

    NaN and infinities raise ValueError: they are not JSON, and an unknown must be said as null.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def compact(document: object) -> bytes:
    """Write a document as sorted, separator-minimal UTF-8 bytes, for hashing and storage."""
    return json.dumps(
        document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()
