"""Reading people: who an account is now, what they may do, and from what they are barred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from allauth.usersessions.models import UserSession
from django.db import connection
from django.db.models import Model, Q, QuerySet

from mithaq.kernel.clock import Clock
from mithaq.ledger.acts import Entropy
from mithaq.people.acting import Acting
from mithaq.people.errors import NotSignedIn, Recused, UnknownAccount
from mithaq.people.models import Account, BrokenGlass, Recusal, RoleGrant, SignInLink, Token
from mithaq.people.permissions import Machine, Permission, Role
from mithaq.people.secrets import digest_of

GLASS_HOLDS: Final = timedelta(hours=24)
"""For how long a case may be read after the glass in front of it was broken."""

_Row = TypeVar("_Row", bound=Model)


def roles_of(account: Account) -> frozenset[Role]:
    """Give the roles in force: granted in full and not ended. A disabled account has none."""
    if not account.is_active:
        return frozenset()
    grants = RoleGrant.objects.filter(account=account, approved_at__isnull=False, ended_at__isnull=True)
    return frozenset(Role(role) for role in grants.values_list("role", flat=True))


def holders_of(role: Role) -> list[Account]:
    """Give the people who hold a role now, by name."""
    held = RoleGrant.objects.filter(role=role, approved_at__isnull=False, ended_at__isnull=True)
    return list(Account.objects.filter(is_active=True, grants__in=held).distinct().order_by("name", "id"))


def acting(
    account: Account,
    *,
    clock: Clock,
    entropy: Entropy,
    scopes: frozenset[Permission] | None = None,
    via: str = "api",
) -> Acting:
    """Give the person in the act of doing something, with the roles they hold now."""
    return Acting(account, roles_of(account), clock, entropy, scopes, via=via)


def worker_account() -> Account | None:
    """Give the account under which the worker acts; None until it first had to."""
    return Account.with_worker.filter(pseudonym=Machine.WORKER.value).first()


def lock_administrators() -> set[int]:
    """Give the accounts that are administrators now, held until the transaction ends."""
    held = RoleGrant.objects.select_for_update(of=("self",)).filter(
        role=Role.ADMINISTRATOR, approved_at__isnull=False, ended_at__isnull=True, account__is_active=True
    )
    return set(held.values_list("account_id", flat=True))


def access_account(pseudonym: str) -> Account:
    """Give an account by its pseudonym; raises UnknownAccount."""
    account = Account.objects.filter(pseudonym=pseudonym).first()
    if account is None:
        raise UnknownAccount("there is no such account", field="pseudonym", hint="List the accounts.")
    return account


def access_grant(pk: int) -> RoleGrant:
    """Give a role grant; raises UnknownAccount."""
    return _found(RoleGrant.objects.select_related("account").filter(pk=pk).first(), "role grant")


def access_recusal(pk: int) -> Recusal:
    """Give a recusal; raises UnknownAccount."""
    return _found(Recusal.objects.select_related("account").filter(pk=pk).first(), "recusal")


def access_token(who: Acting, pk: int) -> Token:
    """Give a token of one's own, or as administrator anybody's; raises UnknownAccount."""
    tokens = Token.objects.select_related("account").filter(pk=pk)
    if not who.may(Permission.PEOPLE_ACCOUNT_MANAGE):
        tokens = tokens.filter(account=who.account)
    return _found(tokens.first(), "token")


def sessions_of(account: Account) -> list[UserSession]:
    """Give the sessions of a person that are open now, the newest first."""
    rows = UserSession.objects.filter(user=account).order_by("-created_at", "-pk")
    return [each for each in rows if each.exists()]


def people_named(who: Acting, text: str) -> QuerySet[Account]:
    """Give the people whose name holds a text or whose pseudonym begins with it, all for none; by name.

    Whoever manages accounts finds them by their e-mail address too, which nobody else is shown.
    """
    wanted = text.strip()
    found = Account.objects.order_by("name", "pk").prefetch_related("grants")
    named = Q(name__icontains=wanted) | Q(pseudonym__startswith=wanted)
    if who.may(Permission.PEOPLE_ACCOUNT_MANAGE):
        named |= Q(email__icontains=wanted)
    return found.filter(named) if wanted else found


def proposed_grants() -> QuerySet[RoleGrant]:
    """Give the roles that wait for a second administrator, the oldest first."""
    waiting = RoleGrant.objects.filter(approved_at__isnull=True, ended_at__isnull=True)
    return waiting.select_related("account", "proposed_by").order_by("proposed_at", "pk")


def may_approve(grant: RoleGrant) -> list[Account]:
    """Give the administrators who may approve a proposed role: neither its proposer nor its grantee."""
    held = Account.objects.filter(
        is_active=True,
        grants__role=Role.ADMINISTRATOR,
        grants__approved_at__isnull=False,
        grants__ended_at__isnull=True,
    )
    return list(
        held.exclude(pk__in=[grant.account_id, grant.proposed_by_id]).order_by("name", "pk").distinct()
    )


def link_open(account: Account, *, now: datetime) -> bool:
    """Say whether the account has a one-time link that could still be used."""
    unused = SignInLink.objects.filter(account=account, used_at__isnull=True, withdrawn_at__isnull=True)
    return unused.filter(expires_at__gt=now).exists()


def _found(row: _Row | None, what: str) -> _Row:
    if row is None:
        raise UnknownAccount(f"there is no such {what}", field="id", hint="List what there is.")
    return row


def token_owner(text: str, *, now: datetime) -> tuple[Account, frozenset[Permission]]:
    """Give whose token this is and what it was issued for; raises NotSignedIn.

    Permissions that a later version no longer knows are left out: a scope never comes to mean more.
    """
    token = (
        Token.objects.select_related("account")
        .filter(digest=digest_of(text), revoked_at__isnull=True, expires_at__gt=now, account__is_active=True)
        .first()
    )
    if token is None:
        raise NotSignedIn("the token is unknown, revoked or too old", hint="Issue a new one.")
    known = {permission.value for permission in Permission}
    return token.account, frozenset(Permission(scope) for scope in token.scopes if scope in known)


def may_see_by_break_glass(who: Acting, case: str) -> bool:
    """Say whether the person broke the glass in front of a case less than a day ago, and still may.

    It lets them read, and do nothing: every act asks for a permission of its own. Whoever gives the case
    asks for recusals too, which may have been declared since.
    """
    if not who.account.is_active or not who.may(Permission.CASE_BREAK_GLASS):
        return False
    broken = BrokenGlass.objects.filter(account=who.account, case=case)
    return broken.filter(at__gt=who.now - GLASS_HOLDS, at__lte=who.now).exists()


def refuse_if_recused(
    who: Acting, *, customers: Iterable[str] = (), regions: Iterable[str] = (), case: str = ""
) -> None:
    """Bar a recused person from an act; raises Recused.

    `customers` and `regions` are those that the case touches. Prior work bars from a case, or from every
    case of a customer.
    """
    touched = {
        Recusal.Kind.CUSTOMER: set(customers),
        Recusal.Kind.REGION: set(regions),
    }
    touched[Recusal.Kind.PRIOR_WORK] = touched[Recusal.Kind.CUSTOMER] | ({case} if case else set())
    if any(value in touched[Recusal.Kind(kind)] for kind, value in _recusals_of(who.account)):
        raise Recused(
            "you are recused from this case", hint="Hand it over; only another administrator ends a recusal."
        )


def _recusals_of(account: Account) -> list[tuple[str, str]]:
    """Give kind and value of the recusals that last. In plain SQL, since every act on a case asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, value FROM people_recusal WHERE account_id = %s AND ended_at IS NULL", [account.pk]
        )
        return [(kind, value) for kind, value in cursor.fetchall()]
