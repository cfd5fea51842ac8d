"""A decision's content as canonical JSON (RFC 8785) and its digest, and back."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import rfc8785
from pydantic import TypeAdapter, ValidationError

from mithaq.review.errors import BadDecision
from mithaq.review.measures import Content

_CONTENT: Final = TypeAdapter(Content)


def document(content: Content) -> dict[str, Any]:
    """Give the content as plain JSON values; moments are written in UTC with a Z."""
    values: dict[str, Any] = _CONTENT.dump_python(content, mode="json")
    return values


def canonical(content: Content) -> str:
    """Write the content in the one way in which its digest is taken."""
    return rfc8785.dumps(document(content)).decode()


def digest_of(text: str) -> str:
    """Give `sha256:` and 64 hexadecimal digits over the UTF-8 bytes of a text."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def read(text: str) -> Content:
    """Read a stored content; raises BadDecision if it is none."""
    try:
        return _CONTENT.validate_json(text)
    except ValidationError as error:
        raise BadDecision(
            "a stored decision cannot be read", hint="Run `mithaq ledger fsck`: it finds what was altered."
        ) from error
