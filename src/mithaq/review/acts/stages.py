"""Acts that move a case: authorise, hand over, escalate, hold, release, cancel, step in, set days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import Permission, Role
from mithaq.people.queries import roles_of
from mithaq.review import rules
from mithaq.review.acts.desk import Desk, said, take_up
from mithaq.review.acts.queue import set_due
from mithaq.review.errors import BadAct, FourEyes
from mithaq.review.models import Authorisation, CaseAct, DutyDays
from mithaq.review.stages import Duty

_MOST_DAYS: Final = 366


@act
def authorise_review(  # the bounds of a review, each of which is named
    who: Acting,
    case: str,
    *,
    reviewer: Account,
    subscriptions: Sequence[str],
    clauses: Sequence[str],
    period: tuple[datetime, datetime],
    deadline: datetime,
) -> Authorisation:
    """Authorise a review within named bounds by somebody else.

    Raises Forbidden, Recused, FourEyes, WrongStage, and BadAct where the bounds go beyond the allegation.
    """
    desk = take_up(who, Permission.CASE_REVIEW_AUTHORISE, case, ActKind.REVIEW_REVIEW_AUTHORISED)
    rules.may_authorise(desk.me, reviewer.pseudonym, desk.barred)
    _able_reviewer(reviewer)
    _within_allegation(desk, subscriptions, clauses, period)
    if not desk.who.now < deadline <= desk.who.now + timedelta(days=_MOST_DAYS):
        raise BadAct("no deadline within a year", field="deadline", hint="Choose one that is to come.")
    facts: dict[str, Json] = {
        "reviewer": reviewer.pseudonym,
        "subscriptions": [*subscriptions],
        "clauses": [*clauses],
        "period": [format_instant(moment) for moment in period],
        "deadline": format_instant(deadline),
    }
    shown = {name: facts[name] for name in ("reviewer", "clauses", "period", "deadline")}
    row = desk.record(ActKind.REVIEW_REVIEW_AUTHORISED, facts, shown=shown)
    return Authorisation.objects.create(
        act=row,
        case=case,
        reviewer=reviewer,
        authorised_by=who.account,
        subscriptions=[*subscriptions],
        clauses=[*clauses],
        period_from=period[0],
        period_to=period[1],
        deadline=deadline,
    )


def _able_reviewer(reviewer: Account) -> None:
    if not reviewer.is_active or Role.REVIEWER not in roles_of(reviewer):
        raise BadAct("this person is no reviewer", field="reviewer", hint="Name somebody with that role.")


def _within_allegation(
    desk: Desk, subscriptions: Sequence[str], clauses: Sequence[str], period: tuple[datetime, datetime]
) -> None:
    alleged = {each.subscription for each in desk.case.subjects.all()}
    start, end = period
    beyond = (
        ("subscriptions", not subscriptions or not set(subscriptions) <= alleged),
        ("clauses", not clauses or not set(clauses) <= set(desk.case.clauses)),
        ("period", not desk.case.period_from <= start < end <= desk.case.period_to),
    )
    for field, wrong in beyond:
        if wrong:
            raise BadAct(
                f"the {field} are empty or go beyond the allegation",
                field=field,
                hint="An allegation is tested within its own bounds; for more, open another case.",
            )


@act
def hand_over(who: Acting, case: str, *, reviewer: Account, reason: str) -> CaseAct:
    """Put another reviewer in charge; raises Forbidden, Recused, FourEyes, NotInCharge, BadAct, WrongStage.

    The reviewer in charge hands over, or an authoriser. Nobody becomes reviewer of what they authorised.
    """
    desk = take_up(who, Permission.CASE_HAND_OVER, case, ActKind.REVIEW_CASE_HANDED_OVER)
    if desk.role is not Role.AUTHORISER:
        rules.in_charge(desk.state, desk.me, desk.who.now)
    rules.not_recused(reviewer.pseudonym, desk.barred)
    _able_reviewer(reviewer)
    charge = desk.state.charge
    if charge is not None and reviewer.pseudonym == charge.authorised_by:
        raise FourEyes("nobody reviews what they authorised", field="reviewer", hint="Name another reviewer.")
    if reviewer.pseudonym == desk.state.in_charge:
        raise BadAct("this person is in charge already", field="reviewer", hint="Name another reviewer.")
    facts: dict[str, Json] = {"reviewer": reviewer.pseudonym}
    words = {"reason": said(reason, "reason")}
    return desk.record(ActKind.REVIEW_CASE_HANDED_OVER, facts, shown=facts, personal=words)


def _with_reason(who: Acting, permission: Permission, case: str, kind: ActKind, reason: str) -> CaseAct:
    desk = take_up(who, permission, case, kind)
    return desk.record(kind, {}, personal={"reason": said(reason, "reason")})


@act
def escalate(who: Acting, case: str, *, reason: str) -> CaseAct:
    """Ask that others look at a case; raises Forbidden, Recused, BadAct, WrongStage."""
    return _with_reason(who, Permission.CASE_ESCALATE, case, ActKind.REVIEW_CASE_ESCALATED, reason)


@act
def hold(who: Acting, case: str, *, reason: str) -> CaseAct:
    """Stop the provider's own clocks; a restriction and an appeal go on. Raises as `escalate`."""
    return _with_reason(who, Permission.CASE_HOLD, case, ActKind.REVIEW_CASE_HELD, reason)


@act
def release(who: Acting, case: str, *, reason: str) -> CaseAct:
    """End a hold; raises as `escalate`."""
    return _with_reason(who, Permission.CASE_HOLD, case, ActKind.REVIEW_CASE_RELEASED, reason)


@act
def cancel(who: Acting, case: str, *, reason: str) -> CaseAct:
    """End a case in which nothing ever came into force, or its appeal would be lost; raises as `escalate`."""
    return _with_reason(who, Permission.CASE_REVIEW_CANCEL, case, ActKind.REVIEW_CASE_CANCELLED, reason)


@act
def step_in(who: Acting, case: str, *, reason: str) -> CaseAct:
    """Act on a case of another reviewer for a day, on the record; raises as `escalate`."""
    return _with_reason(who, Permission.CASE_STEP_IN, case, ActKind.REVIEW_CASE_STEPPED_INTO, reason)


@act
def set_days(who: Acting, duty: Duty, days: int) -> DutyDays:
    """Set how many days a duty has from now on; raises Forbidden, BadAct."""
    role = who.must(Permission.SETTINGS_WRITE)
    if not 0 <= days <= _MOST_DAYS:
        raise BadAct("not a number of days", field="days", hint=f"From 0 to {_MOST_DAYS}.")
    entry = who.record(ActKind.REVIEW_DAYS_SET, role, facts={"duty": duty.value, "days": days})
    set_due(duty, days)
    return DutyDays.objects.create(
        duty=duty.value, days=days, set_by=who.account, set_at=who.now, leaf_hash=bytes(entry.leaf_hash)
    )
