"""Reading one clause of a pack: from fields to a `Clause`, its mistakes noted where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mithaq.terms import nodes
from mithaq.terms.allegation_reader import CLAUSE_ID
from mithaq.terms.clauses import (
    Case,
    CaseRole,
    Clause,
    ClauseThresholds,
    Declared,
    Fit,
    Measure,
    MovesOutNeed,
    Need,
    PatternNeed,
    ProcessesNeed,
    PurposeMismatchNeed,
    ScaleNeed,
    StoresNeed,
)
from mithaq.terms.dates import date_or_instant
from mithaq.terms.fields import Record, Value, localised
from mithaq.terms.vocabulary import (
    AssessedBy,
    Assessment,
    ClaimKind,
    DataKind,
    KeptService,
    Processing,
    Purpose,
    RestrictedOperation,
    RestrictedService,
    Rhythm,
    ScaleUnit,
    Verdict,
)

CLAUSE_FIELDS: Final = (
    "id",
    "title",
    "text",
    "valid-from",
    "valid-to",
    "assessed-by",
    "indicated-by",
    "innocent-purposes",
    "thresholds",
    "keep-list",
    "measures",
    "cases",
)
RULE_FIELDS: Final = ("indicated-by", "innocent-purposes", "thresholds", "keep-list", "measures", "cases")
"""Fields that a computed clause must have, and a clause assessed by a person must not."""

_MEASURE_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
_LONGEST_TITLE: Final = 200
_LONGEST_TEXT: Final = 4_000
_MOST_LOG10: Final = 12.0
"""A likelihood ratio of a million million: no calibration sample bears more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A clause as read, beside the fields it was read from, so that checks can point at them."""

    clause: Clause
    record: Record


def read_clause(value: Value, *, also: tuple[str, ...] = ()) -> Draft | None:
    """Read a clause; None, with the problems noted, where its shape is wrong. `also` names further fields."""
    before = len(value.report.problems)
    record = value.record((*also, *CLAUSE_FIELDS))
    clause_id = record.required("id").matching(
        CLAUSE_ID, hint="A clause id is a letter and then letters, digits, dots or dashes, such as T5."
    )
    title = localised(record.required("title"), most=_LONGEST_TITLE)
    text = localised(record.required("text"), most=_LONGEST_TEXT)
    valid_from, valid_to = (
        date_or_instant(record.required("valid-from")),
        date_or_instant(record.optional("valid-to")),
    )
    assessed_by = record.required("assessed-by").word(AssessedBy)
    needs = _needs(record.optional("indicated-by"))
    purposes = record.optional("innocent-purposes").words(Purpose)
    thresholds = _thresholds(record.optional("thresholds"))
    keep_list = record.optional("keep-list").words(KeptService)
    measures = tuple(m for m in map(_measure, record.optional("measures").items(most=20)) if m is not None)
    cases = tuple(c for c in map(_case, record.optional("cases").items(most=100)) if c is not None)
    if len(value.report.problems) > before or clause_id is None or title is None or text is None:
        return None
    if valid_from is None or assessed_by is None:
        return None
    clause = Clause(
        id=clause_id,
        title=title,
        text=text,
        valid_from=valid_from,
        valid_to=valid_to,
        assessed_by=assessed_by,
        needs=needs,
        innocent_purposes=purposes,
        thresholds=thresholds,
        keep_list=keep_list,
        measures=measures,
        cases=cases,
    )
    return Draft(clause, record)


def _needs(value: Value) -> tuple[Need, ...]:
    """Read the needs, in the order of the claim kinds."""
    if isinstance(value.node, nodes.Mapping) and ClaimKind.REGION.value in value.node.keys:
        Record(value.node, value.path, value.report).problem(
            ClaimKind.REGION.value,
            "a clause cannot be indicated by a region",
            "Where people live is evidence of nothing; a region claim is answered, but weighs in no clause.",
        )
        return ()
    record = value.record(tuple(kind.value for kind in ClaimKind if kind is not ClaimKind.REGION))
    named = record.names()
    if record.node is not None and not named:
        value.problem("no claim is needed", "Name the kinds of claim that together indicate the clause.")
    return tuple(
        need
        for kind in ClaimKind
        if kind.value in named and (need := _need(kind, record.required(kind.value))) is not None
    )


def _need(kind: ClaimKind, value: Value) -> Need | None:
    need: Need | None = None
    match kind:
        case ClaimKind.STORES:
            need = StoresNeed(value.words(DataKind))
        case ClaimKind.PATTERN:
            need = PatternNeed(value.words(Rhythm))
        case ClaimKind.PROCESSES:
            need = ProcessesNeed(value.words(Processing))
        case ClaimKind.SCALE:
            need = _scale_need(value)
        case ClaimKind.MOVES_OUT:
            at_least = value.record(("bytes",)).required("bytes").number(above=0)
            need = None if at_least is None else MovesOutNeed(at_least)
        case ClaimKind.PURPOSE_MISMATCH:
            if value.text() not in {None, "any"}:
                value.problem("nothing can be asked of this claim", 'Write "purpose-mismatch: any".')
            need = PurposeMismatchNeed()
        case ClaimKind.REGION:
            pass
    return need


def _scale_need(value: Value) -> ScaleNeed | None:
    record = value.record(tuple(unit.value for unit in ScaleUnit))
    named = record.names()
    if value.given and record.node is not None and not named:
        value.problem("no unit is named", "Name at least one unit with the smallest figure that counts.")
    least = {
        unit: figure
        for unit in ScaleUnit
        if unit.value in named and (figure := record.required(unit.value).number(above=0)) is not None
    }
    return ScaleNeed(least) if least else None


def _thresholds(value: Value) -> ClauseThresholds | None:
    if not value.given:
        return None
    record = value.record(("excludes-at", "purpose-better-by"))
    excludes = record.required("excludes-at").number(above=0, most=_MOST_LOG10)
    better = record.required("purpose-better-by").number(above=0, most=_MOST_LOG10)
    if excludes is None or better is None:
        return None
    return ClauseThresholds(excludes_at=excludes, purpose_better_by=better)


def _measure(value: Value) -> Measure | None:
    record = value.record(("id", "label", "service", "operations", "review-after-days"))
    measure_id = record.required("id").matching(
        _MEASURE_ID, hint="A measure id is lower-case letters, digits and dashes, such as stop-new-writes."
    )
    label = localised(record.required("label"), most=_LONGEST_TITLE)
    service = record.required("service").word(RestrictedService)
    operations = record.required("operations").words(RestrictedOperation)
    days = record.required("review-after-days").whole(least=1, most=366)
    if measure_id is None or label is None or service is None or days is None:
        return None
    return Measure(id=measure_id, label=label, service=service, operations=operations, review_after_days=days)


def _case(value: Value) -> Case | None:
    record = value.record(("name", "role", "claims", "open", "declared", "expect"))
    name = localised(record.required("name"), most=_LONGEST_TITLE)
    role = record.required("role").word(CaseRole)
    verdicts = _verdicts(record.required("claims"))
    still_open = record.optional("open").words(Purpose, least=0)
    declared = tuple(_declared(item) for item in record.optional("declared").items(most=50, least=0))
    expect = record.required("expect").word(Assessment)
    if name is None or role is None or expect is None:
        return None
    return Case(
        name=name,
        role=role,
        verdicts=verdicts,
        open_explanations=still_open,
        declared=declared,
        expect=expect,
    )


def _verdicts(value: Value) -> dict[ClaimKind, Verdict]:
    record = value.record(tuple(kind.value for kind in ClaimKind))
    return {
        ClaimKind(name): verdict
        for name in record.names()
        if name in set(ClaimKind) and (verdict := record.required(name).word(Verdict)) is not None
    }


def _declared(value: Value) -> Declared:
    """Read what one subscription declares; an entry without a purpose stands for nothing declared."""
    record = value.record(("purpose", "fit"))
    purpose, fit = record.optional("purpose"), record.optional("fit")
    if fit.given and not purpose.given:
        fit.problem("only a declared purpose can fit", "Name the purpose, or leave “fit” out.")
    if purpose.given and not fit.given:
        record.required("fit")
    return Declared(purpose.word(Purpose), fit.word(Fit) or Fit.POSSIBLE)
