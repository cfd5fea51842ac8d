"""Who may approve or decide, and why the person looking may not, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.refusals import SENTENCES
from mithaq.people.acting import Acting
from mithaq.people.errors import Forbidden, Recused
from mithaq.people.models import Account
from mithaq.people.permissions import Permission, Role
from mithaq.people.queries import holders_of
from mithaq.review import rules
from mithaq.review.casefile import Appeal, CaseFile, Proposal
from mithaq.review.errors import FourEyes, Overtaken, WrongStage
from mithaq.review.measures import Path
from mithaq.review.queries import Seen


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who may rule on a proposal now: `why_not` is why the person looking may not, empty if they may.

    `why_nobody` says why nobody may approve it, whoever they are; it can still be refused.
    """

    permission: Permission
    why_not: str | Promise
    why_nobody: str | Promise
    may_refuse: bool
    others: Sequence[Account]


def ruling_on(proposal: Proposal, who: Acting, seen: Seen) -> Ruling:
    """Say who may approve a proposal, and if not the person looking, why not."""
    permission = Permission.CASE_APPEAL_DECIDE if proposal.appeal else Permission.CASE_DECISION_APPROVE
    role = Role.APPEALS_OFFICER if proposal.appeal else Role.APPROVER
    me = who.account.pseudonym
    nobody = _why_nobody(proposal, who, seen)
    others = [
        account
        for account in holders_of(role)
        if account.pseudonym not in {me, *seen.barred}
        and not _own_part(seen.state, proposal, account.pseudonym)
    ]
    mine = _own_part(seen.state, proposal, me)
    may_refuse = who.may(permission) and _may_refuse(seen.state, proposal, me)
    if not mine and not who.may(permission):
        mine = (
            _("Answers to appeals are approved by an appeals officer, and you are none.")
            if proposal.appeal
            else _("Decisions are approved by an approver, and you are none.")
        )
    return Ruling(permission, mine or nobody, nobody, may_refuse, others)


def _own_part(state: CaseFile, proposal: Proposal, person: str) -> str | Promise:
    """Say what the person themselves did that keeps them from ruling; empty if nothing."""
    if person == proposal.by:
        return _("You proposed it: the second pair of eyes must be somebody else's.")
    if not _may_refuse(state, proposal, person):
        return _("You had a hand in this case. An answer to an appeal is approved by who had none.")
    followed = state.decisions.get(proposal.previous)
    if proposal.path is Path.OVERRIDE and followed and person in {followed.proposal.by, followed.by}:
        return _("You took part in the decision that this would override.")
    return ""


def _may_refuse(state: CaseFile, proposal: Proposal, person: str) -> bool:
    try:
        rules.may_refuse(state, proposal, person)
    except FourEyes:
        return False
    return True


def _why_nobody(proposal: Proposal, who: Acting, seen: Seen) -> str | Promise:
    """Say why nobody can approve it now: asked of the rules for a person who had no part in anything."""
    try:
        rules.may_approve(seen.state, proposal, "", proposal.digest, seen.barred, who.now)
    except Recused:
        return _("Who proposed it has been recused from this case since, so it can only be refused.")
    except Overtaken:
        if proposal.ends_at is not None and proposal.ends_at <= who.now:
            return _("The end that it sets has passed, so it can only be refused.")
        return _("Another decision has taken the place of the one that it would follow: refuse it.")
    except WrongStage:
        return _("The case is on hold or has been decided since, so it cannot be approved now.")
    return ""


def why_not_decide(appeal: Appeal, who: Acting, seen: Seen) -> str | Promise:
    """Say why the person looking may not decide an appeal; empty if they may."""
    me = who.account.pseudonym
    if appeal.closed:
        return _("It has been decided.")
    if appeal.answer:
        return _("It has been answered; the answer waits for a second person's approval.")
    if me == appeal.entered_by:
        return _("You entered it: somebody else must decide it.")
    if seen.state.had_a_hand(me, apart_from_appeal=appeal.id):
        return _("You had a hand in this case. An appeal is decided by who had none.")
    if not who.may(Permission.CASE_APPEAL_DECIDE):
        return _("Appeals are decided by an appeals officer, and you are none.")
    return ""


def who_may_decide(appeal: Appeal, who: Acting, seen: Seen) -> list[Account]:
    """Give the other appeals officers who had no hand in the case."""
    return [
        account
        for account in holders_of(Role.APPEALS_OFFICER)
        if account.pseudonym not in {who.account.pseudonym, appeal.entered_by, *seen.barred}
        and not seen.state.had_a_hand(account.pseudonym, apart_from_appeal=appeal.id)
    ]


def why_not_propose(path: Path, previous: str, who: Acting, seen: Seen) -> str | Promise:
    """Say why the person looking may not propose by a path now; empty if they may."""
    if not who.may(Permission.CASE_DECISION_PROPOSE):
        return _("Decisions are proposed by a reviewer, and you are none.")
    me = who.account.pseudonym
    try:
        if path is not Path.OVERRIDE:
            rules.in_charge(seen.state, me, who.now)
        rules.may_propose(seen.state, me, path, previous, who.now)
    except FourEyes:
        return _("You took part in the decision that this would override.")
    except (Forbidden, Overtaken, WrongStage) as error:
        return SENTENCES[error.code]
    return ""
