"""Compiled expressions are kept, and are those that the code says."""

from __future__ import annotations

import json

import pytest

from mithaq.evidence import planning, plans
from mithaq.evidence.indicators import volume
from mithaq.evidence.tables import name_of


def test_the_kept_plans_are_what_compiling_gives() -> None:
    kept = json.loads(plans.FILE.read_text("utf-8"))
    assert kept == planning.document(), "run `python -m mithaq.evidence.planning`"


def test_every_indicator_is_among_them() -> None:
    asked = {name_of(build) for build in planning.questions()}
    assert name_of(volume.indicator) in asked
    assert asked < plans.stored().keys()


@pytest.fixture
def fresh_store() -> None:
    plans.stored.cache_clear()


@pytest.mark.usefixtures("fresh_store")
def test_plans_of_other_code_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_COMPILERS", ("pyarrow",))
    assert plans.stored() == {}
    plans.stored.cache_clear()
