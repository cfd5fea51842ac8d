"""What a chart is drawn of: marks that stand in a plane, and their shapes in SVG.

Every coordinate of a mark is in the units of the plane, whose linear scales turn it into drawing units.
Lengths (widths, dashes, offsets) are in drawing units. Shapes are written to a hundredth of a unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple, Protocol
from xml.etree import ElementTree as ET

from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.errors import DrawingError

WIDTH: Final = 520
MARGIN: Final = {"left": 62, "top": 12, "right": 22, "bottom": 30}
PLOT_WIDTH: Final = WIDTH - MARGIN["left"] - MARGIN["right"]

FONT_SIZE: Final = 13.5
"""In drawing units; at the widest a unit is about a CSS pixel."""

_TO_MIDDLE: Final = 4
_TO_TOP: Final = 11
"""From the middle and from the top of a text of FONT_SIZE down to the line that it stands on."""

_TICK: Final = 6
_TICK_OPACITY: Final = "0.7"


class Point(NamedTuple):
    """A place in the plane."""

    x: float
    y: float


class Box(NamedTuple):
    """From x to x2 and from y to y2; a rule is a box without a side."""

    x: float
    x2: float
    y: float
    y2: float


@dataclass(frozen=True, slots=True)
class Plane:
    """The coordinate plane of a chart: the domains of both axes and the height in drawing units."""

    x: tuple[float, float]
    y: tuple[float, float]
    height: int
    downwards: bool = False
    """Whether y grows downwards, as rows of a table do."""

    @property
    def foot(self) -> float:
        """The y at the lower edge."""
        return self.y[1] if self.downwards else self.y[0]

    def place(self, at: Point) -> Point:
        """Give a place in drawing units, from the upper left corner of the plane; raises DrawingError."""
        if not (math.isfinite(at.x) and math.isfinite(at.y)):
            raise DrawingError(f"a chart could not be drawn: {at}", hint="Report this as a defect.")
        across = (at.x - self.x[0]) / (self.x[1] - self.x[0])
        down = (at.y - self.y[0]) / (self.y[1] - self.y[0])
        return Point(across * PLOT_WIDTH, (down if self.downwards else 1 - down) * self.height)


class Mark(Protocol):
    """A layer of a chart: shapes of one kind and one look."""

    def shapes(self, plane: Plane) -> Iterator[ET.Element]:
        """Give the shapes as they stand in a plane; raises DrawingError for a place that is no number."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """The look of a line."""

    colour: str
    width: float = 1
    dash: Sequence[int] = ()

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of SVG."""
        dash = {"stroke-dasharray": ",".join(map(str, self.dash))} if self.dash else {}
        return {"stroke": self.colour, "stroke-width": number(self.width), **dash}


@dataclass(frozen=True, slots=True)
class Rectangles:
    """Filled boxes."""

    boxes: Sequence[Box]
    fill: str
    edge: Stroke | None = None

    def shapes(self, plane: Plane) -> Iterator[ET.Element]:
        """One path each."""
        edge = self.edge.attributes if self.edge else {}
        for box in self.boxes:
            one, other = plane.place(Point(box.x, box.y)), plane.place(Point(box.x2, box.y2))
            left, right = sorted((one.x, other.x))
            top, bottom = sorted((one.y, other.y))
            d = _path("M", Point(left, top)) + f"h{number(right - left)}v{number(bottom - top)}"
            yield ET.Element("path", {"d": f"{d}h{number(left - right)}Z", "fill": self.fill, **edge})


@dataclass(frozen=True, slots=True)
class Rules:
    """Straight lines from one end of a box to the other."""

    boxes: Sequence[Box]
    stroke: Stroke

    def shapes(self, plane: Plane) -> Iterator[ET.Element]:
        """One line each."""
        for box in self.boxes:
            one, other = plane.place(Point(box.x, box.y)), plane.place(Point(box.x2, box.y2))
            ends = {"x1": one.x, "y1": one.y, "x2": other.x, "y2": other.y}
            written = {name: number(value) for name, value in ends.items()}
            yield ET.Element("line", {**written, **self.stroke.attributes})


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points in the order of x, straight between them or smooth."""

    points: Sequence[Point]
    stroke: Stroke
    smooth: bool = False

    def shapes(self, plane: Plane) -> Iterator[ET.Element]:
        """One path; none through less than two points."""
        places = [plane.place(point) for point in self.points]
        if len(places) > 1:
            rest = _smooth(places) if self.smooth else (_path("L", place) for place in places[1:])
            d = _path("M", places[0]) + "".join(rest)
            yield ET.Element("path", {"d": d, **self.stroke.attributes})


@dataclass(frozen=True, slots=True)
class Circles:
    """Open circles about points."""

    points: Sequence[Point]
    radius: float
    stroke: Stroke

    def shapes(self, plane: Plane) -> Iterator[ET.Element]:
        """One path of two half circles each."""
        arc = f"a{number(self.radius)},{number(self.radius)},0,1,1,"
        across = number(2 * self.radius)
        for point in self.points:
            x, y = plane.place(point)
            d = _path("M", Point(x - self.radius, y)) + f"{arc}{across},0{arc}-{across},0Z"
            yield ET.Element("path", {"d": d, **self.stroke.attributes})


@dataclass(frozen=True, slots=True)
class FootTicks:
    """Short ticks below the plane."""

    at: Sequence[float]

    def shapes(self, plane: Plane) -> Iterator[ET.Element]:
        """One path each."""
        for x in self.at:
            across, down = plane.place(Point(x, plane.foot))
            d = _path("M", Point(across - 0.5, down)) + f"h1v{_TICK}h-1Z"
            yield ET.Element("path", {"d": d, "fill": palette.AXIS, "opacity": _TICK_OPACITY})


@dataclass(frozen=True, slots=True)
class SideLabels:
    """Tokens to the left of the plane, or of another x, each at a height."""

    at: Sequence[tuple[float, str]]
    x: float | None = None

    def shapes(self, plane: Plane) -> Iterator[ET.Element]:
        """One text each."""
        for y, token in self.at:
            place = plane.place(Point(plane.x[0] if self.x is None else self.x, y))
            yield _text(token, Point(place.x - 8, place.y + _TO_MIDDLE), anchor="end")


@dataclass(frozen=True, slots=True)
class FootLabels:
    """Tokens below the plane, each centred at a place."""

    at: Sequence[tuple[float, str]]

    def shapes(self, plane: Plane) -> Iterator[ET.Element]:
        """One text each."""
        for x, token in self.at:
            place = plane.place(Point(x, plane.foot))
            yield _text(token, Point(place.x, place.y + 9 + _TO_TOP), anchor="middle")


def grid(plane: Plane, ticks: Sequence[float]) -> Iterator[Rules]:
    """Draw the horizontal grid: one rule per tick, the lowest as the axis."""
    for colour, values in ((palette.GRID, ticks[1:]), (palette.AXIS, ticks[:1])):
        yield Rules([Box(*plane.x, value, value) for value in values], Stroke(colour))


def number(value: float) -> str:
    """Write a coordinate or a length."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _path(command: str, place: Point) -> str:
    return f"{command}{number(place.x)},{number(place.y)}"


def _text(token: str, place: Point, *, anchor: str) -> ET.Element:
    where = f"translate({number(place.x)},{number(place.y)})"
    look = {"font-size": f"{FONT_SIZE}px", "fill": palette.TEXT}
    element = ET.Element("text", {"text-anchor": anchor, "transform": where, **look})
    element.text = token
    return element


def _smooth(places: Sequence[Point]) -> Iterator[str]:
    """Join places by cubic curves that never rise or fall between two of them where these do not.

    The slopes are those of Steffen (1990), "A simple method for monotonic interpolation in one dimension".
    """
    widths = [right.x - left.x for left, right in pairwise(places)]
    steps = [
        (right.y - left.y) / width for (left, right), width in zip(pairwise(places), widths, strict=True)
    ]
    inner = [_slope(*near, *wide) for near, wide in zip(pairwise(steps), pairwise(widths), strict=True)]
    first = (3 * steps[0] - inner[0]) / 2 if inner else steps[0]
    last = (3 * steps[-1] - inner[-1]) / 2 if inner else steps[-1]
    slopes = [first, *inner, last]
    for (left, right), (leaving, arriving), width in zip(
        pairwise(places), pairwise(slopes), widths, strict=True
    ):
        third = width / 3
        one = Point(left.x + third, left.y + third * leaving)
        other = Point(right.x - third, right.y - third * arriving)
        yield _path("C", one) + _path(",", other) + _path(",", right)


def _slope(before: float, after: float, width_before: float, width_after: float) -> float:
    """Give the slope at a place between two steps; zero at a peak."""
    if before * after <= 0:
        return 0.0
    mean = (before * width_after + after * width_before) / (width_before + width_after)
    return math.copysign(2.0, before) * min(abs(before), abs(after), 0.5 * abs(mean))
