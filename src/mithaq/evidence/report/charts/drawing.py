"""From a Vega-Lite specification to SVG that may stand inside the page, in either language.

A chart is drawn once. Its words are tokens; putting it into a language replaces them. So both languages show
the same drawing by construction, and what the drawing costs is paid once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

import vl_convert
from markupsafe import Markup

from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.errors import DrawingError
from mithaq.evidence.report.locales import Language

Layer: TypeAlias = dict[str, object]
"""One Vega-Lite layer; every coordinate is quantitative."""

VEGA_LITE: Final = "6.4"
"""Pinned, so that the same review gives the same bytes under a later vl-convert too."""

FONT_SIZE: Final = 13.5
"""In drawing units; at the widest a unit is about a CSS pixel."""

WIDTH: Final = 520
MARGIN: Final = {"left": 62, "top": 12, "right": 22, "bottom": 30}
PLOT_WIDTH: Final = WIDTH - MARGIN["left"] - MARGIN["right"]

_ALLOWED: Final = frozenset({"svg", "g", "path", "line", "rect", "text"})
_DROPPED_ATTRIBUTES: Final = frozenset(
    {
        "class",
        "role",
        "aria-hidden",
        "aria-label",
        "aria-roledescription",
        "pointer-events",
        "font-family",
        "version",
        "width",
        "height",
    }
)
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
_RLE: Final = "\u202b"
_PDF: Final = "\u202c"
"""Right-to-left embedding and its end: without them mixed strings come out in the wrong order in SVG text."""


@dataclass(frozen=True, slots=True)
class Plane:
    """The coordinate plane of a chart: the domains of both axes and the height in drawing units."""

    x: tuple[float, float]
    y: tuple[float, float]
    height: int
    downwards: bool = False
    """Whether y grows downwards, as rows of a table do."""

    def spec(self, layers: Sequence[Layer]) -> dict[str, object]:
        """Give the whole specification of a chart with these layers."""
        return {
            "width": PLOT_WIDTH,
            "height": self.height,
            "padding": MARGIN,
            "autosize": {"type": "none"},
            "background": None,
            "config": {"aria": False, "view": {"stroke": None}},
            "encoding": {
                "x": _channel("x", self.x, reverse=False),
                "y": _channel("y", self.y, reverse=self.downwards),
            },
            "layer": list(layers),
        }


def _channel(field: str, domain: tuple[float, float], *, reverse: bool) -> dict[str, object]:
    scale = {"domain": list(domain), "nice": False, "zero": False, "reverse": reverse}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def layer(rows: Sequence[Mapping[str, float | str]], mark: str, **options: object) -> Layer:
    """Make a layer of one mark. Rows hold x, y and, for areas and rules, x2 and y2; for text, the token `t`.

    Options are Vega-Lite mark properties; `channels` are further encodings.
    """
    channels = options.pop("channels", {})
    further: dict[str, object] = dict(channels) if isinstance(channels, dict) else {}
    for end in ("x2", "y2"):
        if rows and end in rows[0]:
            further[end] = {"field": end}
    if mark == "text":
        further["text"] = {"field": "t"}
        options = {"fontSize": FONT_SIZE, "fill": palette.TEXT, **options}
    return {
        "data": {"values": [dict(row) for row in rows]},
        "mark": {"type": mark, **options},
        "encoding": further,
    }


def grid_layers(plane: Plane, ticks: Sequence[float]) -> Iterator[Layer]:
    """Draw the horizontal grid: one rule per tick, the lowest as the axis."""
    for colour, values in ((palette.GRID, ticks[1:]), (palette.AXIS, ticks[:1])):
        rows: list[Mapping[str, float | str]] = [
            {"x": plane.x[0], "x2": plane.x[1], "y": value, "y2": value} for value in values
        ]
        yield layer(rows, "rule", stroke=colour, strokeWidth=1)


def side_labels(plane: Plane, at: Sequence[tuple[float, str]]) -> Layer:
    """Write tokens to the left of the plane, each at a height."""
    rows: list[Mapping[str, float | str]] = [{"x": plane.x[0], "y": y, "t": token} for y, token in at]
    return layer(rows, "text", align="right", baseline="middle", dx=-8)


def foot_labels(plane: Plane, at: Sequence[tuple[float, str]]) -> Layer:
    """Write tokens below the plane, each centred at a place."""
    foot = plane.y[1] if plane.downwards else plane.y[0]
    rows: list[Mapping[str, float | str]] = [{"x": x, "y": foot, "t": token} for x, token in at]
    return layer(rows, "text", align="center", baseline="top", dy=9)


def foot_ticks(plane: Plane, at: Sequence[float]) -> Layer:
    """Draw short ticks below the plane."""
    foot = plane.y[1] if plane.downwards else plane.y[0]
    rows: list[Mapping[str, float | str]] = [{"x": x, "y": foot} for x in at]
    return layer(rows, "tick", orient="vertical", fill=palette.AXIS, thickness=1, size=6, yOffset=3)


def draw(spec: Mapping[str, object]) -> str:
    """Draw a specification as SVG with tokens for words; raises DrawingError."""
    try:
        drawn: object = vl_convert.vegalite_to_svg(
            json.dumps(spec, allow_nan=False), vl_version=VEGA_LITE, allowed_base_urls=[]
        )
    except ValueError as error:
        raise DrawingError(f"a chart could not be drawn: {error}", hint="Report this as a defect.") from error
    return str(drawn)


@dataclass(frozen=True, slots=True)
class Caption:
    """What a drawing needs to stand in a page: words by token, a name and what it shows."""

    words: Mapping[str, str]
    title: str
    description: str


def inline(drawn: str, caption: Caption, *, language: Language, prefix: str) -> Markup:
    """Put a drawing into words and make it fit for the page.

    Ids begin with `prefix`; colours become classes; nothing but shapes and text is let through. Raises
    DrawingError for a word that is missing or an element that is no shape.
    """
    root = ET.fromstring(drawn)  # noqa: S314 - parses only what vl-convert wrote from our own specification
    height = root.attrib["height"]
    _clean(root)
    _paint(root, prefix)
    for text in root.iter("text"):
        token = text.text or ""
        if token not in caption.words:
            raise DrawingError(f"the chart {prefix} has no word for {token!r}", hint="Report this.")
        word = caption.words[token]
        text.text = f"{_RLE}{word}{_PDF}" if language is Language.AR else word
    root.attrib.clear()
    box = f"0 0 {WIDTH} {height}"
    root.attrib.update(
        {
            "class": "chart",
            "viewBox": box,
            "direction": "ltr",
            "role": "img",
            "aria-labelledby": f"{prefix}-title",
            "aria-describedby": f"{prefix}-desc",
        }
    )
    for place, (tag, words) in enumerate((("title", caption.title), ("desc", caption.description))):
        element = ET.Element(tag, {"id": f"{prefix}-{tag}"})
        element.text = words
        root.insert(place, element)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - built from escaped text by ElementTree


def _clean(element: ET.Element) -> None:
    element.tag = element.tag.removeprefix(_NAMESPACE)
    if element.tag not in _ALLOWED:
        raise DrawingError(f"a chart came back with <{element.tag}>", hint="Report this as a defect.")
    for child in list(element):
        if child.attrib.get("class") in {"background", "foreground"}:
            element.remove(child)
        else:
            _clean(child)
    for name in _DROPPED_ATTRIBUTES & element.attrib.keys():
        del element.attrib[name]
    if element.attrib.get("opacity") == "1":
        del element.attrib["opacity"]


def _paint(root: ET.Element, prefix: str) -> None:
    """Add the class of each colour (`f-` fills, `s-` strokes); hatch the areas without records."""
    hatched = False
    for element in root.iter():
        classes: list[str] = []
        for side in ("fill", "stroke"):
            colour = element.attrib.get(side, "")
            if colour in palette.CLASSES:
                classes.append(f"{side[0]}-{palette.CLASSES[colour]}")
        if element.attrib.get("fill") == palette.GAP:
            element.attrib["fill"] = f"url(#{prefix}-hatch)"
            classes, hatched = [], True
        if classes:
            element.attrib["class"] = " ".join(classes)
    if hatched:
        root.insert(0, hatch(prefix))


def hatch(prefix: str) -> ET.Element:
    """Make the pattern of areas without records: slanted lines, visible in grey print too."""
    definitions = ET.Element("defs")
    pattern = ET.SubElement(
        definitions,
        "pattern",
        {
            "id": f"{prefix}-hatch",
            "patternUnits": "userSpaceOnUse",
            "width": "6",
            "height": "6",
            "patternTransform": "rotate(45)",
        },
    )
    ground = {"width": "6", "height": "6", "fill": palette.GAP, "class": "f-gap"}
    line = {"x2": "0", "y2": "6", "stroke": palette.GAP_LINE, "stroke-width": "3", "class": "s-gap-line"}
    ET.SubElement(pattern, "rect", ground)
    ET.SubElement(pattern, "line", line)
    return definitions
