"""Workloads that keep the audio of calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mithaq.evidence.hypotheses import codecs
from mithaq.evidence.hypotheses.clocks import ClockTemplate, IntervalClock, OrganisationClock, PopulationClock
from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.evidence.hypotheses.ranges import Choice, always, assumed, derived, sourced
from mithaq.evidence.hypotheses.sizes import AudioSizes, BundleSizes, Dressing, Durations
from mithaq.evidence.hypotheses.tables import common as c
from mithaq.evidence.hypotheses.workload import (
    Deletion,
    Reads,
    Role,
    ServiceUse,
    StreamTemplate,
    Subjects,
    Workload,
)
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import DataKind, LocalisedText, Purpose, Rhythm

_MOBILE: Final = Durations(
    mu=derived(
        4.05, 4.5, "mobile_general 4.27: mean 107 s (CTIA 2011, Vodafone 2013), 60 % under 90 s (Ofcom 2019)"
    ),
    sigma=derived(0.8, 1.0, "mobile_general 0.89, from the same three figures"),
)
_CENTRE: Final = Durations(
    mu=derived(4.65, 5.45, "mean 240 s (150-360 s allowed), sigma 0.9: mu = ln(mean) - sigma^2/2"),
    sigma=assumed(0.75, 1.05, "call_centre sigma 0.9"),
)
_MESSAGE: Final = Durations(
    mu=derived(2.8, 3.5, "lognormal(12.1) bytes at 8,000 bytes a second: median 22 s"),
    sigma=assumed(0.55, 0.8, "L4_voicemail sigma 0.7"),
    longest=180.0,
)

_CODECS: Final = (
    Choice(3.0, codecs.G711),
    Choice(3.0, codecs.PCM16),
    Choice(1.5, codecs.AMR_NB),
    Choice(0.8, codecs.AMR_NB_DTX),
    Choice(0.8, codecs.AMR_WB),
    Choice(1.5, codecs.GSM_FR),
    Choice(0.8, codecs.G729),
    Choice(1.5, codecs.OPUS),
    Choice(1.0, codecs.MP3_SPEECH),
)
_DRESSINGS: Final = (
    Choice(0.7, Dressing.PLAIN),
    Choice(0.1, Dressing.SEALED),
    Choice(0.08, Dressing.PADDED_16),
    Choice(0.02, Dressing.PADDED_4096),
    Choice(0.1, Dressing.COMPRESSED),
)
_CALL_KEYS: Final = tuple(
    Choice(weight, KeyForm(word, name, extension, dated, by_subject))
    for weight, word, name, extension, dated, by_subject in (
        (3, "calls", Name.UUID, "wav", True, True),
        (2, "rec", Name.HEX, "wav", True, False),
        (1, "audio", Name.NUMBER, "mp3", True, True),
        (1, "store", Name.HEX, "bin", False, True),
        (1, "objects", Name.HEX, "", False, False),
    )
)
_CALL_INDEX: Final = c.index_stream(
    assumed(0.8, 0.98, "a record for almost every call"), assumed(6.0, 7.6, "a call's metadata as JSON")
)
_PEOPLE: Final = Subjects(per_daily_object=assumed(0.3, 3.0, "a line makes some calls a day", log=True))
_FULL_SCALE: Final = derived(
    10_000, 24_000_000, "V1: up to 24 million a day (a slogan), scaled down", log=True
)

_TRANSCRIPTION: Final = ServiceUse(
    Service.SPEECH_TO_TEXT,
    1.0,
    assumed(0.1, 1.0, "V1: stt_share 0.1-1.0, so every one transcribes some"),
    assumed(0, 60, "queued"),
)
_SOME_TRANSCRIPTION: Final = replace(_TRANSCRIPTION, used_by=0.7)
"""Where no archetype says that speech is always turned into text: some have people listen."""
_TRANSLATION: Final = ServiceUse(
    Service.TRANSLATION, 0.4, assumed(0.05, 1.0, "transcripts of interest, or all"), assumed(0, 90, "queued")
)
_SUMMARIES: Final = ServiceUse(
    Service.LANGUAGE_MODEL, 0.3, assumed(0.02, 1.0, "search and summaries"), assumed(1, 120, "queued")
)


def _stream(durations: Durations, reads: Reads, deletions: tuple[Choice[Deletion], ...], subjects: Subjects,
            *, stereo: float = 0.0) -> StreamTemplate:  # fmt: skip
    """Give a stream of calls, one per object."""
    return StreamTemplate(
        role=Role.MAIN,
        keys=_CALL_KEYS,
        sizes=always(AudioSizes(durations, _CODECS, _DRESSINGS, stereo)),
        reads=reads,
        deletions=deletions,
        subjects=subjects,
        principals=c.FEW_SYSTEMS,
    )


_INTERCEPTION: Final = (
    _stream(
        _MOBILE,
        c.rarely_read(
            assumed(0.005, 0.05, "V1: read share in 30 days"), assumed(0.0, 0.6, "some of it by software")
        ),
        (
            Choice(0.7, c.expiry(20, 60, "V1: about a month, rolling")),
            Choice(0.2, c.sweep(20, 60, "V1: about a month, rolling")),
            Choice(0.1, c.KEPT),
        ),
        _PEOPLE,
    ),
    _CALL_INDEX,
)

BULK_CALL_INTERCEPTION: Final = Workload(
    id="bulk-call-interception",
    label=LocalisedText("bulk interception of calls", "اعتراض المكالمات بالجملة"),
    kind=DataKind.CALL_RECORDINGS,
    rhythm=Rhythm.POPULATION,
    violating=True,
    purpose=None,
    objects_per_day=_FULL_SCALE,
    clocks=always(c.CALLS_BY_PEOPLE),
    streams=_INTERCEPTION,
    growth=assumed(-0.005, 0.01, "steady or growing"),
    abroad=assumed(0.6, 1.0, "V1: region foreign to the customer"),
    bursts=assumed(0.0, 0.1, "V1: the archive leaves within days on notice"),
    services=(_TRANSCRIPTION, _TRANSLATION, _SUMMARIES),
)

CONSUMER_CALL_RECORDER: Final = replace(
    BULK_CALL_INTERCEPTION,
    id="consumer-call-recorder",
    label=LocalisedText("call-recording app for consumers", "تطبيق تسجيل مكالمات للمستهلكين"),
    violating=False,
    purpose=Purpose.CONSUMER_CALL_RECORDER,
)
"""The twin: equal to bulk interception in everything that metadata shows, on purpose."""

_BANK: Final = OrganisationClock(
    opens=sourced(7.0, 9.0, "bank_call_centre: calls from 7:00 on"),
    hours_open=sourced(9.0, 14.0, "bank_call_centre: calls until 21:00"),
    night=assumed(0.0, 0.02, "a few calls at the edges"),
    rest_days=assumed(1, 2, "the data set has no rows at weekends; some centres work six days"),
    rest_factor=derived(0.0, 0.15, "no rows at weekends; small crews allowed"),
    zones=assumed(1, 2, "one or two sites"),
    unrest=c.OFFICE_UNREST,
    bank_like=0.5,
)
_QUALITY_READS: Final = Reads(
    share=sourced(0.005, 0.05, "L1: 1-3 % of recordings are played in the first 90 days"),
    software=assumed(0.0, 0.6, "analytics on a sample"),
    software_seconds=c.SECONDS,
    people_hours=c.HOURS,
    people_sigma=c.SIGMA,
    audience=assumed(0.0, 0.02, "disputes about older calls"),
    portion=c.WHOLE,
)
_CENTRE_SERVICES: Final = (
    ServiceUse(
        Service.SPEECH_TO_TEXT, 0.4, assumed(0.02, 1.0, "L1: from none to all"), assumed(0, 60, "queued")
    ),
    ServiceUse(Service.LANGUAGE_MODEL, 0.25, assumed(0.02, 1.0, "summaries"), assumed(1, 120, "queued")),
)

CALL_CENTRE: Final = Workload(
    id="call-centre",
    label=LocalisedText("call centre", "مركز اتصال"),
    kind=DataKind.CALL_RECORDINGS,
    rhythm=Rhythm.ORGANISATION,
    violating=False,
    purpose=Purpose.CALL_CENTRE,
    objects_per_day=derived(
        200, 40_000, "L1: 30,000-40,000 for a large bank; smaller centres allowed", log=True
    ),
    clocks=always(_BANK),
    streams=(
        _stream(
            _CENTRE,
            _QUALITY_READS,
            (Choice(0.6, c.expiry(90, 2555, "L1: 90 days to 7 years")), Choice(0.4, c.KEPT)),
            Subjects(pool=assumed(20, 900, "recordings filed under agents", log=True)),
            stereo=0.4,
        ),
        _CALL_INDEX,
    ),
    growth=assumed(-0.005, 0.005, "steady"),
    abroad=assumed(0.0, 0.3, "mostly in the home region"),
    bursts=assumed(0.0, 0.01, "migrations"),
    services=_CENTRE_SERVICES,
)

_DAY_AND_NIGHT: Final = PopulationClock(
    busy_hour=assumed(0.06, 0.11, "a line open day and night follows its callers"),
    night=assumed(0.03, 0.15, "night shifts are smaller"),
    rest_factor=assumed(0.7, 1.05, "open on rest days"),
    zones=assumed(1, 3, "one or a few countries"),
    unrest=c.PEOPLE_UNREST,
)

HOTLINE_24H: Final = replace(
    CALL_CENTRE,
    id="hotline-24h",
    label=LocalisedText("hotline open day and night", "خط ساخن على مدار الساعة"),
    rhythm=Rhythm.POPULATION,
    clocks=always(_DAY_AND_NIGHT),
)

_MANY_CENTRES: Final = OrganisationClock(
    opens=assumed(6.5, 9.5, "sum of many centres"),
    hours_open=assumed(9.0, 14.0, "sum of many centres"),
    night=assumed(0.02, 0.15, "some customers work at night"),
    rest_days=assumed(2, 2, "weekends of most customers"),
    rest_factor=assumed(0.2, 0.5, "L2: weekend 0.2-0.5"),
    zones=assumed(1, 12, "L2: sum over time zones, weekday up to 24 h"),
    unrest=c.OFFICE_UNREST,
    bank_like=0.3,
    round_the_clock=assumed(0.0, 0.3, "customers with lines open day and night"),
)

CALL_RECORDING_SERVICE: Final = replace(
    CALL_CENTRE,
    id="call-recording-service",
    label=LocalisedText("call-recording service", "خدمة تسجيل مكالمات"),
    purpose=Purpose.CALL_RECORDING_SERVICE,
    objects_per_day=assumed(5_000, 30_000_000, "L2: 0.5-30 million; smaller services allowed", log=True),
    clocks=always(_MANY_CENTRES),
    streams=(
        _stream(
            replace(_CENTRE, sigma=assumed(0.85, 1.25, "a mixture of customers spreads wider")),
            _QUALITY_READS,
            (Choice(0.5, c.expiry(30, 2555, "mixture per customer")), Choice(0.5, c.KEPT)),
            Subjects(pool=assumed(100, 8000, "filed under customers or agents", log=True)),
            stereo=0.4,
        ),
        _CALL_INDEX,
    ),
    abroad=assumed(0.0, 0.5, "serves several countries"),
    services=(
        replace(_CENTRE_SERVICES[0], used_by=1.0, per_object=assumed(0.3, 1.0, "L2: stt_share 0.3-1.0")),
        _CENTRE_SERVICES[1],
    ),
)

VOICEMAIL: Final = replace(
    BULK_CALL_INTERCEPTION,
    id="voicemail",
    label=LocalisedText("voicemail", "بريد صوتي"),
    violating=False,
    purpose=Purpose.VOICEMAIL,
    objects_per_day=assumed(5_000, 5_000_000, "L4; smaller services allowed", log=True),
    streams=(
        _stream(
            _MESSAGE,
            Reads(
                share=assumed(0.6, 0.95, "L4: read share"),
                software=assumed(0.0, 0.3, "transcription by some"),
                software_seconds=c.SECONDS,
                people_hours=assumed(1.0, 6.0, "L4: median time to the first hearing"),
                people_sigma=assumed(1.0, 2.0, "people differ"),
                audience=assumed(0.0, 0.3, "heard again"),
                portion=c.WHOLE,
            ),
            (
                Choice(0.5, c.by_users(0.5, 7, assumed(0.5, 0.95, "L4: deleted after hearing"))),
                Choice(0.5, c.expiry(3, 14, "L4: 3-14 days on one platform")),
            ),
            Subjects(per_daily_object=assumed(0.5, 5.0, "mailboxes", log=True)),
        ),
        c.index_stream(assumed(0.5, 0.98, "notifications"), assumed(5.5, 7.0, "a message's metadata")),
    ),
    abroad=assumed(0.0, 0.3, "mostly in the home region"),
    bursts=assumed(0.0, 0.01, "migrations"),
    services=(
        ServiceUse(
            Service.SPEECH_TO_TEXT, 0.3, assumed(0.1, 1.0, "voicemail to text"), assumed(0, 10, "at once")
        ),
    ),
)

TARGETED_LAWFUL_INTERCEPTION: Final = replace(
    BULK_CALL_INTERCEPTION,
    id="targeted-lawful-interception",
    label=LocalisedText("targeted lawful interception", "اعتراض قانوني موجّه"),
    violating=False,
    purpose=Purpose.TARGETED_LAWFUL_INTERCEPTION,
    objects_per_day=assumed(10, 10_000, "L12", log=True),
    clocks=always(
        PopulationClock(
            busy_hour=sourced(0.09, 0.16, "as population; few lines make sharper hours"),
            night=assumed(0.01, 0.06, "light night"),
            rest_factor=assumed(0.7, 1.1, "few lines, uneven days"),
            zones=assumed(1, 1, "one country"),
            unrest=replace(
                c.PEOPLE_UNREST,
                day_noise=assumed(0.1, 0.5, "few people: days differ"),
                hour_noise=assumed(0.2, 0.8, "few people: spells of talk"),
            ),
        )
    ),
    streams=(
        _stream(
            _MOBILE,
            c.rarely_read(assumed(0.2, 1.0, "each call is listened to"), assumed(0.0, 0.3, "some software")),
            (Choice(0.6, c.expiry(30, 365, "L12: bounded by warrants")), Choice(0.4, c.KEPT)),
            Subjects(pool=assumed(5, 300, "lines under warrant", log=True)),
        ),
        _CALL_INDEX,
    ),
    growth=assumed(-0.03, 0.03, "L12: warrants start and stop"),
    abroad=assumed(0.0, 0.2, "mostly in the home region"),
    bursts=assumed(0.0, 0.02, "handed to a court"),
    services=(_SOME_TRANSCRIPTION, _TRANSLATION, _SUMMARIES),
)

_BUNDLE_CLOCKS: Final[tuple[Choice[ClockTemplate], ...]] = (
    Choice(
        0.6,
        IntervalClock(
            every_minutes=(Choice(1, 1), Choice(1, 5), Choice(1, 15), Choice(1, 60)),
            follows=None,
            unrest=c.DEVICE_UNREST,
        ),
    ),
    Choice(0.4, c.CALLS_BY_PEOPLE),
)

CALL_BUNDLES: Final = Workload(
    id="call-bundles",
    label=LocalisedText("many calls packed in each object", "مكالمات كثيرة محزومة في كل كائن"),
    kind=None,
    leaves_open=DataKind.CALL_RECORDINGS,
    rhythm=Rhythm.MACHINE,
    violating=False,
    purpose=None,
    objects_per_day=assumed(200, 50_000, "a large archive, packed", log=True),
    clocks=_BUNDLE_CLOCKS,
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(1, KeyForm("bundle", Name.UUID, "tar", by_subject=False)),
                Choice(1, KeyForm("pack", Name.HEX, "zst", by_subject=False)),
            ),
            sizes=always(
                BundleSizes(
                    audio=AudioSizes(_MOBILE, _CODECS, c.PLAIN),
                    per_bundle=assumed(10, 2000, "minutes of a network's calls", log=True),
                    variation=assumed(0.0, 0.6, "packed by count, or by time and so following the rate"),
                    blocked=0.5,
                )
            ),
            reads=c.rarely_read(assumed(0.005, 0.1, "as single calls; a bundle is touched more often")),
            deletions=(Choice(0.7, c.expiry(20, 90, "about a month or more")), Choice(0.3, c.KEPT)),
            subjects=Subjects(),
            principals=c.FEW_SYSTEMS,
        ),
        c.index_stream(
            assumed(0.8, 0.98, "a list of what each holds"), assumed(8.0, 11.0, "hundreds of entries")
        ),
    ),
    growth=assumed(-0.005, 0.01, "steady or growing"),
    abroad=assumed(0.0, 1.0, "any"),
    bursts=assumed(0.0, 0.05, "as interception, or a migration"),
    services=(_SOME_TRANSCRIPTION,),
)

WORKLOADS: Final = (
    BULK_CALL_INTERCEPTION,
    CONSUMER_CALL_RECORDER,
    CALL_CENTRE,
    HOTLINE_24H,
    CALL_RECORDING_SERVICE,
    VOICEMAIL,
    TARGETED_LAWFUL_INTERCEPTION,
    CALL_BUNDLES,
)
