"""Calls packed into bundles are left open, in whatever way their keepers read and delete them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evidence.worlds import PLAIN, main_fits

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
from mithaq.terms.vocabulary import DataKind

BUNDLES = "call-bundles"
CALLS = DataKind.CALL_RECORDINGS


def unusually_kept(fit: StreamFit) -> StreamFit:
    """Give the same bundles, read and deleted as no listed tenant with bundles does."""
    own = {block: -30.0 if block in KEEPERS_CHOICE else part for block, part in fit.blocks[BUNDLES].items()}
    return replace(fit, blocks={**fit.blocks, BUNDLES: own})


def as_listed(fit: StreamFit, kind: DataKind) -> float:
    hypotheses = stored_model().hypotheses
    return weigh_sets(fit, hypotheses, stores_sets(hypotheses, kind), PLAIN).log10_lr


def test_bundles_that_are_read_as_no_listed_ones_are_not_refuted() -> None:
    held = 0
    for fit in map(unusually_kept, main_fits(BUNDLES, 12)):
        weight = weigh_stores(fit, stored_model().hypotheses, CALLS, PLAIN)
        held += weight.held_back
        assert weight.log10_lr > -2
        assert weight.log10_lr <= 0 or not weight.held_back
    assert held


def test_what_is_no_bundle_is_refuted_as_before() -> None:
    for workload in ("iot", "photo-app"):
        for fit in main_fits(workload, 3):
            found = weigh_stores(fit, stored_model().hypotheses, CALLS, PLAIN)
            assert found.log10_lr <= -2
            behind = (fit.however_kept(BUNDLES) - max(_outside(fit))) / LN10 + BUNDLES_LEAD
            assert found.log10_lr == pytest.approx(max(as_listed(fit, CALLS), min(0.0, behind)))


def test_it_is_said_to_be_held_back_only_where_that_changes_what_is_said() -> None:
    capped = Calibration(slope=1.0, offset=0.0, cap_for=2.5, cap_against=2.5)
    for fit in main_fits("iot", 3):
        found = weigh_stores(fit, stored_model().hypotheses, CALLS, capped)
        assert found.log10_lr == -2.5
        assert not found.held_back


def test_other_kinds_have_no_bundles_and_are_weighed_as_listed() -> None:
    for fit in main_fits(BUNDLES, 3):
        found = weigh_stores(fit, stored_model().hypotheses, DataKind.MESSAGES, PLAIN)
        assert found.log10_lr == pytest.approx(as_listed(fit, DataKind.MESSAGES))
        assert not found.held_back


def test_a_model_that_knows_no_bundles_holds_nothing_back() -> None:
    model = stored_model().without(BUNDLES)
    for fit in main_fits("photo-app", 2):
        found = weigh_stores(fit.without(BUNDLES), model.hypotheses, CALLS, PLAIN)
        assert not found.held_back


def _outside(fit: StreamFit) -> list[float]:
    _inside, outside = stores_sets(stored_model().hypotheses, CALLS)
    assert ANYTHING in outside
    return [sum(fit.blocks[name].values()) for name in outside]
