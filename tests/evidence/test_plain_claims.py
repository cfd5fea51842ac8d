"""Claims about region, processing and egress, and claims that the lake cannot speak of."""

from __future__ import annotations

import pytest
from tests.evidence.worlds import (
    NATIVE,
    OTHER_NATIVE,
    OTHER_PSEUDONYM,
    S3,
    TRAIL,
    Rows,
    allegation,
    only_claim,
    registered,
    review,
    steady,
)

from mithaq.evidence.result import Verdict

CLAIMS = (
    "kind: stores, what: call-recordings",
    "kind: pattern, is: population",
    "kind: scale, at_least: 100, unit: objects-per-day",
    "kind: scale, at_least: 100, unit: bytes-stored",
    "kind: scale, at_least: 100, unit: hours-of-audio",
    "kind: region, in: [eu-west-1]",
    "kind: processes, with: speech-to-text",
    "kind: moves-out, at_least: 100, unit: bytes, within_days: 5",
    "kind: purpose-mismatch",
)


def test_nothing_is_refuted_of_a_subject_that_is_not_in_the_lake() -> None:
    result = review(allegation(*CLAIMS, subject=OTHER_NATIVE), steady(100).lake())
    assert {claim.verdict for claim in result.claims} == {Verdict.UNDETERMINED}
    assert all(claim.would_settle for claim in result.claims)
    assert result.coverage.events == 0
    assert result.coverage.hours_seen == 336


def test_nothing_is_refuted_in_a_period_that_no_log_covers() -> None:
    rows = Rows().cover([-30]).add(-30, 100)
    result = review(allegation(*CLAIMS), rows.lake())
    assert {claim.verdict for claim in result.claims} == {Verdict.UNDETERMINED}
    assert result.coverage.hours_seen == 0
    assert len(result.coverage.gaps) == 1


def test_a_lake_without_anything_answers_nothing() -> None:
    result = review(allegation(*CLAIMS), Rows().lake())
    assert {claim.verdict for claim in result.claims} == {Verdict.UNDETERMINED}


def test_service_calls_alone_say_nothing_about_what_is_stored() -> None:
    rows = Rows().cover(range(336), TRAIL)
    for hour in range(336):
        rows.add(hour, 10, service="speech-to-text", operation="infer", source=TRAIL)
    result = review(allegation(*CLAIMS), rows.lake())
    verdicts = {claim.kind: claim.verdict for claim in result.claims}
    assert verdicts.pop("processes") is Verdict.SUPPORTED
    assert set(verdicts.values()) == {Verdict.UNDETERMINED}


@pytest.mark.parametrize(
    ("there", "verdict"),
    [(95, Verdict.SUPPORTED), (50, Verdict.PARTLY_SUPPORTED), (0, Verdict.REFUTED)],
)
def test_a_region_is_answered_by_the_share_of_objects_created_there(there: int, verdict: Verdict) -> None:
    rows = Rows().cover(range(336)).add(0, 100 - there, region="us-east-1")
    if there:
        rows.add(1, there)
    assert only_claim("kind: region, in: [eu-west-1, eu-west-2]", rows.lake()).verdict is verdict


def test_an_unknown_region_could_be_the_claimed_one() -> None:
    rows = Rows().cover(range(336)).add(0, 50, region="us-east-1").add(1, 50, region="unknown")
    answer = only_claim("kind: region, in: [eu-west-1]", rows.lake())
    assert answer.verdict is Verdict.UNDETERMINED
    assert answer.would_settle == ["settle-region"]


def speech(calls: int, source: str = TRAIL) -> Rows:
    rows = steady(10)
    rows.cover(range(336), TRAIL)
    rows.add(0, 1, service="identity", operation="admin", source=source)
    if calls:
        rows.add(5, calls, service="speech-to-text", operation="infer", source=source)
    return rows


@pytest.mark.parametrize(
    ("calls", "verdict"),
    [(500, Verdict.SUPPORTED), (5, Verdict.PARTLY_SUPPORTED), (0, Verdict.REFUTED)],
)
def test_processing_is_answered_by_calls_of_the_service(calls: int, verdict: Verdict) -> None:
    assert only_claim("kind: processes, with: speech-to-text", speech(calls).lake()).verdict is verdict


def test_a_source_that_reports_no_service_calls_cannot_refute_their_use() -> None:
    answer = only_claim("kind: processes, with: speech-to-text", steady(10).lake())
    assert answer.verdict is Verdict.UNDETERMINED
    assert "settle-management-logs" in answer.would_settle


def test_calls_of_another_service_are_not_the_claimed_one() -> None:
    assert only_claim("kind: processes, with: translation", speech(500).lake()).verdict is Verdict.REFUTED


def moving(total: int, hours: range) -> Rows:
    rows = steady(10)
    for hour in hours:
        rows.add(hour, 1, operation="read", size=total // len(hours))
    return rows


@pytest.mark.parametrize(
    ("claimed", "verdict"),
    [(100_000, Verdict.SUPPORTED), (300_000, Verdict.PARTLY_SUPPORTED), (500_000, Verdict.REFUTED)],
)
def test_moving_out_is_answered_by_the_busiest_window(claimed: int, verdict: Verdict) -> None:
    lake = moving(100_000, range(100, 150)).lake()
    answer = only_claim(f"kind: moves-out, at_least: {claimed}, unit: bytes, within_days: 3", lake)
    assert answer.verdict is verdict
    assert answer.observations[0].value == 100_000
    window = answer.observations[0].window
    assert (window.end - window.start).days == 3


def test_bytes_that_left_slowly_did_not_move_out_within_days() -> None:
    lake = moving(336_000, range(336)).lake()
    answer = only_claim("kind: moves-out, at_least: 330000, unit: bytes, within_days: 2", lake)
    assert answer.observations[0].value == 48_000
    assert answer.verdict is Verdict.REFUTED


def test_unseen_hours_keep_egress_from_being_refuted() -> None:
    rows = Rows().cover(range(100))
    for hour in range(100):
        rows.add(hour, 10)
    answer = only_claim("kind: moves-out, at_least: 10, unit: bytes, within_days: 3", rows.lake())
    assert answer.verdict is Verdict.UNDETERMINED


def test_a_bucket_that_two_sources_report_counts_once() -> None:
    rows = Rows().cover(range(24)).cover(range(24), TRAIL)
    for hour in range(24):
        rows.add(hour, 100).add(hour, 90, source=TRAIL)
    result = review(allegation("kind: scale, at_least: 2400, unit: objects-per-day", days=1), rows.lake())
    assert result.claims[0].observations[0].value == 2400
    assert result.coverage.events == 2400
    assert "bucket-in-two-sources" in [note.key for note in result.consistency]


def test_gaps_are_listed_by_source_and_silent_hours_are_gaps() -> None:
    rows = steady(10, days=1).cover(range(24, 30), events=0)
    result = review(allegation("kind: region, in: [eu-west-1]", days=2), rows.lake())
    assert result.coverage.hours_seen == 24
    assert [gap.source for gap in result.coverage.gaps] == [S3]
    assert (result.coverage.gaps[0].window.end - result.coverage.gaps[0].window.start).days == 1


def test_all_subscriptions_of_a_subject_are_examined_as_one() -> None:
    rows = Rows().cover(range(24))
    for hour in range(24):
        rows.add(hour, 50).add(hour, 50, subscription=OTHER_PSEUDONYM)
    tested = allegation(
        "kind: scale, at_least: 2400, unit: objects-per-day", days=1, subject=f'{NATIVE}", "{OTHER_NATIVE}'
    )
    assert review(tested, rows.lake()).claims[0].verdict is Verdict.SUPPORTED


def test_the_share_away_from_the_registered_home_is_shown_beside_the_claim() -> None:
    rows = Rows().cover(range(336)).add(0, 75, region="us-east-1").add(1, 25)
    answer = only_claim("kind: region, in: [us-east-1]", rows.lake(), register=registered(None))
    shown = {seen.indicator: seen.value for seen in answer.observations}
    assert shown["region-away-from-home"] == 0.75
