"""Making, disabling and enabling accounts, and the language in which Mithaq speaks to a person."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from mithaq.kernel.clock import Clock
from mithaq.ledger.acts import Act, ActorRef, Entropy, act, record
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.acts.links import make_link
from mithaq.people.acts.roles import end_grants
from mithaq.people.errors import BadAccount
from mithaq.people.models import Account, Token
from mithaq.people.permissions import Permission
from mithaq.people.secrets import new_pseudonym

_NAME_LIMIT: Final = 200


def make_account(name: str, email: str, locale: str, *, now: datetime, entropy: Entropy) -> Account:
    """Add an account that nobody can sign in to yet; raises BadAccount. For acts of this room."""
    name, email = name.strip(), email.strip().lower()
    if not name or len(name) > _NAME_LIMIT:
        raise BadAccount("a person needs a name of at most 200 characters", field="name", hint="Shorten it.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadAccount("this is no e-mail address", field="email", hint="Write name@host.") from error
    _refuse_unspoken(locale)
    if _of_the_same_mailbox(email).exists():
        raise BadAccount("there is an account with this address", field="email", hint="Use that account.")
    account = Account(pseudonym=new_pseudonym(entropy), email=email, name=name, locale=locale, created_at=now)
    account.set_unusable_password()
    account.save()
    return account


def _refuse_unspoken(locale: str) -> None:
    if locale not in dict(settings.LANGUAGES):
        raise BadAccount(
            "Mithaq does not speak this language",
            field="locale",
            hint=f"Choose one of {', '.join(dict(settings.LANGUAGES))}.",
        )


def _of_the_same_mailbox(email: str) -> QuerySet[Account]:
    """Find accounts whose mail goes to the same person: a tag after a plus sign makes no second one."""
    local, _, host = email.rpartition("@")
    name, _, _tag = local.partition("+")
    return Account.objects.filter(
        Q(email=f"{name}@{host}") | Q(email__startswith=f"{name}+", email__endswith=f"@{host}")
    )


@act
def create_account(who: Acting, *, name: str, email: str, locale: str = "en") -> tuple[Account, str]:
    """Add a person; gives the account and the secret of their one-time link. Raises Forbidden, BadAccount."""
    role = who.must(Permission.PEOPLE_ACCOUNT_MANAGE)
    account = make_account(name, email, locale, now=who.now, entropy=who.entropy)
    secret, _link = make_link(account, who.account, now=who.now, entropy=who.entropy)
    who.record(
        ActKind.PEOPLE_ACCOUNT_CREATED,
        role,
        facts={"account": account.pseudonym},
        personal={"name": account.name, "email": account.email},
    )
    return account, secret


@act
def disable_account(who: Acting, account: Account) -> Account:
    """Shut an account: its roles, tokens, sessions and password end.

    Raises Forbidden, BadAccount, TooFewAdministrators.
    """
    role = who.must(Permission.PEOPLE_ACCOUNT_MANAGE)
    if not account.is_active:
        raise BadAccount("the account is disabled already", field="account", hint="Nothing is left to do.")
    ended = end_grants(who, account)
    revoked = Token.objects.filter(account=account, revoked_at__isnull=True).update(
        revoked_at=who.now, revoked_by=who.account
    )
    account.is_active = False
    account.set_unusable_password()  # sessions hang on the password: none comes back when the account does
    account.save(update_fields=["is_active", "password"])
    who.record(
        ActKind.PEOPLE_ACCOUNT_DISABLED,
        role,
        facts={"account": account.pseudonym, "roles_ended": [*ended], "tokens_revoked": revoked},
    )
    return account


@act
def enable_account(who: Acting, account: Account) -> Account:
    """Open a disabled account again, without its former roles; a link lets the person in.

    Raises Forbidden, BadAccount.
    """
    role = who.must(Permission.PEOPLE_ACCOUNT_MANAGE)
    if account.is_active:
        raise BadAccount("the account is not disabled", field="account", hint="Nothing is left to do.")
    account.is_active = True
    account.save(update_fields=["is_active"])
    who.record(ActKind.PEOPLE_ACCOUNT_ENABLED, role, facts={"account": account.pseudonym})
    return account


@act
def choose_language(account: Account, locale: str, *, clock: Clock, entropy: Entropy) -> Account:
    """Let a person say in which language Mithaq speaks to them, from the next sign-in on anywhere.

    It takes no role: whoever signs in may read the pages in their own language. Raises BadAccount.
    """
    _refuse_unspoken(locale)
    account.locale = locale
    account.save(update_fields=["locale"])
    record(
        Act(
            ActKind.PEOPLE_LANGUAGE_CHOSEN,
            clock(),
            ActorRef(account.pseudonym, "self"),
            facts={"account": account.pseudonym, "locale": locale},
        ),
        entropy=entropy,
    )
    return account
