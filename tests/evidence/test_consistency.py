"""The figures of claims are held against each other: rate, length, codec and retention against volume."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from tests.evidence.worlds import Rows, allegation, default_pack, review, steady

from mithaq.evidence.messages import message
from mithaq.evidence.report import render_report
from mithaq.evidence.result import ReviewResult

CALLS = "kind: stores, what: call-recordings"
FACES = "kind: stores, what: face-images"


def rate(at_least: float) -> str:
    return f"kind: scale, at_least: {at_least}, unit: objects-per-day"


def stored(at_least: float) -> str:
    return f"kind: scale, at_least: {at_least}, unit: bytes-stored"


def hours(at_least: float) -> str:
    return f"kind: scale, at_least: {at_least}, unit: hours-of-audio"


def moved(at_least: float) -> str:
    return f"kind: moves-out, at_least: {at_least}, unit: bytes, within_days: 5"


def noted(result: ReviewResult) -> Mapping[str, Mapping[str, str | int | float]]:
    return {note.key: note.values for note in result.consistency}


def of_claims(*claims: str) -> Mapping[str, Mapping[str, str | int | float]]:
    """Give what is noted of claims about a subject of whom nothing was seen."""
    return noted(review(allegation(*claims), Rows().cover(range(336)).lake()))


@pytest.mark.parametrize(("volume", "amount"), [(stored, "stored"), (moved, "moved")])
def test_more_bytes_than_the_claimed_rate_can_give_in_ten_years_are_impossible(
    volume: Callable[[float], str], amount: str
) -> None:
    # 1,000 calls a day of ten minutes at 16,000 bytes a second give 3.5e13 bytes in ten years.
    found = of_claims(CALLS, rate(1000), volume(3.6e13))
    assert found == {f"impossible-bytes-{amount}": {"rate_claim": "c2", "other_claim": "c3"}}
    assert f"impossible-bytes-{amount}" not in of_claims(CALLS, rate(1000), volume(3.4e13))


def test_a_possible_volume_says_for_how_long_calls_would_have_been_kept() -> None:
    # A day of 100,000 calls is 4.6e9 bytes at the least and 9.6e11 at the most.
    found = of_claims(CALLS, rate(100_000), stored(8e12))
    assert found["implied-retention-stored"] == {
        "rate_claim": "c2", "other_claim": "c3", "least_days": 8.3, "most_days": 1700.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("volume", "possible"), [(5.4e6 * 0.99, False), (5.5e6, True), (5.7e7, True), (5.8e7, False)]
)
def test_bytes_that_no_codec_needs_for_the_claimed_hours_are_impossible(
    volume: float, *, possible: bool
) -> None:
    found = of_claims(CALLS, hours(1), stored(volume))
    assert ("impossible-hours-bytes" not in found) is possible


def test_nothing_is_multiplied_where_no_calls_are_claimed() -> None:
    assert of_claims(FACES, rate(1), stored(1e18), hours(1)) == {}


def test_what_is_seen_says_how_long_a_call_would_be() -> None:
    found = noted(review(allegation(CALLS), steady(100, size=160_000).lake()))
    assert found["seen-rate-volume"] == {
        "objects_per_day": 2400, "mean_bytes": 160_000, "least_seconds": 10.0, "most_seconds": 100.0,
    }  # fmt: skip


def test_a_claimed_volume_that_what_is_seen_could_not_give_in_ten_years_is_said() -> None:
    lake = steady(1, size=1000).lake()
    found = noted(review(allegation(stored(1e9)), lake))
    assert found["seen-volume-impossible"] == {"claim": "c1", "bytes_per_day": 24_000, "days": 41_667}
    assert "seen-volume-impossible" not in noted(review(allegation(stored(8e7)), lake))


def test_an_impossible_combination_stands_in_the_report_in_both_languages() -> None:
    tested = allegation(CALLS, hours(1), stored(1e12))
    result = review(tested, steady(100).lake())
    page = render_report(tested, default_pack(), result)
    (note,) = [note for note in result.consistency if note.key == "impossible-hours-bytes"]
    for locale in ("en", "ar"):
        # The page sets ids apart in elements of their own, so the words after the last of them are compared.
        ending = message(note.key, locale, **note.values).rsplit("c3", 1)[1].strip()
        assert ending[-40:] in page
