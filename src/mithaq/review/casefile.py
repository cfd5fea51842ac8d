"""What a case's acts add up to: who is in charge, what was found, which decisions stand, who had a hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from mithaq.kernel.clock import parse_instant
from mithaq.ledger.kinds import ActKind
from mithaq.review.measures import DecisionKind, Path


class Outcome(StrEnum):
    """What a reviewer finds about a clause; that a clause is violated is only ever a person's finding."""

    VIOLATED = "violated"
    NOT_VIOLATED = "not-violated"
    INCONCLUSIVE = "inconclusive"


class Appellant(StrEnum):
    """Who may appeal."""

    CUSTOMER = "customer"
    REPORTER = "reporter"


class AppealOutcome(StrEnum):
    """What becomes of the decision that was appealed against."""

    UPHELD = "upheld"
    CHANGED = "changed"
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a case, in its order. `by` is the pseudonym of who acted, `about` what it was done to."""

    kind: ActKind
    at: datetime
    by: str
    about: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Charge:
    """A review as it was authorised: within these bounds, until the deadline."""

    reviewer: str
    authorised_by: str
    at: datetime
    subscriptions: frozenset[str]
    clauses: tuple[str, ...]
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision that one person proposes. `review_on` is the first review date of its measures."""

    id: str
    path: Path
    kind: DecisionKind
    restricts: bool
    interim: bool
    digest: str
    by: str
    at: datetime
    previous: str = ""
    appeal: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    review_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision that came into force. `by` is who approved it, or who decided the appeal that made it."""

    proposal: Proposal
    by: str
    at: datetime
    reasons_at: datetime | None = None
    followed_by: str = ""
    """The decision that took its place."""

    def ended(self, now: datetime) -> bool:
        """Say whether its end has come."""
        return self.proposal.ends_at is not None and self.proposal.ends_at <= now


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal. `answer` is the decision that would answer it, while that waits for approval."""

    id: str
    decision: str
    appellant: str
    entered_by: str
    at: datetime
    answer: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A time in which nothing needs doing; `end` None: it lasts."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The state of a case. Every field is derived from its acts and from nothing else."""

    opened_at: datetime
    opened_by: str
    acts: int = 0
    charge: Charge | None = None
    in_charge: str = ""
    findings: Mapping[str, str] = field(default_factory=dict)
    """Outcome by clause; the newest finding on a clause counts."""
    found_at: datetime | None = None
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    """Those that wait."""
    decisions: Mapping[str, Standing] = field(default_factory=dict)
    """All that ever came into force, in order."""
    appeals: Mapping[str, Appeal] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
    hands: tuple[tuple[str, str], ...] = ()
    """Who had a hand in judging, each with the appeal in which it was; empty for the case itself."""
    finders: frozenset[str] = frozenset()
    """Who made findings, whoever is in charge by now."""
    stepped_in: Mapping[str, datetime] = field(default_factory=dict)
    """When somebody last stepped in."""
    escalated_at: datetime | None = None
    reopened: int = 0
    """How many decisions there were when an appeal of the reporter set the last one aside."""
    cancelled_at: datetime | None = None

    @property
    def held(self) -> bool:
        """Say whether the case is on hold."""
        return bool(self.holds) and self.holds[-1].end is None

    @property
    def heads(self) -> Mapping[str, Standing]:
        """Give the decisions that no other has taken the place of."""
        return {key: each for key, each in self.decisions.items() if not each.followed_by}

    @property
    def decided(self) -> bool:
        """Say whether the case itself was decided (an interim measure decides nothing)."""
        since = tuple(self.decisions.values())[self.reopened :]
        return any(not each.proposal.interim for each in since)

    @property
    def all_found(self) -> bool:
        """Say whether every clause of the review has its finding."""
        return self.charge is not None and set(self.charge.clauses) <= self.findings.keys()

    def had_a_hand(self, person: str, *, apart_from_appeal: str = "") -> bool:
        """Say whether a person judged in this case, outside the appeal that is named."""
        return any(
            who == person and (not within or within != apart_from_appeal) for who, within in self.hands
        )


_Fold = Callable[[CaseFile, Step], CaseFile]


def read_case(opened_at: datetime, opened_by: str, steps: Iterable[Step]) -> CaseFile:
    """Add up a case's acts, in their order."""
    state = CaseFile(opened_at, opened_by)
    for step in steps:
        state = after(state, step)
    return state


def after(state: CaseFile, step: Step) -> CaseFile:
    """Give the state after one more act."""
    return replace(_FOLDS[step.kind](state, step), acts=state.acts + 1)


def moment(facts: Mapping[str, Any], name: str) -> datetime | None:
    """Read a moment of an act's facts; None where it has none."""
    text = facts.get(name)
    return parse_instant(text, field=name) if text else None


def proposal_in(step: Step) -> Proposal:
    """Read the proposal that an act's facts describe."""
    facts = step.facts
    return Proposal(
        id=facts["decision"],
        path=Path(facts["path"]),
        kind=DecisionKind(facts["kind"]),
        restricts=facts["restricts"],
        interim=facts["interim"],
        digest=facts["digest"],
        by=step.by,
        at=step.at,
        previous=facts["previous"],
        appeal=facts["appeal"],
        starts_at=moment(facts, "starts_at"),
        ends_at=moment(facts, "ends_at"),
        review_on=moment(facts, "review_on"),
    )


def _with(mapping: Mapping[str, Any], key: str, value: object) -> Mapping[str, Any]:
    return MappingProxyType({**mapping, key: value})


def _without(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return MappingProxyType({name: value for name, value in mapping.items() if name != key})


def _authorised(state: CaseFile, step: Step) -> CaseFile:
    facts = step.facts
    charge = Charge(
        reviewer=facts["reviewer"],
        authorised_by=step.by,
        at=step.at,
        subscriptions=frozenset(facts["subscriptions"]),
        clauses=tuple(facts["clauses"]),
        deadline=moment(facts, "deadline") or step.at,
    )
    hands = (*state.hands, (charge.reviewer, ""), (step.by, ""))
    return replace(state, charge=charge, in_charge=charge.reviewer, hands=hands)


def _found(state: CaseFile, step: Step) -> CaseFile:
    findings = _with(state.findings, step.about, step.facts["outcome"])
    return replace(
        state,
        findings=findings,
        found_at=step.at,
        finders=state.finders | {step.by},
        hands=(*state.hands, (step.by, "")),
    )


def _proposed(state: CaseFile, step: Step) -> CaseFile:
    proposal = proposal_in(step)
    hands = (*state.hands, (step.by, proposal.appeal))
    return replace(state, proposals=_with(state.proposals, proposal.id, proposal), hands=hands)


def _in_force(state: CaseFile, proposal: Proposal, step: Step) -> CaseFile:
    decisions = dict(state.decisions)
    if proposal.previous:
        decisions[proposal.previous] = replace(decisions[proposal.previous], followed_by=proposal.id)
    decisions[proposal.id] = Standing(proposal, step.by, step.at)
    return replace(
        state,
        proposals=_without(state.proposals, proposal.id),
        decisions=MappingProxyType(decisions),
        hands=(*state.hands, (step.by, proposal.appeal)),
    )


def _approved(state: CaseFile, step: Step) -> CaseFile:
    proposal = state.proposals[step.about]
    state = _in_force(state, proposal, step)
    return _answered(state, proposal.appeal, closed=True) if proposal.appeal else state


def _not_approved(state: CaseFile, step: Step) -> CaseFile:
    proposal = state.proposals[step.about]
    hands = (*state.hands, (step.by, proposal.appeal))
    state = replace(state, proposals=_without(state.proposals, step.about), hands=hands)
    return _answered(state, proposal.appeal, closed=False) if proposal.appeal else state


def _answered(state: CaseFile, appeal: str, *, closed: bool, answer: str = "") -> CaseFile:
    changed = replace(state.appeals[appeal], closed=closed, answer=answer)
    return replace(state, appeals=_with(state.appeals, appeal, changed))


def _expired(state: CaseFile, step: Step) -> CaseFile:
    before = state.hands
    return replace(_in_force(state, proposal_in(step), step), hands=before)


def _issued(state: CaseFile, step: Step) -> CaseFile:
    standing = replace(state.decisions[step.about], reasons_at=step.at)
    return replace(state, decisions=_with(state.decisions, step.about, standing))


def _appealed(state: CaseFile, step: Step) -> CaseFile:
    facts = step.facts
    appeal = Appeal(step.about, facts["decision"], facts["appellant"], step.by, step.at)
    return replace(state, appeals=_with(state.appeals, appeal.id, appeal))


def _appeal_decided(state: CaseFile, step: Step) -> CaseFile:
    appeal = state.appeals[step.about]
    hands = (*state.hands, (step.by, appeal.id))
    state = replace(state, hands=hands)
    match step.facts["outcome"]:
        case AppealOutcome.UPHELD.value:
            return _answered(state, appeal.id, closed=True)
        case AppealOutcome.CHANGED.value:
            proposal = proposal_in(step)
            state = replace(state, proposals=_with(state.proposals, proposal.id, proposal))
            return _answered(state, appeal.id, closed=False, answer=proposal.id)
        case _:
            state = _in_force(state, proposal_in(step), step)
            reopened = len(state.decisions) if appeal.appellant == Appellant.REPORTER else state.reopened
            return _answered(replace(state, reopened=reopened), appeal.id, closed=True)


def _held(state: CaseFile, step: Step) -> CaseFile:
    return replace(state, holds=(*state.holds, Hold(step.at)))


def _released(state: CaseFile, step: Step) -> CaseFile:
    return replace(state, holds=(*state.holds[:-1], replace(state.holds[-1], end=step.at)))


def _handed_over(state: CaseFile, step: Step) -> CaseFile:
    reviewer = step.facts["reviewer"]
    return replace(state, in_charge=reviewer, hands=(*state.hands, (reviewer, "")))


def _escalated(state: CaseFile, step: Step) -> CaseFile:
    return replace(state, escalated_at=step.at)


def _cancelled(state: CaseFile, step: Step) -> CaseFile:
    return replace(state, cancelled_at=step.at, proposals=MappingProxyType({}))


def _stepped_into(state: CaseFile, step: Step) -> CaseFile:
    return replace(state, stepped_in=_with(state.stepped_in, step.by, step.at))


_FOLDS: Final[Mapping[ActKind, _Fold]] = MappingProxyType(
    {
        ActKind.REVIEW_APPEAL_DECIDED: _appeal_decided,
        ActKind.REVIEW_APPEAL_ENTERED: _appealed,
        ActKind.REVIEW_CASE_CANCELLED: _cancelled,
        ActKind.REVIEW_CASE_ESCALATED: _escalated,
        ActKind.REVIEW_CASE_HANDED_OVER: _handed_over,
        ActKind.REVIEW_CASE_HELD: _held,
        ActKind.REVIEW_CASE_RELEASED: _released,
        ActKind.REVIEW_DECISION_APPROVED: _approved,
        ActKind.REVIEW_DECISION_EXPIRED: _expired,
        ActKind.REVIEW_DECISION_PROPOSED: _proposed,
        ActKind.REVIEW_DECISION_REFUSED: _not_approved,
        ActKind.REVIEW_DECISION_WITHDRAWN: _not_approved,
        ActKind.REVIEW_FINDING_MADE: _found,
        ActKind.REVIEW_CASE_STEPPED_INTO: _stepped_into,
        ActKind.REVIEW_REASONS_ISSUED: _issued,
        ActKind.REVIEW_REVIEW_AUTHORISED: _authorised,
    }
)
CASE_ACTS: Final = frozenset(_FOLDS)
"""The kinds of act that a case's state is added up from."""
