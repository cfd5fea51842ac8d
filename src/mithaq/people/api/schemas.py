"""What the routes about people take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, SecretStr

from mithaq.people.models import Account, Recusal, RoleGrant, Token
from mithaq.people.permissions import Permission, Role

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Me(Schema):
    """The person who asks."""

    pseudonym: str
    name: str
    locale: str
    roles: list[str]
    permissions: list[str]


class LinkUse(Schema):
    """The secret of a one-time link, and the password to set."""

    secret: Annotated[str, Field(max_length=100)]
    password: Annotated[SecretStr, Field(max_length=1000)]


class LinkUsed(Schema):
    """Whose password was set."""

    pseudonym: str


class NewAccount(Schema):
    """Whom to add."""

    name: Annotated[str, Field(max_length=200)]
    email: Annotated[str, Field(max_length=254)]
    locale: Literal["en", "ar"] = "en"


class Person(Schema):
    """A person as colleagues see them."""

    pseudonym: str
    name: str
    locale: str
    active: bool
    roles: list[str]

    @classmethod
    def of(cls, account: Account) -> Person:
        """Show an account."""
        held = account.grants.filter(approved_at__isnull=False, ended_at__isnull=True)
        roles = sorted(held.values_list("role", flat=True)) if account.is_active else []
        return cls(
            pseudonym=account.pseudonym,
            name=account.name,
            locale=account.locale,
            active=account.is_active,
            roles=roles,
        )


class Link(Schema):
    """A one-time link's secret, shown once."""

    pseudonym: str
    secret: str


class RoleProposal(Schema):
    """Which role for whom."""

    account: Annotated[str, Field(max_length=32)]
    role: Role


class Grant(Schema):
    """A role grant and what came of it."""

    id: int
    account: str
    role: str
    proposed_by: str | None
    proposed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, grant: RoleGrant) -> Grant:
        """Show a grant."""
        return cls(
            id=grant.pk,
            account=grant.account.pseudonym,
            role=grant.role,
            proposed_by=_pseudonym(grant.proposed_by),
            proposed_at=grant.proposed_at,
            approved_by=_pseudonym(grant.approved_by),
            approved_at=grant.approved_at,
            ended_by=_pseudonym(grant.ended_by),
            ended_at=grant.ended_at,
        )


class NewToken(Schema):
    """What a token is for, what it may do, and until when."""

    label: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=len(Permission))]
    expires_at: datetime


class TokenShown(Schema):
    """A token without its text."""

    id: int
    label: str
    scopes: list[str]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: Token) -> TokenShown:
        """Show a token."""
        return cls(
            id=token.pk,
            label=token.label,
            scopes=token.scopes,
            issued_at=token.issued_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
        )


class TokenIssued(TokenShown):
    """A new token with its text, which is shown this once."""

    token: str


class NewRecusal(Schema):
    """From what to be recused, and why; the reason is sealed in the ledger and shown nowhere."""

    kind: Recusal.Kind
    value: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Text


class Ending(Schema):
    """Why something ends."""

    reason: Text


class RecusalShown(Schema):
    """A recusal in force or ended."""

    id: int
    account: str
    kind: str
    value: str
    declared_by: str
    declared_at: datetime
    ended_by: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, recusal: Recusal) -> RecusalShown:
        """Show a recusal."""
        return cls(
            id=recusal.pk,
            account=recusal.account.pseudonym,
            kind=recusal.kind,
            value=recusal.value,
            declared_by=recusal.declared_by.pseudonym,
            declared_at=recusal.declared_at,
            ended_by=_pseudonym(recusal.ended_by),
            ended_at=recusal.ended_at,
        )


def _pseudonym(account: Account | None) -> str | None:
    return None if account is None else account.pseudonym
