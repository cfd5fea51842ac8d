"""One-time links: the only way to a first password, and back in for who has lost theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from mithaq.kernel.clock import Clock
from mithaq.ledger.acts import Act, ActorRef, Entropy, act, record
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.acts.roles import end_grants
from mithaq.people.errors import BadAccount, BadPassword, LinkNotValid
from mithaq.people.models import Account, SignInLink, Token
from mithaq.people.permissions import DECIDING, Permission
from mithaq.people.secrets import digest_of, new_secret

LINK_LIVES: Final = timedelta(hours=72)


def make_link(
    account: Account, issued_by: Account | None, *, now: datetime, entropy: Entropy
) -> tuple[str, SignInLink]:
    """Add a link in place of the account's earlier ones; gives its secret. For acts of this room."""
    SignInLink.objects.filter(account=account, used_at__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    )
    secret = new_secret(entropy)
    link = SignInLink.objects.create(
        account=account,
        digest=digest_of(secret),
        issued_by=issued_by,
        issued_at=now,
        expires_at=now + LINK_LIVES,
    )
    return secret, link


@act
def issue_link(who: Acting, account: Account) -> tuple[str, SignInLink]:
    """Let a person in again; gives the link's secret. Raises Forbidden, BadAccount, TooFewAdministrators.

    Whoever issues a link could use it. So the account's deciding roles end in the same act, and two
    administrators must grant them anew: one administrator alone cannot become an approver.
    """
    role = who.must(Permission.PEOPLE_ACCOUNT_MANAGE)
    if account.pk == who.account.pk or not account.is_active:
        raise BadAccount(
            "a link is for another person's open account", field="account", hint="Ask another administrator."
        )
    ended = end_grants(who, account, DECIDING)
    secret, link = make_link(account, who.account, now=who.now, entropy=who.entropy)
    who.record(
        ActKind.PEOPLE_LINK_ISSUED, role, facts={"account": account.pseudonym, "roles_ended": [*ended]}
    )
    return secret, link


@act
def use_link(secret: str, password: str, *, clock: Clock, entropy: Entropy) -> Account:
    """Set a password with a link, which is then used up. Raises LinkNotValid, BadPassword.

    Tokens issued before end with it: whoever had the account until now may not be the person.
    """
    now = clock()
    link = (
        SignInLink.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(digest=digest_of(secret), used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if link is None or not link.account.is_active:
        raise LinkNotValid(
            "this link is unknown, used or too old", hint="Ask an administrator for a new one."
        )
    account = link.account
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise BadPassword(" ".join(error.messages), field="password", hint="Choose a longer one.") from error
    account.set_password(password)
    account.save(update_fields=["password"])
    link.used_at = now
    link.save(update_fields=["used_at"])
    revoked = Token.objects.filter(account=account, revoked_at__isnull=True).update(
        revoked_at=now, revoked_by=account
    )
    record(
        Act(
            ActKind.PEOPLE_LINK_USED,
            now,
            ActorRef(account.pseudonym, "self"),
            facts={"account": account.pseudonym, "tokens_revoked": revoked},
        ),
        entropy=entropy,
    )
    return account
