"""The sentences of the report: loaded from `strings.toml`, checked, and filled without losing safety."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

from markupsafe import Markup, escape

from mithaq.evidence.report.errors import PhraseError
from mithaq.evidence.report.locales import LOCALES, Language, Locale

Forms: TypeAlias = Mapping[str, str]
"""Texts by plural category; a sentence without plural has the one category `other`."""

_FILE: Final = "strings.toml"
_CATEGORIES: Final = {
    Language.EN: frozenset({"one", "other"}),
    Language.AR: frozenset({"zero", "one", "two", "few", "many", "other"}),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence in both languages. `counted` sentences are chosen by `count`."""

    forms: Mapping[Language, Forms]
    counted: bool


Catalogue: TypeAlias = Mapping[str, Entry]
"""Sentences by dotted key."""


def placeholders(text: str) -> frozenset[str]:
    """Give the names in braces of a text; raises PhraseError for braces that are not plain names."""
    try:
        fields = [part[1:] for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise PhraseError(f"{text!r}: {error}", file=_FILE, hint="Write {name} or {{.") from error
    for name, spec, conversion in fields:
        if not (name or "").isidentifier() or spec or conversion:
            raise PhraseError(
                f"{text!r} has a placeholder that is not a plain name",
                file=_FILE,
                hint="Write {name}; numbers and dates are formatted by the locale, not by the sentence.",
            )
    return frozenset(name for name, _, _ in fields if name is not None)


def parse_catalogue(text: str) -> Catalogue:
    """Read and check a catalogue; raises PhraseError for a gap in either language."""
    try:
        document: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PhraseError(f"not TOML: {error}", file=_FILE, hint="Quote every text.") from error
    return dict(_entries(document, ""))


@cache
def load_catalogue() -> Catalogue:
    """Give the report's own sentences."""
    return parse_catalogue(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))


def _entries(node: object, key: str) -> Iterator[tuple[str, Entry]]:
    if not isinstance(node, dict) or not node:
        raise PhraseError(f"{key or 'the file'} is not a mapping", file=_FILE, hint="Give it `en` and `ar`.")
    if not node.keys() & {language.value for language in Language}:
        for name, child in node.items():
            yield from _entries(child, f"{key}.{name}" if key else str(name))
        return
    if node.keys() != {language.value for language in Language}:
        raise PhraseError(f"{key} does not have exactly `en` and `ar`", file=_FILE, hint="Write both.")
    yield key, _entry(key, node)


def _entry(key: str, node: Mapping[str, object]) -> Entry:
    counted = {isinstance(node[language], dict) for language in Language}
    if len(counted) != 1:
        raise PhraseError(f"{key} has plural forms in one language only", file=_FILE, hint="Write both.")
    forms = {language: _forms(key, language, node[language]) for language in Language}
    named = {
        language: frozenset[str]().union(*(placeholders(text) for text in forms[language].values()))
        for language in Language
    }
    if named[Language.EN] != named[Language.AR]:
        difference = ", ".join(sorted(named[Language.EN] ^ named[Language.AR]))
        raise PhraseError(
            f"{key} has different placeholders in its languages: {difference}",
            file=_FILE,
            hint="A translation uses the same placeholders.",
        )
    for language in Language:
        for category, text in forms[language].items():
            missing = named[language] - placeholders(text) - {"count"}
            if missing:
                raise PhraseError(
                    f"{key}.{language}.{category} leaves out {', '.join(sorted(missing))}",
                    file=_FILE,
                    hint="Only {count} may be left out of a plural form.",
                )
    return Entry(forms, counted=counted == {True})


def _forms(key: str, language: Language, node: object) -> Forms:
    forms: dict[str, object] = dict(node) if isinstance(node, dict) else {"other": node}
    if isinstance(node, dict) and forms.keys() != _CATEGORIES[language]:
        wanted = ", ".join(sorted(_CATEGORIES[language]))
        raise PhraseError(f"{key}.{language} needs exactly {wanted}", file=_FILE, hint="Add the forms.")
    texts: dict[str, str] = {}
    for category, text in forms.items():
        if not isinstance(text, str) or not text.strip():
            raise PhraseError(f"{key}.{language} has an empty text", file=_FILE, hint="Write it.")
        texts[category] = text
    return texts


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences in one language. Calling it gives safe HTML, `plain` gives text."""

    locale: Locale
    catalogue: Catalogue

    @classmethod
    def of(cls, language: Language) -> Phrases:
        """Give the report's own sentences in a language."""
        return cls(LOCALES[language], load_catalogue())

    def __call__(self, key: str, /, **values: object) -> Markup:
        """Fill a sentence as HTML: every value is escaped unless it is Markup already.

        Integers and floats are written by the locale; `count` also chooses the plural form.
        """
        return escape(self._form(key, values)).format(**self._written(key, values))

    def plain(self, key: str, /, **values: object) -> str:
        """Fill a sentence as plain text, for places that are not HTML (inside a chart)."""
        return self._form(key, values).format(**self._written(key, values))

    def has(self, key: str) -> bool:
        """Say whether there is such a sentence."""
        return key in self.catalogue

    def _form(self, key: str, values: Mapping[str, object]) -> str:
        entry = self.catalogue.get(key)
        if entry is None:
            raise PhraseError(f"no sentence {key!r}", file=_FILE, hint="Add it in both languages.")
        forms = entry.forms[self.locale.language]
        count = values.get("count")
        if entry.counted and not isinstance(count, int | float):
            raise PhraseError(f"{key!r} needs a count", file=_FILE, hint="Pass count=, a number.")
        category = self.locale.plural(count) if entry.counted and isinstance(count, int | float) else "other"
        wanted = frozenset[str]().union(*(placeholders(text) for text in forms.values())) - {"count"}
        given = values.keys() - {"count"}
        if wanted != given:
            difference = ", ".join(sorted(wanted ^ given))
            raise PhraseError(f"{key!r} is filled wrongly: {difference}", file=_FILE, hint="Pass each once.")
        return forms[category]

    def _written(self, key: str, values: Mapping[str, object]) -> dict[str, object]:
        written: dict[str, object] = {}
        for name, value in values.items():
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise PhraseError(
                    f"{key!r}: {name} is no text or number", file=_FILE, hint="Format it first."
                )
            written[name] = value if isinstance(value, str) else self.locale.measure(value)
        return written
