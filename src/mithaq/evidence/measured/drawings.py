"""Charts of the evaluation: reliability of ratios, rates with their bounds, verdicts by workload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.charts.drawing import (
    Layer,
    Plane,
    foot_labels,
    grid_layers,
    layer,
    side_labels,
)

HEIGHT: Final = 220
ROW: Final = 22
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


def _line(rows: list[Mapping[str, float | str]], number: int) -> Iterator[Layer]:
    dash = {} if number == 0 else {"strokeDash": list(palette.DASHES[number])}
    yield layer(rows, "line", stroke=palette.LINES[number], strokeWidth=2, **dash)
    yield layer(rows, "point", stroke=palette.LINES[number], strokeWidth=2, size=40, filled=False)


def rates_spec(series: Sequence[Series]) -> dict[str, object]:
    """Draw rates from 0 to 1 over classes, each with a rule from bound to bound. Tokens: x0…, y0…y4."""
    classes = len(series[0].points)
    plane = Plane((-0.5, classes - 0.5), (0.0, 1.0), HEIGHT)
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    layers = list(grid_layers(plane, ticks))
    for place, one in enumerate(series):
        shift = (place - (len(series) - 1) / 2) * 0.08
        known = [(x + shift, point) for x, point in enumerate(one.points) if point.rate is not None]
        bounds: list[Mapping[str, float | str]] = [
            {"x": x, "x2": x, "y": point.low or 0.0, "y2": point.high or 0.0} for x, point in known
        ]
        layers.append(layer(bounds, "rule", stroke=palette.LINES[one.line], strokeWidth=1.5))
        layers += _line([{"x": x, "y": point.rate or 0.0} for x, point in known], one.line)
    layers.append(side_labels(plane, [(tick, f"y{number}") for number, tick in enumerate(ticks)]))
    layers.append(foot_labels(plane, [(float(x), f"x{x}") for x in range(classes)]))
    return plane.spec(layers)


def reliability_spec(series: Sequence[tuple[int, Sequence[tuple[float, float]]]]) -> dict[str, object]:
    """Draw observed over stated log10 LR beside the diagonal of perfect calibration. Tokens: x0…x4, y0…."""
    plane = Plane((-SPAN, SPAN), (-SPAN, SPAN), HEIGHT)
    ticks = (-4.0, -2.0, 0.0, 2.0, 4.0)
    layers = list(grid_layers(plane, ticks))
    layers.append(
        layer([{"x": -SPAN, "y": -SPAN}, {"x": SPAN, "y": SPAN}], "line", stroke=palette.AXIS, strokeWidth=1)
    )
    for number, points in series:
        layers += _line([{"x": x, "y": max(-SPAN, min(SPAN, y))} for x, y in points], number)
    layers.append(side_labels(plane, [(tick, f"y{number}") for number, tick in enumerate(ticks)]))
    layers.append(foot_labels(plane, [(tick, f"x{number}") for number, tick in enumerate(ticks)]))
    return plane.spec(layers)


VERDICT_FILLS: Final = (palette.HEAT[5], palette.HEAT[3], palette.HEAT[0], palette.SEEN)
"""Supported, partly supported, undetermined, refuted: told apart by lightness."""


def verdicts_spec(rows: Sequence[Sequence[float]]) -> dict[str, object]:
    """Draw one bar per workload, its shares in the order of VERDICT_FILLS. Tokens: w0…, x0…x2."""
    low = -LABEL_SHARE / (1 - LABEL_SHARE)
    plane = Plane((low, 1.0), (0.0, float(len(rows))), ROW * len(rows), downwards=True)
    layers: list[Layer] = []
    for number, fill in enumerate(VERDICT_FILLS):
        bars: list[Mapping[str, float | str]] = [
            {"x": sum(shares[:number]), "x2": sum(shares[: number + 1]), "y": row + 0.15, "y2": row + 0.85}
            for row, shares in enumerate(rows)
            if shares[number] > 0
        ]
        if bars:
            layers.append(layer(bars, "rect", fill=fill, stroke=palette.SEEN_EDGE, strokeWidth=0.5))
    names: list[Mapping[str, float | str]] = [
        {"x": 0.0, "y": row + 0.5, "t": f"w{row}"} for row in range(len(rows))
    ]
    layers.append(layer(names, "text", align="right", baseline="middle", dx=-8))
    layers.append(foot_labels(plane, [(0.0, "x0"), (0.5, "x1"), (1.0, "x2")]))
    return plane.spec(layers)
