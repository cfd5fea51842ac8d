"""A simulated tenant's clauses, assessed as a review would assess them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mithaq.evidence.hypotheses import Workload
from mithaq.evidence.indicators.model_use import column
from mithaq.evidence.result import Verdict
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.judge import (
    Candidate,
    judge,
    pattern_candidates,
    service_verdict,
    stores_candidates,
)
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.purposes import declared_fits, open_explanations
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import Clause, InForce, assess
from mithaq.terms.clauses import PatternNeed, ProcessesNeed, ScaleNeed, StoresNeed, Thresholds
from mithaq.terms.vocabulary import ClaimKind, DataKind, Purpose, Rhythm

WEEK_HOURS: Final = 168

DECLARED_FALSELY: Final = (Purpose.BACKUP, Purpose.DATA_LAKE, Purpose.OFFICE_FILES, Purpose.PHOTO_APP)
"""Purposes of another kind that somebody might declare."""


@dataclass(frozen=True, slots=True)
class Accused:
    """A tenant against whom a clause is alleged: its workload, its streams, and the main one's rhythm.

    `stored` and `paced` are the shares of what it wrote, for both kinds of claims, outside these streams.
    """

    workload: Workload
    fits: Sequence[StreamFit]
    rhythm: Rhythm
    stored: float
    paced: float


def declarations(workload: Workload, number: int, clause: Clause | None = None) -> dict[str, Purpose | None]:
    """Give what the tenant declares in turn: nothing, falsely, and truthfully where it has a purpose.

    What is declared falsely is never one of the clause's innocent explanations; `number` chooses it.
    """
    explained = clause.innocent_purposes if clause else ()
    false = [p for p in DECLARED_FALSELY if p is not workload.purpose and p not in explained]
    declared: dict[str, Purpose | None] = {"nothing": None, "false": false[number % len(false)]}
    if workload.purpose is not None:
        declared["truth"] = workload.purpose
    return declared


def assess_clause(
    model: Model, thresholds: Thresholds, clause: Clause, accused: Accused, number: int
) -> dict[str, str]:
    """Assess a clause by what is declared, with the claims that are as true of the tenant as its needs allow.

    Claimed is the kind truly kept where the clause is about it, else the first kind that it names and the
    model knows; the main stream's rhythm where the clause is about it, else the first that it names; and a
    scale that holds.
    """
    kind = _claimed_kind(model, clause, accused.workload)
    ranked = stores_candidates(model, accused.fits, kind, thresholds)
    carrying = [each for each in ranked if each.corrected >= thresholds.supports_at and each.carried]
    verdicts = dict(_verdicts(model, thresholds, clause, accused, ranked))
    matter = [each.fit for each in carrying] or list(accused.fits)
    still_open = open_explanations(model, matter, clause)
    return {
        name: assess(
            clause,
            verdicts,
            open_explanations=still_open,
            declared=declared_fits(model, matter, clause, [purpose]),
            in_force=InForce.WHOLE,
        ).assessment.value
        for name, purpose in declarations(accused.workload, number, clause).items()
    }


def _claimed_kind(model: Model, clause: Clause, workload: Workload) -> DataKind:
    named = next(need.what for need in clause.needs if isinstance(need, StoresNeed))
    known = {hypothesis.kind for hypothesis in model.hypotheses.values()}
    return next(kind for kind in (workload.kind, *named) if kind in named and kind in known)


def _verdicts(
    model: Model, thresholds: Thresholds, clause: Clause, accused: Accused, ranked: Sequence[Candidate]
) -> Iterator[tuple[ClaimKind, Verdict]]:
    """Answer one claim for each need of the clause."""
    carrying = [each.fit for each in ranked if each.corrected >= thresholds.supports_at and each.carried]
    for need in clause.needs:
        match need:
            case StoresNeed():
                yield need.kind, judge(ranked, thresholds, accused.stored)[0]
            case PatternNeed():
                rhythm = accused.rhythm if accused.rhythm in need.is_ else need.is_[0]
                candidates = pattern_candidates(model, carrying or accused.fits, rhythm)
                yield need.kind, judge(candidates, thresholds, accused.paced)[0]
            case ScaleNeed():
                yield need.kind, Verdict.SUPPORTED
            case ProcessesNeed():
                yield need.kind, _processes(need, accused.fits)
            case _:
                # Nothing simulated speaks of it: the clause stays open.
                yield need.kind, Verdict.UNDETERMINED


def _processes(need: ProcessesNeed, fits: Sequence[StreamFit]) -> Verdict:
    """Answer by the calls of the service; where hours are missing, none seen is not none made."""
    made = sum(fit.stream.get("made") for fit in fits)
    calls = max(fits[0].stream.get(column(Service(service.value))) for service in need.with_)
    found = service_verdict(calls, made)
    whole = fits[0].stream.get("hours") % WEEK_HOURS == 0
    return Verdict.UNDETERMINED if found is Verdict.REFUTED and not whole else found


def of_purpose(declared: Mapping[str, Purpose | None]) -> Iterator[tuple[str, Purpose]]:
    """Give the declarations that name a purpose."""
    yield from ((name, purpose) for name, purpose in declared.items() if purpose is not None)
