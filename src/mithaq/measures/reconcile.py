"""Desired against observed: on a clock, every standing measure is compared with its target.

What is not as decided is an act and an alarm, and is written again if the plan says so. A measure whose
restriction has ended is lifted without anybody asking: ending a restriction at its end restricts nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from mithaq.kernel.errors import MithaqError
from mithaq.measures import acts
from mithaq.measures.errors import ErrandWaits, MayNotLift
from mithaq.measures.model import OnDrift, Plan, Step
from mithaq.measures.models import AppliedMeasure, ProbeRecord, ProbeStage
from mithaq.measures.places import Targets
from mithaq.measures.queries import change_of, ended_by, held_by, origins_of, plan_of, standing, status_of
from mithaq.measures.status import ErrandState, Status
from mithaq.people.acting import Acting

PROBES_LAST: Final = timedelta(hours=6)
"""A measure is probed again when its last probes are older than this."""

PENDING_FIRST: Final = timedelta(minutes=1)
"""A pending measure is probed again after this time, and then after as long as it has been pending."""

_STANDS: Final = frozenset(
    {Status.IN_FORCE, Status.PENDING, Status.CONFIGURED, Status.HANDED_OVER, Status.DRIFTED}
)


@dataclass(slots=True)
class Round:
    """What one round came to."""

    compared: int = 0
    drifted: int = 0
    lifted: int = 0
    probed: int = 0
    unreachable: int = 0


def reconcile(who: Acting, targets: Targets) -> Round:
    """Compare every standing measure with its target; a target that does not answer is counted."""
    found = Round()
    for measure, stands in standing():
        if change_of(measure).state == ErrandState.WAITING.value:
            continue
        try:
            if stands is Status.HANDED_BACK:
                continue
            if _ended(who, measure):
                acts.lift_ended(who, measure)
                found.lifted += 1
            elif stands in _STANDS:
                _compare(who, measure, targets, found)
        except ErrandWaits:
            continue  # somebody asked for something meanwhile; the next round sees what came of it
        except MithaqError:
            found.unreachable += 1
    return found


def _ended(who: Acting, measure: AppliedMeasure) -> bool:
    _plan, decision = plan_of(measure)
    try:
        ended_by(measure.case, decision, who.now)
    except MayNotLift:
        return False
    return True


def _compare(who: Acting, measure: AppliedMeasure, targets: Targets, found: Round) -> None:
    plan, _decision = plan_of(measure)
    steps = list(drifted_steps(measure, plan, targets))
    found.compared += 1
    reapply = plan.on_drift is OnDrift.REAPPLY
    if steps and (reapply or _is_new(measure, steps)):
        acts.see_drift(who, measure, steps, reapply=reapply)
        found.drifted += 1
        return
    last = measure.probes.exclude(stage=ProbeStage.BEFORE.value).last()
    if last is not None and last.at + _probes_last(measure, last) <= who.now:
        acts.probe_again(who, measure)
        found.probed += 1


def _probes_last(measure: AppliedMeasure, last: ProbeRecord) -> timedelta:
    """Say after how long probes are made again; while they do not show it, after longer and longer."""
    ended = change_of(measure).ended_at
    if ended is None or status_of(measure) is not Status.PENDING:
        return PROBES_LAST
    return min(max(last.at - ended, PENDING_FIRST), PROBES_LAST)


def _is_new(measure: AppliedMeasure, steps: list[tuple[Step, bool]]) -> bool:
    """Say whether anything drifted that no alarm tells of yet; the same one is not raised every minute."""
    ended = change_of(measure).ended_at
    known = {
        (row.kind, row.owner, row.name) for row in measure.drifts.all() if ended is None or row.at >= ended
    }
    return any(
        (step.setting.kind, step.setting.owner, step.setting.name) not in known for step, _new in steps
    )


def drifted_steps(measure: AppliedMeasure, plan: Plan, targets: Targets) -> Iterator[tuple[Step, bool]]:
    """Give a step for each setting that is not as decided, and whether none has touched it before.

    What the customer has removed is no drift. Raises TargetUnreachable, TargetRefuses, NoTarget.
    """
    driver = targets.named(plan.target)
    decided = {(held.account, held.setting): held for held in held_by(measure)}
    for cut in plan.cuts:
        account = driver.at(cut.account, plan.nonce)
        for step in account.steps(cut, origins_of(measure).get(cut.account, {})):
            held = decided.pop((cut.account, step.setting), None)
            if step.before != step.after:
                yield step, held is None
