"""What the worker does with evidence runs: take one, work on it, attach what it found.

    while work_one(environment, clock=clock, entropy=entropy):
        ...

A worker takes a run by a lease, and each step that begins renews it. When the worker is killed, the lease
runs out and the next one begins the run anew: it is a function of the lake, so nothing is lost but time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from mithaq.evidence.document import review_document
from mithaq.evidence.report import exhibits_document
from mithaq.evidence.review import run_review
from mithaq.intake.places import lake_place, terms_pack
from mithaq.intake.queries import terms_of
from mithaq.kernel.canonical import compact
from mithaq.kernel.clock import Clock
from mithaq.kernel.errors import MithaqError
from mithaq.ledger.acts import Entropy
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.people.queries import acting
from mithaq.register.queries import register_during
from mithaq.review.models import Authorisation
from mithaq.review.runs.acts import attach_evidence, authorised, fail_run
from mithaq.review.runs.errors import LeaseLost, NotAuthorised
from mithaq.review.runs.models import Lease, Run
from mithaq.terms import Allegation

LEASE: Final = timedelta(minutes=10)
"""A step that takes longer than this is taken for dead; the longest seen takes seconds."""

STEPS: Final = ("rollups", "claims", "clauses", "charts", "drawings")
"""The steps of a run in their order."""

ATTEMPTS: Final = 3
"""A run that kills three workers will kill the fourth: it fails instead."""


def work_one(environment: Mapping[str, str], *, clock: Clock, entropy: Entropy) -> Run | None:
    """Take the oldest run that waits and bring it to its end; gives it, or None if none waits."""
    taken = take_run(clock(), entropy)
    if taken is None:
        return None
    run, holder = taken
    who = acting(run.requested_by, clock=clock, entropy=entropy, via="worker")
    try:
        if run.lease.attempts > ATTEMPTS:
            fail_run(who, run, "gave-up", holder=holder)
        else:
            found = compute(who, run, environment, lambda step: renew(run, holder, step, clock()))
            attach_evidence(who, run, found.document, holder=holder, exhibits=found.exhibits)
    except LeaseLost:
        pass  # whoever has it now brings it to its end
    except MithaqError as error:
        fail_run(who, run, error.code, holder=holder)
    return run


def take_run(now: datetime, entropy: Entropy) -> tuple[Run, str] | None:
    """Take the oldest run that no worker has in hand, with the name of this attempt; None without one."""
    free = Q(until__isnull=True) | Q(until__lt=now)
    holder = entropy(16).hex()
    for lease in Lease.objects.filter(free, run__result__isnull=True).order_by("run_id"):
        taken = Lease.objects.filter(free, pk=lease.pk, run__result__isnull=True).update(
            holder=holder, until=now + LEASE, attempts=F("attempts") + 1, steps=0, step=""
        )
        if taken:
            run = Run.objects.select_related("lease", "allegation", "authorisation", "requested_by")
            return run.get(pk=lease.pk), holder
    return None


def renew(run: Run, holder: str, step: str, now: datetime) -> None:
    """Write down the step that begins, and keep the run in hand; raises LeaseLost."""
    mine = Lease.objects.filter(pk=run.pk, holder=holder, run__result__isnull=True)
    if not mine.update(step=step, steps=F("steps") + 1, until=now + LEASE):
        raise LeaseLost("another worker has taken the run over", hint="Nothing is left to do.")


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found, as canonical JSON: its `review/v1` document, and what its page shows beside it."""

    document: bytes
    exhibits: bytes


def compute(who: Acting, run: Run, environment: Mapping[str, str], progress: Callable[[str], None]) -> Found:
    """Compute a run's evidence, if its authorisation still stands.

    Raises NotAuthorised, Forbidden, Recused, NoLake, BadLake, WrongKey, PackError, EvidenceInputError.
    """
    who.must(Permission.CASE_REVIEW_RUN)
    _allegation, bounds = authorised(who, run.allegation.case)
    if bounds != run.authorisation:
        raise NotAuthorised(
            "another review was authorised meanwhile", hint="Ask for a run within its bounds."
        )
    said = within(terms_of(run.allegation), bounds)
    books = register_during(said.start, said.end, known=who.now, subscriptions=said.subscriptions)
    place = lake_place(environment)
    keyring = place.keyring()
    result = run_review(
        said,
        pack=terms_pack(environment),
        register=books,
        lake=place.open(keyring),
        pseudonyms=keyring.pseudonyms,
        clock=who.clock,
        progress=progress,
    )
    progress("drawings")
    return Found(compact(review_document(said, result)), compact(exhibits_document(said, result)))


def within(said: Allegation, bounds: Authorisation) -> Allegation:
    """Narrow an allegation to what was authorised: its subscriptions, its clauses, its period."""
    return replace(
        said,
        customer=None,
        subscriptions=tuple(bounds.subscriptions),
        clauses=tuple(bounds.clauses),
        start=bounds.period_from,
        end=bounds.period_to,
    )
