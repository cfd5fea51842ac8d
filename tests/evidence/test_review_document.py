"""`review.json` is the contract's document, the same bytes for the same inputs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.evidence.worlds import NATIVE, OTHER_NATIVE, allegation, registered, review, simulated_lake, steady

from mithaq.evidence.document import review_document
from mithaq.kernel.canonical import Json, pretty
from mithaq.terms import Purpose

CLAIMS = (
    "kind: stores, what: call-recordings",
    "kind: pattern, is: population",
    "kind: scale, at_least: 100000, unit: objects-per-day",
    "kind: region, in: [eu-west-1]",
    "kind: processes, with: speech-to-text",
    "kind: moves-out, at_least: 8.0e+12, unit: bytes, within_days: 5",
    "kind: purpose-mismatch",
)


def test_the_document_has_the_keys_of_the_contract_and_no_others() -> None:
    tested = allegation(*CLAIMS)
    document = review_document(tested, review(tested, simulated_lake("call-centre"), registered(Purpose.IOT)))
    assert list(document) == ["mithaq", "allegation", "coverage", "claims", "clauses", "provenance"]
    assert document["mithaq"] == "review/v1"
    assert isinstance(document["claims"], list)
    for claim in document["claims"]:
        assert isinstance(claim, dict)
        assert list(claim) == [
            "id",
            "verdict",
            "log10_lr",
            "strength",
            "best_other",
            "open_explanations",
            "would_settle",
            "observations",
        ]
        assert isinstance(claim["observations"], list)
        for seen in claim["observations"]:
            assert isinstance(seen, dict)
            assert list(seen) == ["indicator", "stream", "value", "unit", "window", "log10_lr"]
    assert isinstance(document["clauses"], list)
    for clause in document["clauses"]:
        assert isinstance(clause, dict)
        assert list(clause) == ["id", "assessment", "claims", "open_explanations"]
    assert isinstance(document["coverage"], dict)
    assert list(document["coverage"]) == ["events", "hours_expected", "hours_seen", "gaps"]
    assert isinstance(document["provenance"], dict)
    assert list(document["provenance"]) == ["version", "terms", "made_at", "inputs"]


def test_two_runs_differ_in_the_time_they_were_made_and_in_nothing_else() -> None:
    tested = allegation(*CLAIMS)
    lake = simulated_lake("call-centre")
    once = review(tested, lake, now=datetime(2026, 10, 1, tzinfo=UTC))
    again = review(tested, simulated_lake("call-centre"), now=datetime(2026, 10, 2, tzinfo=UTC))
    first = pretty(review_document(tested, once))
    second = pretty(review_document(tested, again))
    assert first != second
    assert first.replace("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z") == second


def _values(document: Json, key: str = "") -> Iterator[tuple[str, Json]]:
    if isinstance(document, dict):
        for name, value in document.items():
            yield from _values(value, name)
    elif isinstance(document, list):
        yield key, document
        for value in document:
            yield from _values(value)
    else:
        yield key, document


def test_lists_are_never_null_and_figures_have_few_digits() -> None:
    lists = {"gaps", "open_explanations", "would_settle", "observations", "inputs", "claims", "clauses"}
    for subject in (NATIVE, OTHER_NATIVE):
        tested = allegation(*CLAIMS, subject=subject)
        found = list(_values(review_document(tested, review(tested, steady(100).lake()))))
        assert all(value is not None for key, value in found if key in lists)
        assert all(
            abs(round(value, 3) - value) < 1e-12
            for key, value in found
            if key == "log10_lr" and isinstance(value, float)
        )


def test_the_period_is_written_in_utc() -> None:
    tested = allegation(CLAIMS[2])
    document = review_document(tested, review(tested, steady(100).lake()))
    assert '"from": "2026-09-07T00:00:00Z"' in pretty(document)
