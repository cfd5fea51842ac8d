"""Which figures a review has, and under which claim each stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from mithaq.evidence.report.charts.daily import DailyChart, Measure, daily_chart, daily_text
from mithaq.evidence.report.charts.drawing import draw
from mithaq.evidence.report.charts.heat import heat_chart, heat_text
from mithaq.evidence.report.charts.sizes import sizes_chart, sizes_text
from mithaq.evidence.report.charts.text import FigureText
from mithaq.evidence.report.locales import Language
from mithaq.evidence.report.words import Words
from mithaq.evidence.result import ClaimResult, ReviewResult, StreamCharts
from mithaq.terms import Claim, ClaimKind, ScaleClaim, ScaleUnit

ALL_STREAMS: Final = "*"
_BETWEEN: Final = "/"
"""Stands between a stream's bucket and its shape; an observation may name something else (a region)."""


class FigureKind(StrEnum):
    """Kinds of figure; the last three belong to the subject as a whole."""

    SIZES = "sizes"
    HEAT = "heat"
    CREATIONS = "creations"
    BYTES_IN = "bytes-in"
    BYTES_OUT = "bytes-out"


_MEASURES: Final = {
    FigureKind.CREATIONS: Measure.CREATIONS,
    FigureKind.BYTES_IN: Measure.BYTES_IN,
    FigureKind.BYTES_OUT: Measure.BYTES_OUT,
}
_WANTED: Final[Mapping[str, tuple[FigureKind, ...]]] = {
    ClaimKind.STORES: (FigureKind.SIZES,),
    ClaimKind.PATTERN: (FigureKind.HEAT,),
    ClaimKind.MOVES_OUT: (FigureKind.BYTES_OUT,),
    ClaimKind.PURPOSE_MISMATCH: (FigureKind.SIZES, FigureKind.HEAT),
}
_WANTED_BY_SCALE: Final = {
    ScaleUnit.OBJECTS_PER_DAY: (FigureKind.CREATIONS,),
    ScaleUnit.BYTES_STORED: (FigureKind.BYTES_IN,),
    ScaleUnit.HOURS_OF_AUDIO: (FigureKind.BYTES_IN,),
}


Drawings: TypeAlias = Mapping[str, str]
"""Drawings made earlier, by `drawing_name`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One drawing with its words in each language. `stream` is None for the subject as a whole."""

    number: int
    kind: FigureKind
    stream: str | None
    drawn: str
    texts: Mapping[Language, FigureText]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures in the order of the page. A figure stands under the first claim that needs it."""

    by_claim: Sequence[Sequence[Figure]]
    """Per claim, in the claims' order: the figures that stand there."""
    referred: Sequence[Sequence[Figure]]
    """Per claim: figures that it needs but that stand elsewhere."""
    rest: Sequence[Figure]
    """Figures that no claim needed."""


def number_streams(result: ReviewResult) -> dict[str, int]:
    """Number the streams from 1: those that are drawn first, then as observations name them."""
    named = [chart.stream for chart in result.charts.streams]
    named += [
        seen.stream for claim in result.claims for seen in claim.observations if _BETWEEN in seen.stream
    ]
    return {stream: number for number, stream in enumerate(dict.fromkeys(named), start=1)}


def drawing_name(kind: FigureKind, stream: str | None) -> str:
    """Name the drawing of a figure: its kind, and its stream if it shows one."""
    return kind.value if stream is None else f"{kind.value} {stream}"


def plan_figures(
    claims: Sequence[Claim],
    result: ReviewResult,
    words: Mapping[Language, Words],
    drawings: Drawings | None = None,
) -> Figures:
    """Draw what the review has to show; `claims` and the result's claims are in the same order.

    A figure whose drawing is given is not drawn again. A review without series has no figures.
    """
    if result.coverage.events == 0 or not result.charts.daily.days:
        empty: tuple[tuple[Figure, ...], ...] = tuple(() for _ in claims)
        return Figures(empty, empty, ())
    drawn: dict[tuple[FigureKind, str | None], Figure] = {}
    by_claim: list[tuple[Figure, ...]] = []
    referred: list[tuple[Figure, ...]] = []
    claimed = _claimed_per_day(claims)

    def make(kind: FigureKind, stream: str | None) -> Figure:
        kept = (drawings or {}).get(drawing_name(kind, stream))
        figure = _figure(len(drawn) + 1, kind, stream, result, words, claimed, kept)
        drawn[kind, stream] = figure
        return figure

    for claim, answer in zip(claims, result.claims, strict=True):
        wanted = list(_wanted(claim, answer, result))
        referred.append(tuple(drawn[key] for key in wanted if key in drawn))
        by_claim.append(tuple(make(*key) for key in wanted if key not in drawn))
    rest = tuple(make(*key) for key in _everything(result) if key not in drawn)
    return Figures(by_claim, referred, rest)


def _everything(result: ReviewResult) -> Iterator[tuple[FigureKind, str | None]]:
    for chart in result.charts.streams:
        yield FigureKind.HEAT, chart.stream
        yield FigureKind.SIZES, chart.stream
    for kind in _MEASURES:
        yield kind, None


def _wanted(
    claim: Claim, answer: ClaimResult, result: ReviewResult
) -> Iterator[tuple[FigureKind, str | None]]:
    kinds = _WANTED_BY_SCALE[claim.unit] if isinstance(claim, ScaleClaim) else _WANTED.get(claim.kind, ())
    named = {seen.stream for seen in answer.observations}
    streams = [chart.stream for chart in result.charts.streams]
    of_claim = [stream for stream in streams if stream in named] or streams
    for kind in kinds:
        if kind in _MEASURES:
            yield kind, None
        else:
            yield from ((kind, stream) for stream in of_claim)


def _claimed_per_day(claims: Sequence[Claim]) -> float | None:
    """Give the highest number of objects per day that a claim speaks of."""
    per_day = [
        claim.at_least
        for claim in claims
        if isinstance(claim, ScaleClaim) and claim.unit is ScaleUnit.OBJECTS_PER_DAY
    ]
    return max(per_day, default=None)


def _figure(  # one figure, each value of which is needed
    number: int,
    kind: FigureKind,
    stream: str | None,
    result: ReviewResult,
    words: Mapping[Language, Words],
    claimed: float | None,
    kept: str | None,
) -> Figure:
    if stream is None:
        limit = claimed if kind is FigureKind.CREATIONS else None
        gaps = result.coverage.gaps
        daily = DailyChart.of(result.charts.daily, _MEASURES[kind], claimed=limit, gaps=gaps)
        texts = {language: daily_text(daily, word.t) for language, word in words.items()}
        return Figure(number, kind, None, kept or draw(daily_chart(daily)), texts)
    chart = next(each for each in result.charts.streams if each.stream == stream)
    if kind is FigureKind.HEAT:
        texts = {language: heat_text(chart, word.t) for language, word in words.items()}
        return Figure(number, kind, stream, kept or draw(heat_chart(chart)), texts)
    texts = {language: sizes_text(chart, word.t, _workloads(chart, word)) for language, word in words.items()}
    return Figure(number, kind, stream, kept or draw(sizes_chart(chart)), texts)


def _workloads(chart: StreamCharts, words: Words) -> dict[str, str]:
    return {curve.workload: words.names.workload(curve.workload, words.language) for curve in chart.workloads}
