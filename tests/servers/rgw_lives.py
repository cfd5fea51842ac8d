"""Cases about users of a real gateway, and workers that die while they carry them out.

    python -c "import django; django.setup(); from tests.servers.rgw_lives import main; main()" PORT POINT…

makes a case for each point, lets a process of its own carry it out and lift it, and kills that process with
SIGKILL at the request of this number, `b` before and `a` after it was sent: `17b`, `80a`. Another worker
follows. Prints one JSON document a line.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from tests.casework import Office
from tests.measures.carrying import Carrying
from tests.review import desk
from tests.servers.rgw import Customer, Rgw

from mithaq.measures.queries import matrix_of
from mithaq.measures.targets.rgw.driver import RgwDriver
from mithaq.measures.targets.rgw.gateway import Answer, Gateway
from mithaq.measures.vault import Vault
from mithaq.measures.work import LEASE
from mithaq.register import Entry, Register
from mithaq.terms.vocabulary import RestrictedOperation

VAULT = Vault(b"k" * 32)


def customer(rgw: Rgw) -> Customer:
    """Make a user with a bucket of their own and one that everybody may write to."""
    name = secrets.token_hex(4)
    them = rgw.user(f"acme{name}$prod")
    them.bucket(f"own-{name}", "a")
    them.bucket(f"open-{name}", "c", acl="public-read-write")
    return them


@dataclass(slots=True)
class Dying:
    """Kills its own process at one request to the gateway."""

    at: int
    after: bool
    seen: int = 0

    def around(self, send: Callable[..., Answer]) -> Callable[..., Answer]:
        def dying(*words: object, **more: object) -> Answer:
            self.seen += 1
            if self.seen == self.at and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = send(*words, **more)
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return dying


def in_a_process_of_its_own(work: Callable[[], object], dying: Dying) -> int:
    """Do something in a child that is killed on the way; gives the signal that ended it, or 0."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        Gateway.send = dying.around(Gateway.send)  # type: ignore[method-assign]  # in the child alone
        work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def live(rgw: Rgw, office: Office, point: str) -> dict[str, object]:
    """Carry a case out and lift it, with a death at one point; say what came of it."""
    them = customer(rgw)
    desk.SUBSCRIPTION = f"rgw:{them.uid}"
    desk.BOOKS = Register((Entry("Harbour Lines", desk.SUBSCRIPTION, None, "eu-west-1", None, None),))
    driver = RgwDriver("north", rgw.gateway, VAULT)
    carrying = Carrying(office, driver=driver, subscription=desk.SUBSCRIPTION)
    before = them.everything()
    measure = carrying.asked(carrying.wanted(RestrictedOperation.CREATE))
    dying = Dying(int(point[:-1]), point.endswith("a"))
    died = [in_a_process_of_its_own(carrying.work_off, dying)]
    stated = carrying.status(measure).value
    office.later(seconds=LEASE.total_seconds())
    carrying.work_off()
    applied = carrying.status(measure).value
    last = measure.probes.last()
    counts = matrix_of(last).counts if last else {}
    carrying.ended(carrying.decision_of(measure))
    carrying.reconciled()
    died.append(in_a_process_of_its_own(carrying.work_off, Dying(dying.at, dying.after)))
    office.later(seconds=LEASE.total_seconds())
    carrying.work_off()
    return {
        "point": point,
        "killed": died,
        "stated": stated,
        "applied": applied,
        "counts": counts,
        "lifted": carrying.status(measure).value,
        "as_it_was": them.everything() == before,
    }


def main() -> None:
    """Live through every point that the command line names, in one home."""
    port, *points = sys.argv[1:]
    call_command("migrate", verbosity=0, interactive=False)
    rgw, office = Rgw(int(port), Path()), Office(pytest.MonkeyPatch())
    for point in points:
        print(json.dumps(live(rgw, office, point)), flush=True)  # noqa: T201  # the script's answer
