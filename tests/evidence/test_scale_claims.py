"""Claims of scale are answered by plain thresholds."""

from __future__ import annotations

import pytest
from tests.evidence.worlds import Rows, only_claim, steady

from mithaq.evidence.result import Verdict


def per_day(at_least: float) -> str:
    return f"kind: scale, at_least: {at_least}, unit: objects-per-day"


def test_the_median_of_successful_creations_per_day_supports_a_claim_that_it_reaches() -> None:
    answer = only_claim(per_day(2400), steady(100).lake())
    assert answer.verdict is Verdict.SUPPORTED
    assert answer.observations[0].value == 2400
    assert answer.log10_lr is None
    assert answer.strength is None


def test_failed_creations_do_not_count() -> None:
    rows = Rows().cover(range(24))
    for hour in range(24):
        rows.add(hour, 100, errors=50)
    answer = only_claim(per_day(2400), rows.lake(), days=1)
    assert answer.verdict is Verdict.REFUTED
    assert answer.observations[0].value == 1200


def test_a_median_below_the_claim_refutes_it() -> None:
    assert only_claim(per_day(2401), steady(100).lake()).verdict is Verdict.REFUTED


@pytest.mark.parametrize(("busy_days", "verdict"), [(4, Verdict.PARTLY_SUPPORTED), (3, Verdict.REFUTED)])
def test_a_claim_that_a_quarter_of_the_days_reach_is_partly_supported(
    busy_days: int, verdict: Verdict
) -> None:
    rows = Rows().cover(range(14 * 24))
    for hour in range(14 * 24):
        rows.add(hour, 100 if hour < busy_days * 24 else 10)
    assert only_claim(per_day(2400), rows.lake()).verdict is verdict


def test_hours_that_were_not_seen_keep_a_claim_from_being_refuted() -> None:
    rows = Rows()
    for day in range(14):
        seen = range(day * 24, day * 24 + 12)
        rows.cover(seen)
        for hour in seen:
            rows.add(hour, 100)
    answer = only_claim(per_day(2000), rows.lake())
    assert answer.verdict is Verdict.UNDETERMINED
    assert "settle-logs" in answer.would_settle
    assert only_claim(per_day(2500), rows.lake()).verdict is Verdict.REFUTED


def test_days_without_any_seen_hour_do_not_count_as_days_without_objects() -> None:
    rows = Rows().cover(range(5 * 24))
    for hour in range(5 * 24):
        rows.add(hour, 100)
    answer = only_claim(per_day(2400), rows.lake())
    assert answer.verdict is Verdict.SUPPORTED


def test_a_covered_day_without_objects_counts_as_zero() -> None:
    rows = Rows().cover(range(14 * 24))
    for hour in range(5 * 24):
        rows.add(hour, 100)
    assert only_claim(per_day(2400), rows.lake()).observations[0].value == 0


def test_bytes_stored_can_be_supported_but_never_refuted() -> None:
    lake = steady(100, size=1_000_000).lake()
    stored = 14 * 2400 * 1_000_000
    assert (
        only_claim(f"kind: scale, at_least: {stored}, unit: bytes-stored", lake).verdict is Verdict.SUPPORTED
    )
    above = only_claim(f"kind: scale, at_least: {stored + 1}, unit: bytes-stored", lake)
    assert above.verdict is Verdict.UNDETERMINED
    assert "settle-billing" in above.would_settle


def test_what_was_deleted_is_not_stored() -> None:
    rows = steady(100, size=1_000_000)
    for hour in range(14 * 24):
        rows.add(hour, 50, operation="delete")
    stored = 14 * 2400 * 1_000_000
    lake = rows.lake()
    claim = "kind: scale, at_least: {}, unit: bytes-stored"
    assert only_claim(claim.format(stored), lake).verdict is Verdict.UNDETERMINED
    assert only_claim(claim.format(stored // 2), lake).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("hours", "verdict"),
    [(999, Verdict.SUPPORTED), (5000, Verdict.UNDETERMINED), (10_600, Verdict.REFUTED)],
)
def test_hours_of_audio_are_decided_only_where_both_ends_of_the_codecs_agree(
    hours: int, verdict: Verdict
) -> None:
    thousand_hours_of_pcm = 16_000 * 3600 * 1000
    lake = steady(100, size=thousand_hours_of_pcm // (14 * 2400) + 1).lake()
    claim = f"kind: scale, at_least: {hours}, unit: hours-of-audio"
    assert only_claim(claim, lake).verdict is verdict
