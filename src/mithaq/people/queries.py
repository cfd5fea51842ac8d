"""Reading people: who an account is now, and what they may do."""

from __future__ import annotations

from mithaq.kernel.clock import Clock
from mithaq.ledger.acts import Entropy
from mithaq.people.acting import Acting
from mithaq.people.models import Account, RoleGrant
from mithaq.people.permissions import Permission, Role


def roles_of(account: Account) -> frozenset[Role]:
    """Give the roles in force: granted in full and not ended. A disabled account has none."""
    if not account.is_active:
        return frozenset()
    grants = RoleGrant.objects.filter(account=account, approved_at__isnull=False, ended_at__isnull=True)
    return frozenset(Role(role) for role in grants.values_list("role", flat=True))


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
