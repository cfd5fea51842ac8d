"""What the report calls things: enums, workloads, notes, values and claims, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, Protocol

from markupsafe import Markup, escape

from mithaq.evidence.report.locales import Language
from mithaq.evidence.report.strings import Phrases
from mithaq.evidence.result import Note, Observation, Window
from mithaq.terms import (
    Claim,
    MovesOutClaim,
    PatternClaim,
    ProcessesClaim,
    PurposeMismatchClaim,
    RegionClaim,
    ScaleClaim,
    ScaleUnit,
    StoresClaim,
)

_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"
"""First-strong isolate and its end: keep an identifier whole inside a sentence of either direction."""

_BEYOND: Final = 6.0
"""log10 of the largest factor that is written out; above it words stop meaning anything."""
_EVEN: Final = 0.1
"""|log10 LR| below which neither side is called more probable (a factor of 1.26)."""

_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
"""Units of time that observations come in, and their lengths in seconds."""


class Names(Protocol):
    """Where the names of other rooms' things come from."""

    def label(self, value: StrEnum, language: Language) -> str:
        """Name a member of a closed vocabulary."""
        ...

    def explanation(self, name: str, language: Language) -> str:
        """Name a purpose, or a workload that is none, by its id."""
        ...

    def workload(self, name: str, language: Language) -> str:
        """Name a workload by its id."""
        ...

    def message(self, key: str, language: Language, **values: str | float) -> str:
        """Write a sentence of the evidence room."""
        ...

    def knows(self, key: str) -> bool:
        """Say whether the evidence room has such a sentence."""
        ...


def identifier(text: str) -> Markup:
    """Write an id, a pseudonym or another's word for itself: isolated, left to right, kept Latin."""
    return Markup('<bdi dir="ltr" class="id">{}</bdi>').format(text)


def isolated(text: str) -> Markup:
    """Write a text of unknown direction so that it cannot turn its surroundings."""
    return Markup("<bdi>{}</bdi>").format(text)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is written about a review in one language; all of it safe HTML."""

    t: Phrases
    names: Names

    @property
    def language(self) -> Language:
        """The language."""
        return self.t.locale.language

    @property
    def code(self) -> Literal["en", "ar"]:
        """The language as the terms room writes it."""
        return "ar" if self.language is Language.AR else "en"

    def label(self, value: StrEnum) -> Markup:
        """Name a member of a closed vocabulary."""
        return escape(self.names.label(value, self.language))

    def explanation(self, name: str) -> Markup:
        """Name a workload or purpose by its id."""
        return escape(self.names.explanation(name, self.language))

    def note(self, note: Note) -> Markup:
        """Write a note; identifiers in it are isolated."""
        values = {
            name: f"{_ISOLATE}{value}{_POP_ISOLATE}" if isinstance(value, str) else value
            for name, value in note.values.items()
        }
        return escape(self.names.message(note.key, self.language, **values))

    def record(self, key: str) -> Markup:
        """Name records that would settle a claim."""
        return escape(self.names.message(key, self.language))

    def indicator(self, name: str) -> Markup:
        """Name an indicator; one without a name stands as its id. `region:eu-west-1` names its region."""
        head, _, detail = name.partition(":")
        if detail and self.t.has(f"detail.indicator-{head}"):
            return self.t(f"detail.indicator-{head}", detail=identifier(detail))
        return self._named(f"indicator.{name}", name)

    def value(self, observation: Observation) -> Markup:
        """Write the value of an observation with its unit."""
        value, unit, locale = observation.value, observation.unit, self.t.locale
        if value is None:
            return self.t("detail.not-computed")
        if isinstance(value, str):
            return isolated(value)
        if unit == "bytes":
            return escape(locale.byte_count(value))
        if unit == "share":
            return escape(locale.percent(value))
        if unit in _SECONDS:
            return self._time_span(value * _SECONDS[unit])
        written = escape(locale.measure(value))
        return (
            written if unit == "count" else self.t("detail.with-unit", value=written, unit=self._unit(unit))
        )

    def _time_span(self, seconds: float) -> Markup:
        """Write a length of time in the largest unit of which there are two or more."""
        unit = next(
            (unit for unit in ("days", "hours", "minutes") if seconds >= 2 * _SECONDS[unit]), "seconds"
        )
        return self.t(f"detail.time-{unit}", count=float(f"{seconds / _SECONDS[unit]:.3g}"))

    def _unit(self, unit: str) -> Markup:
        return self._named(f"unit.{unit}", unit)

    def _named(self, key: str, name: str) -> Markup:
        if self.names.knows(key):
            return escape(self.names.message(key, self.language))
        return identifier(name)

    def moment(self, moment: datetime) -> Markup:
        """Write a moment, readable by machines too."""
        return self._time(moment, self.t.locale.instant(moment))

    def identifier(self, text: str) -> Markup:
        """Write an id as `identifier` does."""
        return identifier(text)

    def identifiers(self, texts: Sequence[str]) -> Markup:
        """List ids."""
        return self.listing([identifier(text) for text in texts])

    def isolated(self, text: str) -> Markup:
        """Write foreign words as `isolated` does."""
        return isolated(text)

    def hours(self, window: Window) -> Markup:
        """Write the length of a window in hours."""
        return self.t("detail.time-hours", count=round((window.end - window.start) / timedelta(hours=1)))

    def exact_moment(self, moment: datetime) -> Markup:
        """Write a moment to the minute."""
        return self._time(moment, self.t.locale.exact(moment))

    def _time(self, moment: datetime, text: str) -> Markup:
        stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        return Markup('<time datetime="{}">{}</time>').format(stamp, text)

    def listing(self, items: Sequence[Markup]) -> Markup:
        """Join items as the language does."""
        return Markup(self.t.locale.listing(items))  # noqa: S704 - every item is safe, the rest is our own

    def odds(self, log10_lr: float, other: str | None) -> Markup:
        """Say what a likelihood ratio means."""
        named = self.t("detail.unnamed") if other is None else self.explanation(other)
        if abs(log10_lr) < _EVEN:
            return self.t("detail.even", other=named)
        key = "detail.for" if log10_lr > 0 else "detail.against"
        return self.t(key, times=self._times(abs(log10_lr)), other=named)

    def _times(self, log10: float) -> Markup:
        locale = self.t.locale
        if log10 > _BEYOND:
            return self.t("detail.beyond", times=locale.number(10**_BEYOND))
        factor = 10**log10
        rounded = float(f"{factor:.2g}")
        return escape(locale.measure(rounded))

    def claim(self, claim: Claim) -> Markup:
        """Say what a claim says."""
        match claim:
            case StoresClaim():
                said = self.t(f"claim.stores-{claim.what}")
            case PatternClaim():
                said = self.t(f"claim.pattern-{claim.is_}")
            case ScaleClaim():
                said = self._scale(claim)
            case RegionClaim():
                said = self.t("claim.region", regions=self.identifiers(claim.in_))
            case ProcessesClaim():
                said = self.t(f"claim.processes-{claim.with_}")
            case MovesOutClaim():
                amount = self.t.locale.byte_count(claim.at_least)
                said = self.t("claim.moves-out", amount=amount, count=claim.within_days)
            case PurposeMismatchClaim():
                said = self.t("claim.purpose-mismatch")
        return said

    def _scale(self, claim: ScaleClaim) -> Markup:
        key = f"claim.scale-{claim.unit}"
        if claim.unit is ScaleUnit.BYTES_STORED:
            return self.t(key, amount=self.t.locale.byte_count(claim.at_least))
        return self.t(key, count=claim.at_least)
