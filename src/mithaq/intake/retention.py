"""What the worker and `mithaq retention` do with rollups that are older than their retention.

    bounds = bounds_of(pins(keyring), now=clock(), days=days)
    look(log, bounds)                               what would go
    remove(who, log, days=days, keyring=keyring)    the intent, the removal, the outcome

One at a time: callers hold the turn `retention`. A removal that was killed leaves its intent without an
outcome; the next one first says what came of it, which the lake's record of commits tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from mithaq.evidence.coverage import hour_number
from mithaq.identity import Keyring
from mithaq.intake.acts.retention import begin_removal, finish_removal, settle_removal
from mithaq.intake.errors import NoRetention, PinnedMeanwhile
from mithaq.intake.models import Removal
from mithaq.intake.queries import pinned
from mithaq.people.acting import Acting
from mithaq.telemetry.lake.commits import CommitLog
from mithaq.telemetry.lake.retention import LEAST_DAYS, Advance, Bounds, Removed, look, nobody, prepare
from mithaq.telemetry.lake.runs import Run

DAYS: Final = "MITHAQ_RETENTION_DAYS"
_ATTEMPTS: Final = 3
"""Cases that are opened, and ingests that compact, call a removal off; it is tried again so often."""


def days_from(environment: Mapping[str, str], given: int | None = None) -> int | None:
    """Give how many days rollups are kept, None for as long as the lake; raises NoRetention."""
    said = environment.get(DAYS, "") if given is None else str(given)
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or int(said) < LEAST_DAYS:
        raise NoRetention(
            f"rollups are kept for at least {LEAST_DAYS} days",
            field=DAYS if given is None else "--days",
            hint="A review, and the watch over what leaves, need them to compare with. Give more days.",
        )
    return int(said)


def bounds_of(pins: Mapping[str, int], *, now: datetime, days: int) -> Bounds:
    """Give what stays: the last days, and what is pinned."""
    moment = (now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    return Bounds.of(hour_number(moment), pins)


def remove(who: Acting, log: CommitLog, *, days: int, keyring: Keyring, advance: Advance = nobody) -> Removed:
    """Remove what is older than so many days and not pinned; gives what went.

    Raises Forbidden, BadLake, LakeWriteFailed, and PinnedMeanwhile if cases were opened again and again.
    """
    settle(who, log)
    for _attempt in range(_ATTEMPTS - 1):
        with suppress(PinnedMeanwhile):
            return _remove(who, log, days, keyring, advance)
    return _remove(who, log, days, keyring, advance)


def unsettled() -> QuerySet[Removal]:
    """Give the removals that were interrupted, and of which nobody has said yet what came of them."""
    return Removal.objects.filter(end__isnull=True)


def settle(who: Acting, log: CommitLog) -> None:
    """Say of each removal that was interrupted what came of it."""
    for removal in unsettled():
        settle_removal(who, removal, removed=log.state().forgotten_by == removal.removal)


def _remove(who: Acting, log: CommitLog, days: int, keyring: Keyring, advance: Advance) -> Removed:
    bounds = bounds_of(pinned(keyring.pseudonyms), now=who.now, days=days)
    if not look(log, bounds).rows:
        return Removed()
    removal = begin_removal(who, bounds)
    run = Run.begin(log, removal.removal, ingests=False)
    try:
        prepared = prepare(run, bounds, advance)
        finish_removal(who, removal, prepared, lambda: pinned(keyring.pseudonyms))
    except PinnedMeanwhile:
        prepared.discard()
        run.end()
        settle_removal(who, removal, removed=False)
        raise
    except BaseException:
        run.abandon()
        raise
    run.end()
    return prepared.found
