"""What stands before the first request: tables of this version, keys, and on the first run two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from mithaq.console.service.turns import turn
from mithaq.kernel.clock import Clock
from mithaq.kernel.errors import InputError
from mithaq.ledger.entries import Entropy
from mithaq.ledger.publication import publication_from
from mithaq.people.acts import renew_links, set_up
from mithaq.people.acts.setup import FOUNDERS, Founder, NewPerson
from mithaq.people.models import Account

PLACEHOLDERS: Final = (
    NewPerson("First administrator", "first-administrator@localhost"),
    NewPerson("Second administrator", "second-administrator@localhost"),
)
"""Who the first two are where nobody says: they add everybody by name, and are then disabled."""


@dataclass(frozen=True, slots=True)
class Link:
    """How one of the first two administrators comes in, once."""

    pseudonym: str
    email: str
    path: str
    """Below the console's address; holds the secret."""
    expires_at: datetime


def people_from(written: Sequence[str]) -> tuple[NewPerson, ...]:
    """Read `Amal Quarry <amal@provider.example>`, twice or not at all; raises InputError."""
    if not written:
        return PLACEHOLDERS
    if len(written) != FOUNDERS:
        raise InputError(
            "the first run makes two administrators",
            field="--administrator",
            hint="Give the option twice, once for each of two people, or leave it out.",
        )
    people = []
    for text in written:
        name, email = parseaddr(text)
        if not name or "@" not in email:
            raise InputError(
                "this is no name with an e-mail address",
                field="--administrator",
                hint='Write --administrator "Amal Quarry <amal@provider.example>".',
            )
        people.append(NewPerson(name, email))
    return tuple(people)


def migrations_missing() -> bool:
    """Say whether the database is behind this version; raises DatabaseError."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare(
    environment: Mapping[str, str],
    home: Path,
    people: Sequence[NewPerson],
    *,
    clock: Clock,
    entropy: Entropy,
) -> tuple[Link, ...]:
    """Bring tables up to date and make what is missing; gives links on the first run, else none.

    Two processes that start together do it one after the other. Raises BadLedgerKey, BadAccount, InputError.
    """
    with turn("startup", home, wait=True):
        call_command("migrate", verbosity=0, interactive=False)
        publication_from(environment, home, clock=clock, entropy=entropy)
        if Account.objects.exists():
            return ()
        return _links(set_up(people, clock=clock, entropy=entropy))


def new_links(*, clock: Clock, entropy: Entropy) -> tuple[Link, ...]:
    """Give a new link to each of the first two who has never come in; raises BadAccount, AlreadySetUp."""
    return _links(renew_links(clock=clock, entropy=entropy))


def _links(founders: Sequence[Founder]) -> tuple[Link, ...]:
    return tuple(
        Link(
            founder.account.pseudonym,
            founder.account.email,
            f"/welcome/{founder.secret}/",
            founder.expires_at,
        )
        for founder in founders
    )
