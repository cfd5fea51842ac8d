"""Text that exists in both languages, and how a locale picks one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Locale: TypeAlias = Literal["en", "ar"]

COMMAS: Final[Mapping[Locale, str]] = MappingProxyType({"en": ", ", "ar": "، "})
"""What stands between the parts of a list, even of names that are written in Latin letters."""


@dataclass(frozen=True, slots=True)
class LocalisedText:
    """One text in English and Arabic.

    Where somebody outside wrote it in one language only (a claim's text), both fields hold that one.
    """

    en: str
    ar: str

    def in_(self, locale: Locale) -> str:
        """Give the text in the language of the locale."""
        return self.ar if locale == "ar" else self.en
