"""Which clauses an allegation is examined under."""

from __future__ import annotations

from mithaq.terms.allegation import Allegation
from mithaq.terms.assessment import is_testable
from mithaq.terms.clauses import Pack
from mithaq.terms.errors import UnknownClause
from mithaq.terms.problems import did_you_mean


def clauses_for(pack: Pack, allegation: Allegation) -> tuple[str, ...]:
    """Give the ids of the clauses to examine.

    Those that the allegation names, in its order; else, in the pack's order, every clause for whose every
    need the allegation has a claim, in the version that its period falls under. Raises UnknownClause.
    """
    if allegation.clauses is None:
        return tuple(
            clause_id
            for clause_id in pack.versions
            if is_testable(pack.at(clause_id, allegation.start, allegation.end)[0], allegation.claims)
        )
    for number, clause_id in enumerate(allegation.clauses):
        if clause_id not in pack.versions:
            raise UnknownClause(
                f'the terms pack "{pack.id}" has no clause "{clause_id}"',
                field=f"clauses[{number}]",
                hint=did_you_mean(clause_id, tuple(pack.versions), what="Its clauses"),
            )
    return allegation.clauses
