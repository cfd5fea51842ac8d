"""Colours of the charts, by role.

Each role has one colour of its own that is used nowhere else, so that a drawn chart can be read back role
by role: the page's style sheet then gives each role its colour for light, dark and paper. Lines differ in
dash as well as in colour, and the heat map's steps differ in lightness, so that both survive grey print and
every kind of colour vision (hues after Okabe and Ito 2008, darkened to 3:1 against the page).
"""

from __future__ import annotations

from typing import Final

TEXT: Final = "#46525f"
AXIS: Final = "#6b7785"
GRID: Final = "#e3e7eb"
SEEN: Final = "#b8c6d4"
SEEN_EDGE: Final = "#62748a"
BAR: Final = "#2f6f95"
CLAIMED: Final = "#9c2f00"
GAP: Final = "#f2f4f6"
GAP_LINE: Final = "#8a96a3"
HEAT: Final = ("#f0f4f7", "#d3e1eb", "#a9c8dc", "#79abc9", "#4889b0", "#226893", "#0b4468")
LINES: Final = ("#0068a8", "#b94a00", "#00755a", "#8a3d73", "#6e5600", "#3f4a57")

DASHES: Final[tuple[tuple[int, ...], ...]] = ((1, 0), (9, 3), (2, 3), (9, 3, 2, 3), (5, 3), (14, 4))
"""Dash and gap lengths of the lines, in the order of `LINES`; the first is unbroken."""

CLAIMED_DASH: Final = (4, 3)

CLASSES: Final[dict[str, str]] = {
    TEXT: "text",
    AXIS: "axis",
    GRID: "grid",
    SEEN: "seen",
    SEEN_EDGE: "seen-edge",
    BAR: "bar",
    CLAIMED: "claimed",
    GAP: "gap",
    GAP_LINE: "gap-line",
    **{colour: f"heat{step}" for step, colour in enumerate(HEAT)},
    **{colour: f"line{number}" for number, colour in enumerate(LINES)},
}
"""Class that the style sheet colours, by the colour that a chart was drawn with."""
