"""What people ask for: plans, applying, probing, lifting, and how to go on from a partial state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from pydantic import JsonValue, TypeAdapter

from mithaq.kernel.canonical import Json
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.measures.errors import (
    ErrandWaits,
    MayNotLift,
    NothingToConfirm,
    NothingToProbe,
    NotTheApprovedPlan,
)
from mithaq.measures.model import UNTESTABLE, Part, Plan, Setting, Step, canonical_value, read_plan
from mithaq.measures.models import (
    AppliedMeasure,
    Confirmation,
    Errand,
    Lease,
    MadePlan,
    StepRecord,
    StepState,
)
from mithaq.measures.planning import Wanted, check_wanted
from mithaq.measures.queries import (
    OVER,
    access_measure,
    access_plan,
    change_of,
    ended_by,
    held_by,
    plan_of,
    standing,
    status_of,
    to_confirm,
)
from mithaq.measures.status import ErrandKind, ErrandState, Status
from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import Machine, Permission, Role
from mithaq.review.errors import MayNotApply
from mithaq.review.models import Statement
from mithaq.review.queries import access_case, may_apply

_WANTED = TypeAdapter(Wanted)


def wanted_document(wanted: Wanted) -> dict[str, Any]:
    """Give what is wanted as plain JSON values."""
    values: dict[str, Any] = _WANTED.dump_python(wanted, mode="json")
    return values


def read_wanted(document: object) -> Wanted:
    """Read back what is wanted."""
    return _WANTED.validate_python(document)


@act
def ask_plan(who: Acting, case: str, wanted: Wanted) -> Errand:
    """Ask for a plan; the worker makes it.

    Raises Forbidden, Recused, UnknownCase, BadPlan, UnknownMeasure.
    """
    role = who.must(Permission.MEASURE_PLAN)
    access_case(who, case, lock=True)
    check_wanted(wanted)
    if wanted.amends:
        access_measure(who, case, wanted.amends)
    errand = new_errand(who, ErrandKind.PLAN, case, None, wanted=wanted_document(wanted))
    return _asked(who, role, errand, {"amends": wanted.amends, "measures": len(wanted.measures)})


@act
def ask_apply(who: Acting, case: str, plan: str, decision: str) -> Errand:
    """Ask that an approved plan be carried out, as a new measure or as the change of a standing one.

    Raises Forbidden, Recused, UnknownCase, UnknownMeasure, UnknownInCase, MayNotApply, NotTheApprovedPlan,
    ErrandWaits.
    """
    role = who.must(Permission.MEASURE_APPLY)
    access_case(who, case, lock=True)
    made = access_plan(who, case, plan)
    planned = read_plan(made.content)
    check_approved(who, case, made, planned, decision)
    measure, kind = _measure_for(who, case, planned)
    errand = new_errand(who, kind, case, measure, plan=made, decision=decision)
    # The kit of all accounts stands before anything is restricted in one of them.
    new_steps(errand, [step for part in Part for step in planned.steps if step.part is part])
    return _asked(who, role, errand, {"plan": made.key, "decision": decision, "digest": made.digest})


def check_approved(who: Acting, case: str, made: MadePlan, planned: Plan, decision: str) -> None:
    """Hold a plan to its decision: approved as exactly this, in force, its reasons issued, notice given.

    Raises MayNotApply, UnknownInCase, NotTheApprovedPlan.
    """
    content = may_apply(case, decision, who.now)
    if content.plan_digest != made.digest:
        raise NotTheApprovedPlan(
            "the decision was approved with another plan", field="plan", hint="Apply the one that it names."
        )
    if (content.measures, content.keep) != (planned.measures, planned.keep):
        raise NotTheApprovedPlan(
            "the plan does not restrict what the decision restricts", field="plan", hint="Plan it anew."
        )
    issued = Statement.objects.get(decision__key=decision).issued_at
    until = issued + timedelta(hours=planned.notice_hours)
    if who.now < until:
        raise MayNotApply(
            f"the period of notice runs for {until - who.now} yet", field="decision", hint="Wait for its end."
        )


def _measure_for(who: Acting, case: str, planned: Plan) -> tuple[AppliedMeasure, ErrandKind]:
    """Give the measure that a plan amends, or a new one where nothing stands in the way."""
    if planned.amends:
        measure = access_measure(who, case, planned.amends)
        if status_of(measure) in OVER:
            raise ErrandWaits("the measure that the plan amends is over", field="plan", hint="Plan it anew.")
        _nothing_waits(measure)
        return measure, ErrandKind.AMEND
    accounts = {cut.account for cut in planned.cuts}
    for other, _status in standing():
        older, _decision = plan_of(other)
        same = older.target == planned.target and accounts & {cut.account for cut in older.cuts}
        if same:
            raise ErrandWaits(
                "another measure stands on the account", field="plan", hint="Amend it, or have it lifted."
            )
    measure = AppliedMeasure.objects.create(
        key=public_id("m", who.entropy), case=case, target=planned.target, asked_at=who.now
    )
    return measure, ErrandKind.APPLY


@act
def ask_probe(who: Acting, case: str, measure: str) -> Errand:
    """Ask for probes now.

    Raises Forbidden, Recused, UnknownCase, UnknownMeasure, ErrandWaits, NothingToProbe.
    """
    role = who.must(Permission.MEASURE_APPLY)
    access_case(who, case, lock=True)
    found = access_measure(who, case, measure)
    if status_of(found) in OVER:
        raise ErrandWaits("the measure is over", field="measure", hint="What probes need is removed.")
    if plan_of(found)[0].effect in UNTESTABLE:
        raise NothingToProbe(
            "no request from here could show whether the measure holds",
            field="measure",
            hint="See the target's table in docs/measures.md.",
        )
    _nothing_waits(found)
    return _asked(who, role, new_errand(who, ErrandKind.PROBE, case, found), {})


@act
def ask_lift(who: Acting, case: str, measure: str) -> Errand:
    """Ask that a measure be lifted whose restriction has ended, by a decision or by its end.

    Raises Forbidden, Recused, UnknownCase, UnknownMeasure, MayNotLift, ErrandWaits.
    """
    role = who.must(Permission.MEASURE_APPLY)
    access_case(who, case, lock=True)
    found = access_measure(who, case, measure)
    return lift(who, role, found)


@act
def ask_roll_back(who: Acting, case: str, measure: str) -> Errand:
    """Ask that what was done of a measure that never stood whole be undone; one person may.

    Raises as `ask_lift`, and MayNotLift for a measure that has stood: two people end that.
    """
    role = who.must(Permission.MEASURE_APPLY)
    access_case(who, case, lock=True)
    found = access_measure(who, case, measure)
    first = change_of(found).kind == ErrandKind.APPLY.value
    if status_of(found) is not Status.PARTIAL or not first:
        raise MayNotLift(
            "only a first application that stopped on the way is rolled back",
            field="measure",
            hint="Finish it, or have its lifting decided.",
        )
    return _asked(who, role, undoing(who, ErrandKind.ROLL_BACK, found, ""), {})


@act
def confirm(who: Acting, case: str, measure: str) -> Confirmation:
    """Give one's word that what was handed over, or back, has been carried out.

    Raises Forbidden, Recused, UnknownCase, UnknownMeasure, NothingToConfirm.
    """
    role = who.must(Permission.MEASURE_CONFIRM)
    access_case(who, case, lock=True)
    found = access_measure(who, case, measure)
    if status_of(found) not in {Status.HANDED_OVER, Status.HANDED_BACK}:
        raise NothingToConfirm(
            "nothing of this measure waits for a confirmation", field="measure", hint="See where it stands."
        )
    errand = to_confirm(found)
    facts: dict[str, Json] = {"measure": measure, "errand": errand.key, "kind": errand.kind}
    entry = who.record(ActKind.MEASURES_CONFIRMED, role, case=case, facts=facts)
    return Confirmation.objects.create(
        measure=found, errand=errand, at=who.now, by=who.account, leaf_hash=bytes(entry.leaf_hash)
    )


@act
def finish(who: Acting, case: str, measure: str) -> Errand:
    """Try to finish what stopped on the way; raises Forbidden, Recused, UnknownMeasure, ErrandWaits."""
    role = who.must(Permission.MEASURE_APPLY)
    access_case(who, case, lock=True)
    errand = change_of(access_measure(who, case, measure))
    if errand.state != ErrandState.PARTIAL.value:
        raise ErrandWaits("nothing stopped on the way", field="measure", hint="See where it stands.")
    errand.steps.filter(state=StepState.MOVED.value).update(state=StepState.WAITING.value)
    Lease.objects.filter(errand=errand).update(holder="", until=None, due=who.now, attempts=0)
    errand.state, errand.ended_at, errand.why = ErrandState.WAITING.value, None, ""
    errand.save(update_fields=["state", "ended_at", "why"])
    facts: dict[str, Json] = {"measure": measure, "errand": errand.key}
    who.record(ActKind.MEASURES_ERRAND_RESUMED, role, case=case, facts=facts)
    return errand


def lift(who: Acting, role: Role | Machine, measure: AppliedMeasure) -> Errand:
    """Make the errand that lifts a measure, inside an act; raises MayNotLift, ErrandWaits."""
    _plan, decision = plan_of(measure)
    ending = ended_by(measure.case, decision, who.now)
    if status_of(measure) in OVER | {Status.HANDED_BACK}:
        raise MayNotLift("the measure is over", field="measure", hint="Nothing is left to lift.")
    return _asked(who, role, undoing(who, ErrandKind.LIFT, measure, ending), {"decision": ending})


def undoing(who: Acting, kind: ErrandKind, measure: AppliedMeasure, decision: str) -> Errand:
    """Make an errand that takes every touched setting back to where it was, the last one first.

    Probes and repairs that no worker has in hand are overtaken by it. Raises ErrandWaits.
    """
    _overtake(who, measure)
    _nothing_waits(measure)
    errand = new_errand(who, kind, measure.case, measure, decision=decision)
    last_first = held_by(measure)[::-1]
    held = sorted(last_first, key=lambda each: each.part is not Part.CUT)
    _write([_row(errand, each.part, each.account, each.setting, each.now, each.origin) for each in held])
    return errand


def new_errand(  # the parts of a row, each of which is named
    who: Acting,
    kind: ErrandKind,
    case: str,
    measure: AppliedMeasure | None,
    *,
    plan: MadePlan | None = None,
    decision: str = "",
    wanted: dict[str, Any] | None = None,
) -> Errand:
    """Make an errand that is due now, inside an act."""
    errand = Errand.objects.create(
        key=public_id("e", who.entropy),
        kind=kind.value,
        case=case,
        measure=measure,
        plan=plan,
        decision=decision,
        wanted=wanted or {},
        asked_at=who.now,
        asked_by=who.account if Account.objects.filter(pk=who.account.pk).exists() else None,
    )
    Lease.objects.create(errand=errand, due=who.now)
    return errand


def new_steps(errand: Errand, steps: list[Step]) -> None:
    """Write the steps of an errand, inside its act."""
    rows = []
    for step in steps:
        row = _row(errand, step.part, step.account, step.setting, step.before, step.after)
        row.origin = canonical_value(step.origin)
        rows.append(row)
    _write(rows)


def _row(  # the parts of a row
    errand: Errand, part: Part, account: str, setting: Setting, before: JsonValue, after: JsonValue
) -> StepRecord:
    """Give a step that leads to where its setting belongs."""
    return StepRecord(
        errand=errand,
        measure=errand.about,
        part=part.value,
        account=account,
        kind=setting.kind,
        owner=setting.owner,
        name=setting.name,
        before=canonical_value(before),
        after=canonical_value(after),
        origin=canonical_value(after),
    )


def _write(rows: list[StepRecord]) -> None:
    for number, row in enumerate(rows, 1):
        row.number = number
    StepRecord.objects.bulk_create(rows)


def _overtake(who: Acting, measure: AppliedMeasure) -> None:
    """End what would only hold up that a restriction ends."""
    free = Q(lease__until__isnull=True) | Q(lease__until__lte=who.now)
    kinds = (ErrandKind.PROBE.value, ErrandKind.REAPPLY.value)
    waiting = measure.errands.filter(free, kind__in=kinds, state=ErrandState.WAITING.value)
    waiting.update(state=ErrandState.FAILED.value, ended_at=who.now, why="overtaken")


def _nothing_waits(measure: AppliedMeasure) -> None:
    if measure.errands.filter(state=ErrandState.WAITING.value).exists():
        raise ErrandWaits(
            "an errand of this measure has not ended yet", field="measure", hint="Wait for its end."
        )


def _asked(who: Acting, role: Role | Machine, errand: Errand, facts: dict[str, Json]) -> Errand:
    told: dict[str, Json] = {
        "errand": errand.key,
        "kind": errand.kind,
        "measure": errand.measure.key if errand.measure else "",
        "steps": errand.steps.count(),
    }
    who.record(ActKind.MEASURES_ERRAND_ASKED, role, case=errand.case, facts=told | facts)
    return errand
