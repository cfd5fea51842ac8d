"""The jobs of the worker, each a function of its room and how often it is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from mithaq.console.service.retention import TURN, retention_from
from mithaq.console.service.turns import turn
from mithaq.identity import acts as identity
from mithaq.intake.acts import watch_flight
from mithaq.intake.flight import egress
from mithaq.intake.places import lake_place
from mithaq.intake.queries import active_watches, pseudonyms_of
from mithaq.intake.retention import days_from
from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import Clock
from mithaq.ledger.entries import Entropy
from mithaq.ledger.publication import Publication, publication_from
from mithaq.measures.places import TARGETS, targets_from
from mithaq.measures.reconcile import reconcile
from mithaq.measures.work import work_one as carry_out_one
from mithaq.people.acting import Acting
from mithaq.people.acts import forget_answers, make_worker
from mithaq.people.permissions import Machine, Permission
from mithaq.people.queries import worker_account
from mithaq.review.acts import expire_due
from mithaq.review.queries import at_their_end
from mithaq.review.runs.work import work_one


@dataclass(frozen=True, slots=True)
class Setting:
    """What a job works with: where the state lies, the clock, and randomness."""

    environment: Mapping[str, str]
    home: Path
    clock: Clock
    entropy: Entropy
    publication: Publication

    def acting(self, *only: Permission) -> Acting:
        """Give the worker in the act of doing something: no person, and allowed nothing but this.

        Its account is made when it first has something to do; workers that start together make one.
        """
        account = worker_account()
        if account is None:
            with turn("worker-account", self.home, wait=True):
                account = worker_account() or make_worker(clock=self.clock, entropy=self.entropy)
        as_worker = frozenset({Machine.WORKER})
        return Acting(account, as_worker, self.clock, self.entropy, frozenset(only), via="worker")


def setting_from(environment: Mapping[str, str], home: Path, *, clock: Clock, entropy: Entropy) -> Setting:
    """Set up from the environment; raises BadLedgerKey, InputError."""
    publication = publication_from(environment, home, clock=clock, entropy=entropy)
    return Setting(environment, home, clock, entropy, publication)


Work: TypeAlias = Callable[[Setting], dict[str, Json]]
"""Does what is due; gives what it did in words and numbers, with zero and None for nothing."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is due again and again."""

    name: str
    every: timedelta
    work: Work


def _publish(setting: Setting) -> dict[str, Json]:
    """Number waiting entries, and give out a checkpoint when one is due."""
    signed = setting.publication.tick()
    return {"signed": signed.size if signed else None}


def _end_unlocks(setting: Setting) -> dict[str, Json]:
    return {"ended": identity.end_overdue(clock=setting.clock, entropy=setting.entropy)}


def _expire_decisions(setting: Setting) -> dict[str, Json]:
    """Record that restrictions have ended whose end has come: nobody decides anything by it."""
    if not at_their_end(setting.clock()):
        return {"expired": 0}
    worker = setting.acting(Permission.CASE_DECISION_EXPIRE, Permission.CASE_READ)
    return {"expired": expire_due(worker)}


def _watch_flights(setting: Setting) -> dict[str, Json]:
    """Compare what leaves the subjects of open cases with the weeks before. Raises NoLake and others."""
    watches = list(active_watches())
    if not watches:
        return {"seen": 0}
    place = lake_place(setting.environment)
    keyring = place.keyring()
    rollups = place.open(keyring)
    acting = setting.acting(Permission.CASE_WATCH_RUN)
    seen = 0
    for watch in watches:
        names = sorted(pseudonyms_of(watch.allegation, keyring.pseudonyms))
        found = egress(rollups, names, since=watch.since, now=setting.clock())
        seen += watch_flight(acting, watch, found) is not None
    return {"seen": seen}


def _keep_retention(setting: Setting) -> dict[str, Json]:
    """Remove rollups older than their retention, where a number of days was set. Raises NoLake and others."""
    days = days_from(setting.environment)
    if days is None:
        return {"rows": 0}
    kept = retention_from(setting.environment, days, clock=setting.clock)
    return {"rows": kept.remove(lambda: setting.acting(Permission.LAKE_REMOVE)).rows}


def _run_evidence(setting: Setting) -> dict[str, Json]:
    """Work on the evidence run that has waited longest; the other jobs have their turn before the next."""
    run = work_one(setting.environment, clock=setting.clock, entropy=setting.entropy)
    return {"run": run.run if run else None}


def _carry_out(setting: Setting) -> dict[str, Json]:
    """Carry out the errand of a measure that has been due longest; without targets there are none."""
    if not setting.environment.get(TARGETS):
        return {}
    targets = targets_from(setting.environment, setting.home, setting.entropy)
    errand = carry_out_one(setting.acting(Permission.MEASURE_APPLY), targets)
    return {"errand": errand.key if errand else None, "state": errand.state if errand else None}


def _reconcile(setting: Setting) -> dict[str, Json]:
    """Compare standing measures with their targets, and lift those whose restriction has ended."""
    if not setting.environment.get(TARGETS):
        return {}
    targets = targets_from(setting.environment, setting.home, setting.entropy)
    found = reconcile(setting.acting(Permission.MEASURE_APPLY), targets)
    return {
        "drifted": found.drifted,
        "lifted": found.lifted,
        "probed": found.probed,
        "unreachable": found.unreachable,
    }


def _forget_answers(setting: Setting) -> dict[str, Json]:
    return {"forgotten": forget_answers(now=setting.clock())}


def _forget_sessions(setting: Setting) -> dict[str, Json]:
    """Delete sessions that have ended by themselves; they hold who was signed in."""
    del setting  # sessions end by the machine's own clock, as the library made them
    over = Session.objects.filter(expire_date__lt=timezone.now()).count()
    SessionStore.clear_expired()
    return {"forgotten": over}


JOBS: Final = (
    Job("ledger-publication", timedelta(seconds=1), _publish),
    Job("unlocks-overdue", timedelta(minutes=1), _end_unlocks),
    Job("decisions-at-their-end", timedelta(minutes=1), _expire_decisions),
    Job("evidence-runs", timedelta(seconds=2), _run_evidence),
    Job("measures", timedelta(seconds=2), _carry_out),
    Job("measures-compared", timedelta(minutes=1), _reconcile),
    Job("flights", timedelta(hours=1), _watch_flights),
    Job(TURN, timedelta(days=1), _keep_retention),
    Job("answers-kept", timedelta(hours=1), _forget_answers),
    Job("sessions-over", timedelta(hours=1), _forget_sessions),
)
"""All jobs, in the order of a round."""
