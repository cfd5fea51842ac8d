"""People at large against organisations: what holds an answer back may never give one."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evidence.worlds import PLAIN, main_fits

from mithaq.evidence.features import REST
from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.questions import (
    FEW_WEEKENDS,
    LN10,
    REST_LEAD,
    raw_pattern,
    rest_by_chance,
    weigh_pattern,
)
from mithaq.terms.vocabulary import Rhythm

SERVICE = "call-recording-service"


@pytest.fixture(scope="module")
def services() -> list[StreamFit]:
    return main_fits(SERVICE, 12)


@pytest.mark.parametrize("workload", ["bulk-call-interception", "call-centre", "backup", "podcast"])
def test_it_brings_a_ratio_nearer_to_nothing_and_never_beyond(workload: str) -> None:
    for fit in main_fits(workload, 3):
        for rhythm in Rhythm:
            found = raw_pattern(fit, rhythm, rest_told=not rest_by_chance(fit.stream)).raw
            held = weigh_pattern(fit, rhythm, PLAIN).log10_lr
            assert held * found >= 0
            assert abs(held) <= abs(found) + 1e-9
            if rhythm is Rhythm.MACHINE:
                assert held == pytest.approx(found)


def test_the_parts_say_what_the_features_say_whatever_holds_the_whole_back(
    services: list[StreamFit],
) -> None:
    for fit in services:
        unlisted = fit.without(SERVICE)
        found = raw_pattern(unlisted, Rhythm.POPULATION, rest_told=not rest_by_chance(fit.stream))
        weight = weigh_pattern(unlisted, Rhythm.POPULATION, PLAIN)
        assert weight.parts == pytest.approx(found.parts)


def test_many_centres_that_nobody_listed_are_less_often_taken_for_people_at_large(
    services: list[StreamFit],
) -> None:
    unlisted = [fit.without(SERVICE) for fit in services]
    before = [fit for fit in unlisted if raw_pattern(fit, Rhythm.POPULATION).raw >= 2]
    after = [fit for fit in unlisted if weigh_pattern(fit, Rhythm.POPULATION, PLAIN).log10_lr >= 2]
    assert len(after) < len(before)


def test_a_ratio_between_rhythms_of_people_is_at_most_what_their_rest_says_and_a_bit(
    services: list[StreamFit],
) -> None:
    people = {Rhythm.POPULATION, Rhythm.ORGANISATION}
    held = 0
    for fit in services:
        listed = fit.without(SERVICE)
        found = raw_pattern(listed, Rhythm.POPULATION)
        weight = weigh_pattern(listed, Rhythm.POPULATION, PLAIN)
        if found.raw <= 0 or set(found.rhythms) != people or rest_by_chance(fit.stream):
            continue
        own = listed.rhythms[Rhythm.POPULATION][weight.best][REST]
        lead = (own - listed.best_rest(Rhythm.ORGANISATION)) / LN10
        bearable = min(found.raw - FEW_WEEKENDS, lead + REST_LEAD[Rhythm.POPULATION])
        assert weight.log10_lr == pytest.approx(max(0.0, bearable))
        held += weight.held_back
    assert held


def test_a_rhythm_of_which_no_workload_is_left_has_no_rest(services: list[StreamFit]) -> None:
    bare = services[0]
    for name in WORKLOADS:
        if name in bare.rhythms[Rhythm.ORGANISATION]:
            bare = bare.without(name)
    assert bare.best_rest(Rhythm.ORGANISATION) == -np.inf


def test_what_a_machines_rhythm_speaks_against_is_not_kept_open() -> None:
    for fit in main_fits("cctv", 6):
        found = raw_pattern(fit, Rhythm.POPULATION)
        assert found.rhythms[1] is Rhythm.MACHINE
        assert weigh_pattern(fit, Rhythm.POPULATION, PLAIN).log10_lr == pytest.approx(found.raw)
