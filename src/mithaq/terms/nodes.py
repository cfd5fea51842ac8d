"""YAML 1.2 read into nodes that remember their place; only the safe part of the language.

Aliases, anchors, tags, duplicate keys, several documents and keys that are not text are refused, and size,
depth and number of nodes are bounded, so that a hostile file costs little. Scalars stay text here: what
a plain scalar means is decided by the field that holds it (`mithaq.terms.fields`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeGuard

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from mithaq.terms.problems import Problem, Source, Span

MAX_BYTES: Final = 262_144
"""A full allegation (50 subscriptions, 100 claims with long texts) stays below a tenth of a megabyte."""

MAX_DEPTH: Final = 16
"""Allegations are 5 deep, packs 7."""

MAX_NODES: Final = 10_000
"""Bounds the time of the slowest documents of MAX_BYTES to about a second."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as written; `plain` says that it stood without quotes, so that it may be a number or null."""

    span: Span
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    span: Span
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Fields by name, in the order written; `keys` holds the node of each name."""

    span: Span
    keys: dict[str, Scalar] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)


Node: TypeAlias = Scalar | Sequence | Mapping


class _Refused(Exception):
    """Carries the first problem to the edge of this module, which it never leaves."""

    def __init__(self, message: str, hint: str, span: Span | None = None, path: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.span, self.path = message, hint, span, path


def decode(raw: bytes, file: str | None) -> Source | Problem:
    """Decode the bytes of a document (UTF-8, with or without a byte order mark)."""
    if len(raw) > MAX_BYTES:
        return Problem(
            f"the document is larger than {MAX_BYTES} bytes", "Split it, or shorten its texts.", file, None
        )
    try:
        return Source(file, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Problem("this line is not UTF-8", "Save the file as UTF-8.", file, Span(line, 1, 1))


def read_nodes(source: Source) -> Node | Problem:
    """Read the one document of a source into nodes; gives the first problem instead where there is one."""
    try:
        return _build(source)
    except _Refused as refused:
        span = refused.span
        return Problem(
            refused.message,
            refused.hint,
            source.file,
            span,
            refused.path or None,
            source.line(span.line) if span else "",
        )


def _build(source: Source) -> Node:
    builder = _Builder()
    for event in _events(source.text):
        builder.feed(event)
    if builder.root is None:
        raise _Refused("the document is empty", "Write the document's fields into it.")
    return builder.root


def _events(text: str) -> Iterator[Event]:
    """Give the parser's events; its errors become ours.

    Beside its own errors, the pure parser lets ValueError and OverflowError (escapes that name no sign
    of Unicode) and IndexError (a document that ends inside a directive) escape.
    """
    reader = YAML(typ="safe", pure=True)
    try:
        yield from reader.parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(mark.line + 1, mark.column + 1, 1) if mark else None
        what = str(error.problem or error.context or "unreadable").splitlines()[0]
        raise _Refused(f"this is not YAML: {what}", "Check quotes, brackets and indentation.", span) from None
    except (YAMLError, ValueError, OverflowError, IndexError) as error:
        what = str(error).splitlines()[0] if str(error) else "unreadable"
        raise _Refused(f"this is not YAML: {what}", "Check escapes, and directives at its start.") from None


@dataclass(slots=True)
class _Builder:
    """Puts events together, without recursion, refusing what the safe part of the language leaves out."""

    root: Node | None = None
    documents: int = 0
    nodes: int = 0
    open: list[Sequence | Mapping] = field(default_factory=list)
    pending: list[Scalar | None] = field(default_factory=list)
    """Per open collection, the key whose value comes next."""
    paths: list[str] = field(default_factory=list)
    """Per open collection, its own path."""

    def feed(self, event: Event) -> None:
        """Take the next event."""
        if isinstance(event, DocumentStartEvent):
            self._start_document(event)
        elif isinstance(event, NodeEvent):
            self._start_node(event)
        elif isinstance(event, CollectionEndEvent):
            for stack in (self.open, self.pending, self.paths):
                stack.pop()

    def _start_document(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            raise _Refused("a second document begins here", "Give one document per file.", _span(event))
        if event.version is not None and tuple(event.version) != (1, 2):
            raise _Refused("another YAML version than 1.2", "Leave the %YAML line out.", _span(event))

    def _start_node(self, event: NodeEvent) -> None:
        span, path = _span(event), self._path()
        self._refuse_unsafe(event, span, path)
        node: Node
        if isinstance(event, ScalarEvent):
            text = _join_surrogates(event.value)
            _refuse_signs(text, span, path)
            node = Scalar(span, text, plain=event.style in {None, ""})
        else:
            node = Mapping(span) if isinstance(event, MappingStartEvent) else Sequence(span)
        self._place(node)
        if not isinstance(node, Scalar):
            self.open.append(node)
            self.pending.append(None)
            self.paths.append(path)
            if len(self.open) > MAX_DEPTH:
                raise _Refused(f"nested deeper than {MAX_DEPTH} levels", "Write it flatter.", span)

    def _path(self) -> str:
        """Give the path of the node that comes next; of a key, the path of its mapping."""
        if not self.open:
            return ""
        parent, path, key = self.open[-1], self.paths[-1], self.pending[-1]
        if isinstance(parent, Sequence):
            return f"{path}[{len(parent.items)}]"
        return path if key is None else join(path, key.text)

    def _refuse_unsafe(self, event: NodeEvent, span: Span, path: str) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Refused(f"more than {MAX_NODES} values", "Split the document.", span)
        if isinstance(event, AliasEvent):
            raise _Refused(f'the alias "*{event.anchor}" is not allowed', "Write the value out.", span, path)
        if event.anchor is not None:
            raise _Refused(f'the anchor "&{event.anchor}" is not allowed', "Leave it out.", span, path)
        if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) and event.tag is not None:
            raise _Refused(f'the tag "{event.tag}" is not allowed', "Leave it out.", span, path)

    def _place(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.pending[-1]
        if key is not None:
            parent.values[key.text] = node
            self.pending[-1] = None
            return
        if not isinstance(node, Scalar):
            raise _Refused("a field name must be text", "Put the name in quotes.", node.span)
        first = parent.keys.get(node.text)
        if first is not None:
            raise _Refused(
                f'the field "{node.text}" stands here a second time',
                f"It was first given in line {first.span.line}: keep one of the two.",
                node.span,
                join(self.paths[-1], node.text),
            )
        parent.keys[node.text] = node
        self.pending[-1] = node


def _span(event: Event) -> Span:
    start, end = event.start_mark, event.end_mark
    same_line = end.line == start.line and end.column > start.column
    return Span(start.line + 1, start.column + 1, end.column - start.column if same_line else 1)


def _join_surrogates(text: str) -> str:
    """Join the pairs of escapes by which JSON, a part of YAML 1.2, writes signs beyond U+FFFF."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return text


def _refuse_signs(text: str, span: Span, path: str) -> None:
    """Refuse signs that escapes can smuggle in: controls, and lone surrogates, which UTF-8 cannot hold."""
    for sign in text:
        if sign not in "\n\t" and unicodedata.category(sign) in {"Cc", "Cs"}:
            raise _Refused(f"the sign U+{ord(sign):04X} is not allowed here", "Leave it out.", span, path)


def join(path: str, name: str) -> str:
    """Give the path of a field of a mapping; long names are cut."""
    return f"{path}.{name[:80]}" if path else name[:80]


def is_null(node: Node) -> TypeGuard[Scalar]:
    """Say whether a node is the null of YAML 1.2."""
    return isinstance(node, Scalar) and node.plain and node.text in {"", "~", "null", "Null", "NULL"}
