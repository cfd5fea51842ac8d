"""Appeals: entered by staff for the customer or the reporter, decided by people who were not involved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant
from mithaq.kernel.ids import public_id
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.review import rules
from mithaq.review.acts.decisions import check_bounds, proposal_facts, write_decision, write_ruling
from mithaq.review.acts.desk import Desk, said, take_up
from mithaq.review.casefile import Appeal as AppealState
from mithaq.review.casefile import AppealOutcome, Appellant
from mithaq.review.content import canonical, read
from mithaq.review.errors import BadAct, BadDecision, Overtaken, WrongStage
from mithaq.review.measures import Content, DecisionKind, Path, check_content
from mithaq.review.models import Appeal, AppealRuling, Decision, RulingOutcome
from mithaq.review.queries import access_appeal, access_decision
from mithaq.terms.text import LocalisedText


@act
def enter_appeal(
    who: Acting, case: str, key: str, *, appellant: Appellant, grounds: str, received: datetime
) -> Appeal:
    """Enter an appeal against a decision that came into force, now or once; it is never too late here.

    Raises Forbidden, Recused, WrongStage, UnknownInCase, BadAct.
    """
    desk = take_up(who, Permission.CASE_APPEAL_ENTER, case, ActKind.REVIEW_APPEAL_ENTERED)
    decision = access_decision(case, key)
    if key not in desk.state.decisions:
        raise WrongStage("the decision never came into force", field="decision", hint="Name one that did.")
    if not desk.state.decisions[key].at <= received <= desk.who.now:
        raise BadAct(
            "received before the decision, or in the future", field="received", hint="Give when it came in."
        )
    facts: dict[str, Json] = {
        "decision": key,
        "appellant": appellant.value,
        "received": format_instant(received),
    }
    name = public_id("a", who.entropy)
    words = {"grounds": said(grounds, "grounds")}
    row = desk.record(ActKind.REVIEW_APPEAL_ENTERED, facts, about=name, shown=facts, personal=words)
    return Appeal.objects.create(
        key=name,
        act=row,
        case=case,
        decision=decision,
        appellant=appellant.value,
        grounds=grounds,
        received_at=received,
        entered_by=who.account,
    )


@act
def decide_appeal(
    who: Acting,
    case: str,
    key: str,
    *,
    outcome: AppealOutcome,
    reasons: LocalisedText,
    answer: Content | None = None,
) -> AppealRuling:
    """Decide an appeal with reasons, by somebody who had no hand in the case.

    Upheld: the decision stands. Overturned: it ends at once. Changed: `answer` says what takes its place,
    and waits for the approval of a second person who was not involved. Raises Forbidden, Recused, FourEyes,
    AlreadyRuled, WrongStage, UnknownInCase, BadAct, BadDecision, Overtaken.
    """
    desk, appeal, content = _at_the_desk(who, case, key, _Answer(outcome, reasons, answer), lock=True)
    facts: dict[str, Json] = {"outcome": outcome.value}
    personal = {"reasons_en": reasons.en, "reasons_ar": reasons.ar}
    if content is not None:
        facts |= proposal_facts(desk, content)
        personal["content"] = canonical(content)
    shown: dict[str, Json] = {"outcome": outcome.value}
    row = desk.record(ActKind.REVIEW_APPEAL_DECIDED, facts, about=key, shown=shown, personal=personal)
    decision = write_decision(desk, row, content, facts) if content is not None else None
    if decision is not None and outcome is AppealOutcome.OVERTURNED:
        write_ruling(row, decision, RulingOutcome.SET_ASIDE)
    return AppealRuling.objects.create(
        act=row,
        appeal=appeal,
        number=1 + AppealRuling.objects.filter(appeal=appeal).count(),
        case=case,
        outcome=outcome.value,
        reasons_en=reasons.en,
        reasons_ar=reasons.ar,
        decision=decision,
        decided_by=who.account,
        decided_at=row.at,
    )


def check_answer(
    who: Acting,
    case: str,
    key: str,
    *,
    outcome: AppealOutcome,
    reasons: LocalisedText,
    answer: Content | None = None,
) -> Content | None:
    """Refuse what `decide_appeal` would refuse now, and change nothing; raises as it does.

    Gives what would take the place of the decision, None if it would stand.
    """
    return _at_the_desk(who, case, key, _Answer(outcome, reasons, answer), lock=False)[2]


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: AppealOutcome
    reasons: LocalisedText
    content: Content | None


def _at_the_desk(
    who: Acting, case: str, key: str, answer: _Answer, *, lock: bool
) -> tuple[Desk, Appeal, Content | None]:
    kind = ActKind.REVIEW_APPEAL_DECIDED
    desk = take_up(who, Permission.CASE_APPEAL_DECIDE, case, kind, lock=lock)
    appeal = access_appeal(case, key)
    state = desk.state.appeals[key]
    rules.may_decide_appeal(desk.state, state, desk.me)
    for language, text in (("en", answer.reasons.en), ("ar", answer.reasons.ar)):
        said(text, f"reasons.{language}")
    if (answer.outcome is AppealOutcome.CHANGED) != (answer.content is not None):
        raise BadAct("a change, and nothing else, says what changes", field="answer", hint="Give it, or not.")
    if answer.outcome is AppealOutcome.UPHELD:
        return desk, appeal, None
    return desk, appeal, _content(desk, appeal, state, answer.reasons, answer.content)


def _content(
    desk: Desk, appeal: Appeal, state: AppealState, reasons: LocalisedText, answer: Content | None
) -> Content:
    """Give what takes the place of the decision that stands at the end of the chain."""
    head = state.decision
    while desk.state.decisions[head].followed_by:
        head = desk.state.decisions[head].followed_by
    older: Decision = access_decision(appeal.case, head)
    before = read(older.content)
    if answer is None:
        content = Content(
            case=appeal.case,
            kind=DecisionKind.NO_ACTION,
            path=Path.APPEAL,
            clauses=before.clauses,
            facts=reasons,
            grounds=reasons,
            previous=head,
            appeal=appeal.key,
        )
    else:
        if answer.previous not in {"", head}:
            raise Overtaken("another decision has taken its place", field="previous", hint=f"Name {head}.")
        content = replace(answer, case=appeal.case, path=Path.APPEAL, previous=head, appeal=appeal.key)
    check_content(content, desk.who.now)
    check_bounds(desk, content)
    if appeal.appellant == Appellant.CUSTOMER.value and not content.milder_than(before):
        raise BadDecision(
            "an appeal of the customer makes nothing harsher",
            field="measures",
            hint="Restrict only what was restricted, and not for longer.",
        )
    return content
