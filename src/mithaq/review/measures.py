"""What is decided, as plain values: measures, the keep-list, and the proportionality questions answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from mithaq.review.errors import BadDecision
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService

INTERIM_MOST: Final = timedelta(days=7)
"""An interim measure against flight ends after this time at the latest, by itself."""

EVERYWHERE: Final = "*"
"""The region of a measure that holds in every region."""

_FARTHEST: Final = timedelta(days=10 * 366)
"""No end, start or review date lies farther ahead: ten years."""

_REGION: Final = re.compile(r"\*|[a-z0-9][a-z0-9-]{1,40}")
_MOST_MEASURES: Final = 500

_NEEDED_BY: Final = {KeptService.DATA_EXPORT: frozenset({RestrictedOperation.READ, RestrictedOperation.LIST})}
"""Operations on storage without which a kept service does not work."""


class DecisionKind(StrEnum):
    """What two people resolve."""

    NO_ACTION = "no-action"
    WARNING = "warning"
    MEASURES = "measures"


class Path(StrEnum):
    """By which way a decision comes about; all but the first two follow on an older one."""

    MAIN = "main"
    """On the findings of a review."""
    INTERIM = "interim"
    """Against flight, before the review is through: at most seven days."""
    AMEND = "amend"
    OVERRIDE = "override"
    """By two people who had no hand in the decision that is overridden."""
    EXPIRE = "expire"
    """The end that was decided has come; nobody decides anew."""
    LIFT = "lift"
    APPEAL = "appeal"


CHAINED: Final = frozenset({Path.AMEND, Path.OVERRIDE, Path.EXPIRE, Path.LIFT, Path.APPEAL})
"""Paths that need an older decision to follow on."""


PROPOSED_PATHS: Final = frozenset({Path.MAIN, Path.INTERIM, Path.AMEND, Path.OVERRIDE, Path.LIFT})
"""Paths that a reviewer proposes; an end comes by itself, and an appeal is answered by an appeals officer."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Measure:
    """One restriction. It has an end, or a date on which it must be looked at again, or both.

    `until` and `review_on` are aware UTC datetimes in whole seconds.
    """

    subscription: str
    service: RestrictedService
    operation: RestrictedOperation
    region: str = EVERYWHERE
    until: datetime | None = None
    review_on: datetime | None = None

    @property
    def scope(self) -> tuple[str, str, str, str]:
        """Give what is restricted, apart from the time."""
        return (self.subscription, self.service.value, self.operation.value, self.region)

    def within(self, other: Measure) -> bool:
        """Say whether this restricts nothing that the other does not, and not for longer."""
        same = self.scope[:3] == other.scope[:3] and other.region in {EVERYWHERE, self.region}
        shorter = other.until is None or (self.until is not None and self.until <= other.until)
        return same and shorter


class Level(StrEnum):
    """How grave one dimension of the harm is."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    EXTREME = "extreme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """How grave the harm is: the three dimensions of the UN Guiding Principles (principle 14), and why."""

    scale: Level
    scope: Level
    irremediability: Level
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilderOption:
    """A less restrictive option that was considered, and why it would not do."""

    option: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOverride:
    """A term of the customer's contract that may stand against a measure, and what was made of it."""

    contract: str
    term: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportionality:
    """The questions that a restriction must answer (necessary and proportionate; UN Guiding Principles)."""

    legality: str
    aim: str
    milder_options: tuple[MilderOption, ...]
    severity: Severity
    contract_overrides: tuple[ContractOverride, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseRef:
    """A clause in the version that bound the customer, such as `T5` and `T5@2020-01-01`."""

    id: str
    version: str
    title: LocalisedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that a decision says. The approval covers the digest of exactly this.

    `previous` is the decision that it follows on, `appeal` the appeal that led to it; both empty if there is
    none. `plan_digest` belongs to whoever plans the measures and means nothing here. `evidence` holds the
    digests of the evidence relied on. `starts_at` None: as soon as the reasons are issued.
    """

    case: str
    kind: DecisionKind
    path: Path
    clauses: tuple[ClauseRef, ...]
    facts: LocalisedText
    grounds: LocalisedText
    measures: tuple[Measure, ...] = ()
    keep: tuple[KeptService, ...] = ()
    starts_at: datetime | None = None
    proportionality: Proportionality | None = None
    evidence: tuple[str, ...] = ()
    plan_digest: str = ""
    previous: str = ""
    appeal: str = ""

    @property
    def restricts(self) -> bool:
        """Say whether anything is restricted."""
        return bool(self.measures)

    @property
    def ends_at(self) -> datetime | None:
        """Give the moment at which the last measure ends; None if there is none, or one without an end."""
        ends = [measure.until for measure in self.measures]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    @property
    def review_on(self) -> datetime | None:
        """Give the first date on which a measure must be looked at again."""
        dates = [measure.review_on for measure in self.measures if measure.review_on is not None]
        return min(dates, default=None)

    def milder_than(self, older: Content) -> bool:
        """Say whether nothing is restricted that the older decision does not restrict at least as long."""
        return all(any(new.within(old) for old in older.measures) for new in self.measures)


def check_content(content: Content, now: datetime) -> None:
    """Refuse a decision that does not hold together by itself; raises BadDecision for the first fault."""
    for name, text in (("facts", content.facts), ("grounds", content.grounds)):
        if not text.en.strip() or not text.ar.strip():
            raise BadDecision(f"{name} are missing in a language", field=name, hint="Write both, en and ar.")
    _check_start(content, now)
    if content.path in CHAINED and not content.previous:
        raise BadDecision("it follows on no decision", field="previous", hint="Name the one it changes.")
    if content.restricts != (content.kind is DecisionKind.MEASURES):
        raise BadDecision(
            f"a decision of the kind {content.kind} with {len(content.measures)} measures",
            field="measures",
            hint="Measures, and only they, come with the kind `measures`.",
        )
    if content.restricts:
        _check_measures(content, now)
        _check_proportionality(content)
    if content.path in {Path.EXPIRE, Path.LIFT} and content.restricts:
        raise BadDecision("it ends a restriction and sets one", field="measures", hint="Use the path amend.")
    if content.path is Path.INTERIM:
        _check_interim(content, now)


def _check_start(content: Content, now: datetime) -> None:
    start = content.starts_at
    if start is not None and (start.utcoffset() is None or start.microsecond or start > now + _FARTHEST):
        raise BadDecision(
            "not a whole second in UTC within ten years", field="starts_at", hint="2026-09-21T09:00:00Z."
        )


def _check_measures(content: Content, now: datetime) -> None:
    if len(content.measures) > _MOST_MEASURES:
        raise BadDecision("too many measures", field="measures", hint=f"At most {_MOST_MEASURES}.")
    if not content.clauses:
        raise BadDecision("no clause is named", field="clauses", hint="Name what the measures rest on.")
    if len({measure.scope for measure in content.measures}) != len(content.measures):
        raise BadDecision("a measure is named twice", field="measures", hint="Name each scope once.")
    if not content.keep:
        raise BadDecision("nothing is kept", field="keep", hint="Name the services that must go on.")
    start = max(now, content.starts_at or now)
    for index, measure in enumerate(content.measures):
        _check_measure(measure, f"measures[{index}]", start)
        for kept, needed in _NEEDED_BY.items():
            takes = measure.service is RestrictedService.STORAGE and measure.operation in needed
            if kept in content.keep and takes:
                raise BadDecision(
                    f"{measure.operation} on storage is stopped, and {kept} is kept",
                    field=f"measures[{index}].operation",
                    hint="Without it the kept service does not work: restrict something else.",
                )


def _check_measure(measure: Measure, place: str, start: datetime) -> None:
    if not _REGION.fullmatch(measure.region):
        raise BadDecision("no region", field=f"{place}.region", hint="Such as eu-west-1, or * for all.")
    dates = [moment for moment in (measure.until, measure.review_on) if moment is not None]
    if not dates:
        raise BadDecision(
            "a measure has neither an end nor a review date",
            field=f"{place}.until",
            hint="Give it one: no restriction goes on unseen.",
        )
    if any(moment.utcoffset() is None or moment.microsecond for moment in dates):
        raise BadDecision("not a whole second in UTC", field=f"{place}.until", hint="2026-09-21T09:00:00Z.")
    if max(dates) > start + _FARTHEST:
        raise BadDecision("more than ten years ahead", field=f"{place}.until", hint="Choose an earlier one.")
    if min(dates) <= start:
        raise BadDecision("the end lies before the start", field=f"{place}.until", hint="Choose a later one.")


def _check_proportionality(content: Content) -> None:
    asked = content.proportionality
    if asked is None:
        raise BadDecision(
            "the proportionality questions are open", field="proportionality", hint="Answer each of them."
        )
    if not asked.milder_options:
        raise BadDecision(
            "no milder option was considered",
            field="proportionality.milder_options",
            hint="Name at least one, and why it would not do.",
        )
    answers = {
        "legality": asked.legality,
        "aim": asked.aim,
        "severity.why": asked.severity.why,
        **{f"milder_options[{n}].option": it.option for n, it in enumerate(asked.milder_options)},
        **{f"milder_options[{n}].why_not": it.why_not for n, it in enumerate(asked.milder_options)},
        **{f"contract_overrides[{n}].answer": it.answer for n, it in enumerate(asked.contract_overrides)},
    }
    for name, answer in answers.items():
        if not answer.strip():
            raise BadDecision(
                "a proportionality question is open", field=f"proportionality.{name}", hint="Answer it."
            )


def _check_interim(content: Content, now: datetime) -> None:
    if not content.restricts or content.ends_at is None:
        raise BadDecision("an interim measure without an end", field="measures", hint="Give each an end.")
    if content.ends_at > now + INTERIM_MOST:
        raise BadDecision(
            f"an interim measure of more than {INTERIM_MOST.days} days",
            field="measures",
            hint="End it earlier; a longer one needs a review and its findings.",
        )
