"""The first run: two administrators at once, because one alone could grant no deciding role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mithaq.kernel.clock import Clock
from mithaq.ledger.acts import Act, ActorRef, Entropy, act, record
from mithaq.ledger.kinds import ActKind
from mithaq.people.acts.accounts import make_account
from mithaq.people.acts.links import make_link
from mithaq.people.errors import AlreadySetUp, BadAccount
from mithaq.people.models import Account, RoleGrant
from mithaq.people.permissions import Role

INSTALLER: Final = ActorRef("installer", "host")
"""Whoever started Mithaq for the first time: no account exists yet that could have acted."""

FOUNDERS: Final = 2


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Whom to make an account for."""

    name: str
    email: str
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Founder:
    """One of the first two administrators, and the secret of the link that lets them in once."""

    account: Account
    secret: str
    expires_at: datetime


@act
def set_up(people: Sequence[NewPerson], *, clock: Clock, entropy: Entropy) -> tuple[Founder, Founder]:
    """Make the first two administrators; raises AlreadySetUp, BadAccount."""
    if len(people) != FOUNDERS or len({person.email.lower() for person in people}) != FOUNDERS:
        raise BadAccount(
            "the first run makes two administrators, who are two people",
            field="people",
            hint="Give two names and two addresses.",
        )
    if Account.objects.exists():
        raise AlreadySetUp("there are accounts already", hint="Sign in, and let an administrator add people.")
    now = clock()
    founders = []
    personal: dict[str, str] = {}
    for number, person in enumerate(people, start=1):
        account = make_account(person.name, person.email, person.locale, now=now, entropy=entropy)
        RoleGrant.objects.create(
            account=account, role=Role.ADMINISTRATOR, founder=number, proposed_at=now, approved_at=now
        )
        secret, link = make_link(account, None, now=now, entropy=entropy)
        founders.append(Founder(account, secret, link.expires_at))
        personal |= {f"name_{number}": account.name, f"email_{number}": account.email}
    pseudonyms = [founder.account.pseudonym for founder in founders]
    record(
        Act(
            ActKind.PEOPLE_SETUP_DONE,
            now,
            INSTALLER,
            facts={"administrators": [*pseudonyms]},
            personal=personal,
        ),
        entropy=entropy,
    )
    return founders[0], founders[1]
