"""Whatever the console says, it says in both languages, and says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.apps import apps
from django.conf import settings
from tests import catalogues

_PLACE = re.compile(r"%\((\w+)\)s|\{(\w+)\}|%[sd]")
_COUNTING = {"number", "written", "count"}
"""Placeholders that the forms for none, one and two may leave out: Arabic says these numbers by the word."""


of_every_area = pytest.mark.parametrize("area", catalogues.AREAS, ids=lambda area: area.name)


def messages(area: Path | None = None) -> Iterator[Message]:
    for each in catalogues.AREAS if area is None else [area]:
        yield from (message for message in catalogues.read(each, "ar") if message.id)


@of_every_area
def test_there_is_a_catalogue_for_every_language_but_the_one_the_texts_are_written_in(area: Path) -> None:
    folders = {path.name for path in (area / "locale").iterdir()}
    assert folders | {"en"} == {code for code, _name in settings.LANGUAGES}


@of_every_area
def test_the_catalogue_has_every_text_of_the_pages_and_no_other(area: Path) -> None:
    wanted = set(catalogues.texts(area))
    held = {message.id for message in messages(area)}
    assert wanted - held == set(), "run `python -m tests.catalogues` and translate"
    assert held - wanted == set()


def test_a_text_that_stands_in_two_areas_is_translated_alike() -> None:
    # Django merges the catalogues of all applications, so a second translation would win everywhere.
    said: dict[object, set[tuple[str, ...]]] = {}
    for message in messages():
        said.setdefault(message.id, set()).add(tuple(catalogues.strings(message)))
    assert {text: found for text, found in said.items() if len(found) > 1} == {}


def test_every_area_is_an_application_whose_catalogue_django_loads() -> None:
    loaded = {Path(config.path) for config in apps.get_app_configs()}
    assert set(catalogues.AREAS) <= loaded


def test_every_text_is_translated_in_every_plural_form_and_none_is_a_guess() -> None:
    left = []
    for message in messages():
        strings = catalogues.strings(message)
        forms = 1 if isinstance(message.id, str) else 6
        if len(strings) != forms or not all(strings) or message.fuzzy:
            left.append(message.id)
    assert left == []


def test_a_translation_has_the_placeholders_of_its_text() -> None:
    wrong = []
    for message in messages():
        if isinstance(message.id, str):
            pairs = [(message.id, catalogues.strings(message)[0], False)]
        else:
            pairs = [
                (message.id[1], form, place < 3) for place, form in enumerate(catalogues.strings(message))
            ]
        for english, arabic, small in pairs:
            left_out = _COUNTING if small else set()
            if _places(english) - left_out != _places(arabic) - left_out:
                wrong.append((english, arabic))
    assert wrong == []


def _places(text: str) -> set[str]:
    return {next((name for name in found.groups() if name), found[0]) for found in _PLACE.finditer(text)}


@of_every_area
def test_the_plural_rule_is_that_of_arabic(area: Path) -> None:
    catalogue = catalogues.read(area, "ar")
    assert catalogue.plural_forms.rstrip(";") == catalogues.PLURALS.rstrip(";")


@of_every_area
def test_what_django_loads_is_what_the_catalogue_says(area: Path) -> None:
    loaded = catalogues.catalogue(area, "ar").with_suffix(".mo").read_bytes()
    assert loaded == catalogues.compiled(catalogues.read(area, "ar")), "run `python -m tests.catalogues`"


@pytest.mark.parametrize("letter", "؟؛،")
def test_arabic_text_uses_arabic_marks(letter: str) -> None:
    latin = {"؟": "?", "؛": ";", "،": ","}[letter]
    wrong = [
        string
        for message in messages()
        for string in catalogues.strings(message)
        if latin in _PLACE.sub("", string)
    ]
    assert wrong == []
