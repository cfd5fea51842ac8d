"""Processes that do acts as fast as they can, and are killed at a random moment: what is left must add up.

It runs in a process of its own, in which Django is set up for a database of its own, and forks from there:

    python -c "import django; django.setup(); from tests.ledger import lives; lives.main()" ROUNDS SEED

Each round two writers open cases and erase what was said of them, and a third process publishes. A writer
acknowledges an act on a pipe once it has returned, as the API would answer a request. Then all are killed.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from tests.soaking import counted

from mithaq.intake.acts import open_case
from mithaq.intake.models import Allegation, Subject
from mithaq.ledger.acts import ActorRef, erase
from mithaq.ledger.errors import RefusesToSign
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.fsck import fsck
from mithaq.ledger.keeping import read_kept
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Checkpoint, Entry, SealedValue
from mithaq.ledger.publication import Publication, publication_from
from mithaq.ledger.verify import Trust, verify_ledger
from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import Role
from mithaq.register import Register
from mithaq.terms import load_allegation, load_pack

WRITERS: Final = 2
MOST: Final = 15
"""Acts that one of the writers has acknowledged when the killing begins, at most."""

LONGEST: Final = 0.02
"""Seconds that pass then, at most: some acts, so that each round meets another moment of one."""

PAUSE: Final = 0.001
"""Seconds between two acts of a writer. SQLite's lock is not fair: without any, nothing is ever published."""

SAID: Final = load_allegation("""
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {kind: press, reference: "a letter from Salma Quay"}
subject: {subscriptions: ["aws:111122223333", "aws:444455556666"]}
period: {from: 2026-09-07, to: 2026-09-21}
claims:
  - {id: c1, kind: stores, what: call-recordings, text: {en: "Calls of a whole town"}}
  - {id: c2, kind: pattern, is: population}
  - {id: c3, kind: scale, at_least: 100000, unit: objects-per-day}
""")
PACK: Final = load_pack("default")


@dataclass(slots=True)
class Tally:
    """What the processes acknowledged before they died, and how they died."""

    killed_writers: int = 0
    killed_publishers: int = 0
    ended_otherwise: list[int] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)


def now() -> datetime:
    return datetime.now(UTC)


def the_publication() -> Publication:
    environment = {"MITHAQ_LEDGER_EVERY": "1"}
    return publication_from(environment, Path(settings.HOME), clock=now, entropy=secrets.token_bytes)


def write(pipe: int, account: Account) -> None:
    """Open cases, and erase the words of every other, until somebody kills this process."""
    acting = Acting(account, frozenset({Role.REVIEWER}), now, secrets.token_bytes)
    officer = ActorRef(account.pseudonym, Role.ADMINISTRATOR.value)
    os.write(pipe, b"ready\n")
    while True:
        for erasing in (False, True):
            case = open_case(acting, SAID, pack=PACK, register=Register(())).case
            os.write(pipe, f"opened {case}\n".encode())
            if erasing:
                entry = Entry.objects.get(case=case)
                erase(entry, ["words"], by=officer, clock=now, entropy=secrets.token_bytes)
                os.write(pipe, f"erased {case}\n".encode())
            time.sleep(PAUSE)


def publish(pipe: int, account: Account) -> None:
    """Publish again and again until somebody kills this process."""
    del account
    publication = the_publication()
    os.write(pipe, b"ready\n")
    while True:
        publication.publish()


def _child(work: Callable[[int, Account], None], pipe: int, account: Account) -> NoReturn:
    code = 1
    try:
        work(pipe, account)
    finally:
        sys.stderr.flush()
        os._exit(code)


@dataclass(frozen=True, slots=True)
class Forked:
    """A process, and the end of its pipe that is read."""

    pid: int
    pipe: int
    writes: bool


def fork(work: Callable[[int, Account], None], account: Account) -> Forked:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _child(work, writing, account)
    os.close(writing)
    return Forked(pid, reading, work is write)


def one_round(choice: random.Random, account: Account, tally: Tally) -> None:
    connections.close_all()
    children = [fork(write, account) for _ in range(WRITERS)] + [fork(publish, account)]
    choice.shuffle(children)
    with ExitStack() as stack:
        pipes = [stack.enter_context(os.fdopen(child.pipe, "rb")) for child in children]
        for pipe in pipes:
            pipe.readline()  # "ready", or nothing from one that has failed
        said: list[list[bytes]] = [[] for _ in pipes]
        watched = next(number for number, child in enumerate(children) if child.writes)
        said[watched] += [pipes[watched].readline() for _ in range(choice.randrange(MOST))]
        time.sleep(choice.uniform(0, LONGEST))
        for child in children:
            os.kill(child.pid, signal.SIGKILL)
            time.sleep(choice.choice([0, 0, choice.uniform(0, 0.005)]))
        for child, pipe, lines in zip(children, pipes, said, strict=True):
            _, status = os.waitpid(child.pid, 0)
            _note(child, status, [*lines, *pipe], tally)


def _note(child: Forked, status: int, lines: list[bytes], tally: Tally) -> None:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        tally.killed_writers += child.writes
        tally.killed_publishers += not child.writes
    else:
        tally.ended_otherwise.append(os.waitstatus_to_exitcode(status))
    for line in filter(None, lines):
        what, case = line.decode().split()
        (tally.opened if what == "opened" else tally.erased).append(case)


def reckoning(tally: Tally) -> dict[str, object]:
    """Compare what was acknowledged, what the tables hold and what the ledger says."""
    publication = the_publication()
    publication.publish()
    signer = publication.publisher.signer
    trust = Trust(signer.name, [signer.verifier])
    kept = read_kept(publication.publisher.places, signer)
    cases = set(Allegation.objects.values_list("case", flat=True))
    entries = list(Entry.objects.filter(kind=ActKind.INTAKE_CASE_OPENED).values_list("case", flat=True))
    gone = SealedValue.objects.filter(field="words", value=None).values_list("entry__case", flat=True)
    said = Entry.objects.filter(kind=ActKind.LEDGER_VALUES_ERASED).values_list("case", flat=True)
    return {
        "killed_writers": tally.killed_writers,
        "killed_publishers": tally.killed_publishers,
        "ended_otherwise": tally.ended_otherwise,
        "acknowledged": len(tally.opened) + len(tally.erased),
        "lost": sorted((set(tally.opened) - cases) | (set(tally.erased) - set(gone))),
        "cases": len(cases),
        "acts_without_entry": sorted(cases - set(entries)) + sorted(set(gone) - set(said)),
        "entries_without_act": sorted(set(entries) - cases) + sorted(set(said) - set(gone)),
        "entries_twice": len(entries) - len(set(entries)),
        "half_acts": Subject.objects.count() - 2 * len(cases),
        "findings": fsck(trust, kept=[] if kept is None else [kept]).findings,
        "verified": verify_ledger(LedgerFolder(publication.folder), trust).entries,
        "entries": Entry.objects.count(),
        "checkpoints": Checkpoint.objects.count(),
        "sound": _database_is_sound(),
    }


def _database_is_sound() -> bool:
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return [*cursor.fetchall()] == [("ok",)]


def main() -> None:
    """Live and die through so many rounds; writes what is left as JSON."""
    rounds, seed = (int(word) for word in sys.argv[1:3])
    account = _begin()
    the_publication()
    choice = random.Random(seed)  # noqa: S311  # when to kill, no secret
    tally = Tally()
    for _ in counted(range(rounds), f"kills on {connection.vendor}"):
        one_round(choice, account, tally)
    sys.stdout.write(json.dumps(reckoning(tally)))


def act_on() -> None:
    """Open so many cases in peace, and leave the publication to somebody else."""
    acting = Acting(_begin(), frozenset({Role.REVIEWER}), now, secrets.token_bytes)
    for _ in range(int(sys.argv[1])):
        open_case(acting, SAID, pack=PACK, register=Register(()))


def live_on() -> None:
    """Open so many cases in peace and publish; writes the size that was signed, or why none was, as JSON."""
    act_on()
    try:
        signed = the_publication().publish()
        sys.stdout.write(json.dumps({"size": None if signed is None else signed.size}))
    except RefusesToSign as error:
        sys.stdout.write(json.dumps(error.document()))


def _begin() -> Account:
    call_command("migrate", verbosity=0)
    named = {"email": "writer@provider.example", "name": "writer", "created_at": now()}
    return Account.objects.get_or_create(pseudonym="p_writer", defaults=named)[0]
