"""Each feature's share of a weight: the shares add up, and what says nothing has none."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evidence.worlds import default_pack, only_claim, simulated_lake

from mithaq.evidence.claims.explain import SHOWN
from mithaq.evidence.features import BLOCKS
from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.judge import pattern_candidates, stores_candidates
from mithaq.evidence.weighing.model import stored_model
from mithaq.evidence.weighing.questions import Weight
from mithaq.evidence.weighing.shares import feature_shares, shapley
from mithaq.evidence.weighing.simulate import Setting, simulate
from mithaq.terms import DataKind, Rhythm

CALLS = DataKind.CALL_RECORDINGS


def test_shares_of_a_sum_are_its_parts() -> None:
    values = np.array([0.5, -1.0, 2.0])
    subsets = np.array([sum(values[j] for j in range(3) if place >> j & 1) for place in range(8)])
    assert shapley(subsets) == pytest.approx(values)


def test_two_features_that_say_the_same_share_it_and_one_that_says_nothing_has_no_share() -> None:
    """The first two say 1 together or alone; the third never adds anything."""
    subsets = np.array([float(place & 0b11 != 0) for place in range(8)])
    assert shapley(subsets) == pytest.approx([0.5, 0.5, 0.0])


def test_every_feature_that_is_weighed_stands_in_exactly_one_row_of_the_report() -> None:
    shown = {block: [name for row in rows for name in row.weighed] for block, rows in SHOWN.items()}
    for block, features in BLOCKS.items():
        assert sorted(shown[block]) == sorted(feature.name for feature in features)


def weights() -> list[tuple[StreamFit, Weight]]:
    """Weigh one tenant of a listed workload for a kind and a rhythm, against listed and broad hypotheses."""
    model, thresholds = stored_model(), default_pack().thresholds
    setting = Setting(per_day=(2_000, 3_000), days=(7,), missing_share=0)
    (streams,) = simulate(WORKLOADS["call-bundles"], 1, np.random.default_rng(3), setting)
    fits = [model.fit(each.stream) for each in streams]
    kinds = [stores_candidates(model, fits, kind, thresholds)[0] for kind in (CALLS, DataKind.MESSAGES)]
    found = [*kinds, *(pattern_candidates(model, fits, rhythm)[0] for rhythm in Rhythm)]
    return [(each.fit, each.weight) for each in found]


def test_the_shares_of_a_block_s_features_add_up_to_the_block_s_weight() -> None:
    for fit, weight in weights():
        shares = feature_shares(stored_model().hypotheses, fit, weight)
        for block, features in BLOCKS.items():
            whole = sum(shares.get(feature.name, 0.0) for feature in features)
            assert whole == pytest.approx(weight.parts.get(block, 0.0), abs=1e-9)


def test_the_report_gives_each_row_of_the_strongest_stream_its_weight_and_the_others_by_block() -> None:
    claim = only_claim("kind: stores, what: call-recordings", simulated_lake("call-centre", "photo-app"))
    streams = list(dict.fromkeys(seen.stream for seen in claim.observations))
    assert len(streams) > 1
    first, *others = ({s.indicator for s in claim.observations if s.stream == name} for name in streams)
    assert {"quiet-hours", "growth", "median-size", "calls-translation"} <= first
    assert all({"block-clock", "block-sizes"} <= shown for shown in others)
