"""What two evidence documents say differently, as message keys with their words in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from markupsafe import Markup

from mithaq.evidence.report.locales import LOCALES, Language
from mithaq.evidence.report.names import RoomNames
from mithaq.evidence.report.words import identifier
from mithaq.evidence.result import Assessment, Strength, Verdict
from mithaq.terms import label

MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "claim-verdict": {
        "en": "Claim {about}: the verdict was “{before}” and is now “{after}”.",
        "ar": "الزعم {about}: كان الحكم الأوّلي «{before}» وصار «{after}».",
    },
    "claim-strength": {
        "en": "Claim {about}: the strength of the evidence was “{before}” and is now “{after}”.",
        "ar": "الزعم {about}: كانت قوّة الدليل «{before}» وصارت «{after}».",
    },
    "claim-weight": {
        "en": "Claim {about}: the logarithm of the likelihood ratio was {before} and is now {after}.",
        "ar": "الزعم {about}: كان لوغاريتم نسبة الأرجحية {before} وصار {after}.",
    },
    "claim-explanations": {
        "en": "Claim {about}: the explanations that stay open were: {before}; they are now: {after}.",
        "ar": "الزعم {about}: كانت التفسيرات التي تبقى مفتوحة: {before}؛ وصارت: {after}.",
    },
    "claim-observations": {
        "en": "Claim {about}: what was observed has changed.",
        "ar": "الزعم {about}: تغيّر ما رُصد.",
    },
    "clause-assessment": {
        "en": "Clause {about}: the assessment was “{before}” and is now “{after}”.",
        "ar": "البند {about}: كان التقييم «{before}» وصار «{after}».",
    },
    "clause-explanations": {
        "en": "Clause {about}: the explanations that stay open were: {before}; they are now: {after}.",
        "ar": "البند {about}: كانت التفسيرات التي تبقى مفتوحة: {before}؛ وصارت: {after}.",
    },
    "coverage-events": {
        "en": "Events counted: {before} before, {after} now.",
        "ar": "عدد الأحداث المحسوبة: كان {before} وصار {after}.",
    },
    "coverage-hours": {
        "en": "Hours with records: {before} before, {after} now.",
        "ar": "عدد الساعات التي فيها سجلات: كان {before} وصار {after}.",
    },
    "coverage-gaps": {"en": "The gaps in the logs have changed.", "ar": "تغيّرت فجوات السجلات."},
    "bounds": {
        "en": "The bounds of the review have changed: subject, period, clauses or claims.",
        "ar": "تغيّرت حدود المراجعة: الجهة أو الفترة أو البنود أو المزاعم.",
    },
    "inputs": {
        "en": "Log files: {before} no longer read, {after} read for the first time.",
        "ar": "ملفات السجلات: {before} لم تعد تُقرأ، و{after} تُقرأ لأوّل مرّة.",
    },
    "terms": {"en": "The terms pack has changed.", "ar": "تغيّرت حزمة الشروط."},
    "version": {
        "en": "The program was version {before} and is now version {after}.",
        "ar": "كان إصدار البرنامج {before} وصار {after}.",
    },
}
"""What each key says; `{about}` is a claim or clause, the other two are values of the documents."""

_CLAIM: Final = (
    ("claim-verdict", "verdict"),
    ("claim-strength", "strength"),
    ("claim-weight", "log10_lr"),
    ("claim-explanations", "open_explanations"),
)
_CLAUSE: Final = (("clause-assessment", "assessment"), ("clause-explanations", "open_explanations"))
_COVERAGE: Final = (("coverage-events", "events"), ("coverage-hours", "hours_seen"))

_VOCABULARIES: Final[Mapping[str, type[StrEnum]]] = {
    "claim-verdict": Verdict,
    "claim-strength": Strength,
    "clause-assessment": Assessment,
}
_NUMBERS: Final = frozenset({"claim-weight", "coverage-events", "coverage-hours", "inputs"})
_JOINED: Final = ", "
_NOTHING: Final = "-"

_Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two documents say differently; both values are as they stand there, lists joined."""

    key: str
    about: str = ""
    before: str = ""
    after: str = ""

    def said(self, language: str) -> str:
        """Say it in `en` or `ar`, as plain text."""
        return self._message(language).format(about=self.about, **self._values(Language(language)))

    def marked(self, language: str) -> Markup:
        """Say it in `en` or `ar`, as HTML in which ids stand isolated."""
        values = self._values(Language(language))
        if self.key == "version":
            return Markup(self._message(language)).format(  # noqa: S704  # our own text
                **{name: identifier(value) for name, value in values.items()}
            )
        return Markup(self._message(language)).format(  # noqa: S704  # as above
            about=identifier(self.about), **values
        )

    def _message(self, language: str) -> str:
        return MESSAGES[self.key][language]

    def _values(self, language: Language) -> dict[str, str]:
        return {
            "before": _written(self.key, self.before, language),
            "after": _written(self.key, self.after, language),
        }


def _written(key: str, value: str, language: Language) -> str:
    """Write a value of a document in words; what has none stands as it is."""
    words = _VOCABULARIES.get(key)
    if words is not None and value in set(words):
        return label(words(value), "ar" if language is Language.AR else "en")
    if key.endswith("-explanations") and value != _NOTHING:
        names = [RoomNames().explanation(each, language) for each in value.split(_JOINED)]
        return LOCALES[language].listing(names)
    if key in _NUMBERS and value != _NOTHING:
        return LOCALES[language].number(float(value), decimals=3, trimmed=True)
    return value


def difference(before: _Document, after: _Document) -> tuple[Change, ...]:
    """Compare two `review/v1` documents, the earlier first; when they were made counts for nothing."""
    return tuple(_changes(before, after))


def _changes(before: _Document, after: _Document) -> Iterator[Change]:
    if before["allegation"] != after["allegation"]:
        yield Change("bounds")
    for one, other in _pairs(before["claims"], after["claims"]):
        yield from _fields(_CLAIM, one, other, one["id"])
        if one["observations"] != other["observations"]:
            yield Change("claim-observations", one["id"])
    for one, other in _pairs(before["clauses"], after["clauses"]):
        yield from _fields(_CLAUSE, one, other, one["id"])
    yield from _fields(_COVERAGE, before["coverage"], after["coverage"], "")
    if before["coverage"]["gaps"] != after["coverage"]["gaps"]:
        yield Change("coverage-gaps")
    yield from _sources(before["provenance"], after["provenance"])


def _sources(before: _Document, after: _Document) -> Iterator[Change]:
    old, new = ({file["sha256"] for file in each["inputs"]} for each in (before, after))
    if old != new:
        yield Change("inputs", "", str(len(old - new)), str(len(new - old)))
    if before["terms"] != after["terms"]:
        yield Change("terms")
    yield from _fields((("version", "version"),), before, after, "")


def _pairs(before: Sequence[_Document], after: Sequence[_Document]) -> Iterator[tuple[_Document, _Document]]:
    """Pair what has the same id; what only one document has is told by the bounds."""
    new = {each["id"]: each for each in after}
    return ((each, new[each["id"]]) for each in before if each["id"] in new)


def _fields(
    keys: Sequence[tuple[str, str]], before: _Document, after: _Document, about: str
) -> Iterator[Change]:
    for key, field in keys:
        if before[field] != after[field]:
            yield Change(key, about, _text(before[field]), _text(after[field]))


def _text(value: object) -> str:
    if isinstance(value, list):
        return _JOINED.join(str(each) for each in value) or _NOTHING
    return _NOTHING if value is None else str(value)
