"""Every sentence exists in both languages, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import mithaq.evidence
from mithaq.evidence.errors import EvidenceInputError
from mithaq.evidence.messages import LOCALES, catalogue, message
from mithaq.terms.assessment import Reason

SOURCES = Path(mithaq.evidence.__file__).parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    entry = catalogue()[key]
    assert set(entry) == set(LOCALES)
    assert all(entry.values())
    assert placeholders(entry["en"]) == placeholders(entry["ar"])


def test_every_key_that_the_code_names_has_a_message() -> None:
    named: set[str] = set()
    for path in sorted(SOURCES.rglob("*.py")):
        if {"hypotheses", "report"} & set(path.relative_to(SOURCES).parts):
            continue
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'Note\(\s*"([a-z-]+)"', text))
        named |= set(re.findall(r'"(settle-[a-z-]+)"', text))
    assert len(named) > 20
    assert named <= set(catalogue())


def test_every_reason_of_an_assessment_has_a_message() -> None:
    assert {f"clause-{reason.value}" for reason in Reason} <= set(catalogue())


def test_numbers_are_written_in_the_digits_of_the_language() -> None:
    values = {"seen": 1200, "expected": 2160}
    assert "1,200 of 2,160" in message("hours-unseen", "en", **values)
    assert "١٬٢٠٠" in message("hours-unseen", "ar", **values)


def test_a_missing_message_or_value_is_an_error_that_names_it() -> None:
    with pytest.raises(EvidenceInputError, match="no message"):
        message("no-such-key", "en")
    with pytest.raises(EvidenceInputError, match="expected"):
        message("hours-unseen", "en", seen=1)
