"""Questions that are weighed: which workloads stand for a claim, which against it, and which blocks speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, log, sqrt
from typing import Final

from mithaq.evidence.features import BLOCKS, REST, RHYTHM_BLOCKS, Stream
from mithaq.evidence.weighing.fits import ANYTHING, Hypothesis, StreamFit, frame_log, unlisted
from mithaq.evidence.weighing.frames import FrameState
from mithaq.terms.vocabulary import DataKind, Rhythm

LN10: Final = 2.302585092994046

CHANCE_REST: Final = 0.3
"""Scatter of the working days, over the root of the weeks seen, above which rest days tell nothing.

The quietest two of seven days that differ by chance alone lie about nine tenths of their scatter below the
mean: at 0.3 as deep as the weekend that people at large may have (0.75 to 0.95 of a working day). The few
lines of a targeted interception scatter like that. This and the three figures below were chosen on
development seeds, one of them anew after a first evaluation (decision 0018).
"""
NO_CHANCE: Final = 5.0
"""How many times that scatter the log of the rest must lie below other hours to be no chance nonetheless."""

REST_LEAD: Final = {Rhythm.POPULATION: 1.25, Rhythm.ORGANISATION: 0.75}
"""By how much (log10) a ratio for one rhythm of people against the other may exceed what rest alone says.

Less for an organisation: the quietest of seven pairs of days is taken for its rest: chance has seven tries.
"""
FEW_WEEKENDS: Final = 1.0
"""What is taken (log10) from every ratio between the two rhythms of people: it rests on a weekend or two, and
where hardly a simulated tenant lies, a ratio of densities is one of kernels' tails."""

BUNDLES_LEAD: Final = 1.0
"""By how much more (log10) than a claim what must be left open has to be behind, to be put aside."""


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
        return self.capped(self.calibrated(raw))

    def calibrated(self, raw: float) -> float:
        """Give the calibrated log10 likelihood ratio as if the sample could bear any."""
        return self.slope * raw + self.offset

    def capped(self, value: float) -> float:
        """Give as much of a ratio as the sample can bear."""
        return max(-self.cap_against, min(self.cap_for, value))


@dataclass(frozen=True, slots=True)
class Weight:
    """A weighed question: calibrated log10 LR, the best-fitting hypotheses, and each block's share of it.

    `parts` add up to what the features say, calibrated: offset and cap are left out of them, and what holds a
    value back. `rhythms` are those in which the two hypotheses were taken, where only tenants of one rhythm
    were. `held_back` is set where what cannot be put aside has brought the value nearer to 0.
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
    if found.raw <= 0:
        return found
    favour = sum(part for part in found.parts.values() if part > 0)
    factor = 1.0 - found.raw / favour
    shrunk = {block: part * factor if part > 0 else part for block, part in found.parts.items()}
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


def weigh_stores(
    fit: StreamFit, hypotheses: Mapping[str, Hypothesis], kind: DataKind, calibration: Calibration
) -> Weight:
    """Weigh whether a kind is stored; it is not refuted while what must be left open explains the stream.

    Whoever packs things of the kind into bundles reads and deletes them as they like, and nothing listed
    shows every way of it: so bundles are left open however they are read and kept, and only a lead over them
    that is larger by BUNDLES_LEAD refutes. It never supports: that is for what is listed.
    """
    sets = stores_sets(hypotheses, kind)
    found = raw_difference(fit, hypotheses, *sets)
    weight = found.weighed(calibration, novel=fit.novel(tuple(BLOCKS)))
    left_open = [fit.however_kept(name) for name, h in hypotheses.items() if h.leaves_open is kind]
    if found.raw >= 0 or not left_open:
        return weight
    outside = max(sum(fit.blocks[name].values()) for name in sets[1])
    behind = min(0.0, (max(left_open) - outside) / LN10 + BUNDLES_LEAD)
    held = calibration.apply(max(found.raw, behind))
    return replace(weight, log10_lr=held, held_back=held > weight.log10_lr)


def rest_by_chance(stream: Stream) -> bool:
    """Say whether days scatter so widely that chance alone could make the rest days (CHANCE_REST).

    A rest as deep as NO_CHANCE says is none of chance's, however much the other days differ.
    """
    weeks, depth = stream.get("hours") / (24 * 7), stream.get("rest_depth")
    if not weeks > 0:
        return False
    error = stream.get("day_scatter") / sqrt(weeks)
    deep = depth == 0 or (depth > 0 and -log(depth) >= NO_CHANCE * error)
    return error > CHANCE_REST and not deep


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


def _most_by_rest(fit: StreamFit, found: Difference, value: float) -> float:
    """Give the log10 ratio that rest bears out: the lead of the side ahead over any listed rest of the other.

    What parts people at large from organisations is when they rest. The hours of their day and the pace of
    their work are for whoever adds many of them up to have: a use that nobody listed may have both, with the
    rest of any listed workload of the other side. A machine's rhythm is told by its pace, which nobody's
    hours can imitate: neither it nor what it speaks against is asked for its rest.
    """
    sides = list(zip(found.rhythms, (found.best, found.other), strict=True))
    (ahead, name), (behind, _) = sides if value > 0 else sides[::-1]
    if ahead is None or behind is None:
        return inf
    return (fit.rhythms[ahead][name][REST] - fit.best_rest(behind)) / LN10 + REST_LEAD[ahead]


def weigh_pattern(fit: StreamFit, rhythm: Rhythm, calibration: Calibration) -> Weight:
    """Weigh whether the writes follow a rhythm, by the rhythm blocks alone.

    The calibration sample includes streams whose days scatter, and takes listed rhythms alone: it stays as
    hard as it was, and what holds a weight back only brings it nearer to nothing.
    """
    told = not rest_by_chance(fit.stream)
    found = raw_pattern(fit, rhythm, rest_told=told)
    weight = found.weighed(calibration, novel=fit.novel(RHYTHM_BLOCKS))
    if Rhythm.MACHINE in found.rhythms or _blind(fit, rhythm, rest_told=told):
        return weight
    value = calibration.calibrated(found.raw)
    doubted, by_rest = abs(value) - FEW_WEEKENDS, _most_by_rest(fit, found, value)
    sign = 1.0 if value > 0 else -1.0
    unheld, held = (
        calibration.capped(sign * size if size > 0 else 0.0) for size in (doubted, min(doubted, by_rest))
    )
    return replace(weight, log10_lr=held, held_back=held != unheld)
