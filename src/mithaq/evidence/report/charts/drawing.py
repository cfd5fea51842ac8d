"""From marks in a plane to SVG that may stand inside the page, in either language.

A chart is drawn once. Its words are tokens; putting it into a language replaces them. So both languages show
the same drawing by construction, and what the drawing costs is paid once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from markupsafe import Markup

from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.charts.marks import MARGIN, WIDTH, Mark, Plane
from mithaq.evidence.report.errors import DrawingError
from mithaq.evidence.report.locales import Language

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
class Chart:
    """A chart before it is drawn: its marks from back to front, in a plane."""

    plane: Plane
    marks: Sequence[Mark]


def draw(chart: Chart) -> str:
    """Draw a chart as SVG with tokens for words; raises DrawingError."""
    height = MARGIN["top"] + chart.plane.height + MARGIN["bottom"]
    root = ET.Element("svg", {"width": str(WIDTH), "height": str(height)})
    corner = f"translate({MARGIN['left']},{MARGIN['top']})"
    plot = ET.SubElement(root, "g", {"fill": "none", "stroke-miterlimit": "10", "transform": corner})
    for mark in chart.marks:
        ET.SubElement(plot, "g").extend([*mark.shapes(chart.plane)])
    return ET.tostring(root, encoding="unicode")


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
    root = ET.fromstring(drawn)  # noqa: S314 - parses only what `draw` wrote
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
