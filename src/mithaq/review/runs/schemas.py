"""What the routes of evidence runs and requests for records take and give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Self

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, StringConstraints

from mithaq.review.runs.acts import Asked, RecordsKind
from mithaq.review.runs.difference import Change
from mithaq.review.runs.models import RecordsRequest, Result, Run
from mithaq.review.runs.queries import RunState, state_of

_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _plausible(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("name a moment between 1970 and 2200")
    return moment


_When = Annotated[AwareDatetime, AfterValidator(_plausible)]
_Id = Annotated[str, StringConstraints(max_length=64)]


class RunShown(Schema):
    """A run: where it stands, the step that began last, the digest of the evidence or why there is none."""

    run: str
    state: RunState
    step: str
    steps: int
    attempts: int
    requested_at: datetime
    requested_by: str
    subscriptions: list[str]
    clauses: list[str]
    period_from: datetime
    period_to: datetime
    ended_at: datetime | None
    sha256: str | None
    failure: str | None

    @classmethod
    def of(cls, run: Run) -> Self:
        """Show a run."""
        bounds, result = run.authorisation, Result.objects.filter(run=run).first()
        return cls(
            run=run.run,
            state=state_of(run),
            step=run.lease.step,
            steps=run.lease.steps,
            attempts=run.lease.attempts,
            requested_at=run.requested_at,
            requested_by=run.requested_by.pseudonym,
            subscriptions=bounds.subscriptions,
            clauses=bounds.clauses,
            period_from=bounds.period_from,
            period_to=bounds.period_to,
            ended_at=result.ended_at if result else None,
            sha256=(result.sha256 or None) if result else None,
            failure=(result.failure or None) if result else None,
        )


class ChangeShown(Schema):
    """One thing that two runs say differently: a message key, its values, and its words."""

    key: str
    about: str
    before: str
    after: str
    en: str
    ar: str

    @classmethod
    def of(cls, change: Change) -> Self:
        """Show a change."""
        return cls(
            key=change.key,
            about=change.about,
            before=change.before,
            after=change.after,
            en=change.said("en"),
            ar=change.said("ar"),
        )


class DifferenceShown(Schema):
    """What a run says differently from an earlier one; `before` is null for a case's first."""

    before: str | None
    after: str
    changes: list[ChangeShown]


class RecordsIn(Schema):
    """A request for records."""

    run: _Id
    claim: _Id
    kind: RecordsKind
    addressee: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
    due: _When

    def asked(self) -> Asked:
        """Give it as the act takes it."""
        return Asked(
            run=self.run,
            claim=self.claim,
            kind=self.kind,
            addressee=self.addressee,
            question=self.question,
            due=self.due,
        )


class AnswerIn(Schema):
    """The document of the case that answers a request."""

    attachment: _Id


class RecordsShown(Schema):
    """A request for records, with the documents that answer it."""

    case: str
    request: str
    run: str
    claim: str
    kind: RecordsKind
    addressee: str
    question: str
    due: datetime
    requested_at: datetime
    requested_by: str
    answers: list[str]

    @classmethod
    def of(cls, row: RecordsRequest) -> Self:
        """Show a request."""
        answers = row.answers.select_related("attachment")
        return cls(
            case=row.run.allegation.case,
            request=row.request,
            run=row.run.run,
            claim=row.claim,
            kind=RecordsKind(row.kind),
            addressee=row.addressee,
            question=row.question,
            due=row.due,
            requested_at=row.requested_at,
            requested_by=row.requested_by.pseudonym,
            answers=[each.attachment.attachment for each in answers],
        )
