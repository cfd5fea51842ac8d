"""Workloads that keep documents, web sites, and anything that is uploaded."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.evidence.hypotheses.ranges import Choice, always, assumed
from mithaq.evidence.hypotheses.sizes import Component, Dressing, MixtureSizes
from mithaq.evidence.hypotheses.tables import common as c
from mithaq.evidence.hypotheses.workload import Reads, Role, ServiceUse, StreamTemplate, Subjects, Workload
from mithaq.telemetry.vocabulary import Service
from mithaq.terms import LocalisedText, Purpose, Rhythm

_DESK_READS: Final = Reads(
    share=assumed(0.2, 0.8, "opened again"),
    software=assumed(0.0, 0.7, "indexing, previews"),
    software_seconds=c.SECONDS,
    people_hours=assumed(1, 60, "the same day or week", log=True),
    people_sigma=c.SIGMA,
    audience=assumed(0.2, 6, "older files", log=True),
    portion=c.WHOLE,
)

OFFICE_FILES: Final = Workload(
    id="office-files",
    label=LocalisedText("office files", "ملفات مكتبية"),
    kind=None,
    rhythm=Rhythm.ORGANISATION,
    violating=False,
    purpose=Purpose.OFFICE_FILES,
    objects_per_day=assumed(200, 200_000, "from a small firm to a ministry", log=True),
    clocks=always(c.OFFICE_HOURS),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(1, KeyForm("files", Name.UUID, "docx", dated=False)),
                Choice(1, KeyForm("share", Name.MIXED, "pdf", dated=False)),
                Choice(1, KeyForm("drive", Name.HEX, "", dated=False)),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        Component(
                            assumed(9.8, 11.5, "letters and sheets"), assumed(1.0, 1.6, "files vary"), 0.75
                        ),
                        Component(
                            assumed(13.0, 15.0, "slides and pictures"), assumed(0.9, 1.5, "files vary"), 0.25
                        ),
                    ),
                    c.MOSTLY_PLAIN,
                    smallest=0,
                )
            ),
            reads=_DESK_READS,
            deletions=(Choice(0.6, c.KEPT), Choice(0.4, c.by_users(1, 120, assumed(0.05, 0.4, "tidied up")))),
            subjects=Subjects(pool=assumed(10, 5_000, "people and folders", log=True)),
            principals=c.MANY_STAFF,
        ),
    ),
    growth=assumed(-0.005, 0.01, "steady or growing"),
    abroad=assumed(0.0, 0.3, "mostly in the home region"),
    bursts=assumed(0.0, 0.02, "migrations"),
    services=(
        ServiceUse(
            Service.LANGUAGE_MODEL, 0.3, assumed(0.01, 0.5, "assistants"), assumed(0, 600, "on request")
        ),
        ServiceUse(
            Service.TRANSLATION, 0.15, assumed(0.01, 0.1, "on request"), assumed(0, 600, "on request")
        ),
    ),
)

SCANNED_DOCUMENTS: Final = replace(
    OFFICE_FILES,
    id="scanned-documents",
    label=LocalisedText("scanned documents", "وثائق ممسوحة ضوئيا"),
    clocks=(Choice(0.8, c.OFFICE_HOURS), Choice(0.2, c.APP_USERS)),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(2, KeyForm("scans", Name.UUID, "pdf")),
                Choice(1, KeyForm("docs", Name.NUMBER, "tif", by_subject=False)),
                Choice(1, KeyForm("pages", Name.HEX, "jpg")),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        Component(
                            assumed(11.0, 13.8, "a page or a few, 60 kB to 1 MB"),
                            assumed(0.5, 1.1, "pages vary"),
                            0.9,
                        ),
                        Component(assumed(14.0, 15.5, "long files"), assumed(0.5, 0.9, "long files"), 0.1),
                    ),
                    c.MOSTLY_PLAIN,
                    smallest=1000,
                )
            ),
            reads=Reads(
                share=assumed(0.05, 1.0, "text recognition by some; else rarely"),
                software=assumed(0.2, 1.0, "text recognition"),
                software_seconds=c.SECONDS,
                people_hours=c.HOURS,
                people_sigma=c.SIGMA,
                audience=assumed(0.0, 0.5, "older files"),
                portion=c.WHOLE,
            ),
            deletions=(Choice(0.5, c.KEPT), Choice(0.5, c.expiry(365, 3650, "legal retention"))),
            subjects=Subjects(per_daily_object=assumed(0.02, 2.0, "files or customers", log=True)),
            principals=c.FEW_SYSTEMS,
        ),
    ),
    services=(
        ServiceUse(Service.VISION, 0.4, assumed(0.3, 2.0, "text recognition"), assumed(0, 60, "queued")),
        ServiceUse(
            Service.LANGUAGE_MODEL, 0.2, assumed(0.05, 1.0, "fields of forms"), assumed(0, 60, "queued")
        ),
    ),
)

WEB_HOSTING: Final = Workload(
    id="web-hosting",
    label=LocalisedText("web hosting", "استضافة مواقع"),
    kind=None,
    rhythm=Rhythm.ORGANISATION,
    violating=False,
    purpose=Purpose.WEB_HOSTING,
    objects_per_day=assumed(200, 100_000, "deployments and content", log=True),
    clocks=(Choice(0.6, c.OFFICE_HOURS), Choice(0.2, c.APP_USERS), Choice(0.2, c.JOBS)),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=(
                Choice(1, KeyForm("assets", Name.HEX, "js", dated=False, by_subject=False)),
                Choice(1, KeyForm("media", Name.UUID, "webp", dated=False, by_subject=False)),
                Choice(1, KeyForm("site", Name.MIXED, "html", dated=False, by_subject=False)),
            ),
            sizes=always(
                MixtureSizes(
                    (
                        Component(assumed(8.0, 10.0, "pages, scripts"), assumed(1.0, 1.7, "vary"), 0.7),
                        Component(assumed(10.8, 12.5, "pictures"), assumed(0.8, 1.3, "vary"), 0.3),
                    ),
                    c.PLAIN,
                    smallest=0,
                )
            ),
            reads=Reads(
                share=assumed(0.7, 1.0, "visitors"),
                software=assumed(0.3, 0.8, "caches and crawlers"),
                software_seconds=c.SECONDS,
                people_hours=assumed(0.5, 24, "visitors", log=True),
                people_sigma=c.SIGMA,
                audience=assumed(5, 2_000, "visitors", log=True),
                portion=assumed(0.5, 1.0, "ranges"),
            ),
            deletions=(Choice(0.6, c.KEPT), Choice(0.4, c.by_users(2, 90, assumed(0.1, 0.9, "replaced")))),
            subjects=Subjects(),
            principals=assumed(1, 40, "pipelines and editors", log=True),
        ),
    ),
    growth=assumed(-0.01, 0.01, "steady"),
    abroad=assumed(0.0, 0.6, "any"),
    bursts=assumed(0.0, 0.02, "migrations"),
)

GENERIC_UPLOAD: Final = Workload(
    id="generic-upload",
    label=LocalisedText("uploads of any kind", "ملفات مرفوعة من أي نوع"),
    kind=None,
    rhythm=Rhythm.POPULATION,
    violating=False,
    purpose=None,
    objects_per_day=assumed(200, 1_000_000, "any", log=True),
    clocks=(
        Choice(2, c.APP_USERS),
        Choice(2, c.CALLS_BY_PEOPLE),
        Choice(2, c.OFFICE_HOURS),
        Choice(1, c.JOBS),
    ),
    streams=(
        StreamTemplate(
            role=Role.MAIN,
            keys=tuple(
                Choice(1, KeyForm("uploads", name, extension, dated, by_subject))
                for name, extension, dated, by_subject in (
                    (Name.UUID, "", True, True),
                    (Name.HEX, "bin", False, False),
                    (Name.UUID, "dat", True, False),
                    (Name.MIXED, "zip", False, True),
                )
            ),
            sizes=always(
                MixtureSizes(
                    (
                        Component(assumed(8.0, 17.0, "any"), assumed(0.3, 2.2, "any"), 0.7),
                        Component(assumed(8.0, 17.0, "any"), assumed(0.3, 2.2, "any"), 0.3),
                    ),
                    (
                        Choice(0.7, Dressing.PLAIN),
                        Choice(0.1, Dressing.SEALED),
                        Choice(0.1, Dressing.PADDED_16),
                        Choice(0.1, Dressing.COMPRESSED),
                    ),
                    smallest=1,
                    largest=2**34,
                )
            ),
            reads=Reads(
                share=assumed(0.0, 1.0, "any"),
                software=assumed(0.0, 1.0, "any"),
                software_seconds=c.SECONDS,
                people_hours=c.HOURS,
                people_sigma=c.SIGMA,
                audience=assumed(0.0, 5.0, "any"),
                portion=c.WHOLE,
            ),
            deletions=(
                Choice(0.4, c.KEPT),
                Choice(0.3, c.expiry(1, 400, "any")),
                Choice(0.3, c.by_users(0.5, 100, assumed(0.05, 1.0, "any"))),
            ),
            subjects=Subjects(per_daily_object=assumed(0.001, 20.0, "any", log=True)),
            principals=assumed(1, 400, "any", log=True),
        ),
    ),
    growth=assumed(-0.02, 0.02, "any"),
    abroad=assumed(0.0, 1.0, "any"),
    bursts=assumed(0.0, 0.05, "any"),
    services=(
        ServiceUse(Service.VISION, 0.15, assumed(0.01, 1.0, "any"), assumed(0, 240, "any")),
        ServiceUse(Service.SPEECH_TO_TEXT, 0.1, assumed(0.01, 1.0, "any"), assumed(0, 240, "any")),
        ServiceUse(Service.LANGUAGE_MODEL, 0.15, assumed(0.01, 1.0, "any"), assumed(0, 240, "any")),
    ),
)

WORKLOADS: Final = (OFFICE_FILES, SCANNED_DOCUMENTS, WEB_HOSTING, GENERIC_UPLOAD)
