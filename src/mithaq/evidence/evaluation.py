"""The evidence model against simulated populations that it was not fitted on.

Every tenant goes through the very functions that a review uses, from rollups to verdict. Seeds, and for half
of the calls the family of call lengths, are never used for fitting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mithaq.evidence.hypotheses import WORKLOADS, DurationFamily, Evasion, Workload
from mithaq.evidence.result import Verdict
from mithaq.evidence.weighing.fits import StreamFit, fit_stream
from mithaq.evidence.weighing.judge import judge, pattern_candidates, stores_candidates
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.purposes import declared_fits, open_explanations
from mithaq.evidence.weighing.simulate import Setting, SimulatedStream, seeded, simulate
from mithaq.terms import Clause, InForce, Pack, assess
from mithaq.terms.vocabulary import ClaimKind, DataKind, Purpose, Rhythm

KIND: Final = DataKind.CALL_RECORDINGS
"""The kind whose claims are evaluated; nothing one-sided shows the others yet, so none can be supported."""

LARGE: Final = 2_000.0
"""Objects a day from which the targets hold."""

DECLARED_FALSELY: Final = (Purpose.BACKUP, Purpose.DATA_LAKE, Purpose.OFFICE_FILES, Purpose.PHOTO_APP)
"""Purposes of another kind that a violator might declare."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One simulated tenant as it was judged.

    `stores` and `patterns` are verdict and log10 LR; `left_out` is the same with the tenant's own workload
    taken from the hypotheses; `t5` is the assessment by what was declared.
    """

    workload: str
    per_day: float
    days: int
    rhythm: Rhythm
    truth: bool | None
    stores: tuple[Verdict, float]
    patterns: Mapping[Rhythm, tuple[Verdict, float]]
    left_out: tuple[Verdict, float] | None
    t5: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Extent:
    """How many tenants: per workload that T5 turns on, and per other workload."""

    turning: int
    others: int
    evasions: int


QUICK: Final = Extent(turning=24, others=12, evasions=24)
FULL: Final = Extent(turning=1_000, others=200, evasions=200)

SETTING: Final = Setting(
    days=(7, 14), durations=(DurationFamily.LOGNORMAL, DurationFamily.LOG_LOGISTIC), most_objects=np.inf
)


def turns_t5(workload: Workload) -> bool:
    """Say whether T5 turns on the workload: what it needs, or what explains it innocently."""
    return workload.kind in (DataKind.CALL_RECORDINGS, DataKind.MESSAGES)


def evaluate(
    model: Model,
    pack: Pack,
    seed: int,
    extent: Extent,
    progress: Callable[[str, int], None] = lambda _name, _count: None,
    workloads: Mapping[str, Workload] = WORKLOADS,
) -> Iterator[Trial]:
    """Judge simulated tenants of every workload; `progress` hears of each workload and tenant count."""
    generators = seeded(seed, "evaluation", workloads)
    for name, workload in workloads.items():
        count = extent.turning if turns_t5(workload) else extent.others
        progress(name, count)
        reduced = replace(model, hypotheses={k: h for k, h in model.hypotheses.items() if k != name})
        for streams in simulate(workload, count, generators[name], SETTING):
            if streams:
                yield _trial(model, reduced, pack, workload, streams)


def evade(model: Model, pack: Pack, seed: int, extent: Extent) -> Iterator[tuple[str, Trial]]:
    """Judge interception that tries to look like something else; with the name of the evasion."""
    workload = WORKLOADS["bulk-call-interception"]
    for evasion in Evasion:
        rng = np.random.default_rng([seed, *evasion.value.encode()])
        for streams in simulate(workload, extent.evasions, rng, replace(SETTING, evasion=evasion)):
            if streams:
                yield evasion.value, _trial(model, None, pack, workload, streams)


def _fits(model: Model, streams: Sequence[SimulatedStream]) -> list[StreamFit]:
    return [fit_stream(each.stream, model.hypotheses, model.limits) for each in streams]


def _trial(
    model: Model, reduced: Model | None, pack: Pack, workload: Workload, streams: Sequence[SimulatedStream]
) -> Trial:
    fits = _fits(model, streams)
    thresholds = pack.thresholds
    left_out = None
    if reduced is not None and workload.kind is not KIND and workload.leaves_open is not KIND:
        without = _fits(reduced, streams)
        left_out = judge(stores_candidates(reduced, without, KIND, thresholds), thresholds)
    main = next((each for each in streams if each.main), streams[0])
    hours = main.stream.get("hours")
    return Trial(
        workload=workload.id,
        per_day=main.stream.get("per_day"),
        days=round(hours / 24),
        rhythm=main.rhythm,
        truth=None if workload.leaves_open is KIND else workload.kind is KIND,
        stores=judge(stores_candidates(model, fits, KIND, thresholds), thresholds),
        patterns={
            rhythm: judge(pattern_candidates(model, _mains(streams, fits), rhythm), thresholds)
            for rhythm in Rhythm
        },
        left_out=left_out,
        t5=_t5(model, pack, workload, fits) if workload.kind is KIND else {},
    )


def _mains(streams: Sequence[SimulatedStream], fits: Sequence[StreamFit]) -> list[StreamFit]:
    """Give the main stream's fit: the rhythm that is known to be true is the main stream's."""
    return [fit for each, fit in zip(streams, fits, strict=True) if each.main] or [fits[0]]


def _t5(model: Model, pack: Pack, workload: Workload, fits: Sequence[StreamFit]) -> dict[str, str]:
    """Assess T5 with a claim of scale that holds: nothing declared, the truth, and something false."""
    clause = pack.clauses["T5"]
    thresholds = pack.thresholds
    ranked = stores_candidates(model, fits, KIND, thresholds)
    stores, _ = judge(ranked, thresholds)
    supporting = [each.fit for each in ranked if each.corrected >= thresholds.supports_at and each.carried]
    rhythm, _ = judge(pattern_candidates(model, supporting or fits, Rhythm.POPULATION), thresholds)
    verdicts = {ClaimKind.STORES: stores, ClaimKind.PATTERN: rhythm, ClaimKind.SCALE: Verdict.SUPPORTED}
    matter = supporting or list(fits)
    false = DECLARED_FALSELY[len(fits[0].stream.name) % len(DECLARED_FALSELY)]
    cases: dict[str, Purpose | None] = {"nothing": None, "false": false}
    if workload.purpose is not None:
        cases["truth"] = workload.purpose
    return {name: _assessed(model, clause, matter, verdicts, purpose) for name, purpose in cases.items()}


def _assessed(
    model: Model,
    clause: Clause,
    fits: Sequence[StreamFit],
    verdicts: Mapping[ClaimKind, Verdict],
    declared: Purpose | None,
) -> str:
    found = assess(
        clause,
        verdicts,
        open_explanations=open_explanations(model, fits, clause),
        declared=declared_fits(model, fits, clause, [declared]),
        in_force=InForce.WHOLE,
    )
    return found.assessment.value
