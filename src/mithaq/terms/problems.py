"""Mistakes in a document, each with its place, and how they are shown: the line, a caret, a hint."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What the YAML reader counts as the end of a line."""

_WIDEST_LINE = 160
"""Longer source lines are cut where they are shown, in characters."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one document and the name that its messages give it."""

    file: str | None
    text: str
    _lines: list[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lines", _LINE_BREAK.split(self.text))

    def line(self, number: int) -> str:
        """Give a line by its number from 1; empty where there is none (the end of the document)."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document: line and column from 1, width in characters, at least 1, on that line."""

    line: int
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `field` is a path such as `claims[2].at_least`; `source_line` the text of its line."""

    message: str
    hint: str
    file: str | None
    span: Span | None
    field: str | None = None
    source_line: str = ""

    @property
    def line(self) -> int | None:
        """Give the line from 1, or None where the whole document is meant."""
        return self.span.line if self.span else None

    def render(self) -> str:
        """Show the problem as a compiler would: place and message, the line with a caret, the hint."""
        place = [self.file or "<text>"]
        if self.span:
            place += [str(self.span.line), str(self.span.column)]
        named = f" (field {self.field})" if self.field else ""
        parts = [f"{':'.join(place)}: {self.message}{named}"]
        if self.span and self.source_line.strip():
            parts += _excerpt(self.source_line, self.span)
        if self.hint:
            parts.append(f"  hint: {self.hint}")
        return "\n".join(parts)


def _excerpt(text: str, span: Span) -> list[str]:
    """Show the line and mark the span under it; a span beyond the cut is shown without its line."""
    shown = text[:_WIDEST_LINE]
    if span.column > len(shown) + 1:
        return []
    before = shown[: span.column - 1]
    under = "".join(character if character == "\t" else " " * _cells(character) for character in before)
    marked = shown[span.column - 1 : span.column - 1 + span.width]
    carets = "^" * max(1, sum(_cells(character) for character in marked))
    number = str(span.line).rjust(5)
    return [f"{number} | {shown}", f"{' ' * 5} | {under}{carets}"]


def _cells(character: str) -> int:
    """Give the width of a character in terminal cells (Unicode TR 11; marks and format signs take none)."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def render_all(problems: Sequence[Problem]) -> str:
    """Show several problems one after the other, with their number at the end when there are more."""
    shown = "\n".join(problem.render() for problem in problems)
    return f"{shown}\n{len(problems)} problems found." if len(problems) > 1 else shown


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Order problems by file, then by place; those of the whole document come first."""

    def place(problem: Problem) -> tuple[str, int, int]:
        span = problem.span
        return (problem.file or "", span.line if span else 0, span.column if span else 0)

    return sorted(problems, key=place)


def did_you_mean(word: str, known: Sequence[str], *, what: str) -> str:
    """Suggest the nearest known word, else list them all. `what` names them in the plural, capitalised."""
    plain = {each.casefold().replace("_", "-"): each for each in known}
    near = difflib.get_close_matches(word.casefold().replace("_", "-"), list(plain), n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{plain[near[0]]}"?'
    return f"{what}: {', '.join(known)}." if known else ""
