"""Who acts, and with what: passed to every act instead of globals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import Clock
from mithaq.ledger.acts import Act, ActorRef, Entropy, record
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry
from mithaq.people.errors import Forbidden
from mithaq.people.models import Account
from mithaq.people.permissions import ALLOWED, Machine, Permission, Role


@dataclass(frozen=True, slots=True)
class Acting:
    """One person (or the worker) in the act of doing something.

    `scopes` narrows what the roles allow to what a token was issued for; None does not narrow.
    """

    account: Account
    roles: frozenset[Role | Machine]
    clock: Clock
    entropy: Entropy
    scopes: frozenset[Permission] | None = None
    via: str = field(default="api", kw_only=True)

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.clock()

    def may(self, permission: Permission) -> bool:
        """Say whether the person's roles, and the token used, allow it."""
        allowed = any(permission in ALLOWED[role] for role in self.roles)
        return allowed and (self.scopes is None or permission in self.scopes)

    def must(self, permission: Permission) -> Role | Machine:
        """Give the role that allows it (the first by name); raises Forbidden."""
        at_work = self.account.is_active or Machine.WORKER in self.roles
        if not at_work or not self.may(permission):
            raise Forbidden(
                f"this needs the permission {permission.value}",
                hint="Ask an administrator who holds a role with it.",
            )
        return min(role for role in self.roles if permission in ALLOWED[role])

    def record(
        self,
        kind: ActKind,
        role: Role | Machine,
        *,
        case: str = "",
        facts: Mapping[str, Json] | None = None,
        personal: Mapping[str, str] | None = None,
    ) -> Entry:
        """Add the entry of an act done in this role; must be called inside the act's transaction."""
        actor = ActorRef(self.account.pseudonym, role.value)
        what = Act(kind, self.now, actor, case, facts or {}, personal or {})
        return record(what, entropy=self.entropy)
