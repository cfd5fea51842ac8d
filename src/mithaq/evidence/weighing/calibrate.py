"""Calibration: raw ratios of best fits become likelihood ratios that mean what they say.

A ratio of best-fitting densities is overconfident: it picks the maximum on both sides, and the blocks are not
wholly independent. On tenants that were not used for the densities, a logistic regression of the truth on
the raw ratio (both sides weighing one half, every workload of a side alike) gives slope and offset (Brümmer
and du Preez 2006). The slope is never above 1. The cap is what the sample can bear: with n tenants on the
other side and none in error, a likelihood ratio above about n / 3 is not shown (rule of three).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from mithaq.evidence.weighing.questions import LN10, Calibration

MAX_SLOPE: Final = 1.0
MIN_SLOPE: Final = 0.05
RIDGE: Final = 1e-3
"""Keeps slope and offset finite where the sample separates perfectly."""
DIGITS: Final = 4


def calibrate(raw: Sequence[float], truth: Sequence[bool], group: Sequence[str]) -> Calibration:
    """Fit slope, offset and cap; `group` is the workload of each sample."""
    x = np.clip(np.array(raw, np.float64), -30, 30) * LN10
    y = np.array(truth, np.bool_)
    weights = _weights(y, np.array(group))
    signs = np.where(y, 1.0, -1.0)

    def loss(parameters: npt.NDArray[np.float64]) -> float:
        slope, offset = parameters
        margin = signs * (slope * x + offset)
        penalty = RIDGE * ((slope - 0.5) ** 2 + offset**2)
        return float((weights * np.logaddexp(0.0, -margin)).sum() + penalty)

    found = minimize(
        loss, np.array([0.5, 0.0]), method="L-BFGS-B", bounds=[(MIN_SLOPE, MAX_SLOPE), (-5.0, 5.0)]
    )
    return Calibration(
        slope=round(float(found.x[0]), DIGITS),
        offset=round(float(found.x[1]) / LN10, DIGITS),
        cap_for=bearable(int((~y).sum())),
        cap_against=bearable(int(y.sum())),
    )


def bearable(tenants: int) -> float:
    """Give the largest log10 LR that so many tenants without an error can bear."""
    return round(float(np.log10(max(tenants, 3) / 3.0)), DIGITS)


def _weights(truth: npt.NDArray[np.bool_], group: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
    """Give each side one half, shared evenly by its workloads, and theirs evenly by their samples."""
    weights = np.zeros(len(truth))
    for side in (True, False):
        names = np.unique(group[truth == side])
        for name in names:
            rows = (truth == side) & (group == name)
            weights[rows] = 0.5 / (len(names) * rows.sum())
    return weights


def cllr(log10_lr: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> float:
    """Cost of log likelihood ratios in bits: 0 is perfect, 1 says nothing (Brümmer and du Preez 2006)."""
    natural = log10_lr * LN10
    same = np.logaddexp(0.0, -natural[truth]).mean() if truth.any() else 0.0
    other = np.logaddexp(0.0, natural[~truth]).mean() if (~truth).any() else 0.0
    return float((same + other) / (2 * np.log(2)))
