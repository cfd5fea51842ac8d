"""Rows that acts insert in plain SQL hold what Django itself would have written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import AutoField, Field

from mithaq.ledger.models import Checkpoint
from mithaq.ledger.rows import _statement, insert_rows, sent_together

_VALUES: Final[dict[str, list[object]]] = {
    "BooleanField": [True, False],
    "CharField": ["", "مُدّعٍ", "a'b"],
    "DateTimeField": [
        datetime(2026, 9, 21, 9, 0, 0, 5, UTC),
        datetime(2026, 9, 21, 12, 0, tzinfo=timezone(timedelta(hours=3))),
    ],
    "TextField": ["", "كلام"],
    "BinaryField": [b"\x00\xff"],
    "JSONField": [["a", "ب"], {"a": 1}, "text", 1],
}
_NUMBERS: Final[list[object]] = [0, 7, True]


@pytest.mark.django_db
def test_each_column_of_each_table_is_prepared_as_its_field_prepares_it() -> None:
    compared = 0
    models = [model for model in apps.get_models() if model.__module__.startswith("mithaq.")]
    for model in models:
        prepared = dict(_statement(model).columns)
        for field in model._meta.local_concrete_fields:
            if isinstance(field, AutoField):
                continue
            for value in [*_values(field), *([None] if field.null else [])]:
                ours, theirs = (
                    prepared[field.attname](value, connection),
                    field.get_db_prep_save(value, connection),
                )
                assert repr(ours) == repr(theirs) or ours == theirs, (model, field.name, value)
                compared += 1
    assert compared > len(models)


def _values(field: Field[object, object]) -> list[object]:
    return _VALUES.get(field.get_internal_type(), _NUMBERS)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_the_database_refuses_undoes_all_that_was_sent_together() -> None:
    now = datetime(2026, 9, 21, tzinfo=UTC)
    twice = [Checkpoint(size=size, note=b"a note", signed_at=now) for size in (1, 2, 1)]
    with pytest.raises(IntegrityError):
        _insert_together(twice)
    assert not Checkpoint.objects.exists()
    _insert_together(twice[:2])
    assert [row.size for row in Checkpoint.objects.all()] == [1, 2]


def _insert_together(rows: Sequence[Checkpoint]) -> None:
    with transaction.atomic(), sent_together():
        for row in rows:
            insert_rows([row])
