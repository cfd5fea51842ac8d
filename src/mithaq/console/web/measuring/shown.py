"""What the pages of measures show, worked out from the rows: steps, matrices, drift, what may be done now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise

from mithaq.console.web.measuring.words import (
    DOORS,
    ERRANDS,
    MEANINGS,
    OPERATIONS,
    STAGES,
    STATUSES,
    STEP_STATES,
    TONES,
    VANTAGES,
    VERDICTS,
)
from mithaq.console.web.refusals import SENTENCES
from mithaq.console.web.templatetags.mithaq import locale
from mithaq.measures.errors import MayNotLift
from mithaq.measures.matrix import Cell, Matrix, Verdict
from mithaq.measures.model import UNTESTABLE, Obstacle, Plan, Step
from mithaq.measures.models import AppliedMeasure, Drift, Errand, ProbeRecord, StepRecord, StepState
from mithaq.measures.queries import OVER, change_of, ended_by, matrix_of, plan_of, status_of, step_setting
from mithaq.measures.status import ErrandKind, ErrandState, Status
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.terms.text import LocalisedText

WORKER_LATE: Final = timedelta(minutes=1)
"""An errand that nobody has taken by then waits for a worker that does not work."""

_WORST_FIRST: Final = (Verdict.LEAK, Verdict.OVERREACH, Verdict.UNPROVEN, Verdict.AS_DECIDED)


def spoken(text: LocalisedText) -> str:
    """Give a text in the language of the page."""
    return text.ar if locale().language.value == "ar" else text.en


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of a plan: what it does, to which setting, from what to what, and where that goes back to."""

    what: str
    kind: str
    where: str
    before: str
    after: str
    origin: str


def planned(step: Step) -> PlannedStep:
    """Show a step of a plan."""
    return PlannedStep(
        spoken(step.what),
        step.setting.kind,
        _where(step.setting.owner, step.setting.name),
        _written(step.before),
        _written(step.after),
        _written(step.origin),
    )


def _where(owner: str, name: str) -> str:
    return " ".join(part for part in (owner, name) if part)


def _written(value: object) -> str:
    """Give a value as text, nothing for a setting that is not there."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class DoneStep:
    """A step of an errand, with how far it came."""

    what: str
    where: str
    state: str | Promise
    late: bool


@dataclass(frozen=True, slots=True)
class CellShown:
    """A probe."""

    vantage: str | Promise
    protocol: str
    operation: str | Promise
    place: str
    expected: str | Promise
    seen: str | Promise
    verdict: str | Promise
    note: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class MatrixShown:
    """All probes of one moment, the worst first."""

    at: datetime
    stage: str | Promise
    holds: bool
    counts: Sequence[tuple[str | Promise, int]]
    cells: Sequence[CellShown]


def matrix_shown(record: ProbeRecord) -> MatrixShown:
    """Show a matrix."""
    matrix: Matrix = matrix_of(record)
    cells = [_cell(cell) for verdict in _WORST_FIRST for cell in matrix.of(verdict)]
    counts = [(VERDICTS[Verdict(name)], count) for name, count in matrix.counts.items()]
    return MatrixShown(record.at, STAGES[record.stage], record.holds, counts, cells)


def _cell(cell: Cell) -> CellShown:
    spot = cell.spot
    return CellShown(
        VANTAGES[spot.vantage],
        spot.protocol,
        OPERATIONS.get(spot.operation, spot.operation),
        spot.place,
        DOORS[cell.expected],
        DOORS[cell.seen],
        VERDICTS[cell.verdict],
        cell.note,
        cell.verdict is not Verdict.AS_DECIDED,
    )


@dataclass(frozen=True, slots=True)
class Now:
    """Where a measure stands, as the part of its page that the browser asks for again and again shows it."""

    measure: AppliedMeasure
    status: Status
    errand: Errand
    steps: Sequence[DoneStep]
    done: int
    late: bool

    @property
    def words(self) -> str | Promise:
        """Name the status."""
        return STATUSES[self.status]

    @property
    def meaning(self) -> str | Promise:
        """Say what it means."""
        return MEANINGS[self.status]

    @property
    def tone(self) -> str:
        """Say how it is coloured."""
        return TONES.get(self.status, "waiting")

    @property
    def doing(self) -> str | Promise:
        """Say what the errand does."""
        return ERRANDS[self.errand.kind]

    @property
    def why(self) -> str | Promise:
        """Say why it stopped; empty if it did not."""
        return SENTENCES.get(self.errand.why, self.errand.why)

    @property
    def goes_on(self) -> bool:
        """Say whether there is anything to wait for."""
        return self.errand.state == ErrandState.WAITING.value

    @property
    def mark(self) -> str:
        """Name what is shown, so that the browser is sent only what it does not show yet."""
        errand = self.errand
        return f"{errand.key}-{errand.state}-{self.done}-{errand.lease.attempts}-{int(self.late)}"


def now_of(measure: AppliedMeasure, now: datetime) -> Now:
    """Say where a measure stands; a round of probes that is under way is shown before what was changed."""
    errand = measure.errands.select_related("plan", "lease").filter(state=ErrandState.WAITING.value).last()
    errand = errand or change_of(measure)
    rows = list(errand.steps.all())
    ended = {StepState.DONE.value, StepState.GONE.value}
    untouched = errand.lease.holder == "" and errand.lease.attempts == 0
    waits = errand.state == ErrandState.WAITING.value
    return Now(
        measure,
        status_of(measure),
        errand,
        _steps(measure, rows),
        sum(row.state in ended for row in rows),
        waits and untouched and now - errand.asked_at > WORKER_LATE,
    )


@dataclass(frozen=True, slots=True)
class PlanAsked:
    """A plan that was asked for and is not there: not yet, or not to be had."""

    errand: Errand

    @property
    def waits(self) -> bool:
        """Say whether the worker may still make it."""
        return self.errand.state == ErrandState.WAITING.value

    @property
    def why(self) -> str | Promise:
        """Say why it could not be made."""
        return SENTENCES.get(self.errand.why, self.errand.why)


def _steps(measure: AppliedMeasure, rows: Iterable[StepRecord]) -> list[DoneStep]:
    plan, _decision = plan_of(measure)
    what = {step.setting: spoken(step.what) for step in plan.steps}
    return [
        DoneStep(
            what.get(step_setting(row), row.kind),
            _where(row.owner, row.name),
            STEP_STATES[row.state],
            row.state == StepState.MOVED.value,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Way:
    """Something that can be asked for: the address of its page and its name."""

    name: str
    address: str


_BY_HAND: Final = frozenset({Status.HANDED_OVER, Status.HANDED_BACK})


def open_ways(now: Now, who: Acting) -> list[str]:
    """Give the names of the addresses of what a person can ask for, or confirm, now."""
    confirms = now.status in _BY_HAND and who.may(Permission.MEASURE_CONFIRM)
    found = ["measure-confirm"] if confirms else []
    return [*found, *_askable(now, who.now)] if who.may(Permission.MEASURE_APPLY) else found


def _askable(now: Now, moment: datetime) -> list[str]:
    status, found = now.status, []
    partial = now.errand.state == ErrandState.PARTIAL.value
    if partial:
        found.append("measure-finish")
        if now.errand.kind == ErrandKind.APPLY.value:
            found.append("measure-roll-back")
    testable = plan_of(now.measure)[0].effect not in UNTESTABLE
    if testable and status not in OVER and not now.goes_on and not partial:
        found.append("measure-probe")
    ending = status in OVER or status in {Status.LIFTING, Status.HANDED_BACK}
    if not ending and restriction_ended(now.measure, moment):
        found.append("measure-lift")
    return found


def restriction_ended(measure: AppliedMeasure, moment: datetime) -> bool:
    """Say whether a decision of two people, or its own end, has ended what the measure carries out."""
    _plan, decision = plan_of(measure)
    try:
        ended_by(measure.case, decision, moment)
    except MayNotLift:
        return False
    return True


@dataclass(frozen=True, slots=True)
class DriftShown:
    """A setting that was found to be other than decided."""

    row: Drift
    where: str
    seen: str


def drift_shown(row: Drift) -> DriftShown:
    """Show a drift, with the value that was found."""
    return DriftShown(row, _where(row.owner, row.name), _written(json.loads(row.seen)))


def plan_context(plan: Plan) -> dict[str, Any]:
    """Give what a plan says, in the language of the page."""
    return {
        "cut": [spoken(text) for text in plan.cut],
        "stays": [spoken(text) for text in plan.stays],
        "gaps": [spoken(text) for text in plan.gaps],
        "planned": [planned(step) for step in plan.steps],
        "obstacles": _terms_in_the_way(plan),
        "target": plan.target,
        "notice": plan.notice_hours,
    }


def _terms_in_the_way(plan: Plan) -> list[Obstacle]:
    """Give each term of a contract once, though it may stand in the way for several subscriptions."""
    found = {(each.contract, each.clause, each.text): each for each in plan.obstacles}
    return list(found.values())


def address(name: str, measure: AppliedMeasure) -> str:
    """Give the address of one of a measure's pages."""
    return reverse(name, kwargs={"case": measure.case, "measure": measure.key})
