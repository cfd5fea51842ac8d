"""Granting and ending roles. A deciding role takes two administrators; nobody has a hand in their own."""

from __future__ import annotations

from datetime import datetime

from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.errors import BadGrant, TooFewAdministrators
from mithaq.people.models import Account, RoleGrant
from mithaq.people.permissions import APART, DECIDING, Permission, Role
from mithaq.people.queries import link_open, lock_administrators

ENOUGH = 2
"""Administrators that must remain: with one alone no deciding role could be granted."""


@act
def propose_role(who: Acting, account: Account, role: Role) -> RoleGrant:
    """Propose a role; one that decides about nobody is in force at once. Raises Forbidden, BadGrant."""
    acted_as = who.must(Permission.PEOPLE_ROLE_PROPOSE)
    _refuse_own(who, account)
    _refuse_unfit(account, role)
    if RoleGrant.objects.filter(account=account, role=role, ended_at__isnull=True).exists():
        raise BadGrant(
            "the role is held or proposed already", field="role", hint="Look at the person's grants."
        )
    at_once = role not in DECIDING
    grant = RoleGrant.objects.create(
        account=account,
        role=role,
        proposed_by=who.account,
        proposed_at=who.now,
        approved_by=who.account if at_once else None,
        approved_at=who.now if at_once else None,
    )
    who.record(
        ActKind.PEOPLE_ROLE_PROPOSED,
        acted_as,
        facts={"account": account.pseudonym, "role": role.value, "grant": grant.pk, "in_force": at_once},
    )
    return grant


@act
def approve_role(who: Acting, grant: RoleGrant) -> RoleGrant:
    """Bring a proposed role into force. One approval is enough. Raises Forbidden, BadGrant."""
    acted_as = who.must(Permission.PEOPLE_ROLE_APPROVE)
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("account").get(pk=grant.pk)
    _refuse_own(who, grant.account)
    if grant.proposed_by_id == who.account.pk:
        raise BadGrant(
            "whoever proposed the role cannot approve it", hint="Ask another administrator to approve it."
        )
    if grant.approved_at is not None or grant.ended_at is not None:
        raise BadGrant("the role is in force or ended already", hint="Look at the person's grants.")
    _refuse_unfit(grant.account, Role(grant.role))
    _refuse_open_link(grant.account, now=who.now)
    grant.approved_by, grant.approved_at = who.account, who.now
    grant.save(update_fields=["approved_by", "approved_at"])
    who.record(
        ActKind.PEOPLE_ROLE_APPROVED,
        acted_as,
        facts={"account": grant.account.pseudonym, "role": grant.role, "grant": grant.pk},
    )
    return grant


@act
def end_role(who: Acting, grant: RoleGrant) -> RoleGrant:
    """End a role, or withdraw a proposal. Raises Forbidden, BadGrant, TooFewAdministrators."""
    acted_as = who.must(Permission.PEOPLE_ROLE_PROPOSE)
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("account").get(pk=grant.pk)
    if grant.ended_at is not None:
        raise BadGrant("the role has ended already", hint="Nothing is left to do.")
    end_one(who, grant)
    who.record(
        ActKind.PEOPLE_ROLE_ENDED,
        acted_as,
        facts={"account": grant.account.pseudonym, "role": grant.role, "grant": grant.pk},
    )
    return grant


def end_one(who: Acting, grant: RoleGrant) -> None:
    """End one grant inside an act; raises TooFewAdministrators."""
    if grant.role == Role.ADMINISTRATOR and grant.approved_at is not None:
        remaining = lock_administrators() - {grant.account_id}
        if len(remaining) < ENOUGH:
            raise TooFewAdministrators(
                "two administrators must remain", hint="Let two others be administrators first."
            )
    grant.ended_by, grant.ended_at = who.account, who.now
    grant.save(update_fields=["ended_by", "ended_at"])


def end_grants(who: Acting, account: Account, roles: frozenset[Role] = frozenset(Role)) -> list[str]:
    """End all grants of these roles inside an act; gives the roles' names. Raises TooFewAdministrators."""
    open_grants = RoleGrant.objects.filter(
        account=account, role__in=[role.value for role in roles], ended_at__isnull=True
    )
    # The administrator's grant goes last: whoever ends their own must still be one for the others.
    ordered = sorted(open_grants, key=lambda grant: (grant.role == Role.ADMINISTRATOR, grant.role))
    for grant in ordered:
        end_one(who, grant)
    return [grant.role for grant in ordered]


def _refuse_own(who: Acting, account: Account) -> None:
    if account.pk == who.account.pk:
        raise BadGrant("nobody has a hand in a role of their own", hint="Ask another administrator.")


def _refuse_open_link(account: Account, *, now: datetime) -> None:
    """Refuse while the account has a link: its issuer, who is one person, could still use it."""
    if link_open(account, now=now):
        raise BadGrant(
            "the person has not used their one-time link yet, and whoever issued it still could",
            field="account",
            hint="Approve once they have set their password, and ask them whether it was they who did.",
        )


def _refuse_unfit(account: Account, role: Role) -> None:
    if not account.is_active:
        raise BadGrant("the account is disabled", field="account", hint="Enable it first.")
    held = RoleGrant.objects.filter(account=account, ended_at__isnull=True).exclude(role=role)
    others = {Role(name) for name in held.values_list("role", flat=True)}
    if others and (role in APART or others & APART):
        raise BadGrant(
            f"{role.value} cannot be held together with {', '.join(sorted(others))}",
            field="role",
            hint="Administrators and auditors hold no other role; end the one before granting the other.",
        )
