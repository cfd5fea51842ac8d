"""The first run: two administrators at once, because one alone could grant no deciding role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import Clock
from mithaq.ledger.acts import Act, ActorRef, Entropy, act, record
from mithaq.ledger.kinds import ActKind
from mithaq.people.acts.accounts import make_account
from mithaq.people.acts.links import make_link
from mithaq.people.errors import AlreadySetUp, BadAccount
from mithaq.people.models import Account, RoleGrant, SignInLink
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


@act
def renew_links(*, clock: Clock, entropy: Entropy) -> tuple[Founder, ...]:
    """Give a new link to each of the first two who has never come in; their earlier ones end.

    Until both have come in no deciding role can be granted, so whoever runs the host gains nothing by it
    that the first run did not give them. Raises BadAccount before the first run, AlreadySetUp afterwards.
    """
    grants = RoleGrant.objects.filter(founder__isnull=False).select_related("account").order_by("founder")
    accounts = [grant.account for grant in grants]
    if not accounts:
        raise BadAccount("the first run has not been made", hint="Run mithaq serve --prepare.")
    came_in = SignInLink.objects.filter(account__in=accounts, used_at__isnull=False)
    waiting = [each for each in accounts if each.pk not in set(came_in.values_list("account", flat=True))]
    if not waiting:
        raise AlreadySetUp(
            "both first administrators have come in", hint="An administrator lets people in from here on."
        )
    now, renewed = clock(), []
    for account in waiting:
        secret, link = make_link(account, None, now=now, entropy=entropy)
        renewed.append(Founder(account, secret, link.expires_at))
        facts: dict[str, Json] = {"account": account.pseudonym, "roles_ended": []}
        record(Act(ActKind.PEOPLE_LINK_ISSUED, now, INSTALLER, facts=facts), entropy=entropy)
    return tuple(renewed)
