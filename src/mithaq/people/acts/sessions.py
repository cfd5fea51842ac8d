"""Ending the sessions of another person, on the server: a lost laptop, a browser left signed in."""

from __future__ import annotations

from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.errors import BadAccount
from mithaq.people.models import Account
from mithaq.people.permissions import Permission
from mithaq.people.queries import sessions_of


@act
def end_sessions(who: Acting, account: Account) -> int:
    """Sign a person out everywhere; gives how many sessions ended. Raises Forbidden, BadAccount."""
    role = who.must(Permission.PEOPLE_ACCOUNT_MANAGE)
    if account.pk == who.account.pk:
        raise BadAccount(
            "these are your own sessions",
            field="account",
            hint="End the others on your own page of sessions.",
        )
    open_now = sessions_of(account)
    for session in open_now:
        session.end()
    who.record(
        ActKind.PEOPLE_SESSIONS_ENDED,
        role,
        facts={"account": account.pseudonym, "sessions": len(open_now)},
    )
    return len(open_now)
