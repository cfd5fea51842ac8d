"""Figures that several workloads share."""

from __future__ import annotations

from typing import Final

from mithaq.evidence.hypotheses.clocks import (
    IntervalClock,
    JobClock,
    NightlyClock,
    OrganisationClock,
    PopulationClock,
    SteadyClock,
    Unrest,
)
from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.evidence.hypotheses.ranges import Choice, Range, always, assumed, derived, sourced
from mithaq.evidence.hypotheses.sizes import Component, Dressing, MixtureSizes
from mithaq.evidence.hypotheses.workload import (
    Deletion,
    DeletionKind,
    Reads,
    Role,
    StreamTemplate,
    Subjects,
)

NONE: Final = assumed(0, 0, "not part of this use")
ONE: Final = assumed(1, 1, "all of them")

# Irregularity ---------------------------------------------------------------------------------------
PEOPLE_UNREST: Final = Unrest(
    day_noise=assumed(0.02, 0.12, "news, weather and holidays move whole days"),
    hour_noise=assumed(0.03, 0.15, "rates of many people wander slowly"),
    clump=assumed(0.0, 0.3, "people act one by one"),
)
UPLOAD_UNREST: Final = Unrest(
    day_noise=assumed(0.02, 0.15, "news, weather and holidays move whole days"),
    hour_noise=assumed(0.05, 0.3, "events draw people together"),
    clump=assumed(0.3, 6.0, "people upload several things at once", log=True),
)
OFFICE_UNREST: Final = Unrest(
    day_noise=assumed(0.05, 0.25, "an organisation's days differ"),
    hour_noise=derived(0.1, 0.4, "bank calls: variance over mean 3.1 per five minutes"),
    clump=assumed(0.0, 1.0, "transfers and conferences end together"),
)
DESK_UNREST: Final = Unrest(
    day_noise=assumed(0.1, 0.5, "an organisation's days differ"),
    hour_noise=assumed(0.2, 0.8, "work comes in spells"),
    clump=assumed(1.0, 20.0, "folders are saved and scanned in batches", log=True),
)
DEVICE_UNREST: Final = Unrest(
    day_noise=assumed(0.0, 0.03, "the number of devices hardly changes"),
    hour_noise=assumed(0.0, 0.05, "timers are steady"),
    clump=assumed(0.0, 0.5, "devices share timers"),
)
JOB_UNREST: Final = Unrest(
    day_noise=assumed(0.1, 0.8, "jobs differ with the data of the day"),
    hour_noise=assumed(0.3, 1.5, "a job writes as fast as it can, then stops"),
    clump=assumed(2.0, 100.0, "a job's tasks end together", log=True),
)

# Clocks ---------------------------------------------------------------------------------------------
CALLS_BY_PEOPLE: Final = PopulationClock(
    busy_hour=sourced(0.08, 0.125, "busy hour 10-12.5 % of the day; 8 % allowed for spread-out networks"),
    night=assumed(0.01, 0.06, "light night"),
    rest_factor=assumed(0.75, 0.95, "rest days a little quieter"),
    zones=assumed(1, 2, "one country, or two neighbouring time zones"),
    unrest=PEOPLE_UNREST,
)
APP_USERS: Final = PopulationClock(
    busy_hour=assumed(0.06, 0.1, "use of apps is spread wider than calls"),
    night=assumed(0.03, 0.15, "people are awake at all hours"),
    rest_factor=assumed(0.8, 1.5, "leisure use may peak on rest days"),
    zones=assumed(1, 5, "users in several countries"),
    unrest=UPLOAD_UNREST,
)
OFFICE_HOURS: Final = OrganisationClock(
    opens=assumed(6.5, 9.5, "working hours"),
    hours_open=assumed(8.0, 12.0, "working hours"),
    night=derived(0.0, 0.02, "offices nearly silent after 18:00"),
    rest_days=assumed(1, 2, "one or two rest days"),
    rest_factor=derived(0.0, 0.2, "offices nearly silent on Sundays"),
    zones=assumed(1, 2, "one or two offices"),
    unrest=DESK_UNREST,
)
TIMERS: Final = SteadyClock(
    swing=assumed(0.0, 0.15, "more motion by day"), metronome=0.6, unrest=DEVICE_UNREST
)
NIGHTLY: Final = NightlyClock(
    window_hours=assumed(1.0, 8.0, "backup windows"),
    outside=assumed(0.0, 0.05, "incremental runs by day"),
    rest_factor=assumed(0.4, 1.2, "less has changed on rest days; full runs then"),
    unrest=JOB_UNREST,
)
JOBS: Final = JobClock(
    jobs=assumed(2, 20, "scheduled jobs a day"),
    weekly=assumed(0.0, 0.3, "weekly jobs"),
    between=assumed(0.0, 0.3, "streams between jobs"),
    unrest=JOB_UNREST,
)
INTERVALS: Final = IntervalClock(
    every_minutes=(Choice(1, 5), Choice(1, 10), Choice(1, 15), Choice(1, 30), Choice(1, 60)),
    follows=CALLS_BY_PEOPLE,
    unrest=DEVICE_UNREST,
)

# Reads ----------------------------------------------------------------------------------------------
SECONDS: Final = assumed(2, 900, "software reacts at once or by queue", log=True)
HOURS: Final = assumed(3, 120, "people look when there is reason to", log=True)
SIGMA: Final = assumed(0.8, 2.0, "delays of people vary by factors")
WHOLE: Final = assumed(0.7, 1.0, "mostly read whole")
PEOPLE_ONLY: Final = assumed(0.0, 0.1, "hardly any software")


def rarely_read(share: Range, software: Range = PEOPLE_ONLY, audience: Range = NONE) -> Reads:
    """Give reads of an archive that people look into when there is reason to."""
    return Reads(share, software, SECONDS, HOURS, SIGMA, audience, WHOLE)


# Ends -----------------------------------------------------------------------------------------------
KEPT: Final = Deletion(DeletionKind.NONE, NONE, NONE)


def expiry(low: float, high: float, why: str) -> Deletion:
    """Give a lifecycle rule of the store."""
    return Deletion(DeletionKind.EXPIRY, assumed(low, high, why, log=True), ONE)


def sweep(low: float, high: float, why: str) -> Deletion:
    """Give a nightly job that deletes by age."""
    return Deletion(DeletionKind.SWEEP, assumed(low, high, why, log=True), ONE)


def by_users(low: float, high: float, share: Range) -> Deletion:
    """Give deletion by people, median age in days."""
    return Deletion(DeletionKind.USERS, assumed(low, high, "people clear up", log=True), share)


# Subjects and principals ----------------------------------------------------------------------------
MANY_PEOPLE: Final = Subjects(per_daily_object=assumed(0.5, 20, "each person makes some a day", log=True))
FEW_SYSTEMS: Final = assumed(1, 12, "a handful of service accounts", log=True)
MANY_STAFF: Final = assumed(5, 400, "people with accounts of their own", log=True)

# Plain small records beside the objects ---------------------------------------------------------------
MOSTLY_PLAIN: Final = (
    Choice(0.8, Dressing.PLAIN),
    Choice(0.08, Dressing.SEALED),
    Choice(0.04, Dressing.PADDED_16),
    Choice(0.08, Dressing.COMPRESSED),
)
PLAIN: Final = always(Dressing.PLAIN)


def index_stream(
    per_object: Range, mu: Range, *, present: float = 0.6, word: str = "index", extension: str = "json"
) -> StreamTemplate:
    """Give small records that accompany the main objects."""
    return StreamTemplate(
        role=Role.INDEX,
        keys=(
            Choice(1, KeyForm(word, Name.UUID, extension, by_subject=False)),
            Choice(1, KeyForm(word, Name.HEX, extension, by_subject=False)),
        ),
        sizes=always(
            MixtureSizes(
                (Component(mu, assumed(0.1, 0.6, "records of one form vary little")),), PLAIN, smallest=2
            )
        ),
        reads=Reads(
            share=assumed(0.05, 1.0, "indexed, then searched"),
            software=assumed(0.3, 1.0, "mostly by software"),
            software_seconds=SECONDS,
            people_hours=HOURS,
            people_sigma=SIGMA,
            audience=assumed(0.0, 0.5, "searches"),
            portion=ONE,
        ),
        deletions=(Choice(0.6, KEPT), Choice(0.4, expiry(7, 400, "kept as long as the objects"))),
        subjects=Subjects(),
        principals=FEW_SYSTEMS,
        per_object=per_object,
        present=present,
    )
