"""Where a case stands, which acts are open there, and what is expected of whom by when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mithaq.ledger.kinds import ActKind
from mithaq.people.permissions import Role
from mithaq.review.casefile import CaseFile, Hold
from mithaq.review.measures import PROPOSED_PATHS, Path


class Stage(StrEnum):
    """The stages of a case. Decided is not closed: an appeal stays open."""

    OPENED = "opened"
    REVIEW = "review"
    DECISION = "decision"
    APPROVAL = "approval"
    REASONS = "reasons"
    DECIDED = "decided"
    APPEAL = "appeal"
    CANCELLED = "cancelled"


class Duty(StrEnum):
    """What a case waits for."""

    AUTHORISE = "authorise"
    FIND = "find"
    PROPOSE = "propose"
    APPROVE = "approve"
    APPROVE_INTERIM = "approve-interim"
    ISSUE_REASONS = "issue-reasons"
    DECIDE_APPEAL = "decide-appeal"
    LOOK_AGAIN = "look-again"


ROLE_OF: Final[Mapping[Duty, Role]] = MappingProxyType(
    {
        Duty.AUTHORISE: Role.AUTHORISER,
        Duty.FIND: Role.REVIEWER,
        Duty.PROPOSE: Role.REVIEWER,
        Duty.APPROVE: Role.APPROVER,
        Duty.APPROVE_INTERIM: Role.APPROVER,
        Duty.ISSUE_REASONS: Role.OPERATOR,
        Duty.DECIDE_APPEAL: Role.APPEALS_OFFICER,
        Duty.LOOK_AGAIN: Role.REVIEWER,
    }
)
"""Of whom each duty is expected."""

DAYS: Final[Mapping[Duty, int]] = MappingProxyType(
    {
        Duty.AUTHORISE: 3,
        Duty.FIND: 21,
        Duty.PROPOSE: 7,
        Duty.APPROVE: 3,
        Duty.APPROVE_INTERIM: 1,
        Duty.ISSUE_REASONS: 1,
        Duty.DECIDE_APPEAL: 30,
        Duty.LOOK_AGAIN: 0,
    }
)
"""Days for each duty until an administrator sets others. From the report to the decision they come to 34,
where the case that shaped this program took 50."""

NEVER_PAUSED: Final = frozenset(
    {Duty.APPROVE_INTERIM, Duty.ISSUE_REASONS, Duty.DECIDE_APPEAL, Duty.LOOK_AGAIN}
)
"""Clocks that run for the customer. A hold spares the provider's own work, never what a restricted customer
waits for; nor does it move the end of a measure."""


@dataclass(frozen=True, slots=True)
class Due:
    """A duty of a case, since when it is there, and by when it is to be done. `about` names to what."""

    duty: Duty
    since: datetime
    due: datetime
    about: str = ""
    start: datetime | None = None
    """From when its days count: `since`, moved on by the holds that paused it."""
    limit: datetime | None = None
    """By when at the latest, whatever its days are."""

    @property
    def role(self) -> Role:
        """Give of whom it is expected."""
        return ROLE_OF[self.duty]


def stage_of(state: CaseFile) -> Stage:
    """Say where a case stands. An interim measure runs beside the stages and changes none."""
    if state.cancelled_at is not None:
        return Stage.CANCELLED
    if any(not appeal.closed for appeal in state.appeals.values()):
        return Stage.APPEAL
    if any(not proposal.interim for proposal in state.proposals.values()):
        return Stage.APPROVAL
    if state.decided:
        waiting = any(head.reasons_at is None for head in state.heads.values())
        return Stage.REASONS if waiting else Stage.DECIDED
    if state.all_found:
        return Stage.DECISION
    return Stage.OPENED if state.charge is None else Stage.REVIEW


_HELD_BACK: Final = frozenset({ActKind.REVIEW_REVIEW_AUTHORISED, ActKind.REVIEW_FINDING_MADE})
"""What a hold stops, beside the proposal and approval of a first decision (`path_open`)."""


def open_acts(state: CaseFile, now: datetime) -> frozenset[ActKind]:
    """Give the acts that are open to those who may do them; for which decision, `path_open` says."""
    if state.cancelled_at is not None:
        return frozenset({ActKind.REVIEW_CASE_STEPPED_INTO})
    undecided, heads, waits = not state.decided, state.heads.values(), bool(state.proposals)
    unanswered = [each for each in state.appeals.values() if not each.closed and not each.answer]
    conditions = {
        ActKind.REVIEW_CASE_STEPPED_INTO: True,
        ActKind.REVIEW_CASE_ESCALATED: True,
        ActKind.REVIEW_CASE_HANDED_OVER: bool(state.in_charge),
        ActKind.REVIEW_CASE_HELD: not state.held,
        ActKind.REVIEW_CASE_RELEASED: state.held,
        ActKind.REVIEW_CASE_CANCELLED: not state.decisions,
        ActKind.REVIEW_REVIEW_AUTHORISED: undecided,
        ActKind.REVIEW_FINDING_MADE: undecided and state.charge is not None,
        ActKind.REVIEW_DECISION_PROPOSED: any(path_open(state, path, now) for path in PROPOSED_PATHS),
        ActKind.REVIEW_DECISION_APPROVED: waits,
        ActKind.REVIEW_DECISION_REFUSED: waits,
        ActKind.REVIEW_DECISION_WITHDRAWN: waits,
        ActKind.REVIEW_DECISION_EXPIRED: path_open(state, Path.EXPIRE, now),
        ActKind.REVIEW_REASONS_ISSUED: any(head.reasons_at is None for head in heads),
        ActKind.REVIEW_APPEAL_ENTERED: bool(state.decisions),
        ActKind.REVIEW_APPEAL_DECIDED: bool(unanswered),
    }
    acts = {kind for kind, is_open in conditions.items() if is_open}
    return frozenset(acts - _HELD_BACK if state.held else acts)


def path_open(state: CaseFile, path: Path, now: datetime) -> bool:
    """Say whether a decision may come about by this path now.

    A hold stops only the first decision: what follows on a standing one, and the measure against flight,
    stays open, so that a hold can never keep a restriction from being overridden or lifted.
    """
    if state.cancelled_at is not None:
        return False
    if path is Path.MAIN:
        return state.all_found and not state.decided and not state.held
    if path is Path.INTERIM:
        return not state.decided and all(not each.proposal.interim for each in state.decisions.values())
    if path is Path.APPEAL:
        return any(not appeal.closed for appeal in state.appeals.values())
    if path is Path.EXPIRE:
        return any(head.proposal.restricts and head.ended(now) for head in state.heads.values())
    return bool(state.heads)


def restricted(state: CaseFile, now: datetime) -> bool:
    """Say whether a restriction stands: decided, not followed by another, not at its end."""
    return any(head.proposal.restricts and not head.ended(now) for head in state.heads.values())


def duties(state: CaseFile, now: datetime, days: Mapping[Duty, int] = DAYS) -> tuple[Due, ...]:
    """Give all that a case waits for, the most pressing first."""
    if state.cancelled_at is not None:
        return ()
    found = (_due(state, duty, since, about, now, days) for duty, since, about in _waiting(state))
    return tuple(sorted(found, key=lambda due: (due.due, due.duty, due.about)))


def _waiting(state: CaseFile) -> Iterator[tuple[Duty, datetime, str]]:
    main_waits = any(not proposal.interim for proposal in state.proposals.values())
    if state.charge is None and not state.decided:
        yield Duty.AUTHORISE, state.opened_at, ""
    elif state.charge is not None and not state.decided and not main_waits:
        if state.all_found:
            yield Duty.PROPOSE, state.found_at or state.charge.at, ""
        else:
            yield Duty.FIND, state.charge.at, ""
    for proposal in state.proposals.values():
        duty = Duty.APPROVE_INTERIM if proposal.interim else Duty.APPROVE
        yield duty, proposal.at, proposal.id
    for key, head in state.heads.items():
        if head.reasons_at is None:
            yield Duty.ISSUE_REASONS, head.at, key
        if head.proposal.review_on is not None:
            yield Duty.LOOK_AGAIN, head.proposal.review_on, key
    for appeal in state.appeals.values():
        if not appeal.closed and not appeal.answer:
            yield Duty.DECIDE_APPEAL, appeal.at, appeal.id


def _due(  # one duty of one case, each value of which is needed
    state: CaseFile, duty: Duty, since: datetime, about: str, now: datetime, days: Mapping[Duty, int]
) -> Due:
    allowed = timedelta(days=days.get(duty, DAYS[duty]))
    pause = timedelta() if duty in NEVER_PAUSED else paused(state.holds, since, now)
    start, limit = since + pause, None
    due = start + allowed
    if duty is Duty.FIND and state.charge is not None:
        limit = state.charge.deadline + pause
        due = min(due, limit)
    return Due(duty, since, due, about, start, limit)


def paused(holds: tuple[Hold, ...], since: datetime, now: datetime) -> timedelta:
    """Add up the time after `since` in which the case was on hold; a hold that lasts counts up to now."""
    spans = ((hold.end or now) - max(hold.start, since) for hold in holds)
    return sum((span for span in spans if span > timedelta()), timedelta())
