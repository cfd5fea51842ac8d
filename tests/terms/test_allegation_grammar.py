"""The grammar of `allegation/v1`, tried with generated documents: what is valid comes back whole, and
whatever else is put into a document raises one error only, ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from mithaq.terms import (
    AllegationError,
    DataKind,
    Problem,
    Processing,
    Rhythm,
    ScaleUnit,
    SourceKind,
    load_allegation,
    parse_allegation,
)

CONTRACT = (Path(__file__).parent / "contract.yaml").read_text(encoding="utf-8")
WORDS = st.text(st.characters(categories=["L", "Nd", "P", "S"]), min_size=1, max_size=20)
IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,10}", fullmatch=True)
AMOUNTS = st.one_of(
    st.integers(1, 10**15), st.floats(min_value=1e-3, max_value=1e20, allow_nan=False, allow_infinity=False)
)
HOURS = st.integers(0, 24 * 3000).map(lambda hours: datetime(2018, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def claims_without_id() -> st.SearchStrategy[dict[str, Any]]:
    def of(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({"kind": st.just(kind), **fields})

    return st.one_of(
        of("stores", what=st.sampled_from(DataKind).map(str)),
        of("pattern", **{"is": st.sampled_from(Rhythm).map(str)}),
        of("scale", at_least=AMOUNTS, unit=st.sampled_from(ScaleUnit).map(str)),
        of("region", **{"in": st.lists(IDS, min_size=1, max_size=5, unique=True)}),
        of("processes", **{"with": st.sampled_from(Processing).map(str)}),
        of("moves-out", at_least=AMOUNTS, unit=st.just("bytes"), within_days=st.integers(1, 3660)),
        of("purpose-mismatch"),
    )


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    ids = draw(st.lists(IDS, min_size=1, max_size=8, unique=True))
    start, end = sorted(draw(st.lists(HOURS, min_size=2, max_size=2, unique=True)))
    subject: dict[str, Any] = draw(
        st.one_of(
            st.lists(st.integers(0, 10**12 - 1), min_size=1, max_size=50, unique=True).map(
                lambda numbers: {"subscriptions": [f"aws:{number:012d}" for number in numbers]}
            ),
            WORDS.map(lambda name: {"customer": name}),
        )
    )
    return {
        "mithaq": "allegation/v1",
        "received": instant(draw(HOURS)),
        "source": {"kind": draw(st.sampled_from(SourceKind)).value},
        "subject": subject,
        "period": {"from": instant(start), "to": instant(end)},
        "clauses": draw(st.lists(IDS, min_size=1, max_size=5, unique=True)),
        "claims": [{"id": claim_id, **draw(claims_without_id())} for claim_id in ids],
    }


def block_style(value: object, indent: int = 0) -> str:
    """Write a document as people do: one field per line, lists with dashes, texts in quotes."""
    lead = " " * indent
    if isinstance(value, dict):
        return "\n".join(f"{lead}{name}:{_after(each, indent)}" for name, each in value.items())
    assert isinstance(value, list)
    return "\n".join(f"{lead}-{_after(each, indent)}" for each in value)


def _after(value: object, indent: int) -> str:
    if isinstance(value, dict | list):
        return f"\n{block_style(value, indent + 2)}"
    return f" {json.dumps(value)}"


@settings(deadline=None, max_examples=100)
@given(documents())
def test_a_valid_document_comes_back_whole_from_json_and_from_block_style(document: dict[str, Any]) -> None:
    for text in (json.dumps(document, ensure_ascii=False), block_style(document)):
        assert load_allegation(text).document() == document


@settings(deadline=None, max_examples=50)
@given(documents())
def test_what_an_allegation_says_of_itself_is_an_allegation(document: dict[str, Any]) -> None:
    allegation = load_allegation(json.dumps(document))
    assert load_allegation(json.dumps(allegation.document())) == allegation


PIECES = st.one_of(
    st.sampled_from([
        "&a ", "*a", "!!str ", "!", "!<>", "%YAML 1.2\n", "%TAG ! x\n", "---\n", "...\n", "\t", "\r", "\x85",
        "\u2028", "\ufeff", "\x00", "\x07", "'", '"', "\\", '"\\uD800"', '"\\UFFFFFFFF"', "|", "|9\n", ">-\n",
        "? ", ": ", "- ", "{", "}", "[", "]", ",", "#", "@", "`", "1e400", ".inf", ".nan", "0x", "~", "<<: ",
        "2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\u202e", "9" * 400, "[" * 20,
    ]),
    st.text(max_size=5),
)  # fmt: skip


def refused(read: Callable[[], object]) -> bool:
    """Try to read; only our own error may come of it, and it says where to look and what to do."""
    problems: tuple[Problem, ...] = ()
    try:
        read()
    except AllegationError as error:
        problems = error.problems
    assert all(problem.render() and problem.hint for problem in problems)
    return bool(problems)


@settings(deadline=None, max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(CONTRACT)), st.integers(0, 30), PIECES), min_size=1, max_size=4))
def test_a_document_with_anything_put_into_it_raises_only_our_error(
    changes: list[tuple[int, int, str]],
) -> None:
    text = CONTRACT
    for place, cut, piece in changes:
        text = text[:place] + piece + text[place + cut :]
    event("refused" if refused(lambda: load_allegation(text)) else "read")


@settings(deadline=None, max_examples=200)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_text_at_all_raises_only_our_error(text: str) -> None:
    assert refused(lambda: load_allegation(text))


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_raise_only_our_error(raw: bytes) -> None:
    assert refused(lambda: parse_allegation(raw))
