"""The people: who there is, what each may do and through whom, and from what they are barred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.console.web.office.frame import leaf, same_search
from mithaq.console.web.pages import ActingRequest, page
from mithaq.people.acting import Acting
from mithaq.people.models import Account, Recusal, RoleGrant, Token
from mithaq.people.permissions import DECIDING, Permission, Role
from mithaq.people.queries import (
    access_account,
    link_open,
    may_approve,
    people_named,
    proposed_grants,
    sessions_of,
)


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A person as a list shows them."""

    account: Account
    roles: Sequence[str | Promise]
    proposed: Sequence[str | Promise]


@dataclass(frozen=True, slots=True)
class GrantShown:
    """A role of a person, and what whoever looks may do about it.

    `why_not` says why they may not approve it although administrators do; `others` are those who may.
    """

    grant: RoleGrant
    role: str | Promise
    may_approve: bool
    why_not: str | Promise | None
    others: Sequence[Account]


def _person(account: Account) -> PersonShown:
    held = [grant for grant in account.grants.all() if grant.ended_at is None]
    return PersonShown(
        account,
        sorted(ROLE_NAMES[each.role] for each in held if each.approved_at is not None and account.is_active),
        sorted(ROLE_NAMES[each.role] for each in held if each.approved_at is None),
    )


def grant_shown(who: Acting, grant: RoleGrant) -> GrantShown:
    """Give a role with what whoever looks may do about it."""
    waits = grant.approved_at is None and grant.ended_at is None
    why_not = _why_not(who, grant) if waits else None
    return GrantShown(
        grant=grant,
        role=ROLE_NAMES[grant.role],
        may_approve=waits and why_not is None,
        why_not=why_not,
        others=may_approve(grant) if waits else (),
    )


def _why_not(who: Acting, grant: RoleGrant) -> str | Promise | None:
    """Say why somebody may not approve a proposed role; None if they may."""
    if not who.may(Permission.PEOPLE_ROLE_APPROVE):
        return _("Administrators approve roles.")
    if grant.account_id == who.account.pk:
        return _("You cannot approve it: nobody has a hand in a role of their own.")
    if grant.proposed_by_id == who.account.pk:
        return _("You cannot approve it: you proposed it, and two people must agree.")
    if link_open(grant.account, now=who.now):
        return _(
            "Nobody can approve it yet: the person has not used their one-time link, and whoever issued it "
            "still could."
        )
    return None


@page(Permission.PEOPLE_READ)
def people(request: ActingRequest) -> HttpResponse:
    """List the people, those found by a search, and the roles that wait for a second administrator."""
    who, text = request.acting, request.GET.get("q", "")[:200]
    found = leaf(request, people_named(who, text))
    context = {
        "people": [_person(account) for account in found],
        "found": found,
        "text": text,
        "same": same_search(request, "q"),
        "waiting": [grant_shown(who, grant) for grant in proposed_grants()[:50]],
        "may_add": who.may(Permission.PEOPLE_ACCOUNT_MANAGE),
    }
    return render(request, "office/people.html", context)


@page(Permission.PEOPLE_READ)
def person(request: ActingRequest, pseudonym: str) -> HttpResponse:
    """Show one person: roles and who granted them, recusals, and to administrators tokens and sessions."""
    who, account = request.acting, access_account(pseudonym)
    grants = RoleGrant.objects.filter(account=account).select_related(
        "account", "proposed_by", "approved_by", "ended_by"
    )
    recusals = Recusal.objects.filter(account=account).select_related("declared_by", "ended_by")
    manages = who.may(Permission.PEOPLE_ACCOUNT_MANAGE)
    own = account.pk == who.account.pk
    context = {
        "person": _person(account),
        "own": own,
        "grants": [grant_shown(who, grant) for grant in grants.order_by("-proposed_at", "-pk")],
        "recusals": recusals.order_by("ended_at", "-declared_at", "-pk"),
        "manages": manages,
        "proposes": who.may(Permission.PEOPLE_ROLE_PROPOSE),
        "recuses": who.may(Permission.PEOPLE_RECUSAL_MANAGE),
        "tokens": _tokens(account, who.now) if manages or own else (),
        "sessions": sessions_of(account) if manages else (),
        "waits_for_link": link_open(account, now=who.now),
    }
    return render(request, "office/person.html", context)


def _tokens(account: Account, now: datetime) -> Sequence[Token]:
    """Give the tokens of a person that still open something."""
    return list(
        Token.objects.filter(account=account, revoked_at__isnull=True, expires_at__gt=now).order_by("pk")
    )


def decides(role: Role) -> bool:
    """Say whether a role is granted by two administrators."""
    return role in DECIDING
