"""Questions that are weighed: which workloads stand for a claim, which against it, and which blocks speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mithaq.evidence.features import BLOCKS, RHYTHM_BLOCKS
from mithaq.evidence.weighing.fits import ANYTHING, Hypothesis, StreamFit, frame_log
from mithaq.evidence.weighing.frames import FrameState
from mithaq.terms.vocabulary import DataKind, Rhythm

LN10: Final = 2.302585092994046


@dataclass(frozen=True, slots=True)
class Calibration:
    """Affine calibration of a raw log10 likelihood ratio, and the caps that the sample can bear.

    Support is capped by how many tenants of the other side were tried, refutation by how many of this side.
    """

    slope: float
    offset: float
    cap_for: float
    cap_against: float

    def apply(self, raw: float) -> float:
        """Give the calibrated log10 likelihood ratio."""
        return max(-self.cap_against, min(self.cap_for, self.slope * raw + self.offset))


@dataclass(frozen=True, slots=True)
class Weight:
    """A weighed question: calibrated log10 LR, the best-fitting hypotheses, and each block's share of it.

    `parts` add up to the calibrated value before the cap (the offset is left out of them); `carried` names
    what one-sided structure carried it, empty if nothing did.
    """

    log10_lr: float
    best: str
    best_other: str
    parts: Mapping[str, float]
    novel: bool


def stores_sets(hypotheses: Mapping[str, Hypothesis], kind: DataKind) -> tuple[list[str], list[str]]:
    """Give the hypotheses for and against a kind being stored; what leaves it open stands on both sides."""
    inside = [name for name, h in hypotheses.items() if kind in (h.kind, h.leaves_open)]
    outside = [name for name, h in hypotheses.items() if h.kind != kind]
    return inside, [*outside, ANYTHING]


def _best(fit: StreamFit, hypotheses: Mapping[str, Hypothesis], names: Iterable[str], *, framed: bool) -> str:
    def total(name: str) -> float:
        frames = frame_log(hypotheses, name, fit.frames) if framed else 0.0
        return sum(fit.blocks[name].values()) + frames

    return max(names, key=total)


def raw_difference(
    fit: StreamFit, hypotheses: Mapping[str, Hypothesis], inside: Iterable[str], outside: Iterable[str]
) -> tuple[str, str, dict[str, float]]:
    """Give the best on both sides and the raw log10 LR by block; `codec-frames` never lowers it."""
    inside, outside = list(inside), list(outside)
    best = _best(fit, hypotheses, inside, framed=False)
    other = _best(fit, hypotheses, outside, framed=False)
    parts = {block: (fit.blocks[best][block] - fit.blocks[other][block]) / LN10 for block in BLOCKS}
    plain = sum(parts.values())
    if fit.frames.state is FrameState.CALL_LIKE:
        framed_best = _best(fit, hypotheses, inside, framed=True)
        framed_other = _best(fit, hypotheses, outside, framed=True)
        framed_parts = {
            block: (fit.blocks[framed_best][block] - fit.blocks[framed_other][block]) / LN10
            for block in BLOCKS
        }
        framed_parts["codec-frames"] = (
            frame_log(hypotheses, framed_best, fit.frames) - frame_log(hypotheses, framed_other, fit.frames)
        ) / LN10
        if sum(framed_parts.values()) > plain:
            return framed_best, framed_other, framed_parts
    return best, other, parts


def weigh_sets(
    fit: StreamFit,
    hypotheses: Mapping[str, Hypothesis],
    sets: tuple[Iterable[str], Iterable[str]],
    calibration: Calibration,
) -> Weight:
    """Weigh the best-fitting hypothesis of one set against the best-fitting of the other, over all blocks."""
    best, other, parts = raw_difference(fit, hypotheses, *sets)
    value = calibration.apply(sum(parts.values()))
    scaled = {name: calibration.slope * part for name, part in parts.items()}
    return Weight(value, best, other, scaled, fit.novel(tuple(BLOCKS)))


def raw_pattern(fit: StreamFit, rhythm: Rhythm) -> tuple[str, str, dict[str, float]]:
    """Give the best-fitting workloads inside and outside a rhythm, and the raw log10 LR by rhythm block."""

    def total(candidate: tuple[str, Mapping[str, float]]) -> float:
        return sum(candidate[1].values())

    inside = max(fit.rhythms[rhythm].items(), key=total)
    outside = max(
        (item for other in Rhythm if other is not rhythm for item in fit.rhythms[other].items()), key=total
    )
    parts = {block: (inside[1][block] - outside[1][block]) / LN10 for block in RHYTHM_BLOCKS}
    return inside[0], outside[0], parts


def weigh_pattern(fit: StreamFit, rhythm: Rhythm, calibration: Calibration) -> Weight:
    """Weigh whether the writes follow a rhythm, by the rhythm blocks alone."""
    best, other, parts = raw_pattern(fit, rhythm)
    value = calibration.apply(sum(parts.values()))
    scaled = {name: calibration.slope * part for name, part in parts.items()}
    return Weight(value, best, other, scaled, fit.novel(RHYTHM_BLOCKS))
