"""What the processes of `test_killed_worker.py` do, in a home and on a database of their own."""

from __future__ import annotations

import os
import signal
from datetime import datetime

import pytest
from django.core.management import call_command
from tests.casework import Office
from tests.review.desk import Casework

from mithaq.cli import main
from mithaq.review.runs import work
from mithaq.review.runs.acts import request_run
from mithaq.review.runs.models import Run


def ask() -> None:
    """Open a case, authorise its review and ask for evidence."""
    call_command("migrate", verbosity=0)
    casework = Casework(Office(pytest.MonkeyPatch()))
    casework.authorise()
    request_run(casework.reviewer, casework.case)


def die_at(fatal: str) -> None:
    """Be the worker until a step of the run has begun, and then be gone without a word."""
    begin = work.renew

    def last(run: Run, holder: str, step: str, now: datetime) -> None:
        begin(run, holder, step, now)
        if step == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    work.renew = last
    main(["worker", "--once"])
