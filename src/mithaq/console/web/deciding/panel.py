"""What a decision stops and what goes on, as the two sides of one panel, and what that changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.words import spoken
from mithaq.review.measures import EVERYWHERE, Content, Measure
from mithaq.terms import label
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

_OF_STORAGE: Final = (
    RestrictedOperation.CREATE,
    RestrictedOperation.PART,
    RestrictedOperation.READ,
    RestrictedOperation.LIST,
)
_OF_MODELS: Final = frozenset(
    {
        RestrictedService.SPEECH_TO_TEXT,
        RestrictedService.TRANSLATION,
        RestrictedService.VISION,
        RestrictedService.FACE_RECOGNITION,
        RestrictedService.LANGUAGE_MODEL,
    }
)

NEW: Final = _("new")
LONGER: Final = _("longer than before")
SHORTER: Final = _("shorter than before")
AS_BEFORE: Final = _("as before")


@dataclass(frozen=True, slots=True)
class Cut:
    """One restriction in the page's words; `region` empty: everywhere. `change`: against what stood."""

    service: str
    operation: str
    region: str
    until: datetime | None
    review_on: datetime | None
    change: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Still:
    """What goes on of a service that is restricted in part."""

    service: str
    operations: Sequence[str]
    elsewhere: str = ""
    """The region outside which all of it goes on; empty if the restriction holds everywhere."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What stops and what goes on of one subscription."""

    subscription: str
    cuts: Sequence[Cut]
    still: Sequence[Still]


@dataclass(frozen=True, slots=True)
class Panel:
    """Both sides of a decision: `untouched` are the case's subscriptions that it restricts nothing of."""

    restricts: bool
    subscriptions: Sequence[Subscription]
    untouched: Sequence[str]
    kept: Sequence[str]
    ended: Sequence[Subscription]
    """What stood before and is no longer restricted."""


def panel_of(content: Content, before: Content | None, subjects: Iterable[str]) -> Panel:
    """Lay a decision out beside the one that it follows, for the subscriptions of its case."""
    older = {measure.scope: measure for measure in before.measures} if before else {}
    newer = {measure.scope for measure in content.measures}
    cut = {measure.subscription for measure in content.measures}
    gone = [measure for scope, measure in older.items() if scope not in newer]
    return Panel(
        restricts=content.restricts,
        subscriptions=_by_subscription(content.measures, older if before else None),
        untouched=[each for each in subjects if each not in cut],
        kept=[label(service, spoken()) for service in content.keep],
        ended=_by_subscription(gone, None),
    )


def _by_subscription(
    measures: Iterable[Measure], older: dict[tuple[str, str, str, str], Measure] | None
) -> list[Subscription]:
    found: dict[str, list[Measure]] = {}
    for measure in measures:
        found.setdefault(measure.subscription, []).append(measure)
    return [
        Subscription(name, [_cut(each, older) for each in own], _still(own)) for name, own in found.items()
    ]


def _cut(measure: Measure, older: dict[tuple[str, str, str, str], Measure] | None) -> Cut:
    return Cut(
        service=label(measure.service, spoken()),
        operation=label(measure.operation, spoken()),
        region="" if measure.region == EVERYWHERE else measure.region,
        until=measure.until,
        review_on=measure.review_on,
        change="" if older is None else _change(measure, older.get(measure.scope)),
    )


def _change(measure: Measure, before: Measure | None) -> str | Promise:
    if before is None:
        return NEW
    if measure.until == before.until:
        return AS_BEFORE
    return SHORTER if measure.within(before) else LONGER


def _still(measures: Sequence[Measure]) -> list[Still]:
    """Say what goes on of each service that is restricted; nothing where the whole service stops."""
    found: list[Still] = []
    for service, region in dict.fromkeys((each.service, each.region) for each in measures):
        stopped = {
            each.operation
            for each in measures
            if each.service is service and each.region in {region, EVERYWHERE}
        }
        usual = (RestrictedOperation.INFER,) if service in _OF_MODELS else _OF_STORAGE
        rest = [label(each, spoken()) for each in usual if each not in stopped]
        elsewhere = "" if region == EVERYWHERE else region
        if rest or elsewhere:
            found.append(Still(label(service, spoken()), rest, elsewhere))
    return found
