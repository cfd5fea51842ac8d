"""What the measured process of the pages' benchmark does: fill a state around some whole cases, and look.

Some cases are carried through their acts, with evidence that is computed from a pretend provider's logs; the
others are copies, inserted in bulk as for the API, with ten ledger entries each.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.test import Client
from tests.console.people import signed_in
from tests.examined import live, write_provider

from bench.caselists import fill
from mithaq.intake.models import Allegation
from mithaq.ledger.acts import integrate
from mithaq.ledger.checkpoint import Checkpoint as Head
from mithaq.ledger.entries import Act, ActorRef, write_entry
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Checkpoint, Entry, Position
from mithaq.ledger.note import make_signer
from mithaq.ledger.queries import reader
from mithaq.ledger.tree import leaf_hash, tree_root
from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.models import Account, RoleGrant
from mithaq.people.permissions import Role
from mithaq.people.queries import acting
from mithaq.register.acts import import_register
from mithaq.register.models import Customer
from mithaq.register.reader import read_register
from mithaq.review.models import Expected

ACTS: Final = 10
"""Ledger entries of each case."""

_BATCH: Final = 1_000
_LOOKS: Final = 60
"""Times that each page is looked at, in both languages by turns."""

_CUSTOMERS: Final = 1_000
_CHART: Final = re.compile(rb"<svg.*?</svg>", re.DOTALL)
_STORY: Final = "story.json"


def people(count: int, said: str, folder: Path) -> Callable[[], dict[str, float]]:
    """Carry some cases through their acts, and insert so many copies of one with all their entries."""

    def ready() -> dict[str, float]:
        story = live(write_provider(folder))
        (folder / _STORY).write_text(json.dumps(story), "utf-8")
        _register()
        _add_auditor()
        fill(count, said)()
        _deepen(count)
        return {"entries": Position.objects.count()}

    return ready


def _register() -> None:
    lines = ["customer,account,declared_purpose,home_region"]
    lines += [f"Quay {n},aws:{n:012d},backup,eu-west-1" for n in range(1, _CUSTOMERS + 1)]
    raw = "\n".join(lines).encode()
    books, digest = read_register(raw, "books"), sha256(raw).hexdigest()
    import_register(_somebody(Role.REGISTER_KEEPER), books, sha256=digest)


def _add_auditor() -> None:
    one = _somebody(Role.ADMINISTRATOR)
    account, _link = acts.create_account(one, name="Tarek Pier", email="tarek@provider.example")
    acts.propose_role(one, account, Role.AUDITOR)


def _somebody(role: Role) -> Acting:
    """Give a person who holds a role."""
    held = RoleGrant.objects.filter(role=role.value, ended_at__isnull=True).select_related("account")
    return acting(held.order_by("pk")[0].account, clock=lambda: datetime.now(UTC), entropy=os.urandom)


def _deepen(count: int) -> None:
    """Give every copied case nine more entries and what it waits for; bring all into the tree and sign it."""
    entropy = random.Random(count).randbytes  # noqa: S311  # entries of a benchmark
    by = ActorRef(_somebody(Role.REVIEWER).account.pseudonym, "reviewer")
    seq = Position.objects.count()
    rows = Allegation.objects.filter(case__startswith="c_bench").order_by("pk")
    cases = list(rows.values_list("case", "opened_at"))
    for start in range(0, len(cases), _BATCH):
        seq = _act(cases[start : start + _BATCH], seq, by, entropy)
    size = integrate()
    signer = make_signer("bench.example/ledger", bytes(32))
    note = Head(signer.name, size, tree_root(size, reader(size))).signed(signer).encode()
    Checkpoint.objects.create(size=size, note=note, signed_at=datetime.now(UTC))


def _act(
    cases: Sequence[tuple[str, datetime]], seq: int, by: ActorRef, entropy: Callable[[int], bytes]
) -> int:
    said = [
        Act(ActKind.REVIEW_CASE_ESCALATED, at + timedelta(hours=n), by, case, {}, {})
        for case, at in cases
        for n in range(1, ACTS)
    ]
    leaves = [write_entry(each, entropy).leaf for each in said]
    entries = Entry.objects.bulk_create(
        Entry(leaf=leaf, leaf_hash=leaf_hash(leaf), at=each.at, kind=each.kind, case=each.case)
        for each, leaf in zip(said, leaves, strict=True)
    )
    Position.objects.bulk_create(Position(seq=seq + n, entry=entry) for n, entry in enumerate(entries))
    Expected.objects.bulk_create(
        Expected(
            case=case, duty="authorise", role="authoriser", since=at, start=at, due=at + timedelta(days=3)
        )
        for case, at in cases
    )
    return seq + len(entries)


@dataclass(frozen=True, slots=True)
class Look:
    """A page as a role looks at it: its address anew for each look."""

    role: Role
    address: Callable[[], str]


def looks(count: int, story: dict[str, str]) -> dict[str, Look]:
    """Give the pages by name, each with who looks at it; addresses of cases are drawn at random."""
    choice = random.Random(count)  # noqa: S311  # which cases are looked at

    def at(address: str) -> Callable[[], str]:
        return lambda: address.format(
            case=f"c_bench{choice.randrange(count)}", seq=choice.randrange(count * ACTS), **story
        )

    customer = Customer.objects.order_by("pk").last()
    assert customer is not None  # noqa: S101  # imported before
    told, open_ = "/cases/{indicated}/", "/cases/{open}/"
    pages = {
        Role.REVIEWER: {
            "inbox": "/",
            "cases": "/cases/",
            "cases at a stage": "/cases/?stage=opened",
            "cases in one's charge": "/cases/?mine=1",
            "opening a case": "/cases/new/",
            "allegation": "/cases/{case}/",
            "timeline": "/cases/{case}/timeline/",
            "timeline of an examined case": f"{told}timeline/",
            "review": f"{told}review/",
            "review with open claims": f"{open_}review/",
            "two runs compared": f"{told}review/compare/?before={{first}}&after={{second}}",
            "request for records": f"{open_}review/records/{{request}}/",
            "findings": f"{told}findings/",
            "finding": f"{told}findings/T5/",
            "decisions": f"{told}decisions/",
            "composing measures": f"{told}decisions/new/interim/measures/",
            "appeals": f"{told}appeals/",
            "handing over": f"{told}hand-over/",
            "customers": "/customers/",
            "customer": f"/customers/{customer.pk}/",
            "subscription": "/customers/subscription/?of=aws:000000000007",
            "terms": "/terms/",
            "clause": "/terms/T5/",
            "terms, changes": "/terms/changes/",
            "ledger": "/ledger/",
            "ledger of a case": "/ledger/?case={case}",
            "ledger entry": "/ledger/entries/{seq}/",
            "own tokens": "/me/tokens/",
        },
        Role.AUTHORISER: {
            "inbox of a role that all wait for": "/",
            "authorising": "/cases/{case}/authorise/",
        },
        Role.AUDITOR: {"ledger check": "/ledger/check/", "people": "/people/"},
        Role.ADMINISTRATOR: {"settings": "/settings/", "inbox of an administrator": "/"},
    }
    return {name: Look(role, at(place)) for role, those in pages.items() for name, place in those.items()}


def look(count: int, folder: Path) -> Callable[[], dict[str, float]]:
    """Look at every page; gives by page the 95th percentile of wall and processor time, and its weight.

    Milliseconds from request to answer, and thousands of bytes without charts.
    """
    story = json.loads((folder / _STORY).read_text("utf-8"))
    pages = looks(count, story)
    clients = {role: _clients(role, story) for role in {each.role for each in pages.values()}}

    def ready() -> dict[str, float]:
        found: dict[str, float] = {}
        for name, page in pages.items():
            walls, works, weight = _looked(page, clients[page.role])
            found |= {f"{name}|wall": walls, f"{name}|work": works, f"{name}|weight": weight}
        return found

    return ready


def _clients(role: Role, story: dict[str, str]) -> list[Client]:
    """Give a person of the role at two browsers, one in each language."""
    named = Account.objects.filter(email=story["indicated-by"]).first()
    who = named if role is Role.REVIEWER and named is not None else _somebody(role).account
    clients = [signed_in(who, language) for language in ("en", "ar")]
    for client in clients:
        client.defaults["SERVER_NAME"] = "localhost"
    return clients


def _looked(page: Look, clients: Sequence[Client]) -> tuple[float, float, float]:
    walls, works, weight = [], [], 0
    for client in _by_turns(clients):
        address = page.address()
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        walls.append((time.perf_counter() - began) * 1_000)
        works.append((time.process_time() - worked) * 1_000)
        if answer.status_code != 200:  # noqa: PLR2004  # HTTP's OK
            raise RuntimeError(f"{address} was answered with {answer.status_code}")
        weight = max(weight, len(_CHART.sub(b"", answer.content)))
    return _p95(walls), _p95(works), weight / 1_000


def _by_turns(clients: Sequence[Client]) -> Iterator[Client]:
    for number in range(_LOOKS):
        yield clients[number % len(clients)]


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]
