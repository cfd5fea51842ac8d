"""Calls packed into bundles are left open, in whatever way their keepers read and delete them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.weighing.fits import ANYTHING, KEEPERS_CHOICE, StreamFit
from mithaq.evidence.weighing.model import stored_model
from mithaq.evidence.weighing.questions import (
    BUNDLES_LEAD,
    LN10,
    Calibration,
    stores_sets,
    weigh_sets,
    weigh_stores,
)
from mithaq.evidence.weighing.simulate import Setting, generator, simulate
from mithaq.terms.vocabulary import DataKind

PLAIN = Calibration(slope=1.0, offset=0.0, cap_for=30.0, cap_against=30.0)
"""Leaves a ratio as it is."""
BUNDLES = "call-bundles"
CALLS = DataKind.CALL_RECORDINGS


def fits(workload: str, count: int) -> list[StreamFit]:
    rng = generator(5, "bundles", workload)
    tenants = simulate(WORKLOADS[workload], count, rng, Setting(days=(14,)))
    return [stored_model().fit(each.stream) for streams in tenants for each in streams if each.main]


def unusually_kept(fit: StreamFit) -> StreamFit:
    """Give the same bundles, read and deleted as no listed tenant with bundles does."""
    own = {block: -30.0 if block in KEEPERS_CHOICE else part for block, part in fit.blocks[BUNDLES].items()}
    return replace(fit, blocks={**fit.blocks, BUNDLES: own})


def as_listed(fit: StreamFit, kind: DataKind) -> float:
    hypotheses = stored_model().hypotheses
    return weigh_sets(fit, hypotheses, stores_sets(hypotheses, kind), PLAIN).log10_lr


def test_bundles_that_are_read_as_no_listed_ones_are_not_refuted() -> None:
    held = 0
    for fit in map(unusually_kept, fits(BUNDLES, 12)):
        weight = weigh_stores(fit, stored_model().hypotheses, CALLS, PLAIN)
        held += weight.held_back
        assert weight.log10_lr > -2
        assert weight.log10_lr <= 0 or not weight.held_back
    assert held


def test_what_is_no_bundle_is_refuted_as_before() -> None:
    for workload in ("iot", "photo-app"):
        for fit in fits(workload, 3):
            found = weigh_stores(fit, stored_model().hypotheses, CALLS, PLAIN)
            assert found.log10_lr <= -2
            behind = (fit.however_kept(BUNDLES) - max(_outside(fit))) / LN10 + BUNDLES_LEAD
            assert found.log10_lr == pytest.approx(max(as_listed(fit, CALLS), min(0.0, behind)))


def test_other_kinds_have_no_bundles_and_are_weighed_as_listed() -> None:
    for fit in fits(BUNDLES, 3):
        found = weigh_stores(fit, stored_model().hypotheses, DataKind.MESSAGES, PLAIN)
        assert found.log10_lr == pytest.approx(as_listed(fit, DataKind.MESSAGES))
        assert not found.held_back


def test_a_model_that_knows_no_bundles_holds_nothing_back() -> None:
    model = stored_model().without(BUNDLES)
    for fit in fits("photo-app", 2):
        found = weigh_stores(fit.without(BUNDLES), model.hypotheses, CALLS, PLAIN)
        assert not found.held_back


def _outside(fit: StreamFit) -> list[float]:
    _inside, outside = stores_sets(stored_model().hypotheses, CALLS)
    assert ANYTHING in outside
    return [sum(fit.blocks[name].values()) for name in outside]
