"""What has to happen without anybody asking: jobs of the rooms, each on its own clock.

    worker = Worker(setting_from(os.environ, home, clock=clock, entropy=entropy))
    worker.run(until=stop)

A job is a function of its room and stands in `jobs.py`. One that fails is logged and tried again later, and
the others go on. Several workers may run at once: a job has one turn at a time (`turns.py`), and is written
such that doing it twice does no harm.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Final, Literal

from django.db import DatabaseError, close_old_connections

from mithaq.console.service.jobs import JOBS, Job, Setting
from mithaq.console.service.lately import note
from mithaq.console.service.logs import say
from mithaq.console.service.turns import turn
from mithaq.kernel.canonical import Json
from mithaq.kernel.errors import MithaqError, StateError

_LOG: Final = logging.getLogger("mithaq.worker")

_AFTER_FAILURE: Final = timedelta(seconds=30)
"""A job that failed rests at least so long: what stands against it seldom goes away within a second."""


@dataclass(frozen=True, slots=True)
class Done:
    """How one job went: `busy` is a job that another worker has its turn at."""

    job: str
    outcome: Literal["done", "busy", "failed"]
    found: dict[str, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Worker:
    """Does jobs when they are due, beginning with all of them."""

    setting: Setting
    jobs: Sequence[Job] = JOBS
    monotonic: Callable[[], float] = time.monotonic
    _due: dict[str, float] = field(default_factory=dict)

    def run(self, until: Event) -> None:
        """Work until the event is set; what is under way then is ended first."""
        say(_LOG, "worker-started", {"jobs": [job.name for job in self.jobs]})
        while not until.is_set():
            self.round(until)
            until.wait(max(0.0, min(self._due.values()) - self.monotonic()))
        say(_LOG, "worker-stopped")

    def round(self, until: Event) -> list[Done]:
        """Do every job that is due once; gives how each went."""
        went = []
        for job in self.jobs:
            if until.is_set() or self._due.get(job.name, 0.0) > self.monotonic():
                continue
            done = self._do(job)
            rest = job.every if done.outcome != "failed" else max(job.every, _AFTER_FAILURE)
            self._due[job.name] = self.monotonic() + rest.total_seconds()
            went.append(done)
        return went

    def _do(self, job: Job) -> Done:
        close_old_connections()
        try:
            with turn(job.name, self.setting.home) as mine:
                if not mine:
                    return Done(job.name, "busy")
                found = job.work(self.setting)
                note(self.setting.home, job.name, "done", at=self.setting.clock())
        except MithaqError as error:
            # What is wrong with the state names no person; what is wrong with an input may quote it.
            why = error.message if isinstance(error, StateError) else ""
            say(_LOG, "job-failed", {"job": job.name, "code": error.code, "why": why}, level=logging.ERROR)
            self._note_failure(job)
            return Done(job.name, "failed", {"code": error.code})
        except (DatabaseError, OSError) as error:
            _LOG.exception("job-failed", extra={"mithaq_fields": {"job": job.name}})
            close_old_connections()
            self._note_failure(job)
            return Done(job.name, "failed", {"code": type(error).__name__})
        if any(found.values()):
            say(_LOG, "job-done", {"job": job.name, **found})
        return Done(job.name, "done", found)

    def _note_failure(self, job: Job) -> None:
        """Note that a job failed; where the home cannot be written, that is what failed, and it is logged."""
        with suppress(OSError):
            note(self.setting.home, job.name, "failed", at=self.setting.clock())
