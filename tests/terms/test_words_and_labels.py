"""The closed vocabularies, their names in both languages, and the public face of the room."""

from __future__ import annotations

from enum import StrEnum

import pytest

import mithaq.register
import mithaq.terms
from mithaq.evidence import result
from mithaq.telemetry import vocabulary as telemetry
from mithaq.terms import (
    AssessedBy,
    Assessment,
    ClaimKind,
    DataKind,
    InForce,
    KeptService,
    Processing,
    Purpose,
    Reason,
    RestrictedOperation,
    RestrictedService,
    Rhythm,
    ScaleUnit,
    SourceKind,
    Verdict,
    label,
)

NAMED = [
    ClaimKind, DataKind, Rhythm, ScaleUnit, Processing, Purpose, SourceKind, Verdict, Assessment, AssessedBy,
    KeptService, RestrictedService, RestrictedOperation, InForce, Reason,
    result.Verdict, result.Assessment, result.Strength,
]  # fmt: skip


@pytest.mark.parametrize("word", [word for words in NAMED for word in words], ids=repr)
def test_every_word_has_a_name_in_english_and_in_arabic(word: StrEnum) -> None:
    arabic, english = label(word, "ar"), label(word, "en")
    assert all("\u0600" <= sign <= "\u06ff" or not sign.isalpha() for sign in arabic)
    assert english.isascii()
    assert english[0].isupper()


@pytest.mark.parametrize("words", NAMED[:-3], ids=lambda words: words.__name__)
def test_no_two_words_of_a_vocabulary_have_the_same_name(words: type[StrEnum]) -> None:
    for locale in ("en", "ar"):
        names = [label(word, "en" if locale == "en" else "ar") for word in words]
        assert len(set(names)) == len(names)


def test_a_word_without_a_name_is_an_error_and_not_an_empty_label() -> None:
    class Stray(StrEnum):
        WORD = "word"

    with pytest.raises(KeyError):
        label(Stray.WORD, "en")


def test_there_are_seventeen_purposes() -> None:
    assert len(Purpose) == 17


def test_answers_are_the_words_of_the_review() -> None:
    assert list(Verdict) == list(result.Verdict)
    assert list(Assessment) == list(result.Assessment)


def test_what_a_measure_restricts_is_named_in_the_words_of_telemetry() -> None:
    assert set(RestrictedService) <= {word.value for word in telemetry.Service}
    assert set(RestrictedOperation) <= {word.value for word in telemetry.Operation}
    assert set(Processing) <= {word.value for word in telemetry.Service}


@pytest.mark.parametrize("room", [mithaq.terms, mithaq.register], ids=lambda room: room.__name__)
def test_every_public_name_is_there_and_told_of_in_the_docstring(room: object) -> None:
    names: list[str] = vars(room)["__all__"]
    told = str(room.__doc__)
    assert len(set(names)) == len(names)
    for name in names:
        assert name in vars(room)
        between = name.endswith("Claim")  # the table gives the first and the last of the claims
        assert f"`{name}`" in told or between
