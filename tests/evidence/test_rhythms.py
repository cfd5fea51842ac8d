"""Rhythms that nobody listed: they may hold an answer back, and never give one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from mithaq.evidence.features import BLOCKS, CLOCK, OF_THE_DAY, block_matrix, conditions
from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.model import stored_model
from mithaq.evidence.weighing.questions import Calibration, raw_pattern, rest_by_chance, weigh_pattern
from mithaq.evidence.weighing.simulate import Setting, generator, simulate
from mithaq.terms.vocabulary import Rhythm

PLAIN = Calibration(slope=1.0, offset=0.0, cap_for=30.0, cap_against=30.0)
"""Leaves a ratio as it is."""

SERVICE = "call-recording-service"


def fits(workload: str, count: int) -> Iterator[StreamFit]:
    rng = generator(5, "rhythms", workload)
    for streams in simulate(WORKLOADS[workload], count, rng, Setting(days=(14,))):
        yield from (stored_model().fit(each.stream) for each in streams if each.main)


@pytest.fixture(scope="module")
def services() -> list[StreamFit]:
    return list(fits(SERVICE, 12))


@pytest.mark.parametrize("workload", ["bulk-call-interception", "call-centre", "backup", "podcast"])
def test_it_brings_a_ratio_nearer_to_nothing_and_never_beyond(workload: str) -> None:
    for fit in fits(workload, 3):
        for rhythm in Rhythm:
            found = raw_pattern(fit, rhythm, rest_told=not rest_by_chance(fit.stream)).raw
            held = weigh_pattern(fit, rhythm, PLAIN).log10_lr
            assert held * found >= 0
            assert abs(held) <= abs(found) + 1e-9
            if rhythm is Rhythm.MACHINE:
                assert held == pytest.approx(found)


def test_the_parts_still_add_up_to_the_whole(services: list[StreamFit]) -> None:
    for fit in services:
        weight = weigh_pattern(fit.without(SERVICE), Rhythm.POPULATION, PLAIN)
        assert sum(weight.parts.values()) == pytest.approx(weight.log10_lr)


def test_many_centres_that_nobody_listed_are_less_often_taken_for_people_at_large(
    services: list[StreamFit],
) -> None:
    unlisted = [fit.without(SERVICE) for fit in services]
    before = [fit for fit in unlisted if raw_pattern(fit, Rhythm.POPULATION).raw >= 2]
    after = [fit for fit in unlisted if weigh_pattern(fit, Rhythm.POPULATION, PLAIN).log10_lr >= 2]
    assert len(after) < len(before)


def test_day_and_week_are_parts_of_the_clock_and_all_of_it_is_the_whole(services: list[StreamFit]) -> None:
    assert any(OF_THE_DAY)
    assert not all(OF_THE_DAY)
    assert len(OF_THE_DAY) == len(BLOCKS[CLOCK])
    stream = services[0].stream
    x, given = block_matrix([stream], CLOCK)[0], conditions(stream)
    density = stored_model().hypotheses[SERVICE].rhythms[Rhythm.ORGANISATION][CLOCK]
    (whole, none) = density.log_densities(x, given, [np.ones(len(x), bool), np.zeros(len(x), bool)])
    assert whole == pytest.approx(density.log_density(x, given))
    assert none == 0.0


def test_a_rhythm_of_which_no_workload_is_left_holds_nothing_back(services: list[StreamFit]) -> None:
    bare = services[0]
    for name in WORKLOADS:
        if name in bare.clocks[Rhythm.ORGANISATION]:
            bare = bare.without(name)
    assert bare.unlisted_rhythm(Rhythm.ORGANISATION) == -np.inf


def test_what_a_machines_rhythm_speaks_against_is_not_kept_open() -> None:
    for fit in fits("cctv", 6):
        found = raw_pattern(fit, Rhythm.POPULATION)
        assert found.rhythms[1] is Rhythm.MACHINE
        assert weigh_pattern(fit, Rhythm.POPULATION, PLAIN).log10_lr == pytest.approx(found.raw)
