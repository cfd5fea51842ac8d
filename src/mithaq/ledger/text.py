"""Small readers that the ledger's text formats share; each lets only BadFormat escape."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from mithaq.ledger.errors import BadFormat
from mithaq.ledger.tree import HASH_BYTES, MAX_SIZE

DAMAGED: Final = "Fetch or copy it again; it is damaged, or it is something else."

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def to_base64(raw: bytes) -> str:
    """Write bytes in standard base64 with padding."""
    return base64.b64encode(raw).decode("ascii")


def read_base64(text: str, *, what: str) -> bytes:
    """Read standard base64 in its one canonical spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadFormat(f"{what} is not base64", hint=DAMAGED) from error
    if to_base64(raw) != text:
        raise BadFormat(f"{what} is not base64 in its canonical spelling", hint=DAMAGED)
    return raw


def read_hash(text: str, *, what: str) -> bytes:
    """Read a base64 SHA-256 hash."""
    raw = read_base64(text, what=what)
    if len(raw) != HASH_BYTES:
        raise BadFormat(f"{what} has {len(raw)} bytes instead of {HASH_BYTES}", hint=DAMAGED)
    return raw


def read_decimal(text: str, *, what: str) -> int:
    """Read an ASCII decimal without leading zeroes, at most 2⁶³ - 1."""
    if not _DECIMAL.fullmatch(text) or (value := int(text)) > MAX_SIZE:
        raise BadFormat(f"{what} is not a plain decimal number", hint=DAMAGED)
    return value


def read_text(raw: bytes, *, what: str, limit: int) -> str:
    """Read UTF-8 without control characters other than the newline."""
    if len(raw) > limit:
        raise BadFormat(f"{what} is longer than {limit:,} bytes", hint=DAMAGED)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFormat(f"{what} is not UTF-8", hint=DAMAGED) from error
    if any(character < " " and character != "\n" for character in text):
        raise BadFormat(f"{what} holds control characters", hint=DAMAGED)
    return text
