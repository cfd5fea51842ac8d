"""Figures of merit: rates with Clopper–Pearson bounds, Cllr and what of it calibration costs, reliability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import beta

from mithaq.evidence.weighing.calibrate import cllr
from mithaq.evidence.weighing.questions import LN10
from mithaq.kernel.canonical import Json

CONFIDENCE: Final = 0.95
BIN_EDGES: Final = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
SURE: Final = 1e-6
"""Least distance of a probability from 0 and 1 when ratios are refitted: perfect separation stays finite."""
DIGITS: Final = 5

Pair: TypeAlias = tuple[float, bool]
"""A log10 LR and whether the claim is true."""


def rate(hits: int, of: int) -> dict[str, Json]:
    """Give a rate with its two-sided 95 % Clopper–Pearson bounds; null where there was no trial."""
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, of - hits + 1))
    high = 1.0 if hits == of else float(beta.ppf(1 - tail, hits + 1, of - hits))
    return {
        "hits": hits,
        "of": of,
        "rate": round(hits / of, DIGITS) if of else None,
        "low": round(low, DIGITS) if of else None,
        "high": round(high, DIGITS) if of else None,
    }


def share(of: Iterable[bool]) -> dict[str, Json]:
    """Give the rate of what holds."""
    found = list(of)
    return rate(sum(found), len(found))


def count_by(values: Iterable[str], names: Iterable[str]) -> dict[str, Json]:
    """Count values by name, every name listed."""
    found = list(values)
    return {name: found.count(name) for name in names}


def costs(pairs: Sequence[Pair]) -> dict[str, Json]:
    """Give Cllr in bits, and how much of it the best monotone recalibration would save (Cllr - Cllr_min).

    Brümmer and du Preez 2006; null where only one side was tried.
    """
    truth = np.array([own for _, own in pairs], np.bool_)
    if not truth.any() or truth.all():
        return {"cllr": None, "calibration_loss": None}
    values = np.array([value for value, _ in pairs], np.float64)
    found = cllr(values, truth)
    order = np.argsort(values, kind="stable")
    best = isotonic_regression(truth[order].astype(np.float64)).x.clip(SURE, 1 - SURE)
    prior = truth.mean()
    ratios = (np.log(best / (1 - best)) - np.log(prior / (1 - prior))) / LN10
    least = cllr(ratios, truth[order])
    return {"cllr": round(found, DIGITS), "calibration_loss": round(max(found - least, 0.0), DIGITS)}


def reliability(pairs: Sequence[Pair]) -> list[Json]:
    """Per class of log10 LR: how many claims were true and how many false, and the ratio that was observed.

    `observed` is the log10 of the share of the true claims in the class over the share of the false ones,
    half a claim added to each; a calibrated ratio lies in the class that it is shown in.
    """
    edges = [-np.inf, *BIN_EDGES, np.inf]
    true = [value for value, own in pairs if own]
    false = [value for value, own in pairs if not own]
    return [_class(low, high, true, false) for low, high in pairwise(edges)]


def _class(low: float, high: float, true: Sequence[float], false: Sequence[float]) -> Json:
    hits = sum(low <= value < high for value in true)
    misses = sum(low <= value < high for value in false)
    ratio = (hits + 0.5) / (len(true) + 1) / ((misses + 0.5) / (len(false) + 1))
    return {
        "from": None if low == -np.inf else low,
        "to": None if high == np.inf else high,
        "true": hits,
        "false": misses,
        "observed": round(float(np.log10(ratio)), 3) if hits + misses else None,
    }
