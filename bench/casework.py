"""What the measured processes of the casework benchmarks do, on the database that the environment names.

    python -c "import django; django.setup(); from bench import casework; casework.main()" WORK COUNT

Each prepares itself, prints `ready`, waits for a line on its standard input, works, and prints one JSON
document.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from django.core.management import call_command
from django.db import connection

from bench import pages
from bench.caselists import ask, fill
from bench.processes import THREADS
from mithaq.intake.acts import open_case
from mithaq.ledger import queries
from mithaq.ledger.acts import integrate, sequence
from mithaq.ledger.checkpoint import Checkpoint as Head
from mithaq.ledger.entries import Act, ActorRef, write_entry
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Checkpoint, Entry, Position
from mithaq.ledger.note import make_signer
from mithaq.ledger.tree import leaf_hash, tree_root
from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import Role
from mithaq.register import Register
from mithaq.terms import load_allegation, load_pack

_BATCH: Final = 5_000
_FLOOR_BYTES: Final = 2_000
"""About what one act writes: its own rows, the leaf, and three sealed values."""

_PROOFS: Final = 5_000

_Work: TypeAlias = Callable[[int], Callable[[], dict[str, float]]]
"""Prepares so many times of a work; gives what does them."""

_SAID: Final = """
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {kind: press, reference: "a letter from Salma Quay"}
subject: {subscriptions: ["aws:111122223333"]}
period: {from: 2026-09-07, to: 2026-09-21}
claims:
  - {id: c1, kind: stores, what: call-recordings, text: {en: "Calls of a whole town"}}
  - {id: c2, kind: pattern, is: population}
  - {id: c3, kind: scale, at_least: 100000, unit: objects-per-day}
"""


def main() -> None:
    """Do one work so many times."""
    work, count = sys.argv[1], int(sys.argv[2])
    ready = _WORKS[work](count)
    _say("ready")
    sys.stdin.readline()
    began = time.perf_counter()
    with redirect_stdout(sys.stderr):  # what a command of ours prints is not the answer
        figures = ready()
    _say(json.dumps({"seconds": time.perf_counter() - began, **figures}))


def _migrate(_count: int) -> Callable[[], dict[str, float]]:
    def ready() -> dict[str, float]:
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            kind = "bytea" if connection.vendor == "postgresql" else "blob"
            cursor.execute(f"CREATE TABLE bench_floor (content {kind})")
        return {}

    return ready


def _act(count: int) -> Callable[[], dict[str, float]]:
    """Open cases: rights, clauses and subjects are checked; six rows and the entry are written."""
    said, pack, register = load_allegation(_SAID), load_pack("default"), Register(())
    name = secrets.token_hex(8)
    account = Account.objects.create(
        pseudonym=f"p_{name}", email=f"{name}@provider.example", name=name, created_at=_now()
    )
    acting = Acting(account, frozenset({Role.REVIEWER}), _now, secrets.token_bytes)

    def ready() -> dict[str, float]:
        for _ in range(count):
            open_case(acting, said, pack=pack, register=register)
        return {}

    return ready


def _floor(count: int) -> Callable[[], dict[str, float]]:
    """Insert a row of as many bytes as an act writes, and commit; nothing else."""
    connection.ensure_connection()

    def ready() -> dict[str, float]:
        content = secrets.token_bytes(_FLOOR_BYTES)
        with connection.cursor() as cursor:
            for _ in range(count):
                cursor.execute("INSERT INTO bench_floor (content) VALUES (%s)", [content])
        return {}

    return ready


def _shared(work: _Work) -> _Work:
    """Give a work that the threads of one process do at once, each so many times."""

    def prepared(count: int) -> Callable[[], dict[str, float]]:
        once = work(count)

        def ready() -> dict[str, float]:
            with ThreadPoolExecutor(THREADS) as pool:
                for done in [pool.submit(once) for _ in range(THREADS)]:
                    done.result()
            return {}

        return ready

    return prepared


def _tend(_count: int) -> Callable[[], dict[str, float]]:
    """Give positions and grow the tree once a second, as the worker does, until nothing waits any more."""

    def ready() -> dict[str, float]:
        numbered = 1
        while numbered:
            time.sleep(1)
            numbered = sequence()
            integrate()
        return {}

    return ready


def _grow(count: int) -> Callable[[], dict[str, float]]:
    """Fill a ledger with entries, past the acts, and sign its head."""

    def ready() -> dict[str, float]:
        entropy = random.Random(count).randbytes  # noqa: S311  # entries of a benchmark
        for first in range(0, count, _BATCH):
            numbers = range(first, min(first + _BATCH, count))
            entries = Entry.objects.bulk_create([_entry(number, entropy) for number in numbers])
            rows = zip(numbers, entries, strict=True)
            Position.objects.bulk_create(Position(seq=seq, entry=entry) for seq, entry in rows)
        size = integrate()
        signer = make_signer("bench.example/ledger", bytes(32))
        note = Head(signer.name, size, tree_root(size, queries.reader(size))).signed(signer).encode()
        Checkpoint.objects.create(size=size, note=note, signed_at=_now())
        return {"size": size}

    return ready


def _entry(number: int, entropy: Callable[[int], bytes]) -> Entry:
    said = Act(
        ActKind.INTAKE_CASE_OPENED, _now(), ActorRef("p_bench", "reviewer"), f"c_{number // 10}",
        {"number": number}, {"words": "a text"},
    )  # fmt: skip
    leaf = write_entry(said, entropy).leaf
    return Entry(leaf=leaf, leaf_hash=leaf_hash(leaf), at=said.at, kind=said.kind, case=said.case)


def _prove(count: int) -> Callable[[], dict[str, float]]:
    """Prove entries at random places, each from the tables; milliseconds from asking to the proof's bytes."""
    choice = random.Random(count)  # noqa: S311  # which entries are asked for
    rows = [choice.randrange(1, count + 1) for _ in range(_PROOFS)]
    entries = [Entry.objects.get(pk=row) for row in rows]

    def ready() -> dict[str, float]:
        walls, works = [], []
        for entry in entries:
            began, worked = time.perf_counter(), time.process_time()
            queries.receipt(entry).encode()
            walls.append((time.perf_counter() - began) * 1_000)
            works.append((time.process_time() - worked) * 1_000)
        last = len(entries) * 99 // 100
        found = {"p50": sorted(walls)[len(walls) // 2], "p99": sorted(walls)[last], "worst": max(walls)}
        return {**found, "processor_p99": sorted(works)[last]}

    return ready


def _fill(count: int) -> Callable[[], dict[str, float]]:
    return fill(count, _SAID)


def _people(count: int) -> Callable[[], dict[str, float]]:
    return pages.people(count, _SAID, _home())


def _look(count: int) -> Callable[[], dict[str, float]]:
    return pages.look(count, _home())


def _home() -> Path:
    return Path(os.environ["MITHAQ_HOME"])


_WORKS: Final[dict[str, _Work]] = {
    "migrate": _migrate,
    "act": _act,
    "floor": _floor,
    "acts": _shared(_act),
    "floors": _shared(_floor),
    "tend": _tend,
    "grow": _grow,
    "prove": _prove,
    "fill": _fill,
    "ask": ask,
    "people": _people,
    "look": _look,
}


def _now() -> datetime:
    return datetime.now(UTC)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
