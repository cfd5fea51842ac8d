"""What a figure says around its drawing, in one language: plain text that the page escapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the key: `swatch` is a shape (`area`, `line`, `hatch`) and a colour role."""

    shape: str
    role: str
    label: str
    dash: str = ""
    """Dash and gap lengths as SVG writes them; empty for an unbroken line."""
    strong: bool = False
    """Whether the line is drawn thick."""


@dataclass(frozen=True, slots=True)
class Table:
    """The same figures as a table; the first cell of each row is its header."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class FigureText:
    """All words of a figure in one language."""

    title: str
    unit: str
    readings: Sequence[str]
    """Sentences that say what the drawing shows; they are also its text alternative."""
    keys: Sequence[Key]
    words: Mapping[str, str]
    """The drawing's words by token."""
    table: Table
