"""Workloads that keep messages, and call records."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mithaq.evidence.hypotheses import codecs
from mithaq.evidence.hypotheses.clocks import IntervalClock
from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.evidence.hypotheses.ranges import Choice, always, assumed, sourced
from mithaq.evidence.hypotheses.sizes import (
    AudioSizes,
    Component,
    Dressing,
    Durations,
    MixtureSizes,
)
from mithaq.evidence.hypotheses.tables import common as c
from mithaq.evidence.hypotheses.workload import Reads, Role, ServiceUse, StreamTemplate, Subjects, Workload
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import DataKind, LocalisedText, Purpose, Rhythm

_LINES: Final = Subjects(per_daily_object=assumed(0.05, 0.8, "a line sends several messages a day", log=True))
_MESSAGE_RECORD: Final = Component(
    assumed(5.5, 7.5, "text of a message with its envelope, 250 to 1,800 bytes"),
    assumed(0.3, 0.7, "short and long texts"),
    0.85,
)

MESSAGE_INTERCEPTION: Final = Workload(
    id="message-interception",
    label=LocalisedText("bulk interception of messages", "اعتراض الرسائل بالجملة"),
    kind=DataKind.MESSAGES,
    rhythm=Rhythm.POPULATION,
    violating=True,
    purpose=None,
    objects_per_day=assumed(10_000, 50_000_000, "several messages per line and day", log=True),
    clocks=always(replace(c.CALLS_BY_PEOPLE, busy_hour=assumed(0.065, 0.11, "messages are spread wider"))),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("msg", Name.UUID, "json")),
                Choice(1, KeyForm("intake", Name.HEX, "bin")),
                Choice(1, KeyForm("items", Name.HEX, "", by_subject=False)),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        _MESSAGE_RECORD,
                        Component(
                            assumed(10.5, 12.5, "attached pictures"), assumed(0.6, 1.0, "pictures"), 0.15
                        ),
                    ),
                    c.MOSTLY_PLAIN,
                    smallest=40,
                )
            ),
            reads=c.rarely_read(
                assumed(0.002, 0.05, "people look at few"), assumed(0.0, 0.6, "some of it by software")
            ),
            deletions=(
                Choice(0.6, c.expiry(20, 200, "rolling")),
                Choice(0.1, c.sweep(20, 60, "rolling")),
                Choice(0.3, c.KEPT),
            ),
            subjects=_LINES,
            principals=c.FEW_SYSTEMS,
        ),
        c.index_stream(assumed(0.02, 0.3, "indexes of batches"), assumed(7.0, 10.0, "entries of a batch")),
    ),
    growth=assumed(-0.005, 0.01, "steady or growing"),
    abroad=assumed(0.6, 1.0, "as interception of calls"),
    bursts=assumed(0.0, 0.1, "as interception of calls"),
    services=(
        ServiceUse(
            Service.TRANSLATION, 0.6, assumed(0.1, 1.0, "all or what filters pass"), assumed(0, 60, "queued")
        ),
        ServiceUse(
            Service.LANGUAGE_MODEL, 0.5, assumed(0.05, 1.0, "search, summaries"), assumed(0, 60, "queued")
        ),
        ServiceUse(Service.TEXT_ANALYSIS, 0.4, assumed(0.05, 1.0, "entities"), assumed(0, 60, "queued")),
    ),
)

_DELIVERED: Final = Reads(
    share=assumed(0.6, 0.98, "recipients fetch what they are sent"),
    software=assumed(0.3, 0.9, "phones fetch at once when online"),
    software_seconds=assumed(2, 60, "push and fetch", log=True),
    people_hours=assumed(0.5, 8, "when the phone is next online", log=True),
    people_sigma=c.SIGMA,
    audience=assumed(0.1, 2.0, "second devices, scrolling back", log=True),
    portion=c.WHOLE,
)

MESSAGING_PLATFORM: Final = Workload(
    id="messaging-platform",
    label=LocalisedText("messaging platform", "منصة مراسلة"),
    kind=DataKind.MESSAGES,
    rhythm=Rhythm.POPULATION,
    violating=False,
    purpose=Purpose.MESSAGING_PLATFORM,
    objects_per_day=assumed(10_000, 50_000_000, "as interception", log=True),
    clocks=always(c.APP_USERS),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("chat", Name.UUID, "")),
                Choice(1, KeyForm("m", Name.HEX, "enc", dated=False)),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        replace(_MESSAGE_RECORD, weight=0.6),
                        Component(assumed(10.5, 12.8, "pictures"), assumed(0.6, 1.0, "pictures"), 0.3),
                        Component(assumed(13.5, 15.5, "clips"), assumed(0.7, 1.2, "clips"), 0.1),
                    ),
                    (
                        Choice(0.4, Dressing.PLAIN),
                        Choice(0.4, Dressing.SEALED),
                        Choice(0.2, Dressing.PADDED_16),
                    ),
                    smallest=40,
                )
            ),
            reads=_DELIVERED,
            deletions=(
                Choice(0.4, c.expiry(14, 90, "kept until delivered everywhere")),
                Choice(0.3, c.by_users(1, 60, assumed(0.1, 0.6, "disappearing and deleted messages"))),
                Choice(0.3, c.KEPT),
            ),
            subjects=Subjects(per_daily_object=assumed(0.05, 0.8, "conversations", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
        c.index_stream(
            assumed(0.1, 0.6, "thumbnails"),
            assumed(8.0, 9.5, "small pictures"),
            word="thumb",
            extension="webp",
        ),
    ),
    growth=assumed(-0.005, 0.02, "steady or growing"),
    abroad=assumed(0.0, 0.6, "serves several countries"),
    bursts=assumed(0.0, 0.01, "migrations"),
    services=(
        ServiceUse(Service.VISION, 0.3, assumed(0.02, 0.4, "picture moderation"), assumed(0, 5, "at once")),
        ServiceUse(Service.TRANSLATION, 0.2, assumed(0.01, 0.3, "on request"), assumed(0, 600, "on request")),
    ),
)

VOICE_NOTES: Final = replace(
    MESSAGING_PLATFORM,
    id="voice-notes",
    label=LocalisedText("voice notes", "رسائل صوتية قصيرة"),
    kind=None,
    streams=(
        replace(
            MESSAGING_PLATFORM.streams[0],
            keys=(
                Choice(1, KeyForm("voice", Name.UUID, "opus")),
                Choice(1, KeyForm("notes", Name.HEX, "m4a")),
            ),
            sizes=always(
                AudioSizes(
                    Durations(
                        mu=assumed(1.8, 3.3, "median 6 to 27 s"),
                        sigma=assumed(0.7, 1.1, "from a word to minutes"),
                        longest=900.0,
                    ),
                    (Choice(0.7, codecs.OPUS), Choice(0.25, codecs.AAC), Choice(0.05, codecs.AMR_NB)),
                    (
                        Choice(0.5, Dressing.PLAIN),
                        Choice(0.4, Dressing.SEALED),
                        Choice(0.1, Dressing.PADDED_16),
                    ),
                )
            ),
        ),
        MESSAGING_PLATFORM.streams[1],
    ),
    services=(
        ServiceUse(
            Service.SPEECH_TO_TEXT, 0.2, assumed(0.02, 0.5, "read instead of heard"), assumed(0, 60, "queued")
        ),
    ),
)

TELECOM_OPERATOR: Final = Workload(
    id="telecom-operator",
    label=LocalisedText("telecom operator's call records", "سجلات مكالمات لدى مشغّل اتصالات"),
    kind=DataKind.CALL_RECORDS,
    rhythm=Rhythm.MACHINE,
    violating=False,
    purpose=Purpose.TELECOM_OPERATOR,
    objects_per_day=assumed(96, 20_000, "L3", log=True),
    clocks=(
        Choice(1, c.INTERVALS),
        Choice(1, IntervalClock((Choice(1, 1), Choice(1, 5), Choice(1, 15)), None, c.DEVICE_UNREST)),
    ),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(1, KeyForm("cdr", Name.UUID, "csv", by_subject=False)),
                Choice(1, KeyForm("cdr", Name.NUMBER, "gz")),
                Choice(1, KeyForm("records", Name.HEX, "zst", by_subject=False)),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        Component(
                            assumed(14.5, 17.0, "L3: mu 16.8; smaller operators allowed"),
                            assumed(0.3, 0.9, "L3"),
                        ),
                    ),
                    (Choice(0.3, Dressing.PLAIN), Choice(0.7, Dressing.COMPRESSED)),
                    unit=(Choice(0.6, 1), Choice(0.2, 128), Choice(0.2, 200)),
                )
            ),
            reads=Reads(
                share=assumed(0.05, 1.0, "L3: read share"),
                software=assumed(0.5, 1.0, "rating and billing"),
                software_seconds=c.SECONDS,
                people_hours=c.HOURS,
                people_sigma=c.SIGMA,
                audience=assumed(0.0, 1.0, "requests by authorities, disputes"),
                portion=c.WHOLE,
            ),
            deletions=(
                Choice(
                    0.8,
                    replace(
                        c.expiry(180, 730, ""),
                        days=sourced(180, 730, "6-24 months (EU 2006/24); 18 (47 CFR 42.6)"),
                    ),
                ),
                Choice(0.2, c.KEPT),
            ),
            subjects=Subjects(pool=assumed(2, 300, "exchanges and switches", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
    ),
    growth=assumed(-0.002, 0.005, "steady"),
    abroad=assumed(0.0, 0.2, "mostly in the home region"),
    bursts=assumed(0.0, 0.02, "migrations"),
)

WORKLOADS: Final = (MESSAGE_INTERCEPTION, MESSAGING_PLATFORM, VOICE_NOTES, TELECOM_OPERATOR)
