"""Who works at the pretend provider, and how whoever tries the demo signs in as one of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from mithaq.console.service.startup import Link
from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.acts.setup import NewPerson
from mithaq.people.models import Account
from mithaq.people.permissions import DECIDING, Permission, Role
from mithaq.people.queries import acting


@dataclass(slots=True)
class StoryClock:
    """The story's present moment."""

    now: datetime

    def __call__(self) -> datetime:
        """Give it."""
        return self.now


@dataclass(frozen=True, slots=True)
class Part:
    """One person of the story."""

    key: str
    name: str
    roles: tuple[Role, ...]
    locale: str = "en"

    @property
    def email(self) -> str:
        """Their address at the pretend provider."""
        return f"{self.key}@provider.example"


FOUNDERS: Final = (
    Part("amal", "Amal Quarry", (Role.ADMINISTRATOR,)),
    Part("idris", "إدريس الوادي", (Role.ADMINISTRATOR,), "ar"),
)
CAST: Final = (
    Part("rima", "Rima Quay", (Role.REVIEWER,)),
    Part("nadim", "نديم المرسى", (Role.REVIEWER,), "ar"),
    Part("salma", "Salma Weir", (Role.AUTHORISER,)),
    Part("karim", "Karim Holt", (Role.APPROVER,)),
    Part("huda", "هدى الجسر", (Role.APPROVER,), "ar"),
    Part("yusra", "يسرى الساحل", (Role.APPEALS_OFFICER,), "ar"),
    Part("tarek", "Tarek Lowe", (Role.APPEALS_OFFICER,)),
    Part("lina", "Lina Marsh", (Role.OPERATOR,)),
    Part("bashir", "Bashir Dale", (Role.REGISTER_KEEPER,)),
    Part("maysun", "ميسون النبع", (Role.AUDITOR,), "ar"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one comes in as somebody: what whoever tries the demo is told."""

    part: Part
    codes: tuple[str, ...]
    """Recovery codes, each good once in place of a second factor."""


@dataclass(slots=True)
class Cast:
    """The people, each ready to act at the story's moment."""

    clock: StoryClock
    password: str
    accounts: dict[str, Account] = field(default_factory=dict)

    def __call__(self, key: str) -> Acting:
        """Give somebody in the act of doing something, with the roles that they hold."""
        account = Account.objects.get(pk=self.accounts[key].pk)
        return acting(account, clock=self.clock, entropy=secrets.token_bytes)

    def join(self, links: Sequence[Link]) -> None:
        """Let the two of the first run in by their links, and add all others with their roles."""
        for part, link in zip(FOUNDERS, links, strict=True):
            self._enter(part, link.path.strip("/").rpartition("/")[2])
        first, second = (self(part.key) for part in FOUNDERS)
        for part in CAST:
            _account, secret = acts.create_account(
                first, name=part.name, email=part.email, locale=part.locale
            )
            self._enter(part, secret)
            for role in part.roles:
                grant = acts.propose_role(first, self.accounts[part.key], role)
                if role in DECIDING:
                    acts.approve_role(second, grant)

    def _enter(self, part: Part, secret: str) -> None:
        self.accounts[part.key] = acts.use_link(
            secret, self.password, clock=self.clock, entropy=secrets.token_bytes
        )

    def token(self, key: str) -> str:
        """Issue somebody a personal token for a day with all that their roles allow."""
        who = self(key)
        scopes = tuple(permission for permission in Permission if who.may(permission))
        until = who.now + timedelta(days=1)
        text, _token = acts.issue_token(who, label="demo", scopes=scopes, expires_at=until)
        return text

    def sign_ins(self) -> list[SignIn]:
        """Give everybody a second factor with recovery codes, and say how they come in.

        Who decides is asked for one at the door, and each of the others before some act: at least before
        they make a token of their own.
        """
        return [SignIn(part, self._codes(part)) for part in (*FOUNDERS, *CAST)]

    def _codes(self, part: Part) -> tuple[str, ...]:
        account = self.accounts[part.key]
        TOTP.activate(account, generate_totp_secret())
        return tuple(RecoveryCodes.activate(account).get_unused_codes())


def founders() -> tuple[NewPerson, ...]:
    """Give the two administrators of the first run."""
    return tuple(NewPerson(part.name, part.email, part.locale) for part in FOUNDERS)
