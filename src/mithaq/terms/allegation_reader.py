"""The `allegation/v1` parser: from the bytes of a YAML file to an `Allegation`, or every mistake in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from mithaq.terms import nodes
from mithaq.terms.allegation import FORMAT, MAX_SUBSCRIPTIONS, Allegation
from mithaq.terms.claims import (
    Claim,
    MovesOutClaim,
    PatternClaim,
    ProcessesClaim,
    PurposeMismatchClaim,
    RegionClaim,
    ScaleClaim,
    StoresClaim,
)
from mithaq.terms.dates import date_or_instant, instant
from mithaq.terms.errors import AllegationError, SubscriptionError
from mithaq.terms.fields import Record, Report, Value
from mithaq.terms.files import read_bytes
from mithaq.terms.problems import Problem
from mithaq.terms.subscription import read_subscription
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import ClaimKind, DataKind, Processing, Rhythm, ScaleUnit, SourceKind

MAX_CLAIMS: Final = 100
MAX_TEXT: Final = 4_000
"""Characters of a claim's text or a reference: a paragraph or two, not a dossier."""

MAX_PERIOD: Final = timedelta(days=3_660)
"""Ten years: a review is time-boxed, and the hours of a period are walked one by one."""

_FIELDS: Final = ("mithaq", "received", "source", "subject", "period", "clauses", "claims")
_CLAIM_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
CLAUSE_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,31}")
_REGION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

_OWN_FIELDS: Final[dict[ClaimKind, tuple[str, ...]]] = {
    ClaimKind.STORES: ("what",),
    ClaimKind.PATTERN: ("is",),
    ClaimKind.SCALE: ("at_least", "unit"),
    ClaimKind.REGION: ("in",),
    ClaimKind.PROCESSES: ("with",),
    ClaimKind.MOVES_OUT: ("at_least", "unit", "within_days"),
    ClaimKind.PURPOSE_MISMATCH: (),
}


def load_allegation(source: Path | str) -> Allegation:
    """Read an allegation from a file (a `Path`) or from YAML text (a `str`).

    Raises AllegationError, with every problem found, for whatever is wrong with file, YAML or content.
    """
    if isinstance(source, str):
        return parse_allegation(source.encode("utf-8", "surrogatepass"))
    raw = read_bytes(source, limit=nodes.MAX_BYTES)
    if isinstance(raw, Problem):
        raise AllegationError([raw])
    return parse_allegation(raw, file=str(source))


def parse_allegation(raw: bytes, *, file: str | None = None) -> Allegation:
    """Read an allegation from bytes; `file` names them in messages. Raises AllegationError."""
    source = nodes.decode(raw, file)
    if isinstance(source, Problem):
        raise AllegationError([source])
    root = nodes.read_nodes(source)
    if isinstance(root, Problem):
        raise AllegationError([root])
    report = Report(source)
    allegation = _allegation(Value(root, "", report))
    if report.problems or allegation is None:
        raise AllegationError(report.problems)
    return allegation


def _allegation(root: Value) -> Allegation | None:
    head = root.record(_FIELDS)
    if head.node is None or not _right_format(head):
        return None
    received = instant(head.required("received"))
    kind, reference = _source(head.required("source").record(("kind", "reference")))
    subscriptions, customer = _subject(head.required("subject").record(("subscriptions", "customer")))
    start, end = _period(head.required("period").record(("from", "to")))
    clauses = _clauses(head.optional("clauses"))
    claims = _claims(head.required("claims"))
    if received is None or kind is None or start is None or end is None:
        return None
    return Allegation(
        received=received,
        source_kind=kind,
        reference=reference,
        subscriptions=subscriptions,
        customer=customer,
        start=start,
        end=end,
        clauses=clauses,
        claims=claims,
    )


def _right_format(head: Record) -> bool:
    """Check the format first: of another format's fields nothing can be said."""
    value = head.required("mithaq")
    text = value.text()
    if text is not None and text != FORMAT:
        value.problem(f'"{text}" is not a format that can be read here', f'Write "mithaq: {FORMAT}".')
    return text == FORMAT


def _source(record: Record) -> tuple[SourceKind | None, str | None]:
    return record.required("kind").word(SourceKind), record.optional("reference").text(most=MAX_TEXT)


def _subject(record: Record) -> tuple[tuple[str, ...], str | None]:
    subscriptions, customer = record.optional("subscriptions"), record.optional("customer")
    if subscriptions.given == customer.given:
        record.problem(
            "customer" if customer.given else "",
            "a subject is either subscriptions or a customer",
            "Give one of the two fields: a customer's subscriptions are looked up in the register.",
        )
    return subscriptions.unique(_subscription, most=MAX_SUBSCRIPTIONS), customer.text()


def _subscription(value: Value) -> str | None:
    text = value.text(most=1_000)
    if text is None:
        return None
    try:
        return read_subscription(text)
    except SubscriptionError as error:
        value.problem(error.message, error.hint)
        return None


def _period(record: Record) -> tuple[datetime | None, datetime | None]:
    start, end = _hour(record.required("from")), _hour(record.required("to"))
    if start is not None and end is not None:
        if start >= end:
            record.problem(
                "to", "the period ends before it has begun", "“from” is inclusive, “to” exclusive."
            )
        elif end - start > MAX_PERIOD:
            record.problem("to", "the period is longer than ten years", "Name the time the claims speak of.")
    return start, end


def _hour(value: Value) -> datetime | None:
    moment = date_or_instant(value)
    if moment is not None and (moment.minute or moment.second or moment.microsecond):
        value.problem(
            "a period begins and ends on a full hour in UTC", "The lake counts by the hour: widen the period."
        )
    return moment


def _clauses(value: Value) -> tuple[str, ...] | None:
    if not value.given:
        return None
    hint = "A clause id is a letter and then letters, digits, dots or dashes, such as T5."
    return value.unique(lambda item: item.matching(CLAUSE_ID, hint=hint), most=50)


def _claims(value: Value) -> tuple[Claim, ...]:
    claims: list[Claim] = []
    seen: set[str] = set()
    for item in value.items(most=MAX_CLAIMS):
        claim = _claim(item, seen)
        if claim is not None:
            claims.append(claim)
    return tuple(claims)


def _claim(item: Value, seen: set[str]) -> Claim | None:
    kind = _kind(item)
    if kind is None:
        return None
    record = item.record(("id", "kind", "text", *_OWN_FIELDS[kind]))
    named = record.required("id")
    claim_id = named.matching(
        _CLAIM_ID, hint="A claim id is letters, digits, dots, dashes and underscores, such as c1."
    )
    if claim_id is not None and claim_id in seen:
        named.problem(f'the claim id "{claim_id}" is taken', "Give each claim an id of its own.")
    text = _claim_text(record.optional("text"))
    claim = _READERS[kind](record, claim_id or "", text)
    seen.add(claim_id or "")
    return claim


def _kind(item: Value) -> ClaimKind | None:
    """Read the kind before all else, since it says which other fields a claim has."""
    every_field = tuple(dict.fromkeys(name for names in _OWN_FIELDS.values() for name in names))
    if not isinstance(item.node, nodes.Mapping):
        item.record(("id", "kind", "text", *every_field))
        return None
    return Record(item.node, item.path, item.report).required("kind").word(ClaimKind)


def _claim_text(value: Value) -> LocalisedText | None:
    """Read a claim's words: whoever made it may have written in one language only."""
    if not value.given:
        return None
    record = value.record(("en", "ar"))
    english, arabic = record.optional("en").text(most=MAX_TEXT), record.optional("ar").text(most=MAX_TEXT)
    if english is None and arabic is None:
        record.problem("", "the text is in neither language", "Give “en”, “ar” or both, or leave it out.")
        return None
    return LocalisedText(english or arabic or "", arabic or english or "")


def _stores(record: Record, claim_id: str, text: LocalisedText | None) -> Claim | None:
    what = record.required("what").word(DataKind)
    return None if what is None else StoresClaim(id=claim_id, text=text, what=what)


def _pattern(record: Record, claim_id: str, text: LocalisedText | None) -> Claim | None:
    rhythm = record.required("is").word(Rhythm)
    return None if rhythm is None else PatternClaim(id=claim_id, text=text, is_=rhythm)


def _scale(record: Record, claim_id: str, text: LocalisedText | None) -> Claim | None:
    at_least = record.required("at_least").number(above=0)
    unit = record.required("unit").word(ScaleUnit)
    if at_least is None or unit is None:
        return None
    return ScaleClaim(id=claim_id, text=text, at_least=at_least, unit=unit)


def _region(record: Record, claim_id: str, text: LocalisedText | None) -> Claim | None:
    hint = "Name regions as the provider does, such as eu-west-1."
    regions = record.required("in").unique(lambda item: item.matching(_REGION, hint=hint), most=100)
    return RegionClaim(id=claim_id, text=text, in_=regions)


def _processes(record: Record, claim_id: str, text: LocalisedText | None) -> Claim | None:
    service = record.required("with").word(Processing)
    return None if service is None else ProcessesClaim(id=claim_id, text=text, with_=service)


def _moves_out(record: Record, claim_id: str, text: LocalisedText | None) -> Claim | None:
    at_least = record.required("at_least").number(above=0)
    unit = record.required("unit")
    if unit.text() not in {None, "bytes"}:
        unit.problem("what moves out is counted in bytes", 'Write "unit: bytes" and convert the figure.')
    days = record.required("within_days").whole(least=1, most=MAX_PERIOD.days)
    if at_least is None or days is None:
        return None
    return MovesOutClaim(id=claim_id, text=text, at_least=at_least, within_days=days)


def _purpose_mismatch(_record: Record, claim_id: str, text: LocalisedText | None) -> Claim:
    return PurposeMismatchClaim(id=claim_id, text=text)


_READERS: Final[dict[ClaimKind, Callable[[Record, str, LocalisedText | None], Claim | None]]] = {
    ClaimKind.STORES: _stores,
    ClaimKind.PATTERN: _pattern,
    ClaimKind.SCALE: _scale,
    ClaimKind.REGION: _region,
    ClaimKind.PROCESSES: _processes,
    ClaimKind.MOVES_OUT: _moves_out,
    ClaimKind.PURPOSE_MISMATCH: _purpose_mismatch,
}
