"""What every target must pass: a cut closes what it names from everywhere, and all comes back.

A target that cannot keep one of the promises says why among its exceptions; none goes unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from enum import StrEnum

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


class Promise(StrEnum):
    """What a target may be excused from, with a reason."""

    PROBED = "what is closed and what is open is shown by real requests"
    TRACELESS = "after the lifting everything is byte for byte as it was"


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


def done_is_done(account: Account, cut: Cut, steps: tuple[Step, ...]) -> None:
    """Plan again what stands, and write again what is written: nothing is left to do, and nothing changes."""
    again = account.steps(cut, {step.setting: step.origin for step in steps})
    assert [step for step in again if step.before != step.after] == [], "what is done needs no step"
    assert [(each.setting, each.origin) for each in again] == [(each.setting, each.origin) for each in steps]
    for step in {each.setting.kind: each for each in steps if each.part is Part.CUT}.values():
        account.write(step.setting, step.after)
        assert account.read(step.setting) == step.after, "writing twice is writing once"


def closes_and_comes_back(
    account: Account,
    cut: Cut,
    closed: Collection[Vantage],
    everything: Callable[[], object],
    exceptions: Mapping[Promise, str] | None = None,
) -> Matrix:
    """Cut and lift with probes before, meanwhile and after; gives what was seen meanwhile.

    `closed` are the vantages that the cut must close, and `everything` is all there is on the target.
    """
    excused = exceptions or {}

    def probed(*, applied: bool, baseline: Matrix | None = None) -> Matrix:
        if Promise.PROBED in excused:
            return Matrix(())
        found = account.probe(cut, held, applied=applied, tick=no_tick)
        seen = judged(found, baseline) if applied else found
        assert not_as_decided(seen) == []
        assert seen.holds
        return seen

    before = everything()
    steps = account.steps(cut, {})
    assert steps
    done(account, steps, Part.KIT)
    held = account.hold(datetime.now(UTC))
    open_before = probed(applied=False)
    done(account, steps, Part.CUT)
    done_is_done(account, cut, steps)
    after = probed(applied=True, baseline=open_before)
    assert {cell.spot.vantage for cell in after.cells if cell.seen is Door.CLOSED} == set(closed)
    undone(account, steps)
    probed(applied=False)
    undone(account, steps, Part.KIT)
    if Promise.TRACELESS not in excused:
        assert everything() == before
    return after
