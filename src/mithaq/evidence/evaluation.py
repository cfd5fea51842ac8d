"""The evidence model against simulated populations that it was not fitted on.

Every tenant goes through the very functions that a review uses, from rollups to verdict. Seeds, and for half
of the calls the family of call lengths, are never used for fitting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from mithaq.evidence.hypotheses import WORKLOADS, DurationFamily, Evasion, Workload
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.parallel import in_processes
from mithaq.evidence.weighing.simulate import Setting, simulate, simulate_together
from mithaq.evidence.weighing.trial import Question, Trial, judge_tenant
from mithaq.terms import Pack
from mithaq.terms.vocabulary import DataKind


class Case(StrEnum):
    """What a tenant is tried for."""

    KNOWN = "known"
    """One workload in its own subscription."""
    MACHINE_READ = "machine-read"
    PADDING = "padding"
    OWN_MODELS = "own-models"
    HIDDEN = "hidden"
    """Interception in one subscription with one to five harmless workloads."""
    HARMLESS = "harmless"
    """Two to six harmless workloads in one subscription, none of which keeps calls."""


EVASIONS: Final = {
    Case.MACHINE_READ: Evasion.MACHINE_READ,
    Case.PADDING: Evasion.PADDING,
    Case.OWN_MODELS: Evasion.OWN_MODELS,
}
VIOLATOR: Final = WORKLOADS["bulk-call-interception"]
CLAUSES: Final = ("T5", "T6", "T9")
"""The clauses of the default pack that are assessed by computation; another pack may lack some."""
BESIDE: Final = (1, 6)
"""Harmless workloads beside another one: from, below."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many tenants: per workload that a clause turns on, per other workload, per evasion or mixture."""

    turning: int
    others: int
    evasions: int


QUICK: Final = Extent(turning=24, others=12, evasions=24)
FULL: Final = Extent(turning=1_000, others=200, evasions=500)

PORTION: Final = 100
"""Tenants that are judged in one piece of work."""

SETTING: Final = Setting(days=(7, 14), most_objects=np.inf)
FAMILIES: Final = (DurationFamily.LOGNORMAL, DurationFamily.LOG_LOGISTIC)
"""Call lengths of the fitted family and of another, in turns."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A piece of work: so many tenants of a workload in a case, from a seed of their own."""

    case: Case
    workload: Workload
    family: DurationFamily
    count: int
    seed: tuple[int, ...]
    question: Question


def turns_a_clause(workload: Workload) -> bool:
    """Say whether a clause turns on the workload: what T5 is about, or any violation."""
    return workload.violating or workload.kind in (DataKind.CALL_RECORDINGS, DataKind.MESSAGES)


def harmless(workload: Workload) -> bool:
    """Say whether a workload neither violates nor keeps calls, one by one or in bundles."""
    calls = DataKind.CALL_RECORDINGS
    return not workload.violating and calls not in (workload.kind, workload.leaves_open)


def portions(
    model: Model,
    pack: Pack,
    seed: int,
    extent: Extent,
    workloads: Mapping[str, Workload] = WORKLOADS,
) -> list[Portion]:
    """Cut the whole evaluation into pieces of work."""
    question = Question(
        model, pack.thresholds, {name: pack.clauses[name] for name in CLAUSES if name in pack.clauses}
    )
    wanted = [
        (Case.KNOWN, workload, extent.turning if turns_a_clause(workload) else extent.others)
        for workload in workloads.values()
    ]
    others = (case for case in Case if case is not Case.KNOWN)
    wanted += [(case, VIOLATOR, extent.evasions) for case in others]
    found: list[Portion] = []
    for case, workload, total in wanted:
        halves = ((FAMILIES[0], total - total // 2), (FAMILIES[1], total // 2))
        for family, half in halves:
            for start in range(0, half, PORTION):
                name = f"evaluation {case} {workload.id} {family} {start}"
                count = min(PORTION, half - start)
                found.append(Portion(case, workload, family, count, (seed, *name.encode()), question))
    return found


def evaluate(
    work: Sequence[Portion],
    *,
    processes: int = 1,
    progress: Callable[[Portion], None] = lambda _portion: None,
) -> Iterator[tuple[Case, Trial]]:
    """Judge all tenants; `progress` hears of each piece of work that is done."""
    for portion, trials in zip(work, in_processes(judged, work, processes), strict=True):
        progress(portion)
        for trial in trials:
            yield portion.case, trial


def judged(portion: Portion) -> list[Trial]:
    """Judge the tenants of one piece of work; tenants without a stream large enough are left out."""
    rng = np.random.default_rng(portion.seed)
    setting = replace(SETTING, durations=(portion.family,), evasion=EVASIONS.get(portion.case))
    if portion.case in (Case.HIDDEN, Case.HARMLESS):
        mixtures = [_mixture(portion, rng) for _ in range(portion.count)]
        tenants = simulate_together(mixtures, rng, setting)
    else:
        tenants = simulate(portion.workload, portion.count, rng, setting)
    return [
        judge_tenant(portion.question, streams, portion.family.value, number)
        for number, streams in enumerate(tenants)
        if streams
    ]


def _mixture(portion: Portion, rng: np.random.Generator) -> list[Workload]:
    """Draw what shares a subscription; the first one is what the tenant is truly about."""
    pool = [workload for workload in WORKLOADS.values() if harmless(workload)]
    drawn = rng.permutation(len(pool))[: int(rng.integers(*BESIDE)) + (portion.case is Case.HARMLESS)]
    beside = [pool[int(place)] for place in drawn]
    return beside if portion.case is Case.HARMLESS else [portion.workload, *beside]
