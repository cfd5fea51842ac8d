"""Personal tokens: scoped, expiring, revocable, shown once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.errors import BadToken
from mithaq.people.models import Token
from mithaq.people.permissions import Permission
from mithaq.people.secrets import TOKEN_PREFIX, digest_of, new_secret

LONGEST: Final = timedelta(days=366)
LABEL_LIMIT: Final = 100


@act
def issue_token(
    who: Acting, *, label: str, scopes: Iterable[Permission], expires_at: datetime
) -> tuple[str, Token]:
    """Issue a token to oneself; gives its text, which nothing keeps. Raises Forbidden, BadToken.

    A token never reaches further than what it was issued with: neither than the roles, nor than the token
    that asks for it.
    """
    role = who.must(Permission.PEOPLE_TOKEN_OWN)
    wanted = frozenset(scopes)
    if not label.strip() or len(label) > LABEL_LIMIT:
        raise BadToken("a token needs a label of at most 100 characters", field="label", hint="Name its use.")
    if not wanted:
        raise BadToken("a token without a scope can do nothing", field="scopes", hint="Name what it is for.")
    if beyond := sorted(scope.value for scope in wanted if not who.may(scope)):
        raise BadToken(
            f"you may not do this yourself: {', '.join(beyond)}",
            field="scopes",
            hint="Leave these scopes out.",
        )
    if not who.now < expires_at <= who.now + LONGEST:
        raise BadToken("a token ends within a year", field="expires_at", hint="Give a time within a year.")
    secret = new_secret(who.entropy, TOKEN_PREFIX)
    token = Token.objects.create(
        account=who.account,
        label=label.strip(),
        digest=digest_of(secret),
        scopes=sorted(scope.value for scope in wanted),
        issued_at=who.now,
        expires_at=expires_at,
    )
    who.record(ActKind.PEOPLE_TOKEN_ISSUED, role, facts={"token": token.pk, "scopes": [*token.scopes]})
    return secret, token


@act
def revoke_token(who: Acting, token: Token) -> Token:
    """End a token of one's own, or as administrator anybody's. Raises Forbidden, BadToken."""
    own = token.account_id == who.account.pk
    role = who.must(Permission.PEOPLE_TOKEN_OWN if own else Permission.PEOPLE_ACCOUNT_MANAGE)
    if token.revoked_at is not None:
        raise BadToken("the token is revoked already", field="token", hint="Nothing is left to do.")
    token.revoked_at, token.revoked_by = who.now, who.account
    token.save(update_fields=["revoked_at", "revoked_by"])
    who.record(
        ActKind.PEOPLE_TOKEN_REVOKED, role, facts={"token": token.pk, "account": token.account.pseudonym}
    )
    return token
