"""Inserting the rows of an act, for the acts alone.

Django writes an INSERT anew for every row, which took half of an act's time. Here it is written once for each
table. Values are prepared by the columns' own fields, as Django does, but for those that the fields give back
as they are: texts in columns of text, whole numbers in columns of whole numbers. The database's constraints
and triggers see no difference. Defaults that the database computes are not fetched back, and no signals are
sent: no table of ours has any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
)

_Row = TypeVar("_Row", bound=Model)
_Prepare: TypeAlias = Callable[[Any, BaseDatabaseWrapper], Any]

_AS_IT_IS: Final = (
    (CharField, str),
    (TextField, str),
    (IntegerField, int),
    (BooleanField, bool),
)
"""Kinds of column, and what a value must be for the field to give it back unchanged."""


@dataclass(frozen=True, slots=True)
class _Insert:
    """How rows of one table are inserted."""

    begin: str
    places: str
    returning: str
    """How it ends where the database makes the key."""
    columns: tuple[tuple[str, _Prepare], ...]
    """By the names of the model's attributes: how each value is prepared for the database."""

    def values(self, row: Model, here: BaseDatabaseWrapper) -> list[Any]:
        held = row.__dict__
        return [prepare(held[name], here) for name, prepare in self.columns]


@contextmanager
def sent_together() -> Iterator[None]:
    """Send what is inserted here without waiting for each answer, where the database can: PostgreSQL.

    Only rows are read meanwhile. How many rows an UPDATE met is not known before the end, and Django would
    take it for none; an error may come with a later statement, or at the end.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "postgresql":
        yield
        return
    with here.wrap_database_errors, here.connection.pipeline():
        yield


def insert_row(row: _Row) -> _Row:
    """Insert one row; gives it back with its key."""
    here, insert = connections[DEFAULT_DB_ALIAS], _statement(type(row))
    with here.cursor() as cursor:
        cursor.execute(insert.begin + insert.places + insert.returning, insert.values(row, here))
        if insert.returning:
            (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, here.alias  # noqa: SLF001  # as Django itself does
    return row


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert rows of one table in one statement, a handful at most; their keys are not given back."""
    if not rows:
        return
    here, insert = connections[DEFAULT_DB_ALIAS], _statement(type(rows[0]))
    places = ", ".join([insert.places] * len(rows))
    with here.cursor() as cursor:
        cursor.execute(insert.begin + places, [value for row in rows for value in insert.values(row, here)])


def put_row(row: Model) -> None:
    """Insert one row under the key that it brings, or put it in place of the one that has it."""
    here, insert = connections[DEFAULT_DB_ALIAS], _statement(type(row))
    with here.cursor() as cursor:
        cursor.execute(insert.begin + insert.places + _in_place(type(row)), insert.values(row, here))


@cache
def _in_place(model: type[Model]) -> str:
    """Give how an INSERT ends that takes the place of a row with the same key."""
    options = model._meta  # noqa: SLF001  # Django's public Model._meta
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    others = [quote(str(field.column)) for field in options.local_concrete_fields if not field.primary_key]
    taken = ", ".join(f"{column} = excluded.{column}" for column in others)
    return f" ON CONFLICT ({quote(str(options.pk.column))}) DO UPDATE SET {taken}"


@cache
def _statement(model: type[Model]) -> _Insert:
    options = model._meta  # noqa: SLF001  # Django's public Model._meta
    fields = tuple(field for field in options.local_concrete_fields if not isinstance(field, AutoField))
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    made = isinstance(options.pk, AutoField)
    return _Insert(
        begin=f"INSERT INTO {quote(options.db_table)} ({columns}) VALUES ",  # noqa: S608  # names of our own
        places=f"({', '.join(['%s'] * len(fields))})",
        returning=f" RETURNING {quote(str(options.pk.column))}" if made else "",
        columns=tuple((field.attname, _preparing(field)) for field in fields),
    )


def _preparing(field: Field[Any, Any]) -> _Prepare:
    """Give how values of a column are prepared."""
    if isinstance(field, DateTimeField):
        return _moment(field)
    kept = field.target_field if isinstance(field, ForeignKey) else field
    plain = next((kind for column, kind in _AS_IT_IS if isinstance(kept, column)), None)

    def prepare(value: Any, here: BaseDatabaseWrapper) -> Any:  # noqa: ANN401  # a column's
        return value if type(value) is plain else field.get_db_prep_save(value, here)

    return prepare


def _moment(field: DateTimeField[Any, Any]) -> _Prepare:
    """Give how moments are prepared: an aware one needs no looking at, only the database's way of writing."""

    def prepare(value: Any, here: BaseDatabaseWrapper) -> Any:  # noqa: ANN401  # a column's
        if type(value) is datetime and value.tzinfo is not None:
            return here.ops.adapt_datetimefield_value(value)
        return field.get_db_prep_save(value, here)

    return prepare
