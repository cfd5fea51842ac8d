"""Rows that acts insert in plain SQL hold what Django itself would have written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import AutoField, Field

from mithaq.ledger.rows import _statement

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
