"""Judging: from every stream's weight to one verdict, the strongest stream deciding.

Nothing here knows of claims' words or reports, so that the evaluation measures exactly what a review does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, log10
from typing import Final

from mithaq.evidence.features import Stream
from mithaq.evidence.indicators.model_use import column
from mithaq.evidence.result import Verdict
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.frames import FrameState
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.questions import Weight, weigh_pattern, weigh_stores
from mithaq.telemetry.vocabulary import Service
from mithaq.terms.clauses import Thresholds
from mithaq.terms.vocabulary import DataKind, Rhythm

CARRYING_SERVICE: Final = {
    DataKind.CALL_RECORDINGS: Service.SPEECH_TO_TEXT,
    DataKind.FACE_IMAGES: Service.FACE_RECOGNITION,
}
"""Services whose use shows, apart from sizes and rhythm, what kind of thing is stored."""
CARRYING_SHARE: Final = 0.05
CARRYING_CALLS: Final = 100
"""Calls per created object, and calls, from which the use of a service carries a claim."""

SHY: Final = 0.05
"""How far below the threshold support stays that nothing carries (log10)."""

MIN_CALLS: Final = 10
"""Successful calls below which a service was tried rather than used."""
MIN_SHARE: Final = 0.01
"""Calls per created object below which use is partial: most of what is stored is not processed."""

UNWEIGHED_SHARE: Final = 0.05
"""Share of what was written in streams too small to weigh above which nothing is refuted."""
STORED_BY: Final = ("made", "bytes")
"""What was written, where it matters what is stored: by number alone, a few archives of calls beside very
many small records would count for nothing."""
PACED_BY: Final = ("made",)
"""What was written, where it matters when."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One stream's weight for a claim, `carried` where something one-sided carries it."""

    fit: StreamFit
    weight: Weight
    carried: bool
    corrected: float
    """log10 LR less the correction for the number of streams tried, where it is in favour."""


def unweighed_share(streams: Sequence[Stream], by: Sequence[str]) -> float:
    """Give the share in streams too small to be weighed, by whichever measure it is the largest."""
    return max(_unweighed(streams, column) for column in by)


def _unweighed(streams: Sequence[Stream], column: str) -> float:
    """Give the share of one of both; 0 where no source tells it."""
    known = [(stream, stream.get(column)) for stream in streams if not isnan(stream.get(column))]
    total = sum(value for _stream, value in known)
    left = sum(value for stream, value in known if not stream.weighed)
    return left / total if total else 0.0


def speech_carries(stream: Stream, kind: DataKind) -> bool:
    """Say whether the use of a model service shows the kind of what is stored."""
    service = CARRYING_SERVICE.get(kind)
    if service is None:
        return False
    calls = stream.get(column(service))
    return calls >= CARRYING_CALLS and calls >= CARRYING_SHARE * stream.get("made")


def stores_candidates(
    model: Model, fits: Sequence[StreamFit], kind: DataKind, thresholds: Thresholds
) -> list[Candidate]:
    """Weigh every stream for a kind of data, strongest first."""
    calibration = model.calibration(f"stores:{kind}")
    found: list[Candidate] = []
    for fit in fits:
        weight = weigh_stores(fit, model.hypotheses, kind, calibration)
        framed = kind is DataKind.CALL_RECORDINGS and fit.frames.state is FrameState.CALL_LIKE
        carried = framed or speech_carries(fit.stream, kind)
        found.append(Candidate(fit, weight, carried, _corrected(weight, len(fits))))
    return sorted(found, key=lambda candidate: (-shown(candidate, thresholds), *_rank(candidate)))


def pattern_candidates(model: Model, fits: Sequence[StreamFit], rhythm: Rhythm) -> list[Candidate]:
    """Weigh every stream for a rhythm, strongest first."""
    calibration = model.calibration(f"pattern:{rhythm}")
    found = []
    for fit in fits:
        weight = weigh_pattern(fit, rhythm, calibration)
        found.append(Candidate(fit, weight, carried=True, corrected=_corrected(weight, len(fits))))
    return sorted(found, key=_rank)


def _corrected(weight: Weight, tried: int) -> float:
    """Lower what speaks in favour by log10 of the streams tried (Bonferroni): one of many stands out."""
    if weight.novel:
        return 0.0
    return max(0.0, weight.log10_lr - log10(tried)) if weight.log10_lr > 0 else weight.log10_lr


def _rank(candidate: Candidate) -> tuple[float, float, tuple[str, str, str]]:
    return (-candidate.corrected, -candidate.weight.log10_lr, candidate.fit.stream.key)


def shown(candidate: Candidate, thresholds: Thresholds) -> float:
    """Support that nothing one-sided carries stays below the threshold: an unlisted use may fit as well."""
    if candidate.carried:
        return candidate.corrected
    return min(candidate.corrected, thresholds.supports_at - SHY)


def judge(ranked: Sequence[Candidate], thresholds: Thresholds, unweighed: float) -> tuple[Verdict, float]:
    """Give the verdict and the log10 LR that it rests on, held back where nothing carries the claim.

    Refuted only if the strongest stream refutes, no stream is unlike everything, and hardly anything was too
    small to be weighed (`unweighed`, a share).
    """
    value = shown(ranked[0], thresholds)
    verdict = verdict_at(value, thresholds)
    sure = unweighed <= UNWEIGHED_SHARE and not any(each.weight.novel for each in ranked)
    if verdict is Verdict.REFUTED and not sure:
        return Verdict.UNDETERMINED, value
    return verdict, value


def verdict_at(value: float, thresholds: Thresholds) -> Verdict:
    """Give the verdict of a log10 LR by the pack's thresholds."""
    if value >= thresholds.supports_at:
        return Verdict.SUPPORTED
    if value >= thresholds.partly_at:
        return Verdict.PARTLY_SUPPORTED
    if value <= thresholds.refutes_at:
        return Verdict.REFUTED
    return Verdict.UNDETERMINED


def service_verdict(calls: float, made: float) -> Verdict:
    """Give the verdict of a claim that a service works on what is stored, if every hour of it was seen."""
    if calls >= MIN_CALLS and calls >= MIN_SHARE * made:
        return Verdict.SUPPORTED
    return Verdict.PARTLY_SUPPORTED if calls else Verdict.REFUTED
