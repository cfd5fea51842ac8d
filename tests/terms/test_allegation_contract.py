"""What `allegation/v1` says, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mithaq.terms import (
    Allegation,
    AllegationError,
    DataKind,
    LocalisedText,
    MovesOutClaim,
    PatternClaim,
    ProcessesClaim,
    Processing,
    PurposeMismatchClaim,
    RegionClaim,
    Rhythm,
    ScaleClaim,
    ScaleUnit,
    SourceKind,
    StoresClaim,
    load_allegation,
    parse_allegation,
)

CONTRACT = (Path(__file__).parent / "contract.yaml").read_text(encoding="utf-8")


def replaced(old: str, new: str) -> str:
    """Give the contract's allegation with one stretch replaced; the stretch must be there."""
    assert old in CONTRACT, f"the allegation has no {old!r}"
    return CONTRACT.replace(old, new, 1)


def refusal(text: str) -> AllegationError:
    with pytest.raises(AllegationError) as refused:
        load_allegation(text)
    return refused.value


def test_the_example_of_the_contract_is_read_whole() -> None:
    assert load_allegation(CONTRACT) == Allegation(
        received=datetime(2026, 9, 21, 9, tzinfo=UTC),
        source_kind=SourceKind.PRESS,
        reference="https://example.org/report",
        subscriptions=("aws:111122223333",),
        customer=None,
        start=datetime(2026, 9, 7, tzinfo=UTC),
        end=datetime(2026, 9, 21, tzinfo=UTC),
        clauses=("T5",),
        claims=(
            StoresClaim(
                id="c1",
                what=DataKind.CALL_RECORDINGS,
                text=LocalisedText("Calls are kept.", "تُحفظ المكالمات."),
            ),
            PatternClaim(id="c2", is_=Rhythm.POPULATION),
            ScaleClaim(id="c3", at_least=100_000, unit=ScaleUnit.OBJECTS_PER_DAY),
            RegionClaim(id="c4", in_=("eu-west-1",)),
            ProcessesClaim(id="c5", with_=Processing.SPEECH_TO_TEXT),
            MovesOutClaim(id="c6", at_least=8e12, within_days=5),
            PurposeMismatchClaim(id="c7"),
        ),
    )


def test_the_document_leaves_out_text_and_reference_and_writes_instants() -> None:
    assert load_allegation(CONTRACT).document() == {
        "mithaq": "allegation/v1",
        "received": "2026-09-21T09:00:00Z",
        "source": {"kind": "press"},
        "subject": {"subscriptions": ["aws:111122223333"]},
        "period": {"from": "2026-09-07T00:00:00Z", "to": "2026-09-21T00:00:00Z"},
        "clauses": ["T5"],
        "claims": [
            {"id": "c1", "kind": "stores", "what": "call-recordings"},
            {"id": "c2", "kind": "pattern", "is": "population"},
            {"id": "c3", "kind": "scale", "at_least": 100000, "unit": "objects-per-day"},
            {"id": "c4", "kind": "region", "in": ["eu-west-1"]},
            {"id": "c5", "kind": "processes", "with": "speech-to-text"},
            {"id": "c6", "kind": "moves-out", "at_least": 8000000000000, "unit": "bytes", "within_days": 5},
            {"id": "c7", "kind": "purpose-mismatch"},
        ],
    }


def test_a_file_and_its_text_give_the_same_allegation(tmp_path: Path) -> None:
    path = tmp_path / "allegation.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + CONTRACT.replace("\n", "\r\n").encode())
    assert load_allegation(path) == load_allegation(CONTRACT)


def test_json_is_yaml_too() -> None:
    text = (
        '{"mithaq": "allegation/v1", "received": "2026-09-21T09:00:00Z", "source": {"kind": "ngo"},'
        ' "subject": {"customer": "Zaytuna"}, "period": {"from": "2026-09-07", "to": "2026-09-08"},'
        ' "clauses": null, "claims": [{"id": "a", "kind": "purpose-mismatch"}]}'
    )
    assert load_allegation(text).customer == "Zaytuna"


def test_clauses_may_be_left_open() -> None:
    allegation = load_allegation(replaced("clauses: [T5]\n", ""))
    assert allegation.clauses is None
    assert allegation.document()["clauses"] == []


def test_a_customer_may_stand_for_its_subscriptions() -> None:
    allegation = load_allegation(replaced('subscriptions: ["aws:111122223333"]', "customer: زيتونة"))
    assert (allegation.customer, allegation.subscriptions) == ("زيتونة", ())
    assert allegation.document()["subject"] == {"customer": "زيتونة"}


def test_a_claim_told_in_one_language_is_shown_in_both() -> None:
    allegation = load_allegation(replaced('en: "Calls are kept.", ', ""))
    assert allegation.claims[0].text == LocalisedText("تُحفظ المكالمات.", "تُحفظ المكالمات.")


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("2026-09-07", datetime(2026, 9, 7, tzinfo=UTC)),
        ('"2026-09-07"', datetime(2026, 9, 7, tzinfo=UTC)),
        ("2026-09-07T06:00:00Z", datetime(2026, 9, 7, 6, tzinfo=UTC)),
        ("2026-09-07t06:00:00.000z", datetime(2026, 9, 7, 6, tzinfo=UTC)),
        ("2026-09-07T06:00:00+03:00", datetime(2026, 9, 7, 3, tzinfo=UTC)),
    ],
)
def test_a_period_is_given_in_dates_or_instants_and_kept_in_utc(written: str, start: datetime) -> None:
    assert load_allegation(replaced("from: 2026-09-07", f"from: {written}")).start == start


@pytest.mark.parametrize(
    ("written", "value"),
    [("8.0e+12", 8e12), ("8e12", 8e12), ("1E3", 1000), ("012", 12), ("0o14", 12), ("0xC", 12), (".5", 0.5)],
)
def test_numbers_are_those_of_yaml_1_2(written: str, value: float) -> None:
    claim = load_allegation(replaced("at_least: 100000", f"at_least: {written}")).claims[2]
    assert isinstance(claim, ScaleClaim)
    assert claim.at_least == value


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ("allegation/v1", "allegation/v2", 1, "mithaq", "not a format"),
        ("mithaq: allegation/v1\n", "", 1, "mithaq", "is missing"),
        ("received: 2026-09-21T09:00:00Z", "received: 2026-09-21", 2, "received", "RFC 3339"),
        ("received: 2026-09-21T09:00:00Z", "received: 2026-09-21 09:00:00Z", 2, "received", "RFC 3339"),
        ("received: 2026-09-21T09:00:00Z", "received: 2026-W38-1T09:00:00Z", 2, "received", "RFC 3339"),
        ("2026-09-21T09:00:00Z", "0001-01-01T00:00:00+14:00", 2, "received", "RFC 3339"),
        ("2026-09-21T09:00:00Z", "2026-09-21T09:00:60Z", 2, "received", "RFC 3339"),
        ("kind: press", "kind: pres", 3, "source.kind", "pres"),
        ("source: {kind: press", "source: {knd: press", 3, "source.kind", "is missing"),
        ('["aws:111122223333"]', "[]", 4, "subject.subscriptions", "0 items"),
        ('["aws:111122223333"]', "aws:111122223333", 4, "subject.subscriptions", "a list"),
        ("aws:111122223333", "111122223333", 4, "subject.subscriptions[0]", "not a subscription"),
        ("aws:111122223333", "aws:1 2", 4, "subject.subscriptions[0]", "blanks"),
        ('"aws:111122223333"', "[]", 4, "subject.subscriptions[0]", "not a list"),
        ('"aws:111122223333"', "111122223333", 4, "subject.subscriptions[0]", "not a text"),
        ('["aws:111122223333"]', '["aws:AAAAAAAA", "AWS:aaaaaaaa"]', 4, "subject.subscriptions[1]", "twice"),
        ('["aws:111122223333"]', '["aws:1"], customer: Zaytuna', 4, "subject.customer", "either"),
        ('{subscriptions: ["aws:111122223333"]}', "{}", 4, "subject", "either"),
        ("to: 2026-09-21", "to: 2026-09-07", 5, "period.to", "before it has begun"),
        ("to: 2026-09-21", "to: 2036-09-21", 5, "period.to", "longer than ten years"),
        ("from: 2026-09-07", "from: 2026-02-30", 5, "period.from", "neither a date"),
        ("from: 2026-09-07", "from: 2026-09-07T00:30:00Z", 5, "period.from", "full hour"),
        ("from: 2026-09-07", "from: 2026-09-07T00:00:00", 5, "period.from", "neither a date"),
        ("clauses: [T5]", "clauses: []", 6, "clauses", "0 items"),
        ("clauses: [T5]", "clauses: [T5, T5]", 6, "clauses[1]", "twice"),
        ("clauses: [T5]", "clauses: [5]", 6, "clauses[0]", "not a text"),
        ("what: call-recordings", "what: call_recordings", 8, "claims[0].what", "call_recordings"),
        ("id: c2", "id: c1", 9, "claims[1].id", "taken"),
        ("id: c2", "id: 2", 9, "claims[1].id", "not a text"),
        ("is: population", "is: no", 9, "claims[1].is", '"no"'),
        ("is: population", "is: true", 9, "claims[1].is", '"true"'),
        ("at_least: 100000", "at_least: 100_000", 10, "claims[2].at_least", "not a number"),
        ("at_least: 100000", 'at_least: "100000"', 10, "claims[2].at_least", "not a number"),
        ("at_least: 100000", "at_least: true", 10, "claims[2].at_least", "not a number"),
        ("at_least: 100000", "at_least: 0", 10, "claims[2].at_least", "out of range"),
        ("at_least: 100000", "at_least: -5", 10, "claims[2].at_least", "out of range"),
        ("at_least: 100000", "at_least: .inf", 10, "claims[2].at_least", "out of range"),
        ("at_least: 100000", "at_least: .nan", 10, "claims[2].at_least", "out of range"),
        ("at_least: 100000", "at_least: 1e999", 10, "claims[2].at_least", "out of range"),
        ("at_least: 100000", f"at_least: {'9' * 5000}", 10, "claims[2].at_least", "not a number"),
        ("unit: objects-per-day", "unit: calls-per-day", 10, "claims[2].unit", "calls-per-day"),
        (", unit: objects-per-day", "", 10, "claims[2].unit", "is missing"),
        ("in: [eu-west-1]", "in: []", 11, "claims[3].in", "0 items"),
        ("in: [eu-west-1]", "in: [eu west]", 11, "claims[3].in[0]", "cannot be used"),
        ("with: speech-to-text", "with: [speech-to-text]", 12, "claims[4].with", "not a list"),
        ("unit: bytes", "unit: TB", 13, "claims[5].unit", "bytes"),
        ("within_days: 5", "within_days: 0", 13, "claims[5].within_days", "cannot be used"),
        ("within_days: 5", "within_days: 2.5", 13, "claims[5].within_days", "cannot be used"),
        ("within_days: 5", "within_days: five", 13, "claims[5].within_days", "not a number"),
        ("kind: purpose-mismatch", "kind: guilt", 14, "claims[6].kind", "guilt"),
        ("kind: purpose-mismatch}", "kind: purpose-mismatch, is: x}", 14, "claims[6].is", "no field"),
        ("{id: c7, kind: purpose-mismatch}", "c7", 14, "claims[6]", "named fields"),
        ('{en: "Calls are kept.", ar: "تُحفظ المكالمات."}', "{}", 8, "claims[0].text", "neither language"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_field(
    old: str, new: str, line: int, field: str, words: str
) -> None:
    error = refusal(replaced(old, new))
    assert (error.line, error.field) == (line, field)
    assert words in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("clauses: [T5]", "clauses: [T5]\nclauses: [T6]", "a second time"),
        ("clauses: [T5]", "<<: {clauses: [T5]}", 'no field "<<"'),
        ("clauses: [T5]", "clauses: &c [T5]", "anchor"),
        ("clauses: [T5]", "clauses: *c", "alias"),
        ("clauses: [T5]", "clauses: !!python/name:os.system [T5]", "tag"),
        ("clauses: [T5]", "? [T5]\n: T5", "field name"),
        ("clauses: [T5]", "clauses: [T5", "not YAML"),
        ("clauses: [T5]", "---\nclauses: [T5]", "a second document"),
        ("mithaq:", "%YAML 1.1\n---\nmithaq:", "another YAML version"),
        ("clauses: [T5]", f"clauses: {'[' * 20}T5{']' * 20}", "nested deeper"),
        ('"https://example.org/report"', r'"\ud800"', "U+D800"),
        ('"https://example.org/report"', r'"\x1b[31m"', "U+001B"),
        ('"https://example.org/report"', r'"\UFFFFFFFF"', "not YAML"),
    ],
)
def test_what_is_not_safe_yaml_1_2_is_refused(old: str, new: str, words: str) -> None:
    error = refusal(replaced(old, new))
    assert words in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("# only a remark\n", "empty"),
        ("null", "named fields"),
        ("[]", "named fields"),
        ("mithaq", "named fields"),
        ("a: " + "x" * 300_000, "larger than"),
        ("- " * 200 + "x", "nested deeper"),
        ("[" + "a, " * 20_000 + "]", "more than 10000 values"),
    ],
)
def test_a_document_of_another_form_is_refused(text: str, words: str) -> None:
    assert words in refusal(text).message


def test_fifty_subscriptions_are_an_allegation_and_fifty_one_a_trawl() -> None:
    def naming(count: int) -> str:
        names = ", ".join(f'"aws:{number:012d}"' for number in range(count))
        return replaced('"aws:111122223333"', names)

    assert len(load_allegation(naming(50)).subscriptions) == 50
    error = refusal(naming(51))
    assert error.field == "subject.subscriptions"
    assert error.hint == "Give from 1 to 50."


def test_an_unknown_field_is_answered_with_the_nearest_known_one() -> None:
    error = refusal(replaced("period:", "perriod:"))
    assert 'Did you mean "period"?' in str(error)


def test_several_mistakes_are_told_at_once_in_their_order() -> None:
    error = refusal(replaced("kind: press", "kind: pres").replace("is: population", "is: populace"))
    assert [(problem.line, problem.field) for problem in error.problems] == [
        (3, "source.kind"),
        (9, "claims[1].is"),
    ]


def test_an_error_shows_the_line_with_a_caret(tmp_path: Path) -> None:
    path = tmp_path / "allegation.yaml"
    path.write_text(replaced("kind: press", "kind: pres"), encoding="utf-8")
    with pytest.raises(AllegationError) as refused:
        load_allegation(path)
    assert str(refused.value).splitlines() == [
        f'{path}:3:16: "pres" is not a word that can stand here (field source.kind)',
        '    3 | source: {kind: pres, reference: "https://example.org/report"}',
        "      |                ^^^^",
        '  hint: Did you mean "press"?',
    ]
    assert refused.value.document() == {
        "mithaq": "error/v1",
        "code": "bad-allegation",
        "message": '"pres" is not a word that can stand here',
        "file": str(path),
        "line": 3,
        "field": "source.kind",
        "hint": 'Did you mean "press"?',
    }


def test_a_caret_stands_under_its_word_after_tabs_and_marks() -> None:
    error = refusal(replaced("source: {kind: press", "source: {reference: 'مُ',\tkind: pres").replace(
        ', reference: "https://example.org/report"', ""
    ))  # fmt: skip
    shown, carets = str(error).splitlines()[1:3]
    # The Arabic letter takes one cell, its vowel mark none, the tab is repeated.
    assert shown == "    3 | source: {reference: 'مُ',\tkind: pres}"
    assert carets == "      | " + " " * len("source: {reference: 'م',") + "\t" + "      ^^^^"


@pytest.mark.parametrize("name", ["nowhere.yaml", "folder", "folder/x\0y", "file/below"])
def test_a_path_that_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(AllegationError) as refused:
        load_allegation(tmp_path / name)
    assert refused.value.file is not None
    assert refused.value.hint


def test_a_line_that_is_not_utf_8_is_named() -> None:
    with pytest.raises(AllegationError) as refused:
        parse_allegation(CONTRACT.encode().replace(b"press", b"pr\xe9ss"), file="a.yaml")
    assert (refused.value.file, refused.value.line) == ("a.yaml", 3)
    assert "UTF-8" in refused.value.message


def test_a_utf_16_file_is_refused() -> None:
    with pytest.raises(AllegationError, match="UTF-8"):
        parse_allegation(CONTRACT.encode("utf-16"))
