"""Pages that hold parts of the report, which writes some names in Latin letters in every language."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.console.people import Seen
from tests.console.people import foreign_words as latin_words

LATIN = re.compile(r"\b(UTC|SHA-256|UUID|[adhmnu]|c\d|[a-z]{2}-[a-z]+-\d)\b")
"""What the report writes in Latin letters within Arabic: what has no others, shapes, claims, regions."""


def foreign_words(seen: Seen) -> list[str]:
    """Give the Latin words in an Arabic page that the report does not write so on purpose."""
    words = [(language, LATIN.sub("", text)) for language, text in seen.words]
    return latin_words(replace(seen, words=words))
