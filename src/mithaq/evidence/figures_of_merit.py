"""Figures of the evaluation: rates with Clopper–Pearson bounds, Cllr, calibration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.stats import beta

from mithaq.evidence.evaluation import LARGE, Extent, Trial
from mithaq.evidence.result import Verdict
from mithaq.evidence.weighing.calibrate import cllr
from mithaq.evidence.weighing.model import Model
from mithaq.kernel.canonical import Json
from mithaq.terms.vocabulary import Rhythm

FORMAT: Final = "evaluate/v1"
WEEK: Final = 7
CONFIDENCE: Final = 0.95
DECIDED: Final = (Verdict.SUPPORTED, Verdict.REFUTED)
BIN_EDGES: Final = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)


def rate(hits: int, of: int) -> dict[str, Json]:
    """Give a rate with its two-sided 95 % Clopper–Pearson bounds; null where there was no trial."""
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, of - hits + 1))
    high = 1.0 if hits == of else float(beta.ppf(1 - tail, hits + 1, of - hits))
    return {
        "hits": hits,
        "of": of,
        "rate": round(hits / of, 5) if of else None,
        "low": round(low, 5) if of else None,
        "high": round(high, 5) if of else None,
    }


def share(trials: Sequence[Trial], test: Callable[[Trial], bool]) -> dict[str, Json]:
    """Give the rate of trials that pass a test."""
    return rate(sum(map(test, trials)), len(trials))


def evaluation_document(
    model: Model, seed: int, extent: Extent, trials: Sequence[Trial], evasions: Iterable[tuple[str, Trial]]
) -> dict[str, Json]:
    """Give the evaluation as one document."""
    large = [trial for trial in trials if trial.per_day >= LARGE]
    names = list(dict.fromkeys(trial.workload for trial in trials))
    evaded = list(evasions)
    return {
        "mithaq": FORMAT,
        "seed": seed,
        "model": {"digest": model.digest, "seed": model.seed, "version": model.version},
        "extent": {"turning": extent.turning, "others": extent.others, "evasions": extent.evasions},
        "from_2000_a_day": _summary(large),
        "all_volumes": _summary(list(trials)),
        "by_workload": [_of_workload(name, [t for t in large if t.workload == name]) for name in names],
        "by_volume": [
            {"from": low, "to": high, **_summary([t for t in trials if low <= t.per_day < high])}
            for low, high in ((0, 1_000), (1_000, 2_000), (2_000, 10_000), (10_000, 1_000_000))
        ],
        "by_days": [
            {"days": days, **_summary([t for t in large if (t.days > WEEK) is (days > WEEK)])}
            for days in (WEEK, 2 * WEEK)
        ],
        "evasions": [
            {
                "evasion": name,
                "stores_supported": share(
                    [t for n, t in evaded if n == name], lambda t: t.stores[0] is Verdict.SUPPORTED
                ),
                "stores_refuted": share(
                    [t for n, t in evaded if n == name], lambda t: t.stores[0] is Verdict.REFUTED
                ),
                "population_supported": share(
                    [t for n, t in evaded if n == name],
                    lambda t: t.patterns[Rhythm.POPULATION][0] is Verdict.SUPPORTED,
                ),
            }
            for name in dict.fromkeys(name for name, _ in evaded)
        ],
    }


def _summary(trials: Sequence[Trial]) -> dict[str, Json]:
    true = [trial for trial in trials if trial.truth]
    false = [trial for trial in trials if trial.truth is False]
    bundles = [trial for trial in trials if trial.truth is None]
    left = [trial for trial in trials if trial.left_out is not None]
    patterns = [(t, rhythm, *t.patterns[rhythm]) for t in trials for rhythm in Rhythm]
    right = [(t.rhythm is rhythm, verdict) for t, rhythm, verdict, _ in patterns]
    violators = [t for t in true if t.workload == "bulk-call-interception"]
    twins = [t for t in true if t.workload == "consumer-call-recorder"]
    return {
        "stores": {
            "false_supported": share(false, lambda t: t.stores[0] is Verdict.SUPPORTED),
            "true_refuted": share(true, lambda t: t.stores[0] is Verdict.REFUTED),
            "true_supported": share(true, lambda t: t.stores[0] is Verdict.SUPPORTED),
            "false_refuted": share(false, lambda t: t.stores[0] is Verdict.REFUTED),
            "decided": share([*true, *false], lambda t: t.stores[0] in DECIDED),
            "bundles_undetermined": share(bundles, lambda t: t.stores[0] is Verdict.UNDETERMINED),
            "cllr": _cllr([(t.stores[1], bool(t.truth)) for t in [*true, *false]]),
            "reliability": _reliability([(t.stores[1], bool(t.truth)) for t in [*true, *false]]),
        },
        "left_out": {"false_supported": share(left, _left_supported)},
        "pattern": {
            "false_supported": rate(
                sum(v is Verdict.SUPPORTED for own, v in right if not own), sum(not own for own, _ in right)
            ),
            "true_refuted": rate(
                sum(v is Verdict.REFUTED for own, v in right if own), sum(own for own, _ in right)
            ),
            "decided": rate(sum(v in DECIDED for _, v in right), len(right)),
            "cllr": _cllr([(value, t.rhythm is rhythm) for t, rhythm, _, value in patterns]),
        },
        "t5": {
            "violators_declaring_falsely_indicated": share(
                violators, lambda t: t.t5.get("false") == "indicated"
            ),
            "violators_declaring_nothing_indicated": share(
                violators, lambda t: t.t5.get("nothing") == "indicated"
            ),
            "innocents_declaring_truthfully_indicated": share(
                [t for t in true if "truth" in t.t5], lambda t: t.t5["truth"] == "indicated"
            ),
            "twins_undetermined": share(twins, lambda t: t.t5.get("truth") == "undetermined"),
        },
    }


def _left_supported(trial: Trial) -> bool:
    return trial.left_out is not None and trial.left_out[0] is Verdict.SUPPORTED


def _of_workload(name: str, trials: Sequence[Trial]) -> dict[str, Json]:
    """Verdicts of one workload: what is confused with what."""
    return {
        "workload": name,
        "trials": len(trials),
        "stores": {v.value: sum(t.stores[0] is v for t in trials) for v in Verdict},
        "left_out_supported": sum(map(_left_supported, trials)),
        "pattern_true_supported": sum(t.patterns[t.rhythm][0] is Verdict.SUPPORTED for t in trials),
        "pattern_true_refuted": sum(t.patterns[t.rhythm][0] is Verdict.REFUTED for t in trials),
        "pattern_false_supported": sum(
            t.patterns[rhythm][0] is Verdict.SUPPORTED
            for t in trials
            for rhythm in Rhythm
            if rhythm is not t.rhythm
        ),
    }


def _cllr(pairs: Sequence[tuple[float, bool]]) -> float | None:
    truth = np.array([own for _, own in pairs], np.bool_)
    if not truth.any() or truth.all():
        return None
    return round(cllr(np.array([value for value, _ in pairs]), truth), 4)


def _reliability(pairs: Sequence[tuple[float, bool]]) -> list[Json]:
    """Per class of log10 LR: how many were true and how many false, for a reliability plot."""
    edges = [-np.inf, *BIN_EDGES, np.inf]
    return [
        {
            "from": None if low == -np.inf else low,
            "to": None if high == np.inf else high,
            "true": sum(own for value, own in pairs if low <= value < high),
            "false": sum(not own for value, own in pairs if low <= value < high),
        }
        for low, high in pairwise(edges)
    ]
