"""What makes a clause of right shape a clause that may be used: one small function per check.

Each check takes a draft and notes, at the place concerned, what is wrong; none depends on another having run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from mithaq.terms.assessment import assess
from mithaq.terms.clause_reader import RULE_FIELDS, Draft
from mithaq.terms.clauses import Case, CaseRole
from mithaq.terms.fields import Record, Value
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import (
    AssessedBy,
    Assessment,
    ClaimKind,
    KeptService,
    RestrictedOperation,
    RestrictedService,
)


def validity_is_a_period(draft: Draft) -> None:
    """A clause that ends before it begins would never be in force."""
    clause = draft.clause
    if clause.valid_to is not None and clause.valid_to <= clause.valid_from:
        draft.record.problem(
            "valid-to", "the clause ends before it begins", "“valid-from” is inclusive, “valid-to” exclusive."
        )


def both_languages_are_there(draft: Draft) -> None:
    """A text left in the other language is a translation that nobody made."""
    clause, record = draft.clause, draft.record
    texts = [(clause.title, record.required("title")), (clause.text, record.required("text"))]
    for measure, item in zip(clause.measures, _items(record, "measures"), strict=True):
        texts.append((measure.label, item.record(_ANY).required("label")))
    for case, item in zip(clause.cases, _items(record, "cases"), strict=True):
        texts.append((case.name, item.record(_ANY).required("name")))
    for text, value in texts:
        _check_languages(text, value)


def computed_clause_has_its_rule(draft: Draft) -> None:
    """A clause that is computed needs everything that the computation and its limits rest on."""
    if draft.clause.assessed_by is AssessedBy.COMPUTATION:
        for name in RULE_FIELDS:
            draft.record.required(name)


def person_clause_has_no_rule(draft: Draft) -> None:
    """A rule that is never run would only look like one."""
    if draft.clause.assessed_by is AssessedBy.PERSON:
        for name in RULE_FIELDS:
            if draft.record.optional(name).given:
                draft.record.problem(
                    name,
                    "a clause assessed by a person has no rule",
                    "Leave the field out, or write “assessed-by: computation”.",
                )


def cases_cover_every_role(draft: Draft) -> None:
    """Without a violating, an innocent and a boundary case nobody can see what the clause would do."""
    if not draft.clause.cases:
        return
    roles = {case.role for case in draft.clause.cases}
    for role in CaseRole:
        if role not in roles:
            draft.record.problem(
                "cases", f"the clause has no {role} case", f"Add a case with “role: {role}”."
            )


def cases_speak_of_the_clause(draft: Draft) -> None:
    """A verdict on a claim that the clause does not need, or a purpose it does not know, changes nothing."""
    needed = {need.kind for need in draft.clause.needs}
    for case, record in _cases(draft):
        claims = record.required("claims").record(tuple(ClaimKind))
        for kind in case.verdicts:
            if kind not in needed:
                claims.problem(
                    kind.value,
                    f'the clause does not need "{kind}"',
                    f"Needed: {', '.join(kind for kind in ClaimKind if kind in needed)}.",
                )
        for purpose, item in zip(
            case.open_explanations, record.optional("open").items(most=100, least=0), strict=True
        ):
            if purpose not in draft.clause.innocent_purposes:
                item.problem(
                    f'"{purpose}" is no innocent purpose of the clause',
                    f"Its innocent purposes: {', '.join(draft.clause.innocent_purposes)}.",
                )


def cases_come_out_as_expected(draft: Draft) -> None:
    """Each case is really assessed, by the rule that reviews use."""
    for case, record in _cases(draft):
        came_out = assess(
            draft.clause,
            case.verdicts,
            open_explanations=case.open_explanations,
            declared=case.declared,
        )
        if came_out.assessment is not case.expect:
            record.required("expect").problem(
                f'the case "{case.name.en}" comes out {came_out.assessment}',
                f"What decides it: {came_out.reason}. Correct the case, or the clause.",
            )


def roles_agree_with_expectations(draft: Draft) -> None:
    """A violating case must be indicated, and no innocent one may be."""
    for case, record in _cases(draft):
        indicated = case.expect is Assessment.INDICATED
        if case.role is CaseRole.VIOLATING and not indicated:
            record.required("expect").problem(
                "a violating case must be indicated", "Change the role, or what is expected."
            )
        if case.role is CaseRole.INNOCENT and indicated:
            record.required("expect").problem(
                "an innocent case must not be indicated", "Change the role, or what is expected."
            )


def measure_ids_are_unique(draft: Draft) -> None:
    """A decision names its measures by id."""
    seen: set[str] = set()
    for measure, item in zip(draft.clause.measures, _items(draft.record, "measures"), strict=True):
        if measure.id in seen:
            item.record(_ANY).required("id").problem(
                f'the measure id "{measure.id}" is taken', "Give each measure an id of its own."
            )
        seen.add(measure.id)


def measures_spare_the_keep_list(draft: Draft) -> None:
    """What must go on cannot be stopped: reading and listing one's data is how it is taken away."""
    if KeptService.DATA_EXPORT not in draft.clause.keep_list:
        return
    for measure, item in zip(draft.clause.measures, _items(draft.record, "measures"), strict=True):
        hindered = _EXPORT_NEEDS & set(measure.operations)
        if measure.service in {RestrictedService.STORAGE, RestrictedService.DATABASE} and hindered:
            item.record(_ANY).required("operations").problem(
                "this measure stops what the keep-list keeps (data-export)",
                f"Leave out {', '.join(sorted(hindered))}, or take data-export off the keep-list.",
            )


CLAUSE_CHECKS: Final[Sequence[Callable[[Draft], None]]] = (
    validity_is_a_period,
    both_languages_are_there,
    computed_clause_has_its_rule,
    person_clause_has_no_rule,
    cases_cover_every_role,
    cases_speak_of_the_clause,
    cases_come_out_as_expected,
    roles_agree_with_expectations,
    measure_ids_are_unique,
    measures_spare_the_keep_list,
)


def versions_do_not_overlap(drafts: Sequence[Draft]) -> None:
    """At any moment one version of a clause, or none, is in force."""
    by_id: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_id.setdefault(draft.clause.id, []).append(draft)
    for versions in by_id.values():
        ordered = sorted(versions, key=lambda draft: draft.clause.valid_from)
        for earlier, later in pairwise(ordered):
            end = earlier.clause.valid_to
            if end is None or end > later.clause.valid_from:
                later.record.required("id").problem(
                    f'"{later.clause.id}" is in force twice from {later.clause.valid_from:%Y-%m-%d}',
                    "End the earlier version with “valid-to” where the later one begins.",
                )


_ANY: Final = (
    "id", "label", "service", "operations", "review-after-days",
    "name", "role", "claims", "open", "declared", "expect",
)  # fmt: skip
"""Fields of measures and cases; the reader has refused what belongs to neither."""

_EXPORT_NEEDS: Final = frozenset({RestrictedOperation.READ, RestrictedOperation.LIST})


def _items(record: Record, name: str) -> list[Value]:
    return record.optional(name).items(most=100, least=0)


def _cases(draft: Draft) -> list[tuple[Case, Record]]:
    items = _items(draft.record, "cases")
    return [(case, item.record(_ANY)) for case, item in zip(draft.clause.cases, items, strict=True)]


def _check_languages(text: LocalisedText, value: Value) -> None:
    record = value.record(("en", "ar"))
    if not any("\u0600" <= sign <= "\u06ff" for sign in text.ar):
        record.required("ar").problem("this is not in Arabic", "Write the Arabic text here.")
    if any("\u0600" <= sign <= "\u06ff" for sign in text.en):
        record.required("en").problem("this is not in English", "Write the English text here.")
