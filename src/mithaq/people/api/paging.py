"""Lists come in pages: a cursor says after which row to go on, so that rows added meanwhile shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field as Column
from django.db.models import Model, Q, QuerySet
from ninja import Schema
from pydantic import Field

from mithaq.people.errors import BadCursor

_Row = TypeVar("_Row", bound=Model)
_Shown = TypeVar("_Shown")

_INTEGERS = 2**63


class Paging(Schema):
    """Which page of a list: `cursor` is `next` of the page before, `limit` the most rows to give."""

    cursor: Annotated[str, Field(max_length=400)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Page(Schema, Generic[_Shown]):
    """Rows of a list, and the cursor of the next page; null on the last."""

    items: list[_Shown]
    next: str | None


def paged(
    rows: QuerySet[_Row],
    paging: Paging,
    show: Callable[[_Row], _Shown],
    *,
    by: str | tuple[str, ...] = "pk",
    newest_first: bool = False,
) -> Page[_Shown]:
    """Give one page of `rows`, ordered by columns that are unique together; raises BadCursor."""
    names = (by,) if isinstance(by, str) else by
    found, after = next_rows(rows, paging, by=names, newest_first=newest_first)
    return Page(items=[show(row) for row in found], next=after)


def next_rows(
    rows: QuerySet[_Row], paging: Paging, *, by: tuple[str, ...], newest_first: bool = False
) -> tuple[list[_Row], str | None]:
    """Give the rows of one page, and the cursor of the next; raises BadCursor."""
    if paging.cursor:
        rows = rows.filter(_behind(_after(rows, paging.cursor, by), "lt" if newest_first else "gt"))
    found = list(rows.order_by(*(f"-{name}" if newest_first else name for name in by))[: paging.limit + 1])
    more = len(found) > paging.limit
    found = found[: paging.limit]
    return found, _cursor([getattr(found[-1], name) for name in by]) if more else None


def _behind(after: Mapping[str, object], beyond: str) -> Q:
    """Say in a query that a row comes behind these values, by the first column that differs."""
    behind, same = Q(), Q()
    for name, value in after.items():
        behind |= same & Q(**{f"{name}__{beyond}": value})
        same &= Q(**{name: value})
    return behind


def _cursor(values: Sequence[object]) -> str:
    text = json.dumps([value if isinstance(value, int) else str(value) for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(rows: QuerySet[_Row], cursor: str, by: tuple[str, ...]) -> Mapping[str, object]:
    wrong = BadCursor("this is no cursor", field="cursor", hint="Take it from `next` of a page.")
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(by):
            raise wrong
        return {name: _value(rows, name, value) for name, value in zip(by, values, strict=True)}
    except (binascii.Error, ValueError, ValidationError, FieldDoesNotExist) as error:
        raise wrong from error


def _value(rows: QuerySet[_Row], name: str, value: object) -> object:
    """Read a value of a cursor as its column does; raises ValueError and what the column raises."""
    options = rows.model._meta  # noqa: SLF001  # Django's public Model._meta
    if not isinstance(value, int | str) or (isinstance(value, int) and abs(value) >= _INTEGERS):
        raise ValueError
    field = options.pk if name == "pk" else options.get_field(name)
    found = field.to_python(value) if isinstance(field, Column) else value
    if isinstance(found, datetime) and found.tzinfo is None:
        raise ValueError
    return found
