"""Reading typed values out of nodes: every mistake is noted with its place, and reading goes on.

A `Value` that is absent, or wrong, gives None for whatever is asked of it; the problem has been noted by
then. A caller asks for all its fields and uses them only if the report stayed empty.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from mithaq.terms import nodes
from mithaq.terms.problems import Problem, Source, Span, did_you_mean
from mithaq.terms.text import LocalisedText

_Word = TypeVar("_Word", bound=StrEnum)

# The core schema of YAML 1.2.2, section 10.3.2.
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_LONGEST_NUMBER = 40
_MOST_UNKNOWN = 10
"""Unknown fields told of per mapping: from there on it is another kind of document."""


@dataclass(slots=True)
class Report:
    """Collects the problems of one document."""

    source: Source
    problems: list[Problem] = field(default_factory=list)

    def add(self, span: Span, path: str, message: str, hint: str = "") -> None:
        """Note a problem at a place."""
        line = self.source.line(span.line)
        self.problems.append(Problem(message, hint, self.source.file, span, path or None, line))


@dataclass(frozen=True, slots=True)
class Value:
    """A node together with its path in the document; `node` is None where the field is absent."""

    node: nodes.Node | None
    path: str
    report: Report

    @property
    def given(self) -> bool:
        """Say whether there is a value at all."""
        return self.node is not None

    def problem(self, message: str, hint: str = "") -> None:
        """Note what is wrong with this value."""
        if self.node is not None:
            self.report.add(self.node.span, self.path, message, hint)

    def text(self, *, most: int = 200) -> str | None:
        """Give a non-empty text of at most so many characters."""
        scalar = self._scalar("a text")
        if scalar is None:
            return None
        if scalar.plain and _is_no_text(scalar.text):
            self.problem(f"{scalar.text} is not a text", "Put it in quotes.")
            return None
        if not scalar.text.strip() or len(scalar.text) > most:
            self.problem(
                f"the text is empty or longer than {most} characters", "Write it out, or shorten it."
            )
            return None
        return scalar.text

    def written(self) -> str | None:
        """Give a scalar as it is written, whatever YAML takes it for; for values with a form of their own."""
        scalar = self._scalar("one value")
        return None if scalar is None else scalar.text

    def matching(self, pattern: re.Pattern[str], *, hint: str) -> str | None:
        """Give a text of which the whole matches a pattern."""
        text = self.text()
        if text is not None and not pattern.fullmatch(text):
            self.problem(f'"{text}" cannot be used here', hint)
            return None
        return text

    def word(self, words: type[_Word]) -> _Word | None:
        """Give a word of a closed vocabulary."""
        scalar = self._scalar("one word")
        if scalar is None:
            return None
        known = [each.value for each in words]
        if scalar.text in known:
            return words(scalar.text)
        self.problem(
            f'"{scalar.text[:80]}" is not a word that can stand here',
            did_you_mean(scalar.text[:80], known, what="Known words"),
        )
        return None

    def number(self, *, above: float | None = None, most: float = 1e21) -> float | None:
        """Give a finite number, above one bound and at most another."""
        scalar = self._scalar("a number")
        if scalar is None:
            return None
        value = _number(scalar)
        if value is None:
            self.problem(f'"{scalar.text[:80]}" is not a number', _number_hint(scalar))
        elif not math.isfinite(value) or value > most or (above is not None and value <= above):
            floor = "" if above is None else f"above {above:g} and "
            self.problem(f"{scalar.text} is out of range", f"Give a number {floor}at most {most:g}.")
        else:
            return value
        return None

    def whole(self, *, least: int, most: int) -> int | None:
        """Give a whole number between two bounds, both allowed."""
        value = self.number(most=math.inf)
        if value is None:
            return None
        if not value.is_integer() or not least <= value <= most:
            self.problem(f"{value:g} cannot be used here", f"Give a whole number from {least} to {most}.")
            return None
        return int(value)

    def items(self, *, most: int, least: int = 1) -> list[Value]:
        """Give the values of a list; an empty list where it is absent or wrong."""
        if self.node is None:
            return []
        if not isinstance(self.node, nodes.Sequence):
            self.problem("a list must stand here", "Write it in square brackets, or each item after “- ”.")
            return []
        if not least <= len(self.node.items) <= most:
            self.problem(f"{len(self.node.items)} items stand here", f"Give from {least} to {most}.")
        return [
            Value(node, f"{self.path}[{number}]", self.report)
            for number, node in enumerate(self.node.items[:most])
        ]

    def unique(self, read: Callable[[Value], str | None], *, most: int, least: int = 1) -> tuple[str, ...]:
        """Give a list of texts, each read by a function, none of them twice."""
        found: list[str] = []
        for item in self.items(most=most, least=least):
            text = read(item)
            if text is not None and text in found:
                item.problem(f'"{text}" is named twice', "Keep one of the two.")
            elif text is not None:
                found.append(text)
        return tuple(found)

    def words(self, words: type[_Word], *, least: int = 1) -> tuple[_Word, ...]:
        """Give a list of words of a closed vocabulary, none of them twice."""
        found = self.unique(lambda item: item.word(words), most=len(words), least=least)
        return tuple(words(word) for word in found)

    def record(self, known: Sequence[str]) -> Record:
        """Give the fields of a mapping, noting unknown names; an empty record where it is absent or wrong."""
        if self.node is None:
            return Record(None, self.path, self.report)
        if not isinstance(self.node, nodes.Mapping):
            self.problem("named fields must stand here", f"Fields: {', '.join(known)}.")
            return Record(None, self.path, self.report)
        unknown = [name for name in self.node.keys if name not in known]
        for name in unknown[:_MOST_UNKNOWN]:
            self.report.add(
                self.node.keys[name].span,
                nodes.join(self.path, name),
                f'there is no field "{name[:80]}" here',
                did_you_mean(name[:80], known, what="Fields"),
            )
        return Record(self.node, self.path, self.report)

    def _scalar(self, what: str) -> nodes.Scalar | None:
        if self.node is None:
            return None
        if not isinstance(self.node, nodes.Scalar):
            self.problem(f"{what} must stand here, not a list or fields", "Write one value.")
            return None
        return self.node


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of a mapping; `node` is None where there is none (its problem has been noted)."""

    node: nodes.Mapping | None
    path: str
    report: Report

    def optional(self, name: str) -> Value:
        """Give a field that may be left out; null counts as left out."""
        node = self.node.values.get(name) if self.node else None
        if node is not None and nodes.is_null(node):
            node = None
        return Value(node, nodes.join(self.path, name), self.report)

    def required(self, name: str) -> Value:
        """Give a field that must be there, noting its absence."""
        value = self.optional(name)
        if not value.given and self.node is not None:
            key = self.node.keys.get(name)
            span = key.span if key else self.node.span
            self.report.add(span, value.path, f'the field "{name}" is missing', f'Add "{name}".')
        return value

    def names(self) -> list[str]:
        """Give the names of the fields as written, in order."""
        return list(self.node.keys) if self.node else []

    def problem(self, name: str, message: str, hint: str = "") -> None:
        """Note a problem at the name of a field, or at the whole record where it has no such field."""
        if self.node is not None:
            key = self.node.keys.get(name)
            span = key.span if key else self.node.span
            self.report.add(span, nodes.join(self.path, name) if name else self.path, message, hint)


def localised(value: Value, *, most: int) -> LocalisedText | None:
    """Read a text that must be there in both languages."""
    record = value.record(("en", "ar"))
    english = record.required("en").text(most=most)
    arabic = record.required("ar").text(most=most)
    return LocalisedText(english, arabic) if english is not None and arabic is not None else None


def _is_no_text(text: str) -> bool:
    """Say whether YAML 1.2 reads an unquoted scalar as a number or truth value."""
    return any(pattern.fullmatch(text) for pattern in (_INTEGER, _BASED, _FLOAT, _SPECIAL, _BOOLEAN))


def _number(scalar: nodes.Scalar) -> float | None:
    text = scalar.text
    if not scalar.plain or len(text) > _LONGEST_NUMBER:
        return None
    if _BASED.fullmatch(text):
        return float(int(text[2:], 8 if text[1] == "o" else 16))
    if _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text):
        return float(text)
    return math.nan if _SPECIAL.fullmatch(text) else None


def _number_hint(scalar: nodes.Scalar) -> str:
    bare = scalar.text.replace("_", "").replace(",", "")
    if _INTEGER.fullmatch(bare) or _FLOAT.fullmatch(bare):
        return f"Write {bare[:_LONGEST_NUMBER]}, without quotes, underscores or commas."
    return "Write a plain number such as 100000 or 8.0e+12; the unit has a field of its own."
