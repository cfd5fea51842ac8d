"""What the worker does on its own: steps with their intent and outcome, probes, drift, the end of errands.

Each function is one act for whoever holds the errand's lease. The worker is no person: what it restricts, two
people have decided and a third has asked it to apply.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from mithaq.kernel.canonical import Json, compact
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.measures.acts.asking import lift, new_errand, new_steps
from mithaq.measures.errors import LeaseLost
from mithaq.measures.matrix import Matrix, cells_document
from mithaq.measures.model import Plan, Step, canonical, canonical_value, digest_of
from mithaq.measures.models import (
    AppliedMeasure,
    Drift,
    Errand,
    HeldSecret,
    Lease,
    MadePlan,
    ProbeRecord,
    ProbeStage,
    StepRecord,
    StepState,
)
from mithaq.measures.status import ENDS, ErrandKind, ErrandState
from mithaq.people.acting import Acting
from mithaq.people.permissions import Machine, Permission, Role


def _held(who: Acting, errand: Errand, holder: str) -> Role | Machine:
    """Let through only who has the errand in hand, and nobody beside them; raises LeaseLost, Forbidden."""
    role = who.must(Permission.MEASURE_APPLY)
    mine = Lease.objects.select_for_update().filter(errand=errand, holder=holder, until__gt=who.now)
    if (
        mine.first() is None
        or not Errand.objects.filter(pk=errand.pk, state=ErrandState.WAITING.value).exists()
    ):
        raise LeaseLost("another worker has taken the errand over", hint="Nothing is left to do.")
    return role


def _facts(errand: Errand, **more: Json) -> dict[str, Json]:
    return {"errand": errand.key, "measure": errand.measure.key if errand.measure else "", **more}


@act
def plan_made(who: Acting, errand: Errand, plan: Plan, *, holder: str) -> MadePlan:
    """Write down the plan that was asked for; raises LeaseLost."""
    role = _held(who, errand, holder)
    text = canonical(plan)
    facts = _facts(errand, plan=public_id("mp", who.entropy), digest=digest_of(text), steps=len(plan.steps))
    entry = who.record(
        ActKind.MEASURES_PLAN_MADE, role, case=errand.case, facts=facts, personal={"content": text}
    )
    made = MadePlan.objects.create(
        key=str(facts["plan"]),
        case=errand.case,
        target=plan.target,
        content=text,
        digest=str(facts["digest"]),
        made_at=who.now,
        leaf_hash=bytes(entry.leaf_hash),
    )
    errand.plan = made
    _end(who, errand, ErrandState.DONE, "")
    return made


@act
def begin_step(who: Acting, step: StepRecord, *, holder: str) -> StepRecord:
    """Write down that a setting is about to be changed, and to what; raises LeaseLost."""
    role = _held(who, step.errand, holder)
    step.state, step.begun_at = StepState.BEGUN.value, who.now
    step.save(update_fields=["state", "begun_at"])
    facts = _facts(step.errand, step=step.number, part=step.part, setting=step.kind)
    said = {"owner": step.owner, "name": step.name, "before": step.before, "after": step.after}
    who.record(
        ActKind.MEASURES_STEP_BEGUN,
        role,
        case=step.errand.case,
        facts=facts,
        personal={"setting": compact(said).decode()},
    )
    return step


@act
def end_step(who: Acting, step: StepRecord, state: StepState, *, holder: str) -> StepRecord:
    """Write down what became of a step; raises LeaseLost."""
    role = _held(who, step.errand, holder)
    step.state, step.ended_at = state.value, who.now
    step.save(update_fields=["state", "ended_at"])
    facts = _facts(step.errand, step=step.number, outcome=state.value)
    who.record(ActKind.MEASURES_STEP_ENDED, role, case=step.errand.case, facts=facts)
    return step


@act
def hold_secret(who: Acting, errand: Errand, account: str, sealed: bytes, *, holder: str) -> HeldSecret:
    """Keep, sealed, what a target handed out for later probes; raises LeaseLost."""
    role = _held(who, errand, holder)
    HeldSecret.objects.filter(measure=errand.about, account=account).delete()
    kept = HeldSecret.objects.create(measure=errand.about, account=account, held_at=who.now, sealed=sealed)
    who.record(ActKind.MEASURES_SECRET_HELD, role, case=errand.case, facts=_facts(errand))
    return kept


@act
def probed(who: Acting, errand: Errand, stage: ProbeStage, matrix: Matrix, *, holder: str) -> ProbeRecord:
    """Write down a matrix as it was seen; raises LeaseLost."""
    role = _held(who, errand, holder)
    cells = cells_document(matrix.cells)
    digest = f"sha256:{hashlib.sha256(compact(cells)).hexdigest()}"
    counts: dict[str, Json] = {**matrix.counts}
    facts = _facts(errand, stage=stage.value, holds=matrix.holds, counts=counts, digest=digest)
    entry = who.record(ActKind.MEASURES_PROBED, role, case=errand.case, facts=facts)
    return ProbeRecord.objects.create(
        measure=errand.about,
        errand=errand,
        stage=stage.value,
        at=who.now,
        cells=cells,
        holds=matrix.holds,
        digest=digest,
        leaf_hash=bytes(entry.leaf_hash),
    )


@act
def end_errand(who: Acting, errand: Errand, *, holder: str) -> Errand:
    """Write down that an errand was carried out whole; raises LeaseLost."""
    role = _held(who, errand, holder)
    if errand.kind in {ErrandKind.LIFT.value, ErrandKind.ROLL_BACK.value}:
        HeldSecret.objects.filter(measure=errand.about).delete()
    _end(who, errand, ErrandState.DONE, "")
    kind = errand.kind
    who.record(ActKind.MEASURES_ERRAND_ENDED, role, case=errand.case, facts=_facts(errand, kind=kind))
    return errand


@act
def stop_errand(who: Acting, errand: Errand, why: str, *, holder: str) -> Errand:
    """Write down that an errand stopped; raises LeaseLost.

    It failed if nothing was begun, and is partial otherwise. What undoes a measure never fails: the
    restriction stands until it is undone.
    """
    role = _held(who, errand, holder)
    states = list(errand.steps.values_list("state", flat=True))
    begun = any(state != StepState.WAITING.value for state in states)
    undoes = ErrandKind(errand.kind) in ENDS
    state = ErrandState.PARTIAL if begun or undoes else ErrandState.FAILED
    _end(who, errand, state, why)
    steps: dict[str, Json] = {each.value: states.count(each.value) for each in StepState}
    facts = _facts(errand, state=state.value, why=why, steps=steps)
    who.record(ActKind.MEASURES_ERRAND_STOPPED, role, case=errand.case, facts=facts)
    return errand


def _end(who: Acting, errand: Errand, state: ErrandState, why: str) -> None:
    errand.state, errand.ended_at, errand.why = state.value, who.now, why
    errand.save(update_fields=["state", "ended_at", "why", "plan"])


@act
def see_drift(
    who: Acting, measure: AppliedMeasure, steps: Sequence[tuple[Step, bool]], *, reapply: bool
) -> Errand | None:
    """Write down that settings are not as decided, and with `reapply` make the errand that mends them.

    Of each pair the step leads from what was seen to what is decided, and the flag says whether no step has
    touched its setting before.
    """
    role = who.must(Permission.MEASURE_APPLY)
    counts: dict[str, Json] = {"settings": len(steps), "unplanned": sum(new for _step, new in steps)}
    facts: dict[str, Json] = {"measure": measure.key, "reapply": reapply, **counts}
    said = [
        {"setting": step.setting.kind, "owner": step.setting.owner, "name": step.setting.name}
        for step, _new in steps
    ]
    entry = who.record(
        ActKind.MEASURES_DRIFT_SEEN,
        role,
        case=measure.case,
        facts=facts,
        personal={"settings": compact(said).decode()},
    )
    Drift.objects.bulk_create(
        Drift(
            measure=measure,
            at=who.now,
            kind=step.setting.kind,
            owner=step.setting.owner,
            name=step.setting.name,
            unplanned=new,
            seen=canonical_value(step.before),
            leaf_hash=bytes(entry.leaf_hash),
        )
        for step, new in steps
    )
    if not reapply:
        return None
    errand = new_errand(who, ErrandKind.REAPPLY, measure.case, measure)
    new_steps(errand, [step for step, _new in steps])
    return errand


@act
def lift_ended(who: Acting, measure: AppliedMeasure) -> Errand:
    """Begin to lift a measure whose restriction has ended; raises MayNotLift, ErrandWaits."""
    return lift(who, who.must(Permission.MEASURE_APPLY), measure)


@act
def probe_again(who: Acting, measure: AppliedMeasure) -> Errand:
    """Have a measure probed again because its last probes are old; raises ErrandWaits."""
    role = who.must(Permission.MEASURE_APPLY)
    errand = new_errand(who, ErrandKind.PROBE, measure.case, measure)
    facts = _facts(errand, kind=errand.kind, steps=0)
    who.record(ActKind.MEASURES_ERRAND_ASKED, role, case=measure.case, facts=facts)
    return errand
