"""Reading measures: plans, where each measure stands, what raises an alarm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from pydantic import JsonValue

from mithaq.intake.queries import visible_cases
from mithaq.ledger.projections import projection
from mithaq.measures.errors import MayNotLift, UnknownMeasure
from mithaq.measures.matrix import Matrix, read_matrix
from mithaq.measures.model import Effect, Part, Plan, Setting, canonical_value, digest_of, read_plan
from mithaq.measures.models import (
    AppliedMeasure,
    Confirmation,
    Drift,
    Errand,
    MadePlan,
    ProbeRecord,
    ProbeStage,
    StepRecord,
    StepState,
)
from mithaq.measures.planning import Origins
from mithaq.measures.status import ErrandKind, ErrandState, Facts, Status, status
from mithaq.people.acting import Acting
from mithaq.review.casefile import read_case
from mithaq.review.queries import access_case, access_decision, step_of, timeline

OVER: Final = frozenset({Status.LIFTED, Status.UNDONE, Status.FAILED})
"""States in which a measure holds nothing any more."""

_SLOW: Final = timedelta(minutes=10)
"""An errand that has waited for longer than this past its time raises an alarm."""

_UNCONFIRMED: Final = timedelta(days=1)
"""What lies ready for a person's hands for longer than this raises an alarm."""

_UNTOUCHED: Final = (StepState.WAITING.value, StepState.GONE.value, StepState.MOVED.value)
"""States of a step that has not changed its setting."""

_CHANGES: Final = tuple(kind.value for kind in ErrandKind if kind not in {ErrandKind.PLAN, ErrandKind.PROBE})
_HANDED: Final = tuple(
    kind.value for kind in (ErrandKind.APPLY, ErrandKind.AMEND, ErrandKind.LIFT, ErrandKind.ROLL_BACK)
)


@dataclass(frozen=True, slots=True)
class Held:
    """A setting that a measure has touched: at what it should be now, and what it was before any measure."""

    account: str
    part: Part
    setting: Setting
    now: JsonValue
    origin: JsonValue


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something about a measure that a person must look at; `why` is a word."""

    case: str
    measure: str
    why: str
    since: datetime


def access_plan(who: Acting, case: str, key: str) -> MadePlan:
    """Give a plan of a case; raises Forbidden, Recused, UnknownCase, UnknownMeasure."""
    access_case(who, case)
    found = MadePlan.objects.filter(case=case, key=key).first()
    if found is None:
        raise UnknownMeasure("there is no such plan in the case", field="plan", hint="Check its id.")
    return found


def access_measure(who: Acting, case: str, key: str) -> AppliedMeasure:
    """Give a measure of a case; raises as `access_plan`."""
    access_case(who, case)
    found = AppliedMeasure.objects.filter(case=case, key=key).first()
    if found is None:
        raise UnknownMeasure("there is no such measure in the case", field="measure", hint="Check its id.")
    return found


def access_errand(who: Acting, case: str, key: str) -> Errand:
    """Give an errand of a case; raises as `access_plan`."""
    access_case(who, case)
    found = Errand.objects.filter(case=case, key=key).select_related("plan", "lease").first()
    if found is None:
        raise UnknownMeasure("there is no such errand in the case", field="errand", hint="Check its id.")
    return found


def plans_of(who: Acting, case: str) -> QuerySet[MadePlan]:
    """Give the plans of a case; raises Forbidden, Recused, UnknownCase."""
    access_case(who, case)
    return MadePlan.objects.filter(case=case)


def planless(who: Acting, case: str) -> QuerySet[Errand]:
    """Give the errands of a case that were to make a plan and have made none; raises as `plans_of`."""
    access_case(who, case)
    return Errand.objects.filter(case=case, kind=ErrandKind.PLAN.value, plan__isnull=True)


def measures_of(who: Acting, case: str) -> QuerySet[AppliedMeasure]:
    """Give the measures of a case; raises Forbidden, Recused, UnknownCase."""
    access_case(who, case)
    return AppliedMeasure.objects.filter(case=case)


def change_of(measure: AppliedMeasure) -> Errand:
    """Give the newest errand that changes anything, or was the first that should have."""
    return _changes(measure, *_CHANGES).select_related("plan", "lease").latest("id")


def _changes(measure: AppliedMeasure, *kinds: str) -> QuerySet[Errand]:
    """A change of a standing measure that could not be begun has left it as it was."""
    came_to_nothing = Q(state=ErrandState.FAILED.value) & ~Q(kind=ErrandKind.APPLY.value)
    return measure.errands.filter(kind__in=kinds).exclude(came_to_nothing)


def plan_of(measure: AppliedMeasure) -> tuple[Plan, str]:
    """Give the plan that a measure carries out, and the decision that it rests on."""
    kinds = (ErrandKind.APPLY.value, ErrandKind.AMEND.value)
    errand = _changes(measure, *kinds).select_related("plan").latest("id")
    return read_plan(errand.plan.content if errand.plan else ""), errand.decision


def matrix_of(record: ProbeRecord) -> Matrix:
    """Read a stored matrix."""
    return read_matrix(record.cells)


def baseline_of(measure: AppliedMeasure) -> Matrix | None:
    """Give what was open before the measure; None if that was never asked."""
    found = measure.probes.filter(stage=ProbeStage.BEFORE.value).first()
    return None if found is None else matrix_of(found)


def status_of(measure: AppliedMeasure) -> Status:
    """Say where a measure stands."""
    errand = change_of(measure)
    later = measure.probes.filter(errand_id__gte=errand.pk).exclude(stage=ProbeStage.BEFORE.value)
    seen = later.last()
    plan, _decision = plan_of(measure)
    drifts = measure.drifts.all()
    if errand.ended_at is not None:
        drifts = drifts.filter(at__gte=errand.ended_at)
    return status(
        Facts(
            kind=ErrandKind(errand.kind),
            state=ErrandState(errand.state),
            begun=errand.steps.exclude(state=StepState.WAITING.value).exists(),
            effect=Effect(plan.effect),
            matrix=None if seen is None else matrix_of(seen),
            drifted=drifts.exists(),
            confirmed=confirmed(measure) if plan.by_hand else None,
        )
    )


def to_confirm(measure: AppliedMeasure) -> Errand:
    """Give the errand whose word is asked for: the last that handed something new over, or back."""
    return _changes(measure, *_HANDED).latest("id")


def confirmed(measure: AppliedMeasure) -> bool:
    """Say whether a person has confirmed what was handed over last; files written again ask nothing anew."""
    return measure.confirmations.filter(errand=to_confirm(measure)).exists()


def step_setting(row: StepRecord) -> Setting:
    """Give the setting of a step."""
    return Setting(kind=row.kind, owner=row.owner, name=row.name)


def held_by(measure: AppliedMeasure) -> list[Held]:
    """Give every setting that the measure has touched, in the order in which each was touched first."""
    found: dict[tuple[str, Setting], Held] = {}
    touched = measure.steps.exclude(state__in=_UNTOUCHED)
    for row in touched.order_by("errand_id", "number"):
        place = (row.account, step_setting(row))
        first = found.get(place)
        origin = json.loads(row.origin) if first is None else first.origin
        found[place] = Held(row.account, Part(row.part), place[1], json.loads(row.after), origin)
    return list(found.values())


def never_left(row: StepRecord) -> str | None:
    """Give the value at which a setting may still be, since the last change of it was begun and never ended.

    Only a change that was planned counts: what a repair found was somebody else's.
    """
    same = row.measure.steps.filter(account=row.account, kind=row.kind, owner=row.owner, name=row.name)
    touched = same.filter(errand_id__lt=row.errand_id).exclude(state__in=_UNTOUCHED)
    last = touched.order_by("errand_id", "number").select_related("errand").last()
    planned = last is not None and last.errand.kind in {ErrandKind.APPLY.value, ErrandKind.AMEND.value}
    return last.before if last is not None and planned and last.state == StepState.BEGUN.value else None


def origins_of(measure: AppliedMeasure) -> Origins:
    """Give the values from before any measure of all that the measure holds."""
    found: dict[str, dict[Setting, JsonValue]] = {}
    for held in held_by(measure):
        found.setdefault(held.account, {})[held.setting] = held.origin
    return found


def standing(rows: QuerySet[AppliedMeasure] | None = None) -> Iterator[tuple[AppliedMeasure, Status]]:
    """Give the measures that are not over, of these or of all."""
    for measure in AppliedMeasure.objects.all() if rows is None else rows:
        stands = status_of(measure)
        if stands not in OVER:
            yield measure, stands


def ended_by(case: str, decision: str, now: datetime) -> str:
    """Give the decision that ends the restriction of another, or that one itself when its end has come.

    Raises MayNotLift while a restriction stands, and UnknownInCase.
    """
    state = read_case(
        access_decision(case, decision).proposed_at, "", [step_of(row) for row in timeline(case)]
    )
    head = state.decisions.get(decision)
    while head is not None and head.followed_by:
        decision, head = head.followed_by, state.decisions[head.followed_by]
    if head is None or (head.proposal.restricts and not head.ended(now)):
        raise MayNotLift(
            "the restriction stands: no decision has ended it, and its end has not come",
            hint="Lifting needs a decision of two people, by the path lift, amend, override or appeal.",
        )
    return decision


def _perhaps_loud(rows: QuerySet[AppliedMeasure]) -> QuerySet[AppliedMeasure]:
    """Leave out, without reading them, measures of which the rows alone say that nothing is to be looked at.

    Their newest change has ended, no drift came after it, and the newest probes since then hold, or a person
    has confirmed what no probe can show. Whatever is left may still turn out to be quiet.
    """
    mine = {"measure": OuterRef("pk")}
    change = Errand.objects.filter(**mine, kind__in=_CHANGES).order_by("-id")
    probes = ProbeRecord.objects.filter(**mine).exclude(stage=ProbeStage.BEFORE.value).order_by("-id")
    since = {"measure": OuterRef("pk"), "errand_id__gte": OuterRef("change")}
    known = rows.annotate(
        change=Subquery(change.values("id")[:1]),
        came_to=Subquery(change.values("state")[:1]),
        ended=Subquery(change.values("ended_at")[:1]),
        probed=Subquery(probes.values("errand_id")[:1]),
        shown=Subquery(probes.values("holds")[:1]),
    ).annotate(
        drifted=Exists(Drift.objects.filter(**mine, at__gte=OuterRef("ended"))),
        confirmed=Exists(Confirmation.objects.filter(**since)),
        asked=Exists(ProbeRecord.objects.filter(**mine)),
    )
    shown = Q(probed__gte=F("change"), shown=True)
    by_word = Q(asked=False, confirmed=True)
    quiet = Q(came_to=ErrandState.DONE.value, drifted=False) & (shown | by_word)
    return known.exclude(pk__in=known.filter(quiet).values("pk"))


def alarms(now: datetime, rows: QuerySet[AppliedMeasure] | None = None) -> list[Alarm]:
    """Give what a person must look at: partial states, doors that are not as decided, drift, long waits.

    `rows` are the measures to look through; None for all.
    """
    rows = _perhaps_loud(AppliedMeasure.objects.all() if rows is None else rows)
    found: list[Alarm] = []
    for measure, stands in standing(rows):
        errand = change_of(measure)
        since = errand.ended_at or errand.asked_at
        if stands is Status.PARTIAL:
            found.append(Alarm(measure.case, measure.key, f"partial:{errand.why}", since))
        if stands is Status.PENDING:
            found.append(Alarm(measure.case, measure.key, "not-shown-by-probes", since))
        if stands in {Status.HANDED_OVER, Status.HANDED_BACK} and since + _UNCONFIRMED < now:
            found.append(Alarm(measure.case, measure.key, "unconfirmed", since))
        if stands is Status.DRIFTED:
            found.append(Alarm(measure.case, measure.key, "drift", measure.drifts.latest("id").at))
        if errand.state == ErrandState.WAITING.value and errand.asked_at + _SLOW < now:
            found.append(Alarm(measure.case, measure.key, "waits", errand.asked_at))
    for measure in rows:
        if status_of(measure) is Status.UNDONE and baseline_of(measure) is not None:
            ended = change_of(measure).ended_at
            found.append(Alarm(measure.case, measure.key, "lifting-not-shown", ended or measure.asked_at))
    return found


def visible_alarms(who: Acting) -> list[Alarm]:
    """Give the alarms of the cases that a person may see; raises Forbidden."""
    return alarms(who.now, AppliedMeasure.objects.filter(case__in=visible_cases(who).values("case")))


@projection("measures_steprecord")
def check_steps() -> Iterator[str]:
    """Compare plans with their digests, and the steps that carry them out with the plans."""
    for made in MadePlan.objects.all():
        if digest_of(made.content) != made.digest:
            yield f"{made.case}: the plan {made.key} is not what was made"
    for errand in Errand.objects.filter(measure__isnull=False, plan__isnull=False).select_related("plan"):
        planned = read_plan(errand.plan.content if errand.plan else "")
        decided = {
            (step.account, step.setting, canonical_value(step.before), canonical_value(step.after))
            for step in planned.steps
        }
        rows = {(row.account, step_setting(row), row.before, row.after) for row in errand.steps.all()}
        if rows != decided:
            yield f"{errand.case}: the steps of {errand.key} are not those of its plan"
