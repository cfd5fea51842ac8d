"""What a case waits for, of whom by name or role, and who is kept apart from it: the rows of the inbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from mithaq.people.permissions import Role
from mithaq.review.casefile import CaseFile
from mithaq.review.measures import Path
from mithaq.review.models import Expected
from mithaq.review.stages import NEVER_PAUSED, Due, Duty, duties

_IN_CHARGE = frozenset({Duty.FIND, Duty.PROPOSE, Duty.LOOK_AGAIN})
"""Duties of the reviewer in charge."""


def expected_of(state: CaseFile, case: str, at: datetime, days: Mapping[Duty, int]) -> Iterator[Expected]:
    """Give the rows that a case's acts lead to, as of its last act, in the order of `duties`.

    What a hold pauses is expected of nobody until the hold ends, which is an act and writes the rows anew.
    """
    for due in duties(state, at, days):
        if not state.held or due.duty in NEVER_PAUSED:
            yield Expected(
                case=case,
                duty=due.duty.value,
                about=due.about,
                role=_role(state, due).value,
                person=state.in_charge if due.duty in _IN_CHARGE else "",
                apart="".join(f" {person} " for person in sorted(_apart(state, due))),
                since=due.since,
                start=due.start or due.since,
                limit=due.limit,
                due=due.due,
            )


def _role(state: CaseFile, due: Due) -> Role:
    """Say of which role: the answer to an appeal is approved by another appeals officer."""
    proposal = state.proposals.get(due.about)
    return Role.APPEALS_OFFICER if proposal is not None and proposal.appeal else due.role


def _apart(state: CaseFile, due: Due) -> set[str]:
    """Give the people whom the rules of four eyes (`review/rules.py`) bar from it."""
    proposal = state.proposals.get(due.about)
    if proposal is not None:
        followed = state.decisions.get(proposal.previous)
        overridden = followed if proposal.path is Path.OVERRIDE else None
        deciders = {overridden.proposal.by, overridden.by} if overridden else set()
        involved = _hands(state, proposal.appeal) if proposal.appeal else set()
        return {proposal.by} | deciders | involved
    if due.duty is Duty.DECIDE_APPEAL:
        return {state.appeals[due.about].entered_by} | _hands(state, due.about)
    return set()


def _hands(state: CaseFile, appeal: str) -> set[str]:
    return {person for person, _within in state.hands if state.had_a_hand(person, apart_from_appeal=appeal)}
