"""What two evidence documents say differently, as message keys with their words in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "claim-verdict": {
        "en": "Claim {about}: the verdict was {before}, and is {after}.",
        "ar": "الادّعاء {about}: كانت النتيجة {before} وصارت {after}.",
    },
    "claim-strength": {
        "en": "Claim {about}: the strength was {before}, and is {after}.",
        "ar": "الادّعاء {about}: كانت القوّة {before} وصارت {after}.",
    },
    "claim-weight": {
        "en": "Claim {about}: the logarithm of the likelihood ratio was {before}, and is {after}.",
        "ar": "الادّعاء {about}: كان لوغاريتم نسبة الأرجحية {before} وصار {after}.",
    },
    "claim-explanations": {
        "en": "Claim {about}: open explanations were {before}, and are {after}.",
        "ar": "الادّعاء {about}: كانت التفسيرات المفتوحة {before} وصارت {after}.",
    },
    "claim-observations": {
        "en": "Claim {about}: what was observed has changed.",
        "ar": "الادّعاء {about}: تغيّر ما رُصد.",
    },
    "clause-assessment": {
        "en": "Clause {about}: the assessment was {before}, and is {after}.",
        "ar": "البند {about}: كان التقدير {before} وصار {after}.",
    },
    "clause-explanations": {
        "en": "Clause {about}: open explanations were {before}, and are {after}.",
        "ar": "البند {about}: كانت التفسيرات المفتوحة {before} وصارت {after}.",
    },
    "coverage-events": {
        "en": "Events counted were {before}, and are {after}.",
        "ar": "كان عدد الأحداث المحسوبة {before} وصار {after}.",
    },
    "coverage-hours": {
        "en": "Hours seen were {before}, and are {after}.",
        "ar": "كان عدد الساعات المرصودة {before} وصار {after}.",
    },
    "coverage-gaps": {"en": "The gaps in the logs have changed.", "ar": "تغيّرت فجوات السجلات."},
    "bounds": {
        "en": "The bounds of the review have changed: subject, period, clauses or claims.",
        "ar": "تغيّرت حدود المراجعة: موضوعها أو مدّتها أو بنودها أو ادّعاءاتها.",
    },
    "inputs": {
        "en": "Log files read: {before} are no longer there, {after} are new.",
        "ar": "ملفات السجلات المقروءة: لم يعد {before} منها موجودًا، و{after} جديد.",
    },
    "terms": {"en": "The terms pack has changed.", "ar": "تغيّرت حزمة الشروط."},
    "version": {
        "en": "The program was {before}, and is {after}.",
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

_Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two documents say differently; both values are as they stand there, lists joined."""

    key: str
    about: str = ""
    before: str = ""
    after: str = ""

    def said(self, language: str) -> str:
        """Say it in `en` or `ar`."""
        return MESSAGES[self.key][language].format(about=self.about, before=self.before, after=self.after)


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
        return ", ".join(str(each) for each in value) or "-"
    return "-" if value is None else str(value)
