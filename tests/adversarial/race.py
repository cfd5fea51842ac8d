"""Requests that arrive at the same moment, each in a thread with a connection of its own.

It runs in a process of its own, in which Django is set up for a database that threads can share:

    python -c "import django; django.setup(); from tests.adversarial import race; race.main()"
"""

from __future__ import annotations

import json
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

import pytest
from django.core.management import call_command
from django.db import connection
from tests.casework import ApiClient, Office
from tests.review.desk import Casework

from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry
from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.models import Recusal, RoleGrant
from mithaq.people.permissions import Machine, Role
from mithaq.review.acts import expire_due
from mithaq.review.models import Ruling

AT_ONCE: Final = 6
RECUSAL: Final = {"kind": "customer", "value": "Harbour Lines", "reason": "I worked there."}


def at_once(sends: list[tuple[ApiClient, str, object, str | None]]) -> list[tuple[int, str]]:
    """Send all at the same moment; gives status and `code` of each answer."""
    gate = Barrier(len(sends))

    def send(api: ApiClient, path: str, body: object, key: str | None) -> tuple[int, str]:
        try:
            gate.wait()
            answer = api.post(path, body, key=key)
            document = answer.document
            return answer.status, str(document.get("code", "")) if isinstance(document, dict) else ""
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sends)) as pool:
        return [future.result() for future in [pool.submit(send, *one) for one in sends]]


def one_key(office: Office) -> dict[str, object]:
    """Send one write with one key many times at once."""
    api = office.api(office.person(Role.REVIEWER))
    before = Entry.objects.count()
    answers = at_once([(api, "/api/v1/people/recusals", RECUSAL, "one-key")] * AT_ONCE)
    return {
        "answers": answers,
        "recusals": Recusal.objects.count(),
        "entries": Entry.objects.count() - before,
    }


def one_proposal(office: Office) -> dict[str, object]:
    """Let several administrators approve one proposed role at once."""
    others = [office.person(Role.ADMINISTRATOR) for _ in range(AT_ONCE - 1)]
    grant = acts.propose_role(office.first, office.account(), Role.APPROVER)
    path = f"/api/v1/people/grants/{grant.pk}/approve"
    answers = at_once([(office.api(one), path, {}, None) for one in [office.second, *others]])
    kind = ActKind.PEOPLE_ROLE_APPROVED.value
    approved = [entry for entry in Entry.objects.filter(kind=kind) if f'"grant":{grant.pk}' in _leaf(entry)]
    return {"answers": answers, "approvals": len(approved)}


def each_other(office: Office) -> dict[str, object]:
    """Let all administrators disable the next one at once: two must remain whoever comes first."""
    some = [office.first, office.second, *(office.person(Role.ADMINISTRATOR) for _ in range(AT_ONCE - 2))]
    apis = [office.api(one) for one in some]
    sends: list[tuple[ApiClient, str, object, str | None]] = []
    for api, other in zip(apis, [*some[1:], some[0]], strict=True):
        sends.append((api, f"/api/v1/people/accounts/{other.account.pseudonym}/disable", {}, None))
    answers = at_once(sends)
    in_force = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at__isnull=True)
    return {"answers": answers, "administrators": in_force.count()}


def one_end(office: Office) -> dict[str, object]:
    """Let several workers, none of which waits for its turn, record what has ended, at once."""
    cases = [Casework(office) for _ in range(2)]
    for work in cases:
        work.decided()
    office.later(days=30)
    account = acts.make_worker(clock=office.clock, entropy=secrets.token_bytes)
    who = Acting(account, frozenset({Machine.WORKER}), office.clock, secrets.token_bytes, via="worker")
    gate = Barrier(AT_ONCE)

    def end() -> int:
        try:
            gate.wait()
            return expire_due(who)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = [future.result() for future in [pool.submit(end) for _ in range(AT_ONCE)]]
    expired = Ruling.objects.filter(outcome="expired")
    return {"ended": sum(ended), "rulings": expired.count(), "cases": len({row.case for row in expired})}


def _leaf(entry: Entry) -> str:
    return bytes(entry.leaf).decode()


def main() -> None:
    """Run all, and write what came of them as JSON."""
    call_command("migrate", verbosity=0)
    with pytest.MonkeyPatch.context() as patch:
        office = Office(patch)
        found = {"one_key": one_key(office), "one_proposal": one_proposal(office)}
        found["one_end"] = one_end(office)
        sys.stdout.write(json.dumps(found | {"each_other": each_other(office)}))
