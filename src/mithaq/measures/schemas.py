"""What the routes of measures take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from mithaq.measures.model import OnDrift, document, read_plan
from mithaq.measures.models import AppliedMeasure, Drift, Errand, MadePlan, ProbeRecord, StepRecord
from mithaq.measures.planning import MOST_NOTICE, Wanted
from mithaq.measures.queries import Alarm, change_of, matrix_of, plan_of, status_of
from mithaq.review.measures import Measure
from mithaq.terms.vocabulary import KeptService

Key = Annotated[str, Field(max_length=32)]


class WantedIn(Schema):
    """What is to be planned. `only` narrows it to buckets; `amends` is the measure that it changes."""

    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=500)]
    keep: Annotated[tuple[KeptService, ...], Field(max_length=20)] = ()
    only: Annotated[
        tuple[Annotated[str, Field(min_length=3, max_length=255)], ...], Field(max_length=500)
    ] = ()
    notice_hours: Annotated[int, Field(ge=0, le=MOST_NOTICE)] = 0
    on_drift: OnDrift = OnDrift.REAPPLY
    amends: Key = ""

    def wanted(self) -> Wanted:
        """Give it as a plain value."""
        return Wanted(**{name: getattr(self, name) for name in type(self).model_fields})


class ApplyIn(Schema):
    """The plan, and the decision that was approved with its digest."""

    plan: Key
    decision: Key


class ErrandOut(Schema):
    """Something that the worker is to carry out, and how far it has come."""

    errand: str
    kind: str
    state: str
    measure: str
    plan: str
    why: str
    """Code of the error that stopped it; empty if none did."""
    asked_at: datetime
    ended_at: datetime | None
    attempts: int
    """Times in a row that the target did not answer."""

    @staticmethod
    def of(row: Errand) -> ErrandOut:
        """Show an errand."""
        return ErrandOut(
            errand=row.key,
            kind=row.kind,
            state=row.state,
            measure=row.measure.key if row.measure else "",
            plan=row.plan.key if row.plan else "",
            why=row.why,
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            attempts=row.lease.attempts,
        )


class PlanOut(Schema):
    """A plan: everything that will change and how it comes back. The decision names `digest`."""

    plan: str
    digest: str
    made_at: datetime
    content: dict[str, Any]

    @staticmethod
    def of(row: MadePlan) -> PlanOut:
        """Show a plan."""
        content = document(read_plan(row.content))
        return PlanOut(plan=row.key, digest=row.digest, made_at=row.made_at, content=content)


class StepOut(Schema):
    """A step of an errand."""

    errand: str
    number: int
    part: str
    kind: str
    owner: str
    name: str
    before: str
    after: str
    state: str

    @staticmethod
    def of(row: StepRecord) -> StepOut:
        """Show a step; values are canonical JSON."""
        return StepOut(
            errand=row.errand.key,
            number=row.number,
            part=row.part,
            kind=row.kind,
            owner=row.owner,
            name=row.name,
            before=row.before,
            after=row.after,
            state=row.state,
        )


class DriftOut(Schema):
    """A setting that was found to be other than decided."""

    at: datetime
    kind: str
    owner: str
    name: str
    unplanned: bool

    @staticmethod
    def of(row: Drift) -> DriftOut:
        """Show a drift."""
        return DriftOut(at=row.at, kind=row.kind, owner=row.owner, name=row.name, unplanned=row.unplanned)


class MeasureOut(Schema):
    """Where a measure stands: the errand under way or last, its steps, and what was seen to drift."""

    measure: str
    case: str
    target: str
    decision: str
    status: str
    errand: ErrandOut
    steps: list[StepOut]
    drifts: list[DriftOut]

    @staticmethod
    def of(row: AppliedMeasure) -> MeasureOut:
        """Show a measure."""
        errand = change_of(row)
        _plan, decision = plan_of(row)
        return MeasureOut(
            measure=row.key,
            case=row.case,
            target=row.target,
            decision=decision,
            status=status_of(row).value,
            errand=ErrandOut.of(errand),
            steps=[StepOut.of(step) for step in errand.steps.select_related("errand")],
            drifts=[DriftOut.of(drift) for drift in row.drifts.all()],
        )


class ProbesOut(Schema):
    """A matrix as it was seen: every cell, and how many came to what."""

    at: datetime
    stage: str
    holds: bool
    counts: dict[str, int]
    cells: list[dict[str, Any]]
    digest: str

    @staticmethod
    def of(row: ProbeRecord) -> ProbesOut:
        """Show a matrix."""
        counts = matrix_of(row).counts
        return ProbesOut(
            at=row.at, stage=row.stage, holds=row.holds, counts=counts, cells=row.cells, digest=row.digest
        )


class AlarmOut(Schema):
    """Something about a measure that a person must look at."""

    case: str
    measure: str
    why: str
    since: datetime

    @staticmethod
    def of(alarm: Alarm) -> AlarmOut:
        """Show an alarm."""
        return AlarmOut(case=alarm.case, measure=alarm.measure, why=alarm.why, since=alarm.since)
