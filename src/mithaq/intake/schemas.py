"""What the routes of this room take and answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self

from ninja import Schema
from pydantic import StringConstraints

from mithaq.intake.flight import Egress, Flight
from mithaq.intake.models import Allegation, Attachment, Watch, WatchEnd
from mithaq.intake.queries import Likeness

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]


class Reason(Schema):
    """Why something is done."""

    reason: Text


class Linking(Schema):
    """The other case of a link."""

    other: Annotated[str, StringConstraints(max_length=32)]


class CaseSummary(Schema):
    """A case in a list."""

    case: str
    received_at: datetime
    opened_at: datetime
    source_kind: str
    clauses: list[str]
    period_from: datetime
    period_to: datetime


class SubjectShown(Schema):
    """A subscription that a case is about."""

    subscription: str
    customer: str
    home_region: str


class AttachmentShown(Schema):
    """A document of a case; `name` is null once it was erased."""

    attachment: str
    sha256: str
    size: int
    media_type: str
    added_at: datetime
    name: str | None

    @classmethod
    def of(cls, attachment: Attachment) -> Self:
        """Show a document."""
        content = getattr(attachment, "content", None)
        return cls(
            attachment=attachment.attachment,
            sha256=attachment.sha256,
            size=attachment.size,
            media_type=attachment.media_type,
            added_at=attachment.added_at,
            name=content.name if content else None,
        )


class SightingShown(Schema):
    """A flight that was seen: bytes in the busiest window of so many hours, before and since."""

    seen_at: datetime
    hours: int
    busiest_before: int
    busiest_since: int


class WatchShown(Schema):
    """From when rollups are kept and outgoing bytes are watched, and until when."""

    keep_from: datetime
    since: datetime
    ended_at: datetime | None
    sightings: list[SightingShown]


class CaseShown(CaseSummary):
    """A case as it came in. `words` are null once they were erased."""

    customer: str
    allegation: dict[str, Any]
    sha256: str
    terms: str
    words: dict[str, Any] | None
    subjects: list[SubjectShown]
    attachments: list[AttachmentShown]
    linked: list[str]
    watch: WatchShown


class LikenessShown(Schema):
    """Another case that may be about the same, and what both have in common."""

    case: str
    subscriptions: list[str]
    periods_overlap: bool
    claims: list[str]
    linked: bool

    @classmethod
    def of(cls, likeness: Likeness) -> Self:
        """Show a likeness."""
        return cls(
            case=likeness.case,
            subscriptions=list(likeness.subscriptions),
            periods_overlap=likeness.periods_overlap,
            claims=list(likeness.claims),
            linked=likeness.linked,
        )


class EgressShown(Schema):
    """Bytes in the busiest window of `window` hours before and since, and the hours seen of each."""

    flight: Flight
    busiest_before: int
    busiest_since: int
    window: int
    hours_before: int
    hours_since: int

    @classmethod
    def of(cls, seen: Egress) -> Self:
        """Show what the watch says."""
        return cls(**asdict(seen))


def summary_of(case: Allegation) -> CaseSummary:
    """Show a case in a list."""
    return CaseSummary(**_summary(case))


def whole(case: Allegation, *, words: dict[str, Any] | None, linked: Sequence[str]) -> CaseShown:
    """Show a case with all that came with it."""
    return CaseShown(
        **_summary(case),
        customer=case.customer,
        allegation=json.loads(bytes(case.document)),
        sha256=case.sha256,
        terms=case.terms,
        words=words,
        subjects=[
            SubjectShown(subscription=each.subscription, customer=each.customer, home_region=each.home_region)
            for each in case.subjects.all()
        ],
        attachments=[AttachmentShown.of(each) for each in case.attachments.select_related("content")],
        linked=list(linked),
        watch=_watch(case.watch),
    )


def _summary(case: Allegation) -> dict[str, Any]:
    return {name: getattr(case, name) for name in CaseSummary.model_fields}


def _watch(watch: Watch) -> WatchShown:
    end = WatchEnd.objects.filter(watch=watch).first()
    return WatchShown(
        keep_from=watch.keep_from,
        since=watch.since,
        ended_at=end.ended_at if end else None,
        sightings=[
            SightingShown(
                seen_at=each.seen_at,
                hours=each.hours,
                busiest_before=each.busiest_before,
                busiest_since=each.busiest_since,
            )
            for each in watch.sightings.all()
        ],
    )
