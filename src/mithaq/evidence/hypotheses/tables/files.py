"""Workloads that keep files: backups, data lakes and corpora."""

from __future__ import annotations

from typing import Final

from mithaq.evidence.hypotheses import codecs
from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.evidence.hypotheses.ranges import Choice, always, assumed, derived
from mithaq.evidence.hypotheses.sizes import (
    AudioSizes,
    Component,
    Durations,
    MixtureSizes,
    PartSizes,
)
from mithaq.evidence.hypotheses.tables import common as c
from mithaq.evidence.hypotheses.workload import Reads, Role, ServiceUse, StreamTemplate, Subjects, Workload
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import LocalisedText, Purpose, Rhythm

BACKUP: Final = Workload(
    id="backup",
    label=LocalisedText("backup", "نسخ احتياطي"),
    kind=None,
    rhythm=Rhythm.MACHINE,
    violating=False,
    purpose=Purpose.BACKUP,
    objects_per_day=assumed(100, 1_000_000, "L7", log=True),
    clocks=always(c.NIGHTLY),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(1, KeyForm("chunks", Name.HEX, "", dated=False, by_subject=False)),
                Choice(1, KeyForm("hosts", Name.UUID, "zst")),
                Choice(1, KeyForm("vault", Name.NUMBER, "bak")),
            ),
            sizes=always(
                PartSizes(
                    part_bytes=(
                        Choice(3, 64 * 2**20),
                        Choice(1, 16 * 2**20),
                        Choice(1, 4 * 2**20),
                        Choice(1, 1 * 2**20),
                    ),
                    full_parts=derived(0.3, 0.85, "L7: 64 MiB parts and small manifests"),
                    manifests=assumed(0.02, 0.13, "one per run and folder"),
                    manifest=Component(
                        assumed(6.5, 10.0, "lists of files"), assumed(0.5, 1.5, "long and short")
                    ),
                )
            ),
            reads=c.rarely_read(
                assumed(0.0, 0.01, "L7: read share; restores are rare"), assumed(0.0, 1.0, "verified")
            ),
            deletions=(
                Choice(0.4, c.expiry(7, 2555, "L7: 7 days to 7 years")),
                Choice(0.4, c.sweep(7, 400, "L7: the program prunes")),
                Choice(0.2, c.KEPT),
            ),
            subjects=Subjects(pool=assumed(1, 500, "hosts", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
    ),
    growth=assumed(-0.005, 0.01, "steady or growing"),
    abroad=assumed(0.0, 0.5, "a second region is good practice"),
    bursts=assumed(0.0, 0.03, "a restore"),
)

_READ_BY_JOBS: Final = Reads(
    share=assumed(0.3, 1.0, "read by the next job"),
    software=assumed(0.5, 1.0, "jobs"),
    software_seconds=assumed(60, 7200, "the next step", log=True),
    people_hours=assumed(2, 100, "analysts", log=True),
    people_sigma=c.SIGMA,
    audience=assumed(1, 100, "L10: reads over writes", log=True),
    portion=assumed(0.05, 1.0, "columns and ranges"),
)

DATA_LAKE: Final = Workload(
    id="data-lake",
    label=LocalisedText("data lake", "بحيرة بيانات"),
    kind=None,
    rhythm=Rhythm.MACHINE,
    violating=False,
    purpose=Purpose.DATA_LAKE,
    objects_per_day=assumed(100, 1_000_000, "L10", log=True),
    clocks=always(c.JOBS),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("tables", Name.UUID, "parquet", by_subject=False)),
                Choice(1, KeyForm("raw", Name.UUID, "json", by_subject=False)),
                Choice(1, KeyForm("stage", Name.NUMBER, "orc", by_subject=False)),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        Component(assumed(9.5, 11.5, "L10: mu 10.5"), assumed(1.5, 2.4, "L10: 2.0"), 0.85),
                        Component(assumed(16.5, 18.3, "L10: mu 17.5"), assumed(0.8, 1.5, "L10: 1.2"), 0.15),
                    ),
                    c.PLAIN,
                    smallest=0,
                )
            ),
            reads=_READ_BY_JOBS,
            deletions=(
                Choice(0.4, c.sweep(1, 30, "compaction")),
                Choice(0.3, c.expiry(7, 400, "retention of raw data")),
                Choice(0.3, c.KEPT),
            ),
            subjects=Subjects(),
            principals=assumed(2, 60, "jobs and analysts", log=True),
        ),
    ),
    growth=assumed(-0.01, 0.02, "growing"),
    abroad=assumed(0.0, 0.3, "any"),
    bursts=assumed(0.0, 0.03, "back-fills and migrations"),
    services=(
        ServiceUse(Service.LANGUAGE_MODEL, 0.15, assumed(0.01, 0.5, "enrichment"), assumed(0, 240, "jobs")),
        ServiceUse(Service.TRANSLATION, 0.05, assumed(0.01, 0.3, "enrichment"), assumed(0, 240, "jobs")),
    ),
)

SPEECH_CORPUS: Final = Workload(
    id="speech-corpus",
    label=LocalisedText("speech corpus", "مدونة كلام لغوية"),
    kind=None,
    rhythm=Rhythm.MACHINE,
    violating=False,
    purpose=Purpose.SPEECH_CORPUS,
    objects_per_day=assumed(200, 500_000, "L13: bulk load", log=True),
    clocks=(Choice(0.7, c.JOBS), Choice(0.3, c.OFFICE_HOURS)),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("clips", Name.UUID, "wav", dated=False)),
                Choice(1, KeyForm("corpus", Name.NUMBER, "flac", dated=False)),
                Choice(1, KeyForm("speech", Name.HEX, "opus", dated=False, by_subject=False)),
            ),
            sizes=always(
                AudioSizes(
                    Durations(
                        mu=derived(
                            1.2,
                            3.2,
                            "L13: mu 13.0 at 32,000 bytes a second: median 14 s; single sentences allowed",
                        ),
                        sigma=derived(0.4, 1.0, "L13: 1.0; cut sentences vary less"),
                        longest=600.0,
                    ),
                    (
                        Choice(0.5, codecs.PCM16_WIDE),
                        Choice(0.2, codecs.FLAC),
                        Choice(0.15, codecs.OPUS),
                        Choice(0.1, codecs.MP3_SPEECH),
                        Choice(0.05, codecs.PCM16),
                    ),
                    c.PLAIN,
                )
            ),
            reads=Reads(
                share=assumed(0.3, 1.0, "training reads all"),
                software=assumed(0.1, 0.8, "checks after the load"),
                software_seconds=c.SECONDS,
                people_hours=c.HOURS,
                people_sigma=c.SIGMA,
                audience=assumed(1, 50, "L13: reads over writes", log=True),
                portion=c.ONE,
            ),
            deletions=always(c.KEPT),
            subjects=Subjects(pool=assumed(20, 20_000, "speakers", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
        c.index_stream(
            assumed(0.3, 0.98, "transcripts"), assumed(4.5, 6.5, "a sentence"), word="txt", extension="txt"
        ),
    ),
    growth=assumed(0.0, 0.0, "in loads, not steadily"),
    abroad=assumed(0.0, 0.6, "any"),
    bursts=assumed(0.0, 0.1, "handed to a customer"),
    services=(
        ServiceUse(
            Service.SPEECH_TO_TEXT, 0.5, assumed(0.1, 2.0, "L13: first transcripts"), assumed(0, 240, "jobs")
        ),
    ),
    active_days=assumed(0.15, 1.0, "L13: bulk load, then idle"),
)

WORKLOADS: Final = (BACKUP, DATA_LAKE, SPEECH_CORPUS)
