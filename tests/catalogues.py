"""The console's catalogues: `python -m tests.catalogues` brings new texts in and writes what Django loads.

Every application of the console with a `locale` folder has its own, with the texts of its own files. GNU
gettext is not needed anywhere: texts are found and catalogues compiled with Babel, here, and the compiled
catalogue is committed beside its source.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

import mithaq.console.web

ROOT: Final = Path(mithaq.console.web.__file__).parent
AREAS: Final = sorted(path.parent for path in ROOT.rglob("locale"))
"""The folders that have a catalogue of their own; a text belongs to the innermost."""
PLURALS: Final = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 "
    "? 4 : 5);"
)
"""As Django's own Arabic catalogue: zero, one, two, few, many, other (CLDR)."""
WRITTEN: Final = datetime(2026, 11, 25, tzinfo=UTC)
"""Stands in the header for good: when a text changed is what the history is for."""

Text: TypeAlias = "str | tuple[str, str]"
"""A text, or one with its plural, in English."""

_CALL: Final = re.compile(r"\b(gettext|ngettext)\(")
_LITERAL: Final = re.compile(r"\s*u?('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")\s*,?", re.DOTALL)
_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
}


def catalogue(area: Path, language: str) -> Path:
    """Give the place of an area's catalogue in a language."""
    return area / "locale" / language / "LC_MESSAGES" / "django.po"


def texts(area: Path) -> dict[Text, set[str]]:
    """Give every text that templates and code of an area want translated, and where it stands."""
    found: dict[Text, set[str]] = {}
    inner = [other for other in AREAS if area in other.parents]
    for path in sorted(area.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "static" in path.parts:
            continue
        if any(other in path.parents for other in inner):
            continue
        of = _in_code if path.suffix == ".py" else _in_template
        for text in of(path):
            found.setdefault(text, set()).add(path.relative_to(area).as_posix())
    return found


def _in_template(path: Path) -> Iterator[Text]:
    plain = templatize(path.read_text("utf-8"), origin=path.name)
    for call in _CALL.finditer(plain):
        parts: list[str] = []
        place = call.end()
        while (literal := _LITERAL.match(plain, place)) is not None:
            parts.append(ast.literal_eval(literal[1]))
            place = literal.end()
        yield parts[0] if call[1] == "gettext" else (parts[0], parts[1])


def _in_code(path: Path) -> Iterator[Text]:
    for _line, found, _comments, _context in extract("python", io.BytesIO(path.read_bytes()), _KEYWORDS):
        yield found if isinstance(found, str) else (found[0], found[1])


def read(area: Path, language: str) -> Catalog:
    """Read an area's catalogue in a language."""
    with catalogue(area, language).open("rb") as stream:
        return read_po(stream, locale=language)


def strings(message: Message) -> list[str]:
    """Give a message's translations: one, or one per plural form."""
    given = message.string
    return [given] if isinstance(given, str) else list(given or ())


def compiled(read_catalogue: Catalog) -> bytes:
    """Give the bytes that Django loads."""
    target = io.BytesIO()
    write_mo(target, read_catalogue)
    return target.getvalue()


def update(area: Path, language: str) -> Catalog:
    """Bring new texts into a catalogue, without translation, and leave out those that nothing uses."""
    known = read(area, language) if catalogue(area, language).exists() else Catalog(locale=language)
    fresh = Catalog(
        locale=language,
        project="Mithaq",
        version="1",
        header_comment="# What the console says. `python -m tests.catalogues` brings new texts in.",
        last_translator="The Mithaq founders",
        language_team="The Mithaq founders",
        msgid_bugs_address="-",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        fuzzy=False,
    )
    fresh.mime_headers = [("Plural-Forms", PLURALS)]
    for text, places in texts(area).items():
        old = known.get(text if isinstance(text, str) else text[0])
        string = old.string if old is not None and old.id == text else ""
        fresh.add(text, string, locations=[(place, 0) for place in sorted(places)])
    return fresh


def save(area: Path, language: str, fresh: Catalog) -> None:
    """Write a catalogue and what Django loads."""
    target = catalogue(area, language)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        write_po(stream, fresh, sort_output=True, omit_header=False, include_lineno=False, width=110)
    target.with_suffix(".mo").write_bytes(compiled(read(area, language)))


def main() -> None:
    """Update the Arabic catalogues, and say what is left to translate."""
    for area in AREAS:
        fresh = update(area, "ar")
        save(area, "ar", fresh)
        for message in fresh:
            if message.id and not all(strings(message)):
                print(f"{area.name}: {message.id}")  # noqa: T201  # the command's own output


if __name__ == "__main__":
    main()
