"""How much of a block's weight each of its features has: Shapley values of the block's log ratio.

The features of a block depend on each other and are only weighed together. A feature's share is what it adds
to the log ratio, averaged over all orders in which the block's features could be heard (Shapley 1953): the
shares add up to the block's weight exactly, and two features that say the same share what they say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import factorial
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mithaq.evidence.features import BLOCKS, RHYTHM_BLOCKS, block_matrix, conditions
from mithaq.evidence.weighing.density import BlockDensity
from mithaq.evidence.weighing.fits import ANYTHING, KIND_BLOCK, Hypothesis, StreamFit, unlisted
from mithaq.evidence.weighing.questions import Weight
from mithaq.terms.vocabulary import Rhythm

Floats: TypeAlias = npt.NDArray[np.float64]
Mixture: TypeAlias = Sequence[tuple[float, BlockDensity]]
"""Densities with their shares of one: a workload of several rhythms, or what nobody listed."""

_NOTHING: Final = 1e-300


def feature_shares(hypotheses: Mapping[str, Hypothesis], fit: StreamFit, weight: Weight) -> dict[str, float]:
    """Give each feature's share of the log10 LR; a feature that the stream lacks has none."""
    given = conditions(fit.stream)
    found: dict[str, float] = {}
    for block, features in BLOCKS.items():
        part = weight.parts.get(block)
        if part is None:
            continue
        x = block_matrix([fit.stream], block)[0]
        names = [feature.name for feature, value in zip(features, x, strict=True) if not np.isnan(value)]
        sides = [
            _heard(_mixture(hypotheses, fit, name, rhythm, block), x, given)
            for name, rhythm in ((weight.best, weight.rhythms[0]), (weight.best_other, weight.rhythms[1]))
        ]
        values = shapley(sides[0] - sides[1])
        total = float(values.sum())
        scale = part / total if total else 0.0
        found |= {name: scale * float(value) for name, value in zip(names, values, strict=True)}
    return found


def shapley(heard: Floats) -> Floats:
    """Give the Shapley values of a game from its value for every subset; bit j of the place is player j."""
    players = heard.shape[0].bit_length() - 1
    places = np.arange(heard.shape[0])
    sizes = np.array([int(place).bit_count() for place in places])
    orders = factorial(players)
    chance = np.array([factorial(n) * factorial(players - n - 1) / orders for n in range(players)])
    values = np.zeros(players)
    for player in range(players):
        without = places[(places >> player) & 1 == 0]
        values[player] = (chance[sizes[without]] * (heard[without | (1 << player)] - heard[without])).sum()
    return values


def _mixture(
    hypotheses: Mapping[str, Hypothesis], fit: StreamFit, name: str, rhythm: Rhythm | None, block: str
) -> Mixture:
    """Give the densities that a hypothesis's density of a block is made of, as `fits.py` makes it."""
    if rhythm is not None:
        return [(1.0, hypotheses[name].rhythms[rhythm][block])]
    if name in hypotheses:
        return _listed(hypotheses[name], block)
    alike = [
        other
        for other, kind in fit.kinds.items()
        if name == ANYTHING or block != KIND_BLOCK or (kind is not None and name == unlisted(kind))
    ]
    return [
        (share / len(alike), density)
        for other in alike
        for share, density in _listed(hypotheses[other], block)
    ]


def _listed(hypothesis: Hypothesis, block: str) -> Mixture:
    if hypothesis.rhythms and block in RHYTHM_BLOCKS:
        return [(share, hypothesis.rhythms[rhythm][block]) for rhythm, share in hypothesis.shares.items()]
    return [(1.0, hypothesis.blocks[block])]


def _heard(mixture: Mixture, x: Floats, given: Floats) -> Floats:
    """Give the log density of every subset of the features that the stream has; 0 for none of them."""
    total: Floats = sum((share * density.subsets(x, given) for share, density in mixture), start=np.zeros(1))
    heard: Floats = np.log(np.maximum(total, _NOTHING))
    return heard
