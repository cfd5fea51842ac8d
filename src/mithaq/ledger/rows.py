"""Inserting the rows of an act, for the acts alone.

Django writes an INSERT anew for every row, which took half of an act's time. Here it is written once for each
table; values are prepared by the columns' own fields, as Django does, and the database's constraints and
triggers see no difference. Defaults that the database computes are not fetched back, and no signals are sent:
no table of ours has any.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import AutoField, Field, Model

_Row = TypeVar("_Row", bound=Model)


def insert_row(row: _Row) -> _Row:
    """Insert one row; gives it back with its key."""
    begin, fields, returning = _statement(type(row))
    with connection.cursor() as cursor:
        cursor.execute(f"{begin}({_places(fields)}){returning}", _values(row, fields))
        if returning:
            (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  # as Django itself does
    return row


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert rows of one table in one statement, a handful at most; their keys are not given back."""
    if not rows:
        return
    begin, fields, _returning = _statement(type(rows[0]))
    places = ", ".join([f"({_places(fields)})"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(begin + places, [value for row in rows for value in _values(row, fields)])


def put_row(row: Model) -> None:
    """Insert one row under the key that it brings, or put it in place of the one that has it."""
    begin, fields, _returning = _statement(type(row))
    with connection.cursor() as cursor:
        cursor.execute(f"{begin}({_places(fields)}){_in_place(type(row))}", _values(row, fields))


@cache
def _in_place(model: type[Model]) -> str:
    """Give how an INSERT ends that takes the place of a row with the same key."""
    options = model._meta  # noqa: SLF001  # Django's public Model._meta
    quote = connection.ops.quote_name
    others = [quote(str(field.column)) for field in options.local_concrete_fields if not field.primary_key]
    taken = ", ".join(f"{column} = excluded.{column}" for column in others)
    return f" ON CONFLICT ({quote(str(options.pk.column))}) DO UPDATE SET {taken}"


@cache
def _statement(model: type[Model]) -> tuple[str, tuple[Field[Any, Any], ...], str]:
    """Give how the INSERT begins, its columns, and how it ends where the database makes the key."""
    options = model._meta  # noqa: SLF001  # Django's public Model._meta
    fields = tuple(field for field in options.local_concrete_fields if not isinstance(field, AutoField))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    made = isinstance(options.pk, AutoField)
    returning = f" RETURNING {quote(str(options.pk.column))}" if made else ""
    begin = f"INSERT INTO {quote(options.db_table)} ({columns}) VALUES "  # noqa: S608  # names of our own
    return begin, fields, returning


def _places(fields: Sequence[Field[Any, Any]]) -> str:
    return ", ".join(["%s"] * len(fields))


def _values(row: Model, fields: Sequence[Field[Any, Any]]) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
