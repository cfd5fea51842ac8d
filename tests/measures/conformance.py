"""What every target must pass: a cut closes what it names from everywhere, and all comes back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from mithaq.measures.driver import Account
from mithaq.measures.matrix import Door, Matrix, Vantage, Verdict, judged
from mithaq.measures.model import Cut, Operation, Part, Step

CUTS: Mapping[str, tuple[Operation, ...]] = {
    "write": (Operation.WRITE,),
    "read": (Operation.READ,),
    "delete": (Operation.DELETE,),
    "list": (Operation.LIST,),
    "read and list": (Operation.READ, Operation.LIST),
    "all": tuple(Operation),
}


def done(account: Account, steps: tuple[Step, ...], part: Part) -> None:
    for step in steps:
        if step.part is part:
            assert account.read(step.setting) == step.before, step
            account.write(step.setting, step.after)
            assert account.read(step.setting) == step.after, step


def undone(account: Account, steps: tuple[Step, ...], part: Part = Part.CUT) -> None:
    done(account, tuple(step.home() for step in reversed(steps)), part)


def not_as_decided(matrix: Matrix) -> list[object]:
    return [cell for cell in matrix.cells if cell.verdict is not Verdict.AS_DECIDED]


def no_tick() -> None:
    """Nobody holds a lease in these tests."""


def closes_and_comes_back(
    account: Account, cut: Cut, closed: Collection[Vantage], everything: Callable[[], object]
) -> Matrix:
    """Cut and lift with probes before, meanwhile and after; gives what was seen meanwhile.

    `closed` are the vantages that the cut must close, and `everything` is all there is on the target.
    """
    before = everything()
    steps = account.steps(cut, {})
    done(account, steps, Part.KIT)
    held = account.hold(datetime.now(UTC))
    open_before = account.probe(cut, held, applied=False, tick=no_tick)
    assert not_as_decided(open_before) == []
    done(account, steps, Part.CUT)
    after = judged(account.probe(cut, held, applied=True, tick=no_tick), open_before)
    assert not_as_decided(after) == []
    assert after.holds
    assert {cell.spot.vantage for cell in after.cells if cell.seen is Door.CLOSED} == set(closed)
    undone(account, steps)
    assert not_as_decided(account.probe(cut, held, applied=False, tick=no_tick)) == []
    undone(account, steps, Part.KIT)
    assert everything() == before
    return after
