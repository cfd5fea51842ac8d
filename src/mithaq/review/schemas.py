"""What the routes of the review take and give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from mithaq.review.casefile import Appeal as AppealState
from mithaq.review.casefile import AppealOutcome, Appellant, CaseFile, Outcome
from mithaq.review.content import document, read
from mithaq.review.measures import ClauseRef, Content, DecisionKind, Measure, Path, Proportionality
from mithaq.review.models import Appeal, AppealRuling, CaseAct, Decision, Statement, Waiting
from mithaq.review.stages import Due, Duty, duties, open_acts, stage_of
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import KeptService

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Name = Annotated[str, Field(min_length=1, max_length=64)]


class ReasonIn(Schema):
    """Why."""

    reason: Text


class AuthorisationIn(Schema):
    """Who reviews, and within which bounds; `period_from` inclusive, `period_to` exclusive."""

    reviewer: Name
    subscriptions: Annotated[list[Annotated[str, Field(max_length=1_000)]], Field(max_length=50)]
    clauses: Annotated[list[Name], Field(max_length=50)]
    period_from: AwareDatetime
    period_to: AwareDatetime
    deadline: AwareDatetime


class HandOverIn(Schema):
    """Who is in charge from now, and why."""

    reviewer: Name
    reason: Text


class FindingIn(Schema):
    """What the reviewer finds about a clause; reasons where it departs from the computed verdict."""

    clause: Name
    outcome: Outcome
    reasons: Annotated[str, Field(max_length=20_000)] = ""


class ContentIn(Schema):
    """What a decision says, without the case, which the address names."""

    kind: DecisionKind
    path: Path
    clauses: Annotated[tuple[ClauseRef, ...], Field(max_length=50)] = ()
    facts: LocalisedText
    grounds: LocalisedText
    measures: Annotated[tuple[Measure, ...], Field(max_length=500)] = ()
    keep: Annotated[tuple[KeptService, ...], Field(max_length=20)] = ()
    starts_at: AwareDatetime | None = None
    proportionality: Proportionality | None = None
    evidence: Annotated[tuple[Annotated[str, Field(max_length=80)], ...], Field(max_length=100)] = ()
    plan_digest: Annotated[str, Field(max_length=80)] = ""
    previous: Annotated[str, Field(max_length=32)] = ""

    def content(self, case: str) -> Content:
        """Give it as a plain value."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return Content(case=case, **said)


class ApprovalIn(Schema):
    """The digest of the content that is approved, as the proposal shows it."""

    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class ReasonsIn(Schema):
    """Why a proposal is refused."""

    reasons: Text


class AppealIn(Schema):
    """An appeal as it came in."""

    appellant: Appellant
    grounds: Text
    received: AwareDatetime


class AppealRulingIn(Schema):
    """How an appeal is decided; `answer` is what changes, with the outcome `changed` only."""

    outcome: AppealOutcome
    reasons: LocalisedText
    answer: ContentIn | None = None


class DaysIn(Schema):
    """How many days a duty has."""

    days: Annotated[int, Field(ge=0, le=366)]


class DaysOut(DaysIn):
    """How many days a duty has from now on."""

    duty: Duty


class DueOut(Schema):
    """What a case waits for, of which role, by when."""

    case: str
    duty: str
    role: str
    about: str
    since: datetime
    due: datetime

    @staticmethod
    def of(case: str, due: Due) -> DueOut:
        """Show a duty."""
        role = due.role.value
        return DueOut(
            case=case, duty=due.duty.value, role=role, about=due.about, since=due.since, due=due.due
        )


class OverdueOut(Schema):
    """A case in which something is overdue, since when the most pressing is, and all that is."""

    case: str
    stage: str
    due: datetime
    duties: list[DueOut]

    @staticmethod
    def of(row: Waiting, late: Sequence[Due]) -> OverdueOut:
        """Show an overdue case."""
        due = row.due or late[0].due
        return OverdueOut(
            case=row.case, stage=row.stage, due=due, duties=[DueOut.of(row.case, each) for each in late]
        )


class CaseOut(Schema):
    """A case as its acts add up."""

    case: str
    stage: str
    held: bool
    in_charge: str
    findings: dict[str, str]
    waiting: list[str]
    """Ids of proposals that wait."""
    in_force: list[str]
    """Ids of decisions that no other has taken the place of."""
    appeals: list[str]
    open_acts: list[str]
    duties: list[DueOut]

    @staticmethod
    def of(case: str, state: CaseFile, now: datetime, days: Mapping[Duty, int]) -> CaseOut:
        """Show a case."""
        return CaseOut(
            case=case,
            stage=stage_of(state).value,
            held=state.held,
            in_charge=state.in_charge,
            findings=dict(state.findings),
            waiting=[*state.proposals],
            in_force=[*state.heads],
            appeals=[key for key, appeal in state.appeals.items() if not appeal.closed],
            open_acts=sorted(kind.value for kind in open_acts(state, now)),
            duties=[DueOut.of(case, due) for due in duties(state, now, days)],
        )


class ActOut(Schema):
    """One act of a case; `entry` is the hash of its ledger entry, with which a proof is asked for."""

    number: int
    kind: str
    at: datetime
    by: str
    role: str
    about: str
    facts: dict[str, Any]
    entry: str

    @staticmethod
    def of(row: CaseAct) -> ActOut:
        """Show an act."""
        return ActOut(
            number=row.number,
            kind=row.kind,
            at=row.at,
            by=row.by.pseudonym,
            role=row.role,
            about=row.about,
            facts=row.facts,
            entry=bytes(row.leaf_hash).hex(),
        )


class DecisionOut(Schema):
    """A decision: what it says, the digest that an approval must name, and what became of it."""

    decision: str
    content: dict[str, Any]
    digest: str
    interim: bool
    proposed_by: str
    proposed_at: datetime
    outcome: Literal["waiting", "approved", "refused", "withdrawn", "expired", "set-aside"]
    entry: str

    @staticmethod
    def of(row: Decision) -> DecisionOut:
        """Show a decision."""
        ruling = getattr(row, "ruling", None)
        return DecisionOut(
            decision=row.key,
            content=document(read(row.content)),
            digest=row.digest,
            interim=row.interim,
            proposed_by=row.proposed_by.pseudonym,
            proposed_at=row.proposed_at,
            outcome=ruling.outcome if ruling else "waiting",
            entry=bytes((ruling or row).act.leaf_hash).hex(),
        )


class StatementOut(Schema):
    """Reasons as they were issued."""

    decision: str
    en: str
    ar: str
    digest: str
    issued_at: datetime
    appeal_until: datetime

    @staticmethod
    def of(row: Statement) -> StatementOut:
        """Show reasons."""
        return StatementOut(
            decision=row.decision_id,
            en=row.en,
            ar=row.ar,
            digest=row.digest,
            issued_at=row.issued_at,
            appeal_until=row.appeal_until,
        )


class AppealRulingOut(Schema):
    """How an appeal was decided, and why; `decision` is what takes the old one's place, or empty."""

    appeal: str
    outcome: str
    decision: str
    reasons: LocalisedText
    decided_by: str
    decided_at: datetime

    @staticmethod
    def of(row: AppealRuling) -> AppealRulingOut:
        """Show an answer."""
        return AppealRulingOut(
            appeal=row.appeal_id,
            outcome=row.outcome,
            decision=row.decision_id or "",
            reasons=LocalisedText(row.reasons_en, row.reasons_ar),
            decided_by=row.decided_by.pseudonym,
            decided_at=row.decided_at,
        )


class AppealOut(Schema):
    """An appeal: against which decision, whose, on which grounds, and its answers, the last one counting.

    `waiting` is the decision that would answer it, while that waits for a second person's approval.
    """

    appeal: str
    decision: str
    appellant: str
    grounds: str
    received_at: datetime
    entered_by: str
    entered_at: datetime
    closed: bool
    waiting: str
    answers: list[AppealRulingOut]

    @staticmethod
    def of(row: Appeal, state: AppealState) -> AppealOut:
        """Show an appeal."""
        rulings = sorted(row.rulings.all(), key=lambda ruling: ruling.number)
        return AppealOut(
            appeal=row.key,
            decision=row.decision_id,
            appellant=row.appellant,
            grounds=row.grounds,
            received_at=row.received_at,
            entered_by=row.entered_by.pseudonym,
            entered_at=row.act.at,
            closed=state.closed,
            waiting=state.answer,
            answers=[AppealRulingOut.of(ruling) for ruling in rulings],
        )
