"""Workloads that keep the records of applications and devices."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mithaq.evidence.hypotheses.clocks import IntervalClock
from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.evidence.hypotheses.ranges import Choice, Range, always, assumed, derived
from mithaq.evidence.hypotheses.sizes import Component, MixtureSizes, QuantileSizes
from mithaq.evidence.hypotheses.tables import common as c
from mithaq.evidence.hypotheses.workload import Reads, Role, StreamTemplate, Subjects, Workload
from mithaq.terms import LocalisedText, Purpose, Rhythm


def _records(
    words: tuple[tuple[str, str], ...], sizes: MixtureSizes | QuantileSizes, reads: Reads, subjects: Subjects
) -> StreamTemplate:
    """Give a stream of small records."""
    return StreamTemplate(
        role=Role.MAIN,
        keys=tuple(Choice(1, KeyForm(word, Name.UUID, extension)) for word, extension in words),
        sizes=always(sizes),
        reads=reads,
        deletions=(
            Choice(0.4, c.expiry(1, 90, "of use for a while")),
            Choice(0.2, c.sweep(1, 30, "merged, then removed")),
            Choice(0.4, c.KEPT),
        ),
        subjects=subjects,
        principals=c.FEW_SYSTEMS,
    )


def _by_software(low: float, high: float, why: str, audience: Range = c.NONE) -> Reads:
    """Give reads by software."""
    return Reads(
        assumed(low, high, why),
        assumed(0.6, 1.0, "by software"),
        c.SECONDS,
        c.HOURS,
        c.SIGMA,
        audience,
        c.ONE,
    )


_DEVICES: Final = Subjects(per_daily_object=assumed(0.002, 1.0, "devices or users", log=True))

IOT: Final = Workload(
    id="iot",
    label=LocalisedText("data of devices and functions", "بيانات أجهزة ووظائف حوسبة"),
    kind=None,
    rhythm=Rhythm.MACHINE,
    violating=False,
    purpose=Purpose.IOT,
    objects_per_day=assumed(10_000, 100_000_000, "L9", log=True),
    clocks=(
        Choice(0.6, c.TIMERS),
        Choice(0.2, c.JOBS),
        Choice(0.2, IntervalClock((Choice(1, 1), Choice(1, 5)), None, c.DEVICE_UNREST)),
    ),
    streams=(
        _records(
            (("devices", "json"), ("fn", "bin"), ("t", "")),
            QuantileSizes(
                (
                    (0.0, 4),
                    (0.01, 8),
                    (0.05, 9),
                    (0.10, 46),
                    (0.20, 482),
                    (0.25, 542),
                    (0.50, 5302),
                    (0.75, 9240),
                    (0.80, 12367),
                    (0.90, 26764),
                    (0.95, 110611),
                    (0.99, 1589532),
                    (1.0, 200_000_000),
                ),
                scale=derived(
                    0.3, 3.0, "L9: quantiles of a public trace of serverless functions (2020)", log=True
                ),
            ),
            _by_software(
                0.1, 1.0, "processed by functions", assumed(0.0, 3.0, "configuration is read again")
            ),
            _DEVICES,
        ),
    ),
    growth=assumed(-0.005, 0.01, "steady or growing"),
    abroad=assumed(0.0, 0.5, "any"),
    bursts=assumed(0.0, 0.02, "exports"),
)

SMALL_EVENT_RECORDS: Final = replace(
    IOT,
    id="small-event-records",
    label=LocalisedText("small event records", "سجلات أحداث صغيرة"),
    purpose=None,
    rhythm=Rhythm.POPULATION,
    clocks=(Choice(2.0, c.APP_USERS), Choice(1.0, c.CALLS_BY_PEOPLE), Choice(1.0, c.TIMERS)),
    streams=(
        _records(
            (("events", "json"), ("log", "avro"), ("ev", "")),
            MixtureSizes(
                (
                    Component(
                        assumed(4.8, 9.0, "one event to a few dozen"),
                        assumed(0.2, 1.0, "one form or several"),
                    ),
                ),
                c.MOSTLY_PLAIN,
                smallest=20,
                unit=(Choice(0.75, 1), Choice(0.1, 32), Choice(0.05, 20), Choice(0.1, 64)),
                header=assumed(0, 64, "file headers"),
            ),
            _by_software(0.2, 1.0, "loaded into a data base"),
            _DEVICES,
        ),
    ),
)

SAVED_APP_STATE: Final = replace(
    SMALL_EVENT_RECORDS,
    id="saved-app-state",
    label=LocalisedText("saved state of applications", "حالات محفوظة لتطبيقات"),
    clocks=(Choice(3.0, c.APP_USERS), Choice(1.0, c.CALLS_BY_PEOPLE)),
    streams=(
        _records(
            (("saves", "bin"), ("state", "sqlite"), ("sync", "db")),
            MixtureSizes(
                (
                    Component(
                        assumed(9.5, 13.5, "settings to whole games"), assumed(0.5, 1.4, "apps differ"), 0.8
                    ),
                    Component(assumed(6.5, 9.0, "small changes"), assumed(0.3, 0.9, "small changes"), 0.2),
                ),
                c.MOSTLY_PLAIN,
                smallest=64,
                unit=(Choice(0.6, 1), Choice(0.25, 4096), Choice(0.15, 1024)),
            ),
            Reads(
                share=assumed(0.02, 0.6, "restored on another device or after a restart"),
                software=assumed(0.0, 0.3, "sync"),
                software_seconds=c.SECONDS,
                people_hours=assumed(2, 60, "next use", log=True),
                people_sigma=c.SIGMA,
                audience=assumed(0.0, 0.5, "older states"),
                portion=c.ONE,
            ),
            Subjects(per_daily_object=assumed(0.2, 5.0, "users", log=True)),
        ),
    ),
)

GENERIC_RECORD: Final = replace(
    SMALL_EVENT_RECORDS,
    id="generic-record",
    label=LocalisedText("small records of any kind", "سجلات صغيرة من أي نوع"),
    clocks=(
        Choice(1, c.APP_USERS),
        Choice(1, c.CALLS_BY_PEOPLE),
        Choice(1, c.TIMERS),
        Choice(1, c.JOBS),
        Choice(1, c.OFFICE_HOURS),
    ),
    streams=(
        _records(
            (("data", "json"), ("r", "bin"), ("x", "")),
            MixtureSizes(
                (
                    Component(assumed(3.5, 11.0, "anything small"), assumed(0.1, 1.8, "any spread"), 0.7),
                    Component(assumed(3.5, 11.0, "anything small"), assumed(0.1, 1.8, "any spread"), 0.3),
                ),
                c.MOSTLY_PLAIN,
                smallest=4,
                unit=(Choice(0.8, 1), Choice(0.07, 16), Choice(0.06, 32), Choice(0.07, 20)),
            ),
            Reads(
                share=assumed(0.0, 1.0, "any"),
                software=assumed(0.0, 1.0, "any"),
                software_seconds=c.SECONDS,
                people_hours=c.HOURS,
                people_sigma=c.SIGMA,
                audience=assumed(0.0, 3.0, "any"),
                portion=c.ONE,
            ),
            Subjects(per_daily_object=assumed(0.001, 20.0, "any", log=True)),
        ),
    ),
    abroad=assumed(0.0, 1.0, "any"),
)

WORKLOADS: Final = (IOT, SMALL_EVENT_RECORDS, SAVED_APP_STATE, GENERIC_RECORD)
