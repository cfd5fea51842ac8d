"""What is typed into the form of a decision: its rows, its moments, and what it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from django.http import QueryDict

from mithaq.console.web.deciding.basis import Basis, Row, review_after, rows_of
from mithaq.measures.model import Plan
from mithaq.review.measures import INTERIM_MOST, Content, Path
from mithaq.terms.vocabulary import KeptService

MEASURES: Final = "measures"
OPTIONS: Final = "proportionality.milder_options"
OVERRIDES: Final = "proportionality.contract_overrides"
PARTS: Final[Mapping[str, Sequence[str]]] = {
    MEASURES: ("subscription", "measure", "region", "until", "review_on"),
    OPTIONS: ("option", "why_not"),
}
"""The groups of rows, and the fields of a row."""
MOST_ROWS: Final = 50

_MANY: Final = frozenset({"clauses", "keep"})
_MINUTES: Final = "%Y-%m-%dT%H:%M"
_LOCAL: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")

Typed: TypeAlias = Mapping[str, Any]
"""Texts by the name of their field, lists of texts where several may be chosen."""


def local(moment: datetime | None) -> str:
    """Write a moment as a field for dates and times takes it."""
    if moment is None:
        return ""
    return moment.strftime(f"{_MINUTES}:%S" if moment.second else _MINUTES)


def instant(text: str) -> str | None:
    """Give what was typed into such a field as the parser takes it: in UTC."""
    return (f"{text}Z" if _LOCAL.fullmatch(text) else text) or None


def typed_in(data: QueryDict) -> dict[str, Any]:
    """Give what was typed, to be shown once more without being judged."""
    return {name: values if name in _MANY else values[-1] for name, values in data.lists()}


def with_row(typed: Typed, group: str) -> dict[str, Any]:
    """Give what was typed with an empty row more."""
    return {**typed, group: min(rows_in(typed, group) + 1, MOST_ROWS)}


def without_row(typed: Typed, group: str, gone: int) -> dict[str, Any]:
    """Give what was typed without one row; those behind it move up."""
    number = rows_in(typed, group)
    kept = [n for n in range(number) if n != gone] or [gone]
    own = {f"{group}[{n}].{part}" for n in range(number) for part in PARTS[group]}
    moved = {
        f"{group}[{place}].{part}": typed.get(f"{group}[{n}].{part}", "")
        for place, n in enumerate(kept)
        for part in PARTS[group]
        if n != gone
    }
    return {**{name: value for name, value in typed.items() if name not in own}, **moved, group: len(kept)}


def rows_in(typed: Typed, group: str) -> int:
    """Give how many rows of a group were shown."""
    text = str(typed.get(group, ""))
    return min(max(int(text), 1), MOST_ROWS) if text.isdecimal() and len(text) < 4 else 1  # noqa: PLR2004


def first_words(basis: Basis, now: datetime) -> dict[str, Any]:
    """Give what the form begins with: what stands now, or what the terms and the findings suggest."""
    before = basis.before
    words: dict[str, Any] = {"clauses": sorted(basis.found & basis.clauses.keys()) or list(basis.clauses)}
    if before is not None and basis.path is not Path.MAIN:
        words["clauses"] = [each.id for each in before.clauses]
        if basis.path is not Path.LIFT:
            for name, text in (("facts", before.facts), ("grounds", before.grounds)):
                words |= {f"{name}.en": text.en, f"{name}.ar": text.ar}
    if not basis.restricts:
        return words
    first = {f"{MEASURES}[0].{name}": text for name, text in _first_time(basis, now).items()}
    words |= {MEASURES: 1, OPTIONS: 1, **first}
    if before is not None and before.restricts and basis.path is not Path.MAIN:
        words |= _as_before(before, rows_of(before.measures, basis.restrictions))
    return words


def _first_time(basis: Basis, now: datetime) -> dict[str, str]:
    if basis.path is Path.INTERIM:
        return {"until": local((now + INTERIM_MOST).replace(second=0, microsecond=0))}
    return {"review_on": local(review_after(basis, now))}


def _as_before(before: Content, rows: Sequence[Row]) -> dict[str, Any]:
    words = _as_rows(rows, before.keep)
    asked = before.proportionality
    if asked is None:
        return words
    words |= {"proportionality.legality": asked.legality, "proportionality.aim": asked.aim}
    words[OPTIONS] = max(len(asked.milder_options), 1)
    for n, option in enumerate(asked.milder_options):
        words |= {f"{OPTIONS}[{n}].option": option.option, f"{OPTIONS}[{n}].why_not": option.why_not}
    severity = asked.severity
    levels = {"scale": severity.scale, "scope": severity.scope, "irremediability": severity.irremediability}
    words |= {f"proportionality.severity.{part}": level.value for part, level in levels.items()}
    return {**words, "proportionality.severity.why": severity.why}


def as_planned(plan: Plan, digest: str, basis: Basis) -> dict[str, Any]:
    """Give what the form begins with when a decision is to name a plan: what the plan restricts and keeps."""
    return {"plan": digest, **_as_rows(rows_of(plan.measures, basis.restrictions), plan.keep)}


def _as_rows(rows: Sequence[Row], keep: Iterable[KeptService]) -> dict[str, Any]:
    words: dict[str, Any] = {MEASURES: max(len(rows), 1), "keep": [each.value for each in keep]}
    for n, row in enumerate(rows):
        values = (row.subscription, row.restriction, row.region, local(row.until), local(row.review_on))
        words |= {
            f"{MEASURES}[{n}].{part}": value for part, value in zip(PARTS[MEASURES], values, strict=True)
        }
    return words
