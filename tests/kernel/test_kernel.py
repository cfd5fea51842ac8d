"""Errors that say what to do, one way to write JSON, and a clock that is passed in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.kernel.canonical import compact, pretty
from mithaq.kernel.clock import clock_from, format_instant, parse_instant
from mithaq.kernel.errors import InputError, MithaqError, StateError, UsageError

KEYS = ["mithaq", "code", "message", "file", "line", "field", "hint"]

documents = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_an_error_document_has_the_contracts_keys_and_nulls_where_nothing_is_known() -> None:
    document = InputError("it is wrong").document()
    assert list(document) == KEYS
    assert document == {
        "mithaq": "error/v1", "code": "bad-input", "message": "it is wrong", "file": None, "line": None,
        "field": None, "hint": "",
    }  # fmt: skip


def test_an_error_in_words_names_place_field_and_remedy() -> None:
    error = InputError("it is wrong", file="a.yaml", line=3, field="claims", hint="Mend it.")
    assert str(error) == "a.yaml:3: it is wrong (field claims)\nMend it."
    assert str(MithaqError("it failed")) == "it failed"


def test_a_wrong_command_line_exits_2_and_everything_else_1() -> None:
    assert UsageError.exit_code == 2
    assert {InputError.exit_code, StateError.exit_code, MithaqError.exit_code} == {1}


@given(documents)
def test_json_is_written_and_read_without_loss(document: object) -> None:
    assert json.loads(pretty(document)) == document
    assert json.loads(compact(document)) == document


@given(st.dictionaries(st.text(max_size=9), documents, max_size=9))
def test_equal_documents_are_equal_bytes_in_the_compact_form(document: dict[str, object]) -> None:
    turned = dict(reversed(document.items()))
    assert compact(turned) == compact(document)


def test_readable_json_keeps_its_order_and_arabic_letters() -> None:
    assert pretty({"b": "ميثاق", "a": []}) == '{\n  "b": "ميثاق",\n  "a": []\n}\n'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_json(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        pretty([value])
    with pytest.raises(ValueError, match="not JSON compliant"):
        compact([value])


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)))  # noqa: DTZ001  # made aware below
def test_an_instant_is_written_and_read_in_whole_seconds(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC, microsecond=0)
    assert parse_instant(format_instant(aware), field="x") == aware


def test_an_instant_with_another_offset_is_the_same_moment_in_utc() -> None:
    moment = parse_instant("2026-09-21T12:00:00+03:00", field="x")
    assert (moment.hour, moment.utcoffset()) == (9, timedelta(0))


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-09-21", "2026-09-21T12:00:00", "2026-13-01T00:00:00Z"]
)
def test_what_is_no_instant_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_instant(text, field="MITHAQ_NOW")
    assert refused.value.field == "MITHAQ_NOW"
    assert "2026-09-21T09:00:00Z" in refused.value.hint


def test_the_environment_may_set_the_clock() -> None:
    fixed = clock_from({"MITHAQ_NOW": "2026-09-21T12:00:00Z"})
    assert fixed() == fixed() == datetime(2026, 9, 21, 12, tzinfo=UTC)
    assert abs(clock_from({})() - datetime.now(UTC)) < timedelta(minutes=1)
