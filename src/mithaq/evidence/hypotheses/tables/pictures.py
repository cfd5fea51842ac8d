"""Workloads that keep pictures, video and music."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mithaq.evidence.hypotheses import codecs
from mithaq.evidence.hypotheses.clocks import PopulationClock
from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.evidence.hypotheses.ranges import Choice, always, assumed, sourced
from mithaq.evidence.hypotheses.sizes import AudioSizes, ChunkSizes, Component, Durations, MixtureSizes
from mithaq.evidence.hypotheses.tables import common as c
from mithaq.evidence.hypotheses.workload import Reads, Role, ServiceUse, StreamTemplate, Subjects, Workload
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import DataKind, LocalisedText, Purpose, Rhythm

_PASSERS_BY: Final = PopulationClock(
    busy_hour=assumed(0.07, 0.12, "V2: cameras day and night, daylight peak"),
    night=assumed(0.01, 0.08, "few people in the streets"),
    rest_factor=assumed(0.7, 1.1, "other streets on rest days"),
    zones=assumed(1, 1, "one city"),
    unrest=replace(c.PEOPLE_UNREST, clump=assumed(0.2, 3.0, "people pass in groups")),
)

BULK_FACE_IDENTIFICATION: Final = Workload(
    id="bulk-face-identification",
    label=LocalisedText("bulk face identification", "تعرّف الوجوه بالجملة"),
    kind=DataKind.FACE_IMAGES,
    rhythm=Rhythm.POPULATION,
    violating=True,
    purpose=None,
    objects_per_day=assumed(100_000, 10_000_000, "V2", log=True),
    clocks=always(_PASSERS_BY),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("faces", Name.UUID, "jpg")),
                Choice(1, KeyForm("crops", Name.HEX, "jpg")),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        Component(
                            assumed(9.2, 12.2, "crops of a face to V2's frames (11.9)"),
                            assumed(0.35, 0.7, "V2: 0.6"),
                        ),
                    ),
                    c.MOSTLY_PLAIN,
                    smallest=800,
                )
            ),
            reads=c.rarely_read(
                assumed(0.005, 0.2, "matches are looked at"), assumed(0.2, 0.9, "matching again")
            ),
            deletions=(Choice(0.7, c.expiry(30, 3650, "V2: 30 days to 10 years")), Choice(0.3, c.KEPT)),
            subjects=Subjects(pool=assumed(20, 3000, "cameras", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
        c.index_stream(
            assumed(0.5, 0.98, "a vector for each face"), assumed(7.0, 8.3, "512 to 1,024 numbers")
        ),
    ),
    growth=assumed(-0.002, 0.02, "cameras are added"),
    abroad=assumed(0.3, 1.0, "often another region"),
    bursts=assumed(0.0, 0.05, "as other violators"),
    services=(
        ServiceUse(
            Service.FACE_RECOGNITION,
            1.0,
            assumed(1.0, 3.0, "V2: face_api_calls_per_put 1-3, so every one calls it"),
            assumed(0, 3, "at once"),
        ),
    ),
)

CCTV: Final = Workload(
    id="cctv",
    label=LocalisedText("video surveillance of premises", "مراقبة منشآت بالفيديو"),
    kind=None,
    rhythm=Rhythm.MACHINE,
    violating=False,
    purpose=Purpose.CCTV,
    objects_per_day=assumed(8_640, 8_640_000, "L6", log=True),
    clocks=always(c.TIMERS),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("cam", Name.NUMBER, "ts")),
                Choice(1, KeyForm("video", Name.UUID, "mp4")),
            ),
            sizes=always(
                ChunkSizes(
                    seconds=(Choice(1, 6.0), Choice(1, 10.0), Choice(1, 60.0), Choice(0.3, 900.0)),
                    kbit_per_second=sourced(1000, 4096, "L6: bit rates"),
                    spread=assumed(0.05, 0.4, "L6: coefficient of variation"),
                )
            ),
            reads=c.rarely_read(assumed(0.001, 0.02, "L6: read share"), assumed(0.0, 0.5, "motion analysis")),
            deletions=(
                Choice(
                    0.9, replace(c.expiry(7, 90, ""), days=sourced(7, 90, "L6: 30 days as a rule", log=True))
                ),
                Choice(0.1, c.KEPT),
            ),
            subjects=Subjects(pool=assumed(1, 2000, "cameras", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
    ),
    growth=assumed(-0.002, 0.005, "steady"),
    abroad=assumed(0.0, 0.3, "mostly in the home region"),
    bursts=assumed(0.0, 0.01, "an incident is exported"),
    services=(
        ServiceUse(
            Service.VISION, 0.25, assumed(0.01, 0.5, "persons and vehicles"), assumed(0, 5, "at once")
        ),
    ),
)

PHOTO_APP: Final = Workload(
    id="photo-app",
    label=LocalisedText("photo app", "تطبيق صور"),
    kind=None,
    rhythm=Rhythm.POPULATION,
    violating=False,
    purpose=Purpose.PHOTO_APP,
    objects_per_day=assumed(10_000, 50_000_000, "L8", log=True),
    clocks=always(replace(c.APP_USERS, rest_factor=assumed(1.0, 1.7, "L8: evening and weekend peak"))),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("photos", Name.UUID, "jpg")),
                Choice(1, KeyForm("u", Name.HEX, "heic", dated=False)),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        Component(
                            assumed(14.2, 15.2, "L8: originals, mu 14.9"), assumed(0.4, 0.7, "L8: 0.5"), 0.4
                        ),
                        Component(
                            assumed(10.0, 11.2, "L8: small versions, mu 10.6"),
                            assumed(0.4, 0.7, "L8: 0.5"),
                            0.6,
                        ),
                    ),
                    c.MOSTLY_PLAIN,
                    smallest=500,
                )
            ),
            reads=Reads(
                share=assumed(0.5, 0.95, "shown after the upload"),
                software=assumed(0.3, 0.9, "small versions are made"),
                software_seconds=assumed(1, 60, "at once", log=True),
                people_hours=assumed(0.5, 24, "shown to others", log=True),
                people_sigma=c.SIGMA,
                audience=assumed(2, 20, "L8: reads over writes", log=True),
                portion=c.WHOLE,
            ),
            deletions=(Choice(0.6, c.KEPT), Choice(0.4, c.by_users(2, 200, assumed(0.02, 0.2, "tidied up")))),
            subjects=Subjects(per_daily_object=assumed(0.05, 1.0, "users upload several a day", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
    ),
    growth=assumed(-0.005, 0.02, "steady or growing"),
    abroad=assumed(0.0, 0.6, "serves several countries"),
    bursts=assumed(0.0, 0.01, "migrations"),
    services=(
        ServiceUse(Service.VISION, 0.4, assumed(0.1, 1.0, "labels for search"), assumed(0, 30, "queued")),
        ServiceUse(
            Service.FACE_RECOGNITION,
            0.15,
            assumed(0.1, 1.0, "albums of one's friends"),
            assumed(0, 30, "queued"),
        ),
    ),
)

PODCAST: Final = Workload(
    id="podcast",
    label=LocalisedText("podcasts", "مدونات صوتية"),
    kind=None,
    rhythm=Rhythm.ORGANISATION,
    violating=False,
    purpose=Purpose.PODCAST,
    objects_per_day=assumed(1, 5_000, "L5", log=True),
    clocks=always(
        replace(
            c.OFFICE_HOURS,
            rest_factor=assumed(0.1, 0.5, "L5: releases peak on weekdays"),
            night=assumed(0.02, 0.1, "timed releases"),
        )
    ),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(1, KeyForm("episodes", Name.UUID, "mp3", by_subject=False)),
                Choice(1, KeyForm("shows", Name.UUID, "mp3", dated=False)),
            ),
            sizes=always(
                AudioSizes(
                    Durations(
                        mu=sourced(7.3, 8.2, "L5: 49.8 MB for 55 min at 128 kbit/s"),
                        sigma=assumed(0.35, 0.7, "L5: 0.6"),
                        shortest=60.0,
                        longest=4 * 3600.0,
                    ),
                    (Choice(0.8, codecs.MP3_MUSIC), Choice(0.2, codecs.AAC)),
                    c.PLAIN,
                )
            ),
            reads=Reads(
                share=assumed(0.9, 1.0, "what is published is heard"),
                software=assumed(0.5, 1.0, "players fetch new episodes"),
                software_seconds=assumed(60, 3600, "polls", log=True),
                people_hours=assumed(2, 24, "listeners", log=True),
                people_sigma=c.SIGMA,
                audience=assumed(50, 5_000, "L5: reads over writes; beyond 5,000 adds nothing", log=True),
                portion=assumed(0.2, 1.0, "ranges"),
            ),
            deletions=always(c.KEPT),
            subjects=Subjects(per_daily_object=assumed(0.5, 5.0, "shows", log=True)),
            principals=c.MANY_STAFF,
        ),
    ),
    growth=assumed(-0.005, 0.01, "steady or growing"),
    abroad=assumed(0.0, 0.6, "serves several countries"),
    bursts=assumed(0.0, 0.01, "migrations"),
    services=(
        ServiceUse(Service.SPEECH_TO_TEXT, 0.3, assumed(0.5, 1.0, "transcripts"), assumed(1, 60, "queued")),
    ),
)

TELEMEDICINE: Final = Workload(
    id="telemedicine",
    label=LocalisedText("telemedicine and meetings", "طب عن بعد واجتماعات"),
    kind=None,
    rhythm=Rhythm.ORGANISATION,
    violating=False,
    purpose=Purpose.TELEMEDICINE,
    objects_per_day=assumed(100, 100_000, "L11", log=True),
    clocks=always(replace(c.OFFICE_HOURS, unrest=c.OFFICE_UNREST)),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("sessions", Name.UUID, "mp4")),
                Choice(1, KeyForm("meetings", Name.HEX, "webm", by_subject=False)),
            ),
            sizes=always(
                MixtureSizes(
                    (Component(assumed(17.8, 19.2, "L11: mu 18.7"), assumed(0.4, 0.8, "L11: 0.6")),),
                    c.MOSTLY_PLAIN,
                )
            ),
            reads=c.rarely_read(assumed(0.02, 0.2, "L11: read share"), assumed(0.0, 0.3, "notes")),
            deletions=(Choice(0.6, c.expiry(365, 3650, "L11: medical records")), Choice(0.4, c.KEPT)),
            subjects=Subjects(pool=assumed(20, 2000, "practitioners", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
        c.index_stream(assumed(0.5, 0.98, "notes of a session"), assumed(7.0, 9.0, "notes of a session")),
    ),
    growth=assumed(-0.005, 0.01, "steady or growing"),
    abroad=assumed(0.0, 0.2, "mostly in the home region"),
    bursts=assumed(0.0, 0.01, "migrations"),
    services=(
        ServiceUse(
            Service.SPEECH_TO_TEXT, 0.5, assumed(0.05, 1.0, "L11: from none to all"), assumed(0, 60, "queued")
        ),
    ),
)

WORKLOADS: Final = (BULK_FACE_IDENTIFICATION, CCTV, PHOTO_APP, PODCAST, TELEMEDICINE)
