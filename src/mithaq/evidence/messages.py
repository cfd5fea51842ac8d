"""The sentences of a review, in English and Arabic, from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from mithaq.evidence.errors import EvidenceInputError

LOCALES: Final = ("en", "ar")

_ARABIC_DIGITS: Final = str.maketrans({**{str(n): chr(0x0660 + n) for n in range(10)}, ",": "٬", ".": "٫"})


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Give every message by key and locale."""
    return tomllib.loads((files("mithaq.evidence") / "messages.toml").read_text(encoding="utf-8"))


def message(key: str, locale: str, **values: str | float) -> str:
    """Write a message in a locale with its placeholders filled; numbers are written in the locale's digits.

    Raises EvidenceInputError for a key or locale that does not exist or a placeholder without value.
    """
    known = catalogue().get(key)
    if known is None or locale not in known:
        raise EvidenceInputError(
            f"there is no message {key!r} in {locale!r}", field=key, hint="Add it to evidence/messages.toml."
        )
    written = {name: _written(value, locale) for name, value in values.items()}
    try:
        return known[locale].format_map(written)
    except KeyError as missing:
        raise EvidenceInputError(
            f"message {key!r} needs a value for {missing}", field=key, hint="Pass it with the note."
        ) from missing


def _written(value: str | float, locale: str) -> str:
    if isinstance(value, str):
        return value
    whole = isinstance(value, int) or float(value).is_integer()
    text = f"{int(value):,}" if whole else f"{value:,.6g}"
    return text.translate(_ARABIC_DIGITS) if locale == "ar" else text
