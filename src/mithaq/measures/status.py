"""Where a measure stands, from what was done and seen. *In force* is never said of anything but a proof."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mithaq.measures.matrix import Matrix
from mithaq.measures.model import UNTESTABLE, Effect


class ErrandKind(StrEnum):
    """What a worker is asked to carry out."""

    PLAN = "plan"
    APPLY = "apply"
    AMEND = "amend"
    REAPPLY = "reapply"
    """Settings that no longer are as decided are written again."""
    PROBE = "probe"
    LIFT = "lift"
    ROLL_BACK = "roll-back"
    """What was done of a measure that could not be applied whole is undone."""


ENDS = frozenset({ErrandKind.LIFT, ErrandKind.ROLL_BACK})
"""Errands that take everything back to where it was."""


class ErrandState(StrEnum):
    """How far an errand has come."""

    WAITING = "waiting"
    """It is due, or will be tried again; a worker may have it in hand."""
    DONE = "done"
    PARTIAL = "partial"
    """It stopped on the way: what was done is stated step by step, and a person chooses how to go on."""
    FAILED = "failed"
    """It came to nothing; nothing was changed."""


class Status(StrEnum):
    """Where a measure stands."""

    WAITING = "waiting"
    """Asked for; nothing has been changed yet."""
    UNDER_WAY = "under-way"
    FAILED = "failed"
    """It could not be begun, and nothing was changed."""
    PARTIAL = "partial"
    PENDING = "pending"
    """Configured as decided, but not, or not yet, shown by probes."""
    CONFIGURED = "configured"
    """Configured as decided, on a target where nothing can show that it holds."""
    HANDED_OVER = "handed-over"
    """What a person is to carry out lies ready; nobody has confirmed yet that it was done."""
    IN_FORCE = "in-force"
    DRIFTED = "drifted"
    LIFTING = "lifting"
    HANDED_BACK = "handed-back"
    """How a person is to undo it lies ready; nobody has confirmed yet that it was done."""
    LIFTED = "lifted"
    """Undone, and probes show it."""
    UNDONE = "undone"
    """Undone as read back from the configuration, but not shown by probes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a measure's status follows from.

    `kind` and `state` are those of its newest errand that is no probe, `begun` says whether any step of it
    was begun, `matrix` is the newest since then, `drifted` whether a drift was seen that nothing has mended.
    `confirmed` is None where nobody has to confirm anything.
    """

    kind: ErrandKind
    state: ErrandState
    begun: bool
    effect: Effect
    matrix: Matrix | None
    drifted: bool
    confirmed: bool | None = None


def status(facts: Facts) -> Status:
    """Say where a measure stands."""
    if facts.state is ErrandState.DONE:
        return _settled(facts)
    if facts.state is ErrandState.WAITING:
        return _on_the_way(facts)
    return Status.PARTIAL if facts.state is ErrandState.PARTIAL else Status.FAILED


def _on_the_way(facts: Facts) -> Status:
    if facts.kind in ENDS:
        return Status.LIFTING
    if facts.kind is ErrandKind.REAPPLY:
        return Status.DRIFTED
    return Status.UNDER_WAY if facts.begun else Status.WAITING


def _settled(facts: Facts) -> Status:
    shown = facts.matrix is not None and facts.matrix.holds
    unconfirmed = facts.confirmed is False
    if facts.kind in ENDS:
        done = Status.LIFTED if shown else Status.UNDONE
        return Status.HANDED_BACK if unconfirmed else done
    if facts.drifted:
        return Status.DRIFTED
    if unconfirmed:
        return Status.HANDED_OVER
    if facts.effect in UNTESTABLE:
        return Status.CONFIGURED
    return Status.IN_FORCE if shown else Status.PENDING
