"""Whatever can happen has a name on the pages, and whatever can be refused a sentence."""

from __future__ import annotations

import importlib
import inspect

import pytest

from mithaq.console.web.cases.words import DUTIES, STAGES
from mithaq.console.web.kinds import ACTED_AS, KINDS
from mithaq.console.web.refusals import SENTENCES
from mithaq.kernel.errors import InputError, MithaqError, NotFound, StateError
from mithaq.ledger.kinds import ActKind
from mithaq.people.permissions import Role
from mithaq.review.stages import Duty, Stage

ROOMS = ("people", "intake", "review", "review.runs", "measures", "register", "terms")
BASES = {each.code for each in (MithaqError, InputError, NotFound, StateError)}
"""Codes of the tree's own branches, which no act raises."""


def test_every_kind_of_act_has_a_name() -> None:
    assert set(KINDS) == set(ActKind)


def test_every_role_in_which_an_act_is_done_has_a_name() -> None:
    assert set(ACTED_AS) >= set(Role)


def test_every_stage_and_every_duty_has_a_name() -> None:
    assert (set(STAGES), set(DUTIES)) == (set(Stage), set(Duty))


@pytest.mark.parametrize("room", ROOMS)
def test_every_refusal_of_an_act_has_a_sentence(room: str) -> None:
    module = importlib.import_module(f"mithaq.{room}.errors")
    codes = {
        each.code
        for _name, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, MithaqError)
    }
    assert codes - BASES - set(SENTENCES) == set()
