"""What the processes of `test_killed_worker.py` do, in a home and on a database of their own."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from typing import Final

import pytest
from django.core.management import call_command
from django.db import connection
from tests.casework import Office
from tests.review.desk import Casework

from mithaq.cli import main
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry
from mithaq.people.acting import Acting
from mithaq.review.runs import work
from mithaq.review.runs.acts import attach_evidence, request_run
from mithaq.review.runs.models import Lease, Result, Run

ATTACHED: Final = "attached"
"""Not a step: the evidence has just been attached, and the worker has not yet said that it is done."""


def ask(count: int) -> None:
    """Open cases, authorise their reviews and ask for evidence in each."""
    call_command("migrate", verbosity=0)
    office = Office(pytest.MonkeyPatch())
    for _ in range(count):
        casework = Casework(office)
        casework.authorise()
        request_run(casework.reviewer, casework.case)


def die_at(fatal: str) -> None:
    """Be a worker until a run that nobody had in hand before is at a step, and then be gone."""
    begin, patch = work.renew, pytest.MonkeyPatch()

    def die(run: Run) -> None:
        if run.lease.attempts == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    def begun(run: Run, holder: str, step: str, now: datetime) -> None:
        begin(run, holder, step, now)
        if step == fatal:
            die(run)

    def attached(who: Acting, run: Run, document: bytes, *, holder: str, exhibits: bytes) -> Result:
        result = attach_evidence(who, run, document, holder=holder, exhibits=exhibits)
        if fatal == ATTACHED:
            die(run)
        return result

    patch.setattr(work, "renew", begun)
    patch.setattr(work, "attach_evidence", attached)
    main(["worker", "--once"])


def tell() -> None:
    """Say of each run how often it was begun and at which step it was last, and what became of its case."""
    ends = (ActKind.REVIEW_EVIDENCE_ATTACHED, ActKind.REVIEW_RUN_FAILED)
    found = []
    for lease in Lease.objects.order_by("run_id").select_related("run__allegation"):
        entries = Entry.objects.filter(case=lease.run.allegation.case, kind__in=ends)
        found.append([lease.attempts, lease.step, [*entries.values_list("kind", flat=True)]])
    sys.stdout.write(json.dumps({"database": connection.vendor, "runs": found}))
