"""What is stored, in whose rhythm, and what clauses make of it: weighed stream by stream."""

from __future__ import annotations

import time

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.evidence.worlds import (
    NATIVE,
    MemoryLake,
    Rows,
    allegation,
    only_claim,
    registered,
    review,
    simulated_lake,
    steady,
)

from mithaq.evidence.result import Assessment, ClaimResult, ReviewResult, Verdict
from mithaq.telemetry.lake.schema import SCHEMAS, Table
from mithaq.terms import Purpose

CALLS = "kind: stores, what: call-recordings"
POPULATION = "kind: pattern, is: population"
THOUSAND = "kind: scale, at_least: 1000, unit: objects-per-day"
INTERCEPTION = "bulk-call-interception"
ARCHIVES = "b1_" + "e" * 26


def answer(claim: str, *workloads: str, seed: int = 1) -> ClaimResult:
    return only_claim(claim, simulated_lake(*workloads, seed=seed))


def t5(*workloads: str, declared: Purpose | None, seed: int = 1) -> ReviewResult:
    tested = allegation(CALLS, POPULATION, THOUSAND, clauses="clauses: [T5]")
    return review(tested, simulated_lake(*workloads, seed=seed), registered(declared))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("workload", [INTERCEPTION, "call-centre", "voicemail"])
def test_call_recordings_are_never_refuted_where_calls_are_kept(workload: str, seed: int) -> None:
    assert answer(CALLS, workload, seed=seed).verdict is not Verdict.REFUTED


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "workload", ["photo-app", "backup", "cctv", "data-lake", "iot", "office-files", "voice-notes"]
)
def test_call_recordings_are_not_supported_where_other_things_are_kept(workload: str, seed: int) -> None:
    assert answer(CALLS, workload, seed=seed).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize("workload", ["photo-app", "backup", "cctv", "data-lake"])
def test_call_recordings_are_refuted_where_sizes_and_rhythm_are_of_other_things(workload: str) -> None:
    refuted = answer(CALLS, workload)
    assert refuted.verdict is Verdict.REFUTED
    assert refuted.log10_lr is not None
    assert refuted.log10_lr <= -2


def test_calls_in_bundles_leave_it_open_what_is_stored() -> None:
    for seed in (1, 2, 3):
        assert answer(CALLS, "call-bundles", seed=seed).verdict is Verdict.UNDETERMINED


def beside(lake: MemoryLake, size: int) -> MemoryLake:
    """Put an archive of this many bytes into another bucket each hour."""
    archives = Rows()
    for hour in range(100):
        archives.add(hour, 1, bucket=ARCHIVES, size=size)
    added = pa.Table.from_pylist(archives.activity, SCHEMAS[Table.ACTIVITY])
    tables = {table: lake.rows(table) for table in Table}
    return MemoryLake({**tables, Table.ACTIVITY: pa.concat_tables([tables[Table.ACTIVITY], added])})


def test_a_few_large_archives_beside_many_small_records_leave_it_open_what_is_stored() -> None:
    records = simulated_lake("small-event-records")
    assert only_claim(CALLS, beside(records, size=1)).verdict is Verdict.REFUTED
    found = only_claim(CALLS, beside(records, size=20_000_000_000))
    assert found.verdict is Verdict.UNDETERMINED
    assert found.notes[0].key == "too-much-unweighed"


@pytest.mark.parametrize(
    ("workload", "rhythm"),
    [
        (INTERCEPTION, "population"),
        ("consumer-call-recorder", "population"),
        ("call-centre", "organisation"),
        ("cctv", "machine"),
        ("backup", "machine"),
    ],
)
def test_the_rhythm_is_recognised_and_no_other_is_supported(workload: str, rhythm: str) -> None:
    for claimed in ("population", "organisation", "machine"):
        found = answer(f"kind: pattern, is: {claimed}", workload).verdict
        if claimed == rhythm:
            assert found is Verdict.SUPPORTED
        else:
            assert found is Verdict.REFUTED


def test_a_few_people_are_not_taken_for_an_organisation_by_days_that_scatter_by_chance() -> None:
    """The few lines of a targeted interception, in one week: chance alone makes days of rest."""
    for seed in range(4):
        lake = simulated_lake("targeted-lawful-interception", seed=seed, days=7)
        found = {
            rhythm: only_claim(f"kind: pattern, is: {rhythm}", lake, days=7)
            for rhythm in ("population", "organisation")
        }
        assert found["organisation"].verdict is not Verdict.SUPPORTED
        assert found["population"].verdict is not Verdict.REFUTED
        for each in found.values():
            reasons = {note.key for note in each.notes} & {
                "rest-by-chance", "rhythm-held-back", "evidence-too-weak",
            }  # fmt: skip
            is_open = each.verdict in (Verdict.UNDETERMINED, Verdict.PARTLY_SUPPORTED)
            assert is_open or "rest-by-chance" not in reasons
            assert reasons or not is_open


def test_a_subscription_of_ninety_days_is_reviewed_in_two_seconds() -> None:
    lake = simulated_lake(INTERCEPTION, days=90)
    tested = allegation(CALLS, POPULATION, THOUSAND, days=90, clauses="clauses: [T5]")
    began = time.process_time()
    found = review(tested, lake, registered(None))
    assert time.process_time() - began < 2
    assert [claim.verdict for claim in found.claims] == [Verdict.SUPPORTED] * 3


def test_a_kind_without_hypothesis_is_always_undetermined() -> None:
    found = answer("kind: stores, what: location-tracks", "iot")
    assert found.verdict is Verdict.UNDETERMINED
    assert [note.key for note in found.notes] == ["no-hypothesis"]


def test_messages_stay_below_the_threshold_because_nothing_one_sided_shows_them() -> None:
    found = answer("kind: stores, what: messages", "message-interception")
    assert found.verdict in (Verdict.PARTLY_SUPPORTED, Verdict.UNDETERMINED)
    assert found.would_settle


def test_too_few_objects_are_not_weighed() -> None:
    lake = steady(1, days=2).lake()
    found = only_claim(CALLS, lake, days=2)
    assert found.verdict is Verdict.UNDETERMINED
    assert [note.key for note in found.notes] == ["streams-too-small"]


def test_a_weighed_claim_says_how_much_by_what_and_against_whom() -> None:
    found = answer(CALLS, INTERCEPTION)
    assert found.log10_lr is not None
    assert found.strength is not None
    assert found.best_other in set(Purpose)
    spoke = [seen for seen in found.observations if seen.log10_lr is not None]
    assert {"quiet-hours", "minute-dispersion", "median-size"} <= {seen.indicator for seen in spoke}
    assert set(found.open_explanations) >= {"consumer-call-recorder"}


def test_a_violating_stream_cannot_hide_among_harmless_ones() -> None:
    alone = answer(CALLS, INTERCEPTION)
    hidden = answer(CALLS, INTERCEPTION, "photo-app", "backup", "cctv")
    assert alone.verdict is Verdict.SUPPORTED
    assert hidden.verdict in (Verdict.SUPPORTED, Verdict.PARTLY_SUPPORTED)
    assert hidden.log10_lr is not None
    assert alone.log10_lr is not None
    assert hidden.log10_lr <= alone.log10_lr


def test_a_rhythm_is_not_borrowed_from_a_stream_that_does_not_carry_the_kind() -> None:
    tested = allegation(CALLS, POPULATION)
    result = review(tested, simulated_lake("call-centre", "photo-app"))
    calls, pattern = result.claims
    assert calls.verdict is Verdict.SUPPORTED
    assert pattern.verdict is Verdict.REFUTED


def renamed(lake: MemoryLake) -> MemoryLake:
    """Change every name: regions and the pseudonyms of buckets; the words in keys are gone anyway."""
    tables: dict[Table, pa.Table] = {}
    for table in (
        Table.ACTIVITY,
        Table.SIZES,
        Table.RESIDUES,
        Table.DISTINCT,
        Table.LIFECYCLE,
        Table.COVERAGE,
    ):
        rows = lake.rows(table)
        for column, swap in (("region", "me-south-1"), ("bucket", None)):
            if column in rows.schema.names:
                place = rows.schema.get_field_index(column)
                changed = (
                    pa.array([swap] * rows.num_rows, pa.string())
                    if swap
                    else pc.replace_substring_regex(rows[column], "^b1_.{3}", "b1_zzz")
                )
                rows = rows.set_column(place, column, changed)
        tables[table] = rows
    return MemoryLake(tables)


def test_names_of_places_and_things_change_no_likelihood_ratio() -> None:
    lake = simulated_lake(INTERCEPTION)
    tested = allegation(CALLS, POPULATION, "kind: pattern, is: organisation")
    before, after = review(tested, lake), review(tested, renamed(lake))
    assert [claim.log10_lr for claim in before.claims] == [claim.log10_lr for claim in after.claims]
    assert [claim.verdict for claim in before.claims] == [claim.verdict for claim in after.claims]


def test_a_falsely_declared_purpose_does_not_explain_interception() -> None:
    result = t5(INTERCEPTION, declared=Purpose.BACKUP)
    assert [claim.verdict for claim in result.claims] == [Verdict.SUPPORTED] * 3
    assert result.clauses[0].assessment is Assessment.INDICATED


def test_without_a_declaration_the_twin_explanation_stays_open() -> None:
    for declared in (None, Purpose.CONSUMER_CALL_RECORDER):
        clause = t5(INTERCEPTION, declared=declared).clauses[0]
        assert clause.assessment is Assessment.UNDETERMINED
        assert "consumer-call-recorder" in clause.open_explanations


def test_a_twin_that_declares_truthfully_is_not_indicated() -> None:
    clause = t5("consumer-call-recorder", declared=Purpose.CONSUMER_CALL_RECORDER).clauses[0]
    assert clause.assessment is Assessment.UNDETERMINED


def test_a_refuted_claim_ends_the_clause() -> None:
    assert t5("photo-app", declared=Purpose.PHOTO_APP).clauses[0].assessment is Assessment.NOT_INDICATED
    assert t5("call-centre", declared=Purpose.CALL_CENTRE).clauses[0].assessment is Assessment.NOT_INDICATED


def test_a_declared_purpose_that_does_not_fit_is_a_mismatch() -> None:
    lake = simulated_lake(INTERCEPTION)
    claim = "kind: purpose-mismatch"
    assert only_claim(claim, lake, register=registered(Purpose.BACKUP)).verdict is Verdict.SUPPORTED
    twin = only_claim(claim, lake, register=registered(Purpose.CONSUMER_CALL_RECORDER))
    assert twin.verdict in (Verdict.UNDETERMINED, Verdict.REFUTED)


def test_a_purpose_in_free_words_explains_nothing_and_is_no_mismatch() -> None:
    found = only_claim(
        "kind: purpose-mismatch", simulated_lake("backup"), register=registered("our own thing")
    )
    assert found.verdict is Verdict.UNDETERMINED
    assert found.would_settle == ["settle-declared-purpose"]


def test_the_subject_of_a_review_is_named_by_its_pseudonyms_only() -> None:
    result = review(allegation(CALLS), simulated_lake(INTERCEPTION))
    assert all(NATIVE not in seen.stream for claim in result.claims for seen in claim.observations)
