"""Watches: a subject's rollups are pinned, and what leaves its storage is compared with the weeks before."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from mithaq.intake.errors import WatchEnded
from mithaq.intake.flight import WEEKS_BEFORE, Egress, Flight
from mithaq.intake.models import Allegation, FlightSighting, Watch, WatchEnd
from mithaq.intake.queries import access_case
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.rows import insert_rows
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission

AGAIN_AFTER: Final = timedelta(hours=24)
"""A flight that goes on is told of once a day."""


def start_watch(allegation: Allegation) -> Watch:
    """Pin a case's rollups and watch its subjects, for the act that opens it; the row comes without key."""
    earliest = min(allegation.period_from, allegation.opened_at - timedelta(weeks=WEEKS_BEFORE))
    watch = Watch(
        allegation_id=allegation.pk,  # not the allegation itself: it would know a watch without a key
        keep_from=earliest.replace(minute=0, second=0, microsecond=0),
        since=allegation.opened_at,
    )
    insert_rows([watch])
    return watch


@act
def end_watch(acting: Acting, case: str, *, reason: str) -> WatchEnd:
    """Let retention take its course again, and stop watching; raises Forbidden, UnknownCase, WatchEnded."""
    role = acting.must(Permission.CASE_WATCH_END)
    watch = access_case(acting, case).watch
    if WatchEnd.objects.filter(watch=watch).exists():
        raise WatchEnded("the watch of this case has ended", hint="Nothing is left to do.")
    end = WatchEnd.objects.create(watch=watch, ended_at=acting.now, ended_by=acting.account)
    acting.record(ActKind.INTAKE_WATCH_ENDED, role, case=case, personal={"reason": reason})
    return end


def watch_flight(acting: Acting, watch: Watch, seen: Egress) -> FlightSighting | None:
    """Write down that a flight was seen, unless one was within the last day; None if nothing is to be told.

    Raises Forbidden.
    """
    acting.must(Permission.CASE_WATCH_RUN)
    told = watch.sightings.filter(seen_at__gt=acting.now - AGAIN_AFTER).exists()
    return None if told or seen.flight is not Flight.SEEN else _tell(acting, watch, seen)


@act
def _tell(acting: Acting, watch: Watch, seen: Egress) -> FlightSighting:
    role = acting.must(Permission.CASE_WATCH_RUN)
    sighting = FlightSighting.objects.create(
        watch=watch,
        seen_at=acting.now,
        busiest_before=seen.busiest_before,
        busiest_since=seen.busiest_since,
        hours=seen.window,
    )
    acting.record(
        ActKind.INTAKE_FLIGHT_SEEN,
        role,
        case=watch.allegation.case,
        facts={
            "busiest_before": seen.busiest_before,
            "busiest_since": seen.busiest_since,
            "hours": seen.window,
        },
    )
    return sighting
