"""Charts of the evaluation: reliability of ratios, rates with their bounds, verdicts by workload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mithaq.evidence.report.charts import marks as mark
from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.charts.drawing import Chart
from mithaq.evidence.report.charts.marks import Box, Mark, Plane, Stroke
from mithaq.evidence.report.charts.marks import Point as Place

HEIGHT: Final = 220
ROW: Final = 22
RADIUS: Final = 3.5
SPAN: Final = 4.0
"""Reliability is drawn from -SPAN to SPAN in log10 LR; the outermost classes stand half a step outside."""
LABEL_SHARE: Final = 0.42
"""Share of the width that the names of workloads take."""


@dataclass(frozen=True, slots=True)
class Point:
    """A rate with its bounds; None where nothing was tried."""

    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """Points over the same classes, drawn in one of the palette's lines."""

    line: int
    points: Sequence[Point]


def _line(points: Sequence[Place], number: int) -> Iterator[Mark]:
    dash = () if number == 0 else palette.DASHES[number]
    yield mark.Line(points, Stroke(palette.LINES[number], 2, dash))
    yield mark.Circles(points, RADIUS, Stroke(palette.LINES[number], 2))


def rates_chart(series: Sequence[Series]) -> Chart:
    """Draw rates from 0 to 1 over classes, each with a rule from bound to bound. Tokens: x0…, y0…y4."""
    classes = len(series[0].points)
    plane = Plane((-0.5, classes - 0.5), (0.0, 1.0), HEIGHT)
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    marks: list[Mark] = [*mark.grid(plane, ticks)]
    for place, one in enumerate(series):
        shift = (place - (len(series) - 1) / 2) * 0.08
        known = [(x + shift, point) for x, point in enumerate(one.points) if point.rate is not None]
        bounds = [Box(x, x, point.low or 0.0, point.high or 0.0) for x, point in known]
        marks.append(mark.Rules(bounds, Stroke(palette.LINES[one.line], 1.5)))
        marks += _line([Place(x, point.rate or 0.0) for x, point in known], one.line)
    marks.append(mark.SideLabels([(tick, f"y{number}") for number, tick in enumerate(ticks)]))
    marks.append(mark.FootLabels([(float(x), f"x{x}") for x in range(classes)]))
    return Chart(plane, marks)


def reliability_chart(series: Sequence[tuple[int, Sequence[tuple[float, float]]]]) -> Chart:
    """Draw observed over stated log10 LR beside the diagonal of perfect calibration. Tokens: x0…x4, y0…."""
    plane = Plane((-SPAN, SPAN), (-SPAN, SPAN), HEIGHT)
    ticks = (-4.0, -2.0, 0.0, 2.0, 4.0)
    marks: list[Mark] = [*mark.grid(plane, ticks)]
    marks.append(mark.Line([Place(-SPAN, -SPAN), Place(SPAN, SPAN)], Stroke(palette.AXIS)))
    for number, points in series:
        marks += _line([Place(x, max(-SPAN, min(SPAN, y))) for x, y in points], number)
    marks.append(mark.SideLabels([(tick, f"y{number}") for number, tick in enumerate(ticks)]))
    marks.append(mark.FootLabels([(tick, f"x{number}") for number, tick in enumerate(ticks)]))
    return Chart(plane, marks)


VERDICT_FILLS: Final = (palette.HEAT[5], palette.HEAT[3], palette.HEAT[0], palette.SEEN)
"""Supported, partly supported, undetermined, refuted: told apart by lightness."""


def verdicts_chart(rows: Sequence[Sequence[float]]) -> Chart:
    """Draw one bar per workload, its shares in the order of VERDICT_FILLS. Tokens: w0…, x0…x2."""
    low = -LABEL_SHARE / (1 - LABEL_SHARE)
    plane = Plane((low, 1.0), (0.0, float(len(rows))), ROW * len(rows), downwards=True)
    marks: list[Mark] = []
    for number, fill in enumerate(VERDICT_FILLS):
        bars = [
            Box(sum(shares[:number]), sum(shares[: number + 1]), row + 0.15, row + 0.85)
            for row, shares in enumerate(rows)
            if shares[number] > 0
        ]
        if bars:
            marks.append(mark.Rectangles(bars, fill, Stroke(palette.SEEN_EDGE, 0.5)))
    marks.append(mark.SideLabels([(row + 0.5, f"w{row}") for row in range(len(rows))], x=0.0))
    marks.append(mark.FootLabels([(0.0, "x0"), (0.5, "x1"), (1.0, "x2")]))
    return Chart(plane, marks)
