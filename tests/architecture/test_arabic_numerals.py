"""Arabic prose has Arabic-Indic numerals, wherever it stands: packs, reports, pages, plans, statements."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests import catalogues
from tests.architecture.writes import SOURCE

_ARABIC = re.compile(r"[\u0621-\u064a]")
_WORD = re.compile(r"[^\s،؛()«»]+")


def western(text: str) -> list[str]:
    """Give what is written in Western numerals in an Arabic text.

    A word with a Latin letter in it (`T5`, `S3`, `SHA-256`, `eu-west-1`) is a name, written as it is.
    """
    words = _WORD.findall(text) if _ARABIC.search(text) else []
    return [word for word in words if re.search("[0-9]", word) and not re.search("[A-Za-z]", word)]


def _in_documents(value: Any) -> Iterator[str]:  # noqa: ANN401  # of YAML or TOML
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _in_documents(each)


def _texts(path: Path) -> Iterator[str]:
    source = path.read_text()
    if path.suffix == ".py":
        nodes = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
        yield from (value for value in nodes if isinstance(value, str))
    elif path.suffix == ".html":
        yield from source.splitlines()
    else:
        yield from _in_documents(
            tomllib.loads(source) if path.suffix == ".toml" else YAML(typ="safe").load(source)
        )


@pytest.mark.parametrize("suffix", [".py", ".html", ".toml", ".yaml"])
def test_no_arabic_text_of_the_source_has_western_numerals(suffix: str) -> None:
    found = {
        (str(path.relative_to(SOURCE)), word)
        for path in SOURCE.rglob(f"*{suffix}")
        for text in _texts(path)
        for word in western(text)
    }
    assert found == set()


def test_no_translation_has_western_numerals() -> None:
    said = (
        string
        for area in catalogues.AREAS
        for message in catalogues.read(area, "ar")
        if message.id
        for string in catalogues.strings(message)
    )
    assert [word for string in said for word in western(string)] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("المادة 5 من اللائحة", ["5"]),
        ("في 2026-11-27، بعد ٣ أيام", ["2026-11-27"]),
        ("البند T5 عبر S3 ببصمة SHA-256", []),
        ("Article 5", []),
    ],
)
def test_a_western_numeral_is_told_from_a_name(text: str, words: list[str]) -> None:
    assert western(text) == words
