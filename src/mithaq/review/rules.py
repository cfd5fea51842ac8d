"""Who may not: the rules of four eyes, as functions of a case's state and the people barred from it.

Every rule raises on refusal and gives nothing otherwise. The same rules stand as triggers in the database
(`review/guards.py`), so that no path around these functions exists.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from mithaq.people.errors import Recused
from mithaq.review.casefile import Appeal, CaseFile, Proposal
from mithaq.review.errors import (
    AlreadyRuled,
    FourEyes,
    NotInCharge,
    OtherDigest,
    Overtaken,
    UnknownInCase,
    WrongStage,
)
from mithaq.review.measures import Path
from mithaq.review.stages import path_open

STEPPED_IN: Final = timedelta(hours=24)
"""For so long may somebody act on a case of another reviewer after stepping in."""


def not_recused(person: str, recused: Collection[str]) -> None:
    """A person who is barred from a case does nothing in it; raises Recused."""
    if person in recused:
        raise Recused("this person is recused from the case", hint="Somebody else must do it.")


def may_authorise(person: str, reviewer: str, recused: Collection[str]) -> None:
    """Refuse that the reviewer authorises the review; raises FourEyes, Recused."""
    not_recused(reviewer, recused)
    if person == reviewer:
        raise FourEyes("nobody authorises their own review", hint="Another authoriser must do it.")


def in_charge(state: CaseFile, person: str, now: datetime) -> None:
    """Only the reviewer in charge works on a case, or who stepped in; raises NotInCharge."""
    broken = state.stepped_in.get(person)
    if state.in_charge and person != state.in_charge and (broken is None or now - broken > STEPPED_IN):
        raise NotInCharge(
            "another reviewer is in charge of the case",
            hint="Have it handed over, or step in with a reason.",
        )


def may_propose(state: CaseFile, person: str, path: Path, previous: str, now: datetime) -> None:
    """A proposal needs an open path and the head of a chain; raises WrongStage, Overtaken, FourEyes."""
    if not path_open(state, path, now):
        raise WrongStage(
            f"no decision by the path {path} is open in this case now",
            hint="See the case's open acts: a review, its findings, or a release from hold may be missing.",
        )
    if state.heads and not previous:
        raise Overtaken(
            "a decision stands in the case", field="previous", hint="Name it: the new one takes its place."
        )
    if previous:
        followed = state.decisions.get(previous)
        if followed is None:
            raise UnknownInCase(
                "there is no such decision in the case", field="previous", hint="Check its id."
            )
        if followed.followed_by:
            raise Overtaken(
                "another decision has taken its place", field="previous", hint="Follow on the newest one."
            )
        if path is Path.OVERRIDE and person in {followed.proposal.by, followed.by}:
            raise FourEyes(
                "nobody overrides what they decided themselves", hint="Amend it, or let others override it."
            )


def pending(state: CaseFile, decision: str, known: Collection[str]) -> Proposal:
    """Give a proposal that waits; raises AlreadyRuled for one that does not any more, UnknownInCase."""
    proposal = state.proposals.get(decision)
    if proposal is None:
        if decision in known:
            raise AlreadyRuled("the proposal has been ruled on", hint="See the case's timeline.")
        raise UnknownInCase("there is no such proposal in the case", field="decision", hint="Check its id.")
    return proposal


def may_approve(
    state: CaseFile, proposal: Proposal, person: str, digest: str, recused: Collection[str], now: datetime
) -> None:
    """The second of the four eyes; raises FourEyes, Recused, OtherDigest, Overtaken, WrongStage."""
    may_refuse(state, proposal, person)
    if person in state.finders:
        raise FourEyes("nobody approves what rests on their own findings", hint="Another approver must.")
    not_recused(proposal.by, recused)
    if digest != proposal.digest:
        raise OtherDigest(
            "the digest is not that of the proposal",
            field="digest",
            hint="Read the proposal again; approve the digest that it shows.",
        )
    if proposal.path is not Path.APPEAL and not path_open(state, proposal.path, now):
        raise WrongStage(
            f"no decision by the path {proposal.path} is open in this case now",
            hint="It was decided, cancelled or put on hold since it was proposed.",
        )
    if proposal.previous and state.decisions[proposal.previous].followed_by:
        raise Overtaken("another decision has taken the place of the older one", hint="Refuse this one.")
    if proposal.ends_at is not None and proposal.ends_at <= now:
        raise Overtaken("the end that it sets has passed", hint="Refuse it.")
    followed = state.decisions.get(proposal.previous)
    if proposal.path is Path.OVERRIDE and followed and person in {followed.proposal.by, followed.by}:
        raise FourEyes("nobody overrides what they decided themselves", hint="Let others approve it.")


def may_refuse(state: CaseFile, proposal: Proposal, person: str) -> None:
    """Whoever proposes does not rule; an appeal's answer is ruled on from outside; raises FourEyes."""
    if person == proposal.by:
        raise FourEyes("nobody rules on their own proposal", hint="Another person must do it.")
    if proposal.appeal and state.had_a_hand(person, apart_from_appeal=proposal.appeal):
        raise FourEyes("this person had a hand in the case", hint="Somebody who was not involved must rule.")


def may_withdraw(proposal: Proposal, person: str) -> None:
    """Only the proposer takes a proposal back; raises FourEyes."""
    if person != proposal.by:
        raise FourEyes("only the proposer withdraws a proposal", hint="An approver can refuse it.")


def may_decide_appeal(state: CaseFile, appeal: Appeal, person: str) -> None:
    """Nobody who judged in the case, or entered the appeal, decides it; raises FourEyes, AlreadyRuled."""
    if appeal.closed or appeal.answer:
        raise AlreadyRuled("the appeal has been decided", hint="See the case's timeline.")
    if person == appeal.entered_by or state.had_a_hand(person, apart_from_appeal=appeal.id):
        raise FourEyes(
            "this person had a hand in the case", hint="Somebody who was not involved must decide."
        )
