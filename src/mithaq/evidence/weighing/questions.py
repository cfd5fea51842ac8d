"""Questions that are weighed: which workloads stand for a claim, which against it, and which blocks speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, sqrt
from typing import Final

from mithaq.evidence.features import BLOCKS, RHYTHM_BLOCKS, Stream
from mithaq.evidence.weighing.fits import ANYTHING, Hypothesis, StreamFit, frame_log, unlisted
from mithaq.evidence.weighing.frames import FrameState
from mithaq.terms.vocabulary import DataKind, Rhythm

LN10: Final = 2.302585092994046

CHANCE_REST: Final = 0.25
"""Scatter of the working days, over the root of the weeks seen, above which rest days tell nothing.

The quietest two of seven days that differ by chance alone lie about nine tenths of their scatter below the
mean: at 0.25 as deep as the weekend that people at large may have (0.75 to 0.95 of a working day). The few
lines of a targeted interception scatter like that. Chosen on development seeds, not on the evaluation's.
"""


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

    `parts` add up to the calibrated value before the cap (the offset is left out of them). `rhythms` are
    those in which the two hypotheses were taken, where only tenants of one rhythm were. `held_back` is set
    where a rhythm that nobody listed has brought the value nearer to 0.
    """

    log10_lr: float
    best: str
    best_other: str
    parts: Mapping[str, float]
    novel: bool
    rhythms: tuple[Rhythm | None, Rhythm | None] = (None, None)
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """The best hypotheses of both sides, and the raw log10 LR between them by block."""

    best: str
    other: str
    parts: Mapping[str, float]
    rhythms: tuple[Rhythm | None, Rhythm | None] = (None, None)

    @property
    def raw(self) -> float:
        """The raw log10 LR."""
        return sum(self.parts.values())

    def weighed(self, calibration: Calibration, *, novel: bool) -> Weight:
        """Give the calibrated weight."""
        scaled = {name: calibration.slope * part for name, part in self.parts.items()}
        value = calibration.apply(self.raw)
        return Weight(value, self.best, self.other, scaled, novel, self.rhythms)


def stores_sets(hypotheses: Mapping[str, Hypothesis], kind: DataKind) -> tuple[list[str], list[str]]:
    """Give the hypotheses for and against a kind being stored, each side with what nobody listed.

    What leaves the kind open stands on both sides.
    """
    inside = [name for name, h in hypotheses.items() if kind in (h.kind, h.leaves_open)]
    outside = [name for name, h in hypotheses.items() if h.kind != kind]
    return [*inside, unlisted(kind)], [*outside, ANYTHING]


def _difference(
    fit: StreamFit,
    hypotheses: Mapping[str, Hypothesis],
    sets: tuple[Sequence[str], Sequence[str]],
    *,
    framed: bool,
) -> Difference:
    """Compare the best of both sets."""

    def frames(name: str) -> float:
        return frame_log(hypotheses, name, fit.frames) if framed else 0.0

    best, other = (
        max(names, key=lambda name: sum(fit.blocks[name].values()) + frames(name)) for names in sets
    )
    parts = {block: (fit.blocks[best][block] - fit.blocks[other][block]) / LN10 for block in BLOCKS}
    if framed:
        parts["codec-frames"] = (frames(best) - frames(other)) / LN10
    return Difference(best, other, parts)


def raw_difference(
    fit: StreamFit, hypotheses: Mapping[str, Hypothesis], inside: Iterable[str], outside: Iterable[str]
) -> Difference:
    """Compare the best of both sides over all blocks; `codec-frames` never lower the ratio."""
    sets = list(inside), list(outside)
    found = _difference(fit, hypotheses, sets, framed=False)
    if fit.frames.state is not FrameState.CALL_LIKE:
        return found
    framed = _difference(fit, hypotheses, sets, framed=True)
    return max(found, framed, key=lambda each: each.raw)


def _at_most_nothing(found: Difference) -> Difference:
    """Shrink what speaks in favour until nothing is left of the whole: it may refute, never support."""
    return _held_at(found, min(found.raw, 0.0))


def _held_at(found: Difference, raw: float) -> Difference:
    """Shrink what speaks for the side that is ahead until the whole is as given, which is nearer to 0."""
    if raw == found.raw:
        return found
    ahead = 1.0 if found.raw > 0 else -1.0
    leading = sum(part for part in found.parts.values() if part * ahead > 0)
    factor = 1.0 + (raw - found.raw) / leading
    shrunk = {block: part * factor if part * ahead > 0 else part for block, part in found.parts.items()}
    return replace(found, parts=shrunk)


def weigh_sets(
    fit: StreamFit,
    hypotheses: Mapping[str, Hypothesis],
    sets: tuple[Iterable[str], Iterable[str]],
    calibration: Calibration,
) -> Weight:
    """Weigh the best-fitting hypothesis of one set against the best-fitting of the other, over all blocks."""
    found = raw_difference(fit, hypotheses, *sets)
    return found.weighed(calibration, novel=fit.novel(tuple(BLOCKS)))


def rest_by_chance(stream: Stream) -> bool:
    """Say whether days scatter so widely that chance alone could make the rest days (CHANCE_REST)."""
    weeks = stream.get("hours") / (24 * 7)
    return weeks > 0 and stream.get("day_scatter") > CHANCE_REST * sqrt(weeks)


def raw_pattern(fit: StreamFit, rhythm: Rhythm, *, rest_told: bool = True) -> Difference:
    """Compare the best-fitting workloads inside and outside a rhythm, by rhythm block.

    People at large and organisations differ in their rest days. Where these cannot be told (`rest_told`), or
    not every day of the week was seen, the two are not told apart: neither is supported, and only a
    machine's rhythm refutes them.
    """
    blind = _blind(fit, rhythm, rest_told=rest_told)
    own = (Rhythm.POPULATION, Rhythm.ORGANISATION) if blind else (rhythm,)
    candidates = [(each, name) for each in Rhythm for name in fit.rhythms[each]]
    inside = max((one for one in candidates if one[0] in own), key=lambda one: _rhythm_total(fit, one))
    outside = max((one for one in candidates if one[0] not in own), key=lambda one: _rhythm_total(fit, one))
    parts = {
        block: (fit.rhythms[inside[0]][inside[1]][block] - fit.rhythms[outside[0]][outside[1]][block]) / LN10
        for block in RHYTHM_BLOCKS
    }
    found = Difference(inside[1], outside[1], parts, (inside[0], outside[0]))
    return _at_most_nothing(found) if blind else found


def _rhythm_total(fit: StreamFit, one: tuple[Rhythm | None, str]) -> float:
    """Give the natural log density of a workload's rhythm; minus infinity where there is none."""
    rhythm, name = one
    return sum(fit.rhythms[rhythm][name].values()) if rhythm else -inf


def _blind(fit: StreamFit, rhythm: Rhythm, *, rest_told: bool) -> bool:
    """Say whether people at large and organisations cannot be told apart."""
    told = rest_told and not isnan(fit.stream.get("week_rest"))
    return rhythm is not Rhythm.MACHINE and not told


def _held_back(fit: StreamFit, rhythm: Rhythm, found: Difference) -> Difference:
    """Hold a weight back while a rhythm that nobody listed explains the stream as well.

    What speaks in favour must beat the unlisted of the other rhythm of people, and what speaks against must
    beat the unlisted of this one; at most nothing is left. A machine's rhythm is told by its pace, which
    nobody's hours can imitate: neither it nor what it speaks against is held back.
    """
    refuted_by_machine = found.raw < 0 and found.rhythms[1] is Rhythm.MACHINE
    if rhythm is Rhythm.MACHINE or refuted_by_machine:
        return found
    other = Rhythm.ORGANISATION if rhythm is Rhythm.POPULATION else Rhythm.POPULATION
    inside, outside = (
        _rhythm_total(fit, one) for one in zip(found.rhythms, (found.best, found.other), strict=True)
    )
    if found.raw > 0:
        return _held_at(found, min(found.raw, max(0.0, (inside - fit.unlisted_rhythm(other)) / LN10)))
    return _held_at(found, max(found.raw, min(0.0, (fit.unlisted_rhythm(rhythm) - outside) / LN10)))


def weigh_pattern(fit: StreamFit, rhythm: Rhythm, calibration: Calibration) -> Weight:
    """Weigh whether the writes follow a rhythm, by the rhythm blocks alone.

    The calibration sample includes streams whose days scatter, and takes listed rhythms alone: it stays as
    hard as it was, and what holds a weight back only brings it nearer to nothing.
    """
    told = not rest_by_chance(fit.stream)
    found = raw_pattern(fit, rhythm, rest_told=told)
    held = found if _blind(fit, rhythm, rest_told=told) else _held_back(fit, rhythm, found)
    weight = held.weighed(calibration, novel=fit.novel(RHYTHM_BLOCKS))
    return replace(weight, held_back=held is not found)
