"""What the measured process of the API's benchmark does: fill a state with cases, and ask the API for them.

The cases are copies of one that was opened by its act. Their rows, subjects, watches and ledger entries are
inserted in bulk, past the acts: a hundred thousand acts would take some minutes and leave the same rows.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.test import Client

from mithaq.intake.acts import open_case
from mithaq.intake.models import Allegation, Subject, Watch
from mithaq.ledger.entries import Act, ActorRef, write_entry
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry, Position, SealedValue
from mithaq.ledger.tree import leaf_hash
from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.acts.setup import NewPerson
from mithaq.people.models import Account, RoleGrant
from mithaq.people.permissions import Permission, Role
from mithaq.people.queries import acting
from mithaq.register import Register
from mithaq.review.models import Waiting
from mithaq.terms import load_allegation, load_pack

_BATCH: Final = 2_000
_ASKED: Final = 300
"""Requests of each kind."""

_CUSTOMERS: Final = 1_000


def fill(count: int, said: str) -> Callable[[], dict[str, float]]:
    """Open one case by its act, and insert so many copies with subjects, watches and ledger entries."""
    reviewer = _reviewer()
    first = open_case(reviewer, load_allegation(said), pack=load_pack("default"), register=Register(()))
    entropy = random.Random(count).randbytes  # noqa: S311  # entries of a benchmark

    def ready() -> dict[str, float]:
        seq = Position.objects.count()
        for start in range(0, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            cases = Allegation.objects.bulk_create([_copy(first, number) for number in numbers])
            Subject.objects.bulk_create(
                [_subject(case, number) for case, number in zip(cases, numbers, strict=True)]
            )
            Watch.objects.bulk_create(
                [Watch(allegation=case, keep_from=case.period_from, since=case.opened_at) for case in cases]
            )
            Waiting.objects.bulk_create(
                [
                    Waiting(
                        case=case.case,
                        acts=0,
                        opened_at=case.opened_at,
                        stage="opened",
                        held=False,
                        due=case.opened_at + timedelta(days=3),
                        duty="authorise",
                    )
                    for case in cases
                ]
            )
            _enter(cases, seq, reviewer.account.pseudonym, entropy)
            seq += len(cases)
        return {"cases": Allegation.objects.count()}

    return ready


def ask(count: int) -> Callable[[], dict[str, float]]:
    """Ask for the list, a page in its middle, single cases, and timelines; milliseconds, 95th percentile."""
    choice = random.Random(count)  # noqa: S311  # which cases are asked for
    reviewer = acting(
        Account.objects.get(name="Rima Quay"), clock=lambda: datetime.now(UTC), entropy=secrets.token_bytes
    )
    text, _token = acts.issue_token(
        reviewer,
        label="bench",
        scopes=(Permission.CASE_READ,),
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )
    client = Client(headers={"Authorization": f"Bearer {text}"}, SERVER_NAME="localhost")
    some = [f"c_bench{choice.randrange(count)}" for _ in range(_ASKED)]
    middle = _middle(client, count)

    def ready() -> dict[str, float]:
        return {
            "list": _p95(client, ("/api/v1/cases?limit=50" for _ in range(_ASKED))),
            "middle": _p95(client, (f"/api/v1/cases?limit=50&cursor={middle}" for _ in range(_ASKED))),
            "case": _p95(client, (f"/api/v1/cases/{case}" for case in some)),
            "timeline": _p95(client, (f"/api/v1/review/cases/{case}/timeline" for case in some)),
        }

    return ready


def _reviewer() -> Acting:
    """Set up as the first run does, unless that was done, and add a reviewer."""

    def clock() -> datetime:
        return datetime.now(UTC)

    if not Account.objects.exists():
        people = [NewPerson(f"Idris {n}", f"idris-{n}@provider.example") for n in (1, 2)]
        acts.set_up(people, clock=clock, entropy=secrets.token_bytes)
    one = RoleGrant.objects.filter(founder__isnull=False).order_by("founder")[0]
    administrator = acting(one.account, clock=clock, entropy=secrets.token_bytes)
    account, _link = acts.create_account(administrator, name="Rima Quay", email="rima@provider.example")
    acts.propose_role(administrator, account, Role.REVIEWER)
    return acting(account, clock=clock, entropy=secrets.token_bytes)


def _copy(first: Allegation, number: int) -> Allegation:
    values: dict[str, Any] = {
        field.attname: getattr(first, field.attname)
        for field in Allegation._meta.concrete_fields  # noqa: SLF001  # Django's public Model._meta
        if not field.primary_key
    }
    return Allegation(**{**values, "case": f"c_bench{number}"})


def _subject(case: Allegation, number: int) -> Subject:
    customer = f"Customer {number % _CUSTOMERS}"
    return Subject(
        allegation=case, subscription=f"aws:{number:012d}", customer=customer, home_region="eu-west-1"
    )


def _enter(cases: list[Allegation], seq: int, who: str, entropy: Callable[[int], bytes]) -> None:
    said = [
        Act(
            ActKind.INTAKE_CASE_OPENED,
            case.opened_at,
            ActorRef(who, "reviewer"),
            case.case,
            {},
            {"words": "{}"},
        )
        for case in cases
    ]
    written = [write_entry(each, entropy) for each in said]
    entries = Entry.objects.bulk_create(
        Entry(leaf=leaf.leaf, leaf_hash=leaf_hash(leaf.leaf), at=each.at, kind=each.kind, case=each.case)
        for each, leaf in zip(said, written, strict=True)
    )
    Position.objects.bulk_create(Position(seq=seq + n, entry=entry) for n, entry in enumerate(entries))
    SealedValue.objects.bulk_create(
        SealedValue(entry=entry, field="words", salt=leaf.salts["words"], value="{}")
        for entry, leaf in zip(entries, written, strict=True)
    )


def _middle(client: Client, count: int) -> str:
    """Give the cursor of the page in the middle of the list."""
    cursor = ""
    for _ in range(count // 2 // 200):
        cursor = client.get(f"/api/v1/cases?limit=200&cursor={cursor}").json()["next"]
    return cursor


def _p95(client: Client, addresses: Iterator[str]) -> float:
    """Give the 95th percentile of the milliseconds from request to answer, each answered with 200."""
    took = []
    for address in addresses:
        began = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - began) * 1_000)
        if answer.status_code != 200:  # noqa: PLR2004  # HTTP's OK
            raise RuntimeError(f"{address} was answered with {answer.status_code}")
    return sorted(took)[len(took) * 95 // 100]
