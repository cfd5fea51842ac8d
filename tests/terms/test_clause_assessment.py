"""How claims, explanations and declarations add up to the assessment of a clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.terms import (
    Assessment,
    Claim,
    ClaimKind,
    ClauseAssessment,
    DataKind,
    Declared,
    Fit,
    InForce,
    PatternClaim,
    ProcessesClaim,
    Processing,
    Purpose,
    Reason,
    RegionClaim,
    Rhythm,
    ScaleClaim,
    ScaleUnit,
    StoresClaim,
    Verdict,
    assess,
    load_pack,
    need_verdicts,
    needed_claims,
)

T5 = load_pack().clauses["T5"]
SUPPORTED = dict.fromkeys((ClaimKind.STORES, ClaimKind.PATTERN, ClaimKind.SCALE), Verdict.SUPPORTED)
BACKUP_UNFIT = Declared(Purpose.BACKUP, Fit.UNFIT)


def test_mass_surveillance_is_indicated_when_nothing_innocent_is_left() -> None:
    assert assess(T5, SUPPORTED) == ClauseAssessment(Assessment.INDICATED, Reason.ALL_MET)


def test_an_open_innocent_explanation_leaves_it_undetermined_and_is_named() -> None:
    assert assess(T5, SUPPORTED, open_explanations=[Purpose.VOICEMAIL]) == ClauseAssessment(
        Assessment.UNDETERMINED, Reason.EXPLANATION_OPEN, (Purpose.VOICEMAIL,)
    )


def test_a_declaration_of_another_kind_that_does_not_fit_contradicts_the_open_ones() -> None:
    came_out = assess(T5, SUPPORTED, open_explanations=[Purpose.VOICEMAIL], declared=[BACKUP_UNFIT])
    assert came_out == ClauseAssessment(Assessment.INDICATED, Reason.DECLARATION_CONTRADICTS)


def test_a_false_declaration_of_the_same_kind_contradicts_nothing() -> None:
    came_out = assess(
        T5,
        SUPPORTED,
        open_explanations=[Purpose.VOICEMAIL],
        declared=[Declared(Purpose.CALL_CENTRE, Fit.UNFIT)],
    )
    assert came_out.open_explanations == (Purpose.VOICEMAIL,)
    assert came_out.assessment is Assessment.UNDETERMINED


@pytest.mark.parametrize("other", [Declared(None), Declared(Purpose.VOICEMAIL, Fit.UNFIT)])
def test_one_subscription_does_not_contradict_for_another(other: Declared) -> None:
    came_out = assess(
        T5, SUPPORTED, open_explanations=[Purpose.TELECOM_OPERATOR], declared=[BACKUP_UNFIT, other]
    )
    assert came_out.assessment is Assessment.UNDETERMINED


def test_a_declared_purpose_that_fits_equally_well_stays_open() -> None:
    came_out = assess(T5, SUPPORTED, declared=[Declared(Purpose.SPEECH_CORPUS, Fit.POSSIBLE)])
    assert came_out == ClauseAssessment(
        Assessment.UNDETERMINED, Reason.EXPLANATION_OPEN, (Purpose.SPEECH_CORPUS,)
    )


def test_a_declared_purpose_that_fits_better_than_every_violation_speaks_against_the_clause() -> None:
    came_out = assess(T5, SUPPORTED, declared=[Declared(Purpose.CALL_CENTRE, Fit.BETTER)])
    assert (came_out.assessment, came_out.reason) == (Assessment.NOT_INDICATED, Reason.DECLARED_FITS_BETTER)


def test_one_truthful_subscription_does_not_acquit_the_others() -> None:
    came_out = assess(T5, SUPPORTED, declared=[Declared(Purpose.CALL_CENTRE, Fit.BETTER), Declared(None)])
    assert came_out.assessment is Assessment.UNDETERMINED


def test_declared_words_outside_the_list_explain_and_contradict_nothing() -> None:
    assert assess(T5, SUPPORTED, declared=[Declared(None)]).assessment is Assessment.INDICATED
    came_out = assess(T5, SUPPORTED, open_explanations=[Purpose.VOICEMAIL], declared=[Declared(None)])
    assert came_out.assessment is Assessment.UNDETERMINED


@pytest.mark.parametrize("kind", list(SUPPORTED))
def test_a_refuted_needed_claim_speaks_against_the_clause(kind: ClaimKind) -> None:
    came_out = assess(T5, SUPPORTED | {kind: Verdict.REFUTED})
    assert (came_out.assessment, came_out.reason) == (Assessment.NOT_INDICATED, Reason.CLAIM_REFUTED)


@pytest.mark.parametrize("verdict", [Verdict.UNDETERMINED, Verdict.PARTLY_SUPPORTED])
@pytest.mark.parametrize("kind", list(SUPPORTED))
def test_a_needed_claim_that_is_not_fully_supported_leaves_it_open(kind: ClaimKind, verdict: Verdict) -> None:
    came_out = assess(T5, SUPPORTED | {kind: verdict})
    assert (came_out.assessment, came_out.reason) == (Assessment.UNDETERMINED, Reason.CLAIM_OPEN)


@pytest.mark.parametrize("kind", list(SUPPORTED))
def test_a_needed_claim_that_nobody_made_leaves_it_open(kind: ClaimKind) -> None:
    verdicts = {each: verdict for each, verdict in SUPPORTED.items() if each is not kind}
    assert assess(T5, verdicts) == ClauseAssessment(Assessment.UNDETERMINED, Reason.CLAIM_MISSING)


def test_a_clause_that_was_not_in_force_cannot_be_indicated() -> None:
    assert assess(T5, SUPPORTED, in_force=InForce.NOT) == ClauseAssessment(
        Assessment.NOT_INDICATED, Reason.NOT_IN_FORCE
    )
    assert assess(T5, SUPPORTED, in_force=InForce.PART) == ClauseAssessment(
        Assessment.UNDETERMINED, Reason.IN_FORCE_IN_PART
    )


def test_a_clause_without_needs_is_never_indicated() -> None:
    assert assess(replace(T5, needs=()), SUPPORTED).assessment is Assessment.UNDETERMINED


def test_a_clause_for_a_person_is_left_to_a_person() -> None:
    assert assess(load_pack().clauses["T7"], SUPPORTED) == ClauseAssessment(
        Assessment.UNDETERMINED, Reason.BY_PERSON
    )


VERDICTS = st.dictionaries(st.sampled_from(list(SUPPORTED)), st.sampled_from(list(Verdict)))
PURPOSES = st.lists(st.sampled_from(list(Purpose)), max_size=6)
DECLARED = st.lists(
    st.builds(Declared, st.one_of(st.none(), st.sampled_from(list(Purpose))), st.sampled_from(list(Fit))),
    max_size=4,
)


@given(VERDICTS, PURPOSES, DECLARED, st.sampled_from(list(InForce)))
def test_indicated_means_that_every_condition_of_the_contract_holds(
    verdicts: dict[ClaimKind, Verdict], still_open: list[Purpose], declared: list[Declared], in_force: InForce
) -> None:
    came_out = assess(T5, verdicts, open_explanations=still_open, declared=declared, in_force=in_force)
    if came_out.assessment is Assessment.INDICATED:
        assert verdicts == SUPPORTED
        assert in_force is InForce.WHOLE
        assert came_out.open_explanations == ()
        innocent = set(still_open) & set(T5.innocent_purposes)
        contradicting = [
            each.fit is Fit.UNFIT and each.purpose is not None and each.purpose not in T5.innocent_purposes
            for each in declared
        ]
        assert not innocent or (contradicting and all(contradicting))
        assert not any(each.purpose is not None and each.fit is not Fit.UNFIT for each in declared)


@given(VERDICTS, PURPOSES, DECLARED)
def test_the_order_of_explanations_and_subscriptions_changes_nothing(
    verdicts: dict[ClaimKind, Verdict], still_open: list[Purpose], declared: list[Declared]
) -> None:
    expected = assess(T5, verdicts, open_explanations=still_open, declared=declared)
    turned = assess(T5, verdicts, open_explanations=still_open[::-1], declared=declared[::-1])
    assert turned == expected


STORES = StoresClaim(id="c1", what=DataKind.CALL_RECORDINGS)
FACES = StoresClaim(id="c2", what=DataKind.FACE_IMAGES)
RHYTHM = PatternClaim(id="c3", is_=Rhythm.POPULATION)
HOURS = PatternClaim(id="c4", is_=Rhythm.ORGANISATION)
SCALE = ScaleClaim(id="c5", at_least=200, unit=ScaleUnit.OBJECTS_PER_DAY)
SMALL = ScaleClaim(id="c6", at_least=199, unit=ScaleUnit.OBJECTS_PER_DAY)
REGION = RegionClaim(id="c7", in_=("eu-west-1",))
SPEECH = ProcessesClaim(id="c8", with_=Processing.SPEECH_TO_TEXT)


def test_only_claims_that_meet_a_need_of_the_clause_count() -> None:
    claims: list[Claim] = [STORES, FACES, RHYTHM, HOURS, SCALE, SMALL, REGION, SPEECH]
    assert needed_claims(T5, claims) == (STORES, RHYTHM, SCALE)


@pytest.mark.parametrize(
    ("verdicts", "summed"),
    [
        ([Verdict.SUPPORTED, Verdict.REFUTED], Verdict.SUPPORTED),
        ([Verdict.UNDETERMINED, Verdict.REFUTED], Verdict.UNDETERMINED),
        ([Verdict.UNDETERMINED, Verdict.PARTLY_SUPPORTED], Verdict.PARTLY_SUPPORTED),
        ([Verdict.REFUTED, Verdict.REFUTED], Verdict.REFUTED),
    ],
)
def test_of_several_claims_that_meet_one_need_the_strongest_counts(
    verdicts: list[Verdict], summed: Verdict
) -> None:
    first, second = SCALE, ScaleClaim(id="d", at_least=1e12, unit=ScaleUnit.BYTES_STORED)
    given_verdicts = list(zip((first, second), verdicts, strict=True))
    assert need_verdicts(T5, [*given_verdicts, (FACES, Verdict.SUPPORTED)]) == {ClaimKind.SCALE: summed}


def test_the_version_in_force_is_found_by_the_period() -> None:
    pack = load_pack()

    def day(year: int, month: int = 1, day_of_month: int = 1) -> datetime:
        return datetime(year, month, day_of_month, tzinfo=UTC)

    assert pack.at("T5", day(2026), day(2026, 2))[1] is InForce.WHOLE
    assert pack.at("T5", day(2019, 12, 31), day(2020, 1, 2))[1] is InForce.PART
    assert pack.at("T5", day(2019), day(2020))[1] is InForce.NOT
