"""Lists come in pages: a cursor says after which row to go on, so that rows added meanwhile shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field as Column
from django.db.models import Model, QuerySet
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
    by: str = "pk",
    newest_first: bool = False,
) -> Page[_Shown]:
    """Give one page of `rows`, ordered by the unique column `by`; raises BadCursor."""
    if paging.cursor:
        after = _after(rows, paging.cursor, by)
        rows = rows.filter(**{f"{by}__lt" if newest_first else f"{by}__gt": after})
    found = list(rows.order_by(f"-{by}" if newest_first else by)[: paging.limit + 1])
    more = len(found) > paging.limit
    found = found[: paging.limit]
    return Page(items=[show(row) for row in found], next=_cursor(getattr(found[-1], by)) if more else None)


def _cursor(value: object) -> str:
    text = json.dumps(value if isinstance(value, int) else str(value))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(rows: QuerySet[_Row], cursor: str, by: str) -> object:
    options = rows.model._meta  # noqa: SLF001  # Django's public Model._meta
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(value, int | str) or (isinstance(value, int) and abs(value) >= _INTEGERS):
            raise BadCursor("this is no cursor", field="cursor", hint="Take it from `next` of a page.")
        field = options.pk if by == "pk" else options.get_field(by)
        return field.to_python(value) if isinstance(field, Column) else value
    except (binascii.Error, ValueError, ValidationError, FieldDoesNotExist) as error:
        raise BadCursor("this is no cursor", field="cursor", hint="Take it from `next` of a page.") from error
