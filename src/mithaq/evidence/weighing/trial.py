"""One simulated tenant, judged as a review would judge it, with what is true beside what was found.

Clauses are assessed in `trial_clauses.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from mithaq.evidence.result import Verdict
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.judge import (
    PACED_BY,
    STORED_BY,
    judge,
    pattern_candidates,
    stores_candidates,
    unweighed_share,
    verdict_at,
)
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.purposes import weigh_mismatch
from mithaq.evidence.weighing.simulate import SimulatedStream
from mithaq.evidence.weighing.trial_clauses import Accused, assess_clause, declarations, of_purpose
from mithaq.terms import Clause
from mithaq.terms.clauses import Thresholds
from mithaq.terms.vocabulary import DataKind, Purpose, Rhythm

KINDS: Final = (
    DataKind.CALL_RECORDINGS,
    DataKind.MESSAGES,
    DataKind.CALL_RECORDS,
    DataKind.FACE_IMAGES,
)
"""Kinds with a hypothesis, each claimed of every tenant."""

Answer: TypeAlias = tuple[Verdict, float]
"""Verdict and log10 LR."""


@dataclass(frozen=True, slots=True)
class Question:
    """What tenants are judged by: the model, the pack's thresholds, and the clauses computed, by id."""

    model: Model
    thresholds: Thresholds
    clauses: Mapping[str, Clause]


@dataclass(frozen=True, slots=True)
class Trial:
    """One simulated tenant as it was judged.

    `kind` and `rhythm` are what is true of it, `opens` the kind that must be left open. `left_out` holds the
    same answers with the tenant's own workload taken from the hypotheses. `clauses` (by id) and `mismatch`
    go by what was declared: `nothing`, `false`, or `truth`, where the workload has a purpose.
    """

    workload: str
    family: str
    per_day: float
    days: int
    streams: int
    kind: DataKind | None
    opens: DataKind | None
    rhythm: Rhythm
    stores: Mapping[DataKind, Answer]
    patterns: Mapping[Rhythm, Answer]
    left_out_stores: Mapping[DataKind, Answer]
    left_out_patterns: Mapping[Rhythm, Answer]
    clauses: Mapping[str, Mapping[str, str]]
    mismatch: Mapping[str, Answer]


def judge_tenant(question: Question, streams: Sequence[SimulatedStream], family: str, number: int) -> Trial:
    """Judge one tenant by all of its streams; `number` chooses what is declared falsely."""
    model = question.model
    fits = [model.fit(each.stream) for each in streams]
    main = next((place for place, each in enumerate(streams) if each.main), 0)
    workload = streams[main].workload
    reduced = replace(question, model=model.without(workload.id))
    without = [fit.without(workload.id) for fit in fits]
    written = [*(each.stream for each in streams), *streams[main].beside]
    stored, paced = (unweighed_share(written, by) for by in (STORED_BY, PACED_BY))
    accused = Accused(workload, fits, streams[main].rhythm, stored, paced)
    return Trial(
        workload=workload.id,
        family=family,
        per_day=streams[main].stream.get("per_day"),
        days=round(streams[main].stream.get("hours") / 24),
        streams=len(streams),
        kind=workload.kind,
        opens=workload.leaves_open,
        rhythm=streams[main].rhythm,
        stores={kind: _stores(question, fits, kind, stored) for kind in KINDS},
        # The rhythm that is known to be true is the main stream's.
        patterns={rhythm: _pattern(question, fits[main], rhythm, paced) for rhythm in Rhythm},
        left_out_stores={kind: _stores(reduced, without, kind, stored) for kind in KINDS},
        left_out_patterns={rhythm: _pattern(reduced, without[main], rhythm, paced) for rhythm in Rhythm},
        clauses={
            name: assess_clause(model, question.thresholds, clause, accused, number)
            for name, clause in question.clauses.items()
        },
        mismatch={
            name: answer
            for name, purpose in of_purpose(declarations(workload, number))
            if (answer := _mismatch(question, fits, purpose)) is not None
        },
    )


def _stores(question: Question, fits: Sequence[StreamFit], kind: DataKind, unweighed: float) -> Answer:
    """Answer a claim as a review does; a kind that no hypothesis is left for is undetermined there too."""
    if all(kind is not hypothesis.kind for hypothesis in question.model.hypotheses.values()):
        return Verdict.UNDETERMINED, 0.0
    thresholds = question.thresholds
    return judge(stores_candidates(question.model, fits, kind, thresholds), thresholds, unweighed)


def _pattern(question: Question, fit: StreamFit, rhythm: Rhythm, unweighed: float) -> Answer:
    return judge(pattern_candidates(question.model, [fit], rhythm), question.thresholds, unweighed)


def _mismatch(question: Question, fits: Sequence[StreamFit], purpose: Purpose) -> Answer | None:
    weighed = weigh_mismatch(question.model, fits, [purpose])
    if weighed is None:
        return None
    _, weight = weighed
    value = 0.0 if weight.novel else weight.log10_lr
    return verdict_at(value, question.thresholds), value
