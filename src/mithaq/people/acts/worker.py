"""The one account that is nobody's: in its name stands what the worker records on a clock."""

from __future__ import annotations

from mithaq.kernel.clock import Clock
from mithaq.ledger.acts import Act, ActorRef, Entropy, act, record
from mithaq.ledger.kinds import ActKind
from mithaq.people.errors import AlreadySetUp
from mithaq.people.models import Account
from mithaq.people.permissions import Machine
from mithaq.people.queries import worker_account

NAME = "Mithaq"
_NO_ADDRESS = "worker"
"""Stands where people have an e-mail address, and is none: nobody can be given it, and nobody signs in."""


@act
def make_worker(*, clock: Clock, entropy: Entropy) -> Account:
    """Add the worker's account, disabled and without a password; raises AlreadySetUp."""
    if worker_account() is not None:
        raise AlreadySetUp("the worker has its account", hint="Nothing is left to do.")
    name, now = Machine.WORKER.value, clock()
    account = Account(pseudonym=name, email=_NO_ADDRESS, name=NAME, is_active=False, created_at=now)
    account.set_unusable_password()
    account.save()
    actor = ActorRef(name, Machine.WORKER.value)
    record(Act(ActKind.PEOPLE_WORKER_MADE, now, actor, facts={"account": name}), entropy=entropy)
    return account
