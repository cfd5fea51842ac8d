"""Steps and matrices as plain values: what is done can be undone, and nothing seen is rounded away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from mithaq.measures.errors import BadPlan, WorldMoved
from mithaq.measures.matrix import (
    Cell,
    Door,
    Matrix,
    Spot,
    Vantage,
    Verdict,
    cells_document,
    judged,
    read_matrix,
)
from mithaq.measures.model import Effect, Operation, Part, Setting, Step
from mithaq.measures.status import ENDS, ErrandKind, ErrandState, Facts, Status, status
from mithaq.measures.targets.rgw.names import Kit
from mithaq.measures.targets.rgw.policies import refusing
from mithaq.measures.vault import Vault
from mithaq.terms.text import LocalisedText

LETTERS = st.sampled_from(["", "a", "b", "{"])
NUMBERS: st.SearchStrategy[JsonValue] = st.integers(0, 9)
VALUES: st.SearchStrategy[JsonValue] = (
    st.none() | st.booleans() | LETTERS | st.dictionaries(LETTERS, NUMBERS, max_size=2)
)
NAMES = st.sampled_from(["a", "b", "c"])
DOORS = st.sampled_from(Door)
WORDS = LocalisedText("x", "x")


@st.composite
def worlds_and_plans(draw: st.DrawFn) -> tuple[dict[str, JsonValue], list[Step]]:
    """Draw a world and steps that were planned in it, one per setting, as a driver plans them."""
    world: dict[str, JsonValue] = draw(st.dictionaries(NAMES, VALUES, max_size=3))
    names = draw(st.lists(NAMES, unique=True, max_size=3))
    steps = [
        Step(
            part=Part.CUT,
            account="x",
            setting=Setting(kind="any", owner="x", name=name),
            what=WORDS,
            before=world.get(name),
            after=draw(VALUES),
            origin=world.get(name),
        )
        for name in names
    ]
    return world, steps


def done(world: dict[str, JsonValue], steps: list[Step]) -> dict[str, JsonValue]:
    changed = dict(world)
    for step in steps:
        assert changed.get(step.setting.name) == step.before
        changed[step.setting.name] = step.after
    return {name: value for name, value in changed.items() if value is not None}


@given(worlds_and_plans())
def test_a_plan_and_its_inverse_leave_the_world_as_it_was(
    drawn: tuple[dict[str, JsonValue], list[Step]],
) -> None:
    world, steps = drawn
    as_it_was = done(world, [])
    assert done(done(world, steps), [step.inverse() for step in reversed(steps)]) == as_it_was
    assert done(done(world, steps), [step.home() for step in reversed(steps)]) == as_it_was


def spots() -> st.SearchStrategy[Spot]:
    return st.builds(
        Spot,
        account=st.just("x"),
        vantage=st.sampled_from(Vantage),
        protocol=st.sampled_from(["s3", "swift"]),
        operation=st.sampled_from([each.value for each in Operation]),
        place=NAMES,
    )


CELLS = st.builds(Cell, spot=spots(), expected=st.sampled_from([Door.OPEN, Door.CLOSED]), seen=DOORS)
MATRICES = st.builds(Matrix, st.lists(CELLS, max_size=6, unique_by=lambda cell: cell.spot).map(tuple))


@given(MATRICES, MATRICES, st.sets(spots(), max_size=3))
def test_judging_never_hides_an_open_door_and_never_makes_a_matrix_better(
    matrix: Matrix, baseline: Matrix, dead: set[Spot]
) -> None:
    told = judged(matrix, baseline, dead)
    assert told.of(Verdict.LEAK) == matrix.of(Verdict.LEAK)
    assert len(told.cells) == len(matrix.cells) == sum(told.counts.values())
    for cell, judgement in zip(matrix.cells, told.cells, strict=True):
        if judgement.verdict is Verdict.AS_DECIDED:
            assert cell.verdict is Verdict.AS_DECIDED
    assert matrix.holds or not told.holds


@given(MATRICES)
def test_a_matrix_holds_only_if_every_cell_does_and_a_control_answered(matrix: Matrix) -> None:
    good = all(cell.seen is cell.expected for cell in matrix.cells)
    control = any(cell.spot.vantage is Vantage.CONTROL for cell in matrix.cells)
    assert matrix.holds == (good and control)


@given(MATRICES)
def test_a_matrix_is_read_back_as_it_was_written(matrix: Matrix) -> None:
    assert read_matrix(cells_document(matrix.cells)) == matrix


@given(
    st.sampled_from([kind for kind in ErrandKind if kind not in {ErrandKind.PLAN, ErrandKind.PROBE}]),
    st.sampled_from(ErrandState),
    st.sampled_from(Effect),
    st.none() | MATRICES,
    st.booleans(),
    st.booleans(),
)
def test_in_force_is_said_only_of_a_finished_cut_that_probes_show(  # all that a status follows from
    kind: ErrandKind,
    state: ErrandState,
    effect: Effect,
    matrix: Matrix | None,
    begun: bool,  # noqa: FBT001  # drawn
    drifted: bool,  # noqa: FBT001  # drawn
) -> None:
    facts = Facts(kind=kind, state=state, begun=begun, effect=effect, matrix=matrix, drifted=drifted)
    shown = matrix is not None and matrix.holds
    proven = state is ErrandState.DONE and kind not in ENDS and shown and not drifted
    testable = effect in {Effect.VERIFIED, Effect.EVENTUAL}
    assert (status(facts) is Status.IN_FORCE) == (proven and testable)


def test_a_refused_request_with_a_dead_credential_proves_nothing() -> None:
    spot = Spot(account="x", vantage=Vantage.OLD_TOKEN, protocol="swift", operation="read", place="b")
    cell = Cell(spot=spot, expected=Door.CLOSED, seen=Door.CLOSED)
    assert judged(Matrix((cell,)), None).cells == (cell,)
    assert judged(Matrix((cell,)), None, [spot]).cells[0].verdict is Verdict.UNPROVEN


@pytest.mark.parametrize(
    "policy",
    [
        None,
        '{"Version": "2012-10-17", "Statement": []}',
        '{"Version":"2012-10-17","Id":"theirs","Statement":{"Sid":"one","Effect":"Allow"}}',
    ],
)
def test_a_refusal_is_merged_into_a_policy_once_and_leaves_its_statements(policy: str | None) -> None:
    once = refusing(policy, "data", "mithaq-x", [Operation.READ])
    assert refusing(once, "data", "mithaq-x", [Operation.READ]) == once
    assert ('"Sid":"one"' in once) == (policy is not None and '"one"' in policy)
    assert once.count('"Deny"') == 1


@pytest.mark.parametrize("policy", ["", "[]", '{"Statement": [1]}', "{}"])
def test_a_policy_that_cannot_be_read_stops_the_plan(policy: str) -> None:
    with pytest.raises(BadPlan):
        refusing(policy, "data", "mithaq-x", [Operation.READ])


def test_what_was_sealed_opens_for_nothing_else() -> None:
    vault = Vault(b"k" * 32)
    sealed = vault.seal(b"a token", "m_1 acme", lambda size: b"n" * size)
    assert vault.open(sealed, "m_1 acme") == b"a token"
    for key, about in ((b"k", "m_2 acme"), (b"x", "m_1 acme")):
        with pytest.raises(WorldMoved):
            Vault(key * 32).open(sealed, about)


def test_secrets_of_a_kit_follow_from_the_vault_and_the_plan_alone() -> None:
    kit = Kit.of("acme$prod", "n_1", Vault(b"k" * 32))
    assert kit.keys(kit.subject) == Kit.of("acme$prod", "n_1", Vault(b"k" * 32)).keys(kit.subject)
    others = [replace(kit, vault=Vault(b"x" * 32)), Kit.of("acme$prod", "n_2", kit.vault)]
    assert kit.keys(kit.subject) not in [other.keys(other.subject) for other in others]


@pytest.mark.parametrize("account", ["", "a b", "acme$", "a$b$c", "ac-me$x", "x/y"])
def test_what_no_gateway_calls_a_user_is_refused(account: str) -> None:
    with pytest.raises(BadPlan):
        Kit.of(account, "n_1", Vault(b"k" * 32))
