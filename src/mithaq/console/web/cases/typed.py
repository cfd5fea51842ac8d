"""An allegation as somebody types it: fields of a page, and the `allegation/v1` document that they make.

Whether it can be used is for the one reader of the format to say (`mithaq.terms.parse_allegation`): here
nothing is checked, and each of the reader's problems is put back at the field it is about.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.http import QueryDict

from mithaq.terms import ClaimKind
from mithaq.terms.allegation import FORMAT

MOST_CLAIMS: Final = 100
"""As many as the reader takes."""

HEAD: Final = (
    "source_kind",
    "reference",
    "received",
    "by",
    "customer",
    "subscriptions",
    "period_from",
    "period_to",
)
OWN: Final[Mapping[ClaimKind, tuple[str, ...]]] = {
    ClaimKind.STORES: ("what",),
    ClaimKind.PATTERN: ("is",),
    ClaimKind.SCALE: ("at_least", "unit"),
    ClaimKind.REGION: ("in",),
    ClaimKind.PROCESSES: ("with",),
    ClaimKind.MOVES_OUT: ("at_least", "within_days"),
    ClaimKind.PURPOSE_MISMATCH: (),
}
"""The fields of each kind of claim, as the page shows them. What moves out is always in bytes."""

_MINUTE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_PLAIN: Final = re.compile(r"[-+]?\d+")
_NUMBER: Final = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_NUMBERS: Final = frozenset({"at_least", "within_days"})
_LISTS: Final = frozenset({"in"})
_CLAIM: Final = re.compile(r"claims\[(\d+)\](?:\.(.+))?")
_FIELDS: Final[Mapping[str, str]] = {
    "received": "received",
    "source.kind": "source_kind",
    "source.reference": "reference",
    "subject.customer": "customer",
    "customer": "customer",
    "subject": "subscriptions",
    "subject.subscriptions": "subscriptions",
    "period": "period_from",
    "period.from": "period_from",
    "period.to": "period_to",
    "clauses": "clauses",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields. A claim has its `kind`, the fields of that kind, `text_en`, `text_ar`."""

    head: Mapping[str, str]
    clauses: tuple[str, ...] = ()
    claims: tuple[Mapping[str, str], ...] = field(default=())

    def with_claim(self, kind: ClaimKind) -> Typed:
        """Give the same with one more claim, empty."""
        return replace(self, claims=(*self.claims, {"kind": kind.value})[:MOST_CLAIMS])

    def without_claim(self, number: int) -> Typed:
        """Give the same without a claim."""
        return replace(self, claims=self.claims[:number] + self.claims[number + 1 :])

    def document(self) -> bytes:
        """Write the `allegation/v1` document: what was left empty is left out. JSON is YAML 1.2."""
        head = {name: text.strip() for name, text in self.head.items() if text.strip()}
        document: dict[str, Any] = {"mithaq": FORMAT}
        if "received" in head:
            document["received"] = _instant(head["received"])
        document["source"] = _given(kind=head.get("source_kind"), reference=head.get("reference"))
        document["subject"] = _subject(head)
        document["period"] = _given(
            **{"from": _hour(head.get("period_from")), "to": _hour(head.get("period_to"))}
        )
        if self.clauses:
            document["clauses"] = list(self.clauses)
        document["claims"] = [_claim(number, claim) for number, claim in enumerate(self.claims)]
        return json.dumps(document, ensure_ascii=False).encode()


def typed_in(data: QueryDict) -> Typed:
    """Read the fields of a form that was sent."""
    kinds = {kind.value for kind in ClaimKind}
    claims = []
    for number in range(MOST_CLAIMS):
        kind = data.get(f"claim-{number}-kind", "")
        if kind not in kinds:
            break
        names = (*OWN[ClaimKind(kind)], "text_en", "text_ar")
        claims.append({"kind": kind, **{name: data.get(f"claim-{number}-{name}", "") for name in names}})
    return Typed({name: data.get(name, "") for name in HEAD}, tuple(data.getlist("clauses")), tuple(claims))


def place_of(path: str | None) -> tuple[int | None, str]:
    """Say at which claim (None: none) and field a problem stands; an empty field: all of it."""
    found = _CLAIM.fullmatch(path or "")
    if found is None:
        bare = re.sub(r"\[\d+\]", "", path or "")
        return None, _FIELDS.get(bare, "")
    bare = re.sub(r"\[\d+\]", "", found[2] or "").replace(".", "_")
    return int(found[1]), "text_en" if bare == "text" else bare


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _subject(head: Mapping[str, str]) -> dict[str, Any]:
    if head.get("by") == "customer":
        return _given(customer=head.get("customer"))
    lines = [line.strip() for line in head.get("subscriptions", "").splitlines()]
    return {"subscriptions": [line for line in lines if line]}


def _claim(number: int, claim: Mapping[str, str]) -> dict[str, Any]:
    kind = ClaimKind(claim["kind"])
    document: dict[str, Any] = {"id": f"c{number + 1}", "kind": kind.value}
    for name in OWN[kind]:
        text = claim.get(name, "").strip()
        if text:
            document[name] = _value(name, text)
    if kind is ClaimKind.MOVES_OUT:
        document["unit"] = "bytes"
    words = _given(en=claim.get("text_en", "").strip(), ar=claim.get("text_ar", "").strip())
    return document | ({"text": words} if words else {})


def _value(name: str, text: str) -> str | float | list[str]:
    if name in _LISTS:
        return [part for part in re.split(r"[\s,،]+", text) if part]
    return _number(text) if name in _NUMBERS else text


def _number(text: str) -> str | float:
    """Give a number typed in any digits; what is none stays as it is, for the reader to refuse."""
    latin = "".join(_digit(sign) for sign in text).replace("٫", ".").replace("٬", "")
    if _PLAIN.fullmatch(latin):
        return int(latin)
    return float(latin) if _NUMBER.fullmatch(latin) else text


def _digit(sign: str) -> str:
    return str(unicodedata.digit(sign)) if sign.isdecimal() else sign


def _instant(text: str) -> str:
    """Give what a browser's field for a moment holds as the moment in UTC that it means."""
    return f"{text}:00Z" if _MINUTE.fullmatch(text) else text


def _hour(text: str | None) -> str | None:
    return _instant(text) if text else None
