"""What a decision can be made of: clauses, restrictions, kept services, contract terms, evidence."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from mithaq.console.web.cases.words import spoken
from mithaq.intake.places import terms_pack
from mithaq.measures.models import MadePlan
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.register.queries import AsOf, Override, overrides_in_force
from mithaq.review.casefile import Outcome
from mithaq.review.content import read
from mithaq.review.measures import EVERYWHERE, Content, DecisionKind, Measure, Path
from mithaq.review.queries import Seen, access_decision, evidence_of
from mithaq.terms import label
from mithaq.terms.clauses import Clause
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService

KINDS_BY: Final[Mapping[Path, Sequence[DecisionKind]]] = {
    Path.MAIN: (DecisionKind.NO_ACTION, DecisionKind.WARNING, DecisionKind.MEASURES),
    Path.INTERIM: (DecisionKind.MEASURES,),
    Path.AMEND: (DecisionKind.MEASURES, DecisionKind.WARNING),
    Path.OVERRIDE: (DecisionKind.NO_ACTION, DecisionKind.WARNING, DecisionKind.MEASURES),
    Path.LIFT: (DecisionKind.NO_ACTION,),
    Path.APPEAL: (DecisionKind.MEASURES, DecisionKind.WARNING),
}
"""Which kinds a page offers by each path; an appeal's answer that ends everything is an overturning."""


MOST_PLANS: Final = 20
"""Plans of a case that a decision is offered, the newest."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """Operations of a service that stop together. `value` names them in a form: `storage:create+part`."""

    service: RestrictedService
    operations: tuple[RestrictedOperation, ...]
    words: str
    days: int = 30
    """After how many days the terms look at it again."""

    @property
    def value(self) -> str:
        """Give the word that a form sends for it."""
        return f"{self.service.value}:{'+'.join(each.value for each in self.operations)}"


@dataclass(frozen=True, slots=True)
class Row:
    """A restriction of one subscription, with its time, as one row of a form."""

    subscription: str
    restriction: str
    region: str
    until: datetime | None
    review_on: datetime | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision of one path and kind in a case may choose from, and what it follows on."""

    seen: Seen
    path: Path
    kind: DecisionKind
    previous: str
    before: Content | None
    clauses: Mapping[str, Clause]
    found: frozenset[str]
    """Clauses that were found violated."""
    subscriptions: Sequence[str]
    keep: tuple[KeptService, ...]
    """Services that the terms keep in any case."""
    restrictions: Mapping[str, Restriction]
    plans: Sequence[MadePlan] = ()
    """Plans of the case that a decision may name, the newest first, as far as whoever decides reads them."""
    overrides: Sequence[Override] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def restricts(self) -> bool:
        """Say whether the decision sets measures."""
        return self.kind is DecisionKind.MEASURES


def basis_of(seen: Seen, path: Path, kind: DecisionKind, previous: str, *, who: Acting) -> Basis:
    """Gather what a decision may choose from; raises UnknownInCase for a previous decision that is none."""
    before = read(access_decision(seen.case.case, previous).content) if previous else None
    charge = seen.state.charge
    alleged = list(seen.case.subjects.values_list("subscription", flat=True))
    subscriptions = sorted(charge.subscriptions) if charge is not None else alleged
    found = frozenset(key for key, outcome in seen.state.findings.items() if outcome == Outcome.VIOLATED)
    clauses = _clauses(seen, path, kind, before, found)
    restricts = kind is DecisionKind.MEASURES
    overrides = overrides_in_force(subscriptions, AsOf(who.now, who.now)) if restricts else []
    return Basis(
        seen=seen,
        path=path,
        kind=kind,
        previous=previous,
        before=before,
        clauses=clauses,
        found=found,
        subscriptions=subscriptions,
        keep=tuple(dict.fromkeys(each for clause in clauses.values() for each in clause.keep_list)),
        restrictions=_restrictions(clauses.values(), before),
        plans=_plans(seen, who) if restricts else (),
        overrides=overrides,
        evidence=evidence_of(seen.case.case),
    )


def _plans(seen: Seen, who: Acting) -> Sequence[MadePlan]:
    if not who.may(Permission.MEASURE_READ):
        return ()
    made = MadePlan.objects.filter(case=seen.case.case).order_by("-id")
    return list(made.only("key", "digest", "made_at")[:MOST_PLANS])


def _clauses(
    seen: Seen, path: Path, kind: DecisionKind, before: Content | None, found: frozenset[str]
) -> dict[str, Clause]:
    """Give the clauses that may be named, in the versions that bound in the case's period."""
    charge = seen.state.charge
    named: list[str] = list(charge.clauses if charge is not None else seen.case.clauses)
    if path is Path.INTERIM:
        named = list(seen.case.clauses)
    elif kind is DecisionKind.MEASURES and path is Path.MAIN:
        named = [key for key in named if key in found]
    elif before is not None:
        named = list(dict.fromkeys([*(each.id for each in before.clauses), *named]))
    pack = terms_pack(os.environ)
    period = (seen.case.period_from, seen.case.period_to)
    return {key: pack.at(key, *period)[0] for key in named if key in pack.versions}


def _restrictions(clauses: Iterable[Clause], before: Content | None) -> dict[str, Restriction]:
    """Give what the clauses let a decision stop, and what was stopped before in case that is other."""
    offered: dict[str, Restriction] = {}
    for clause in clauses:
        for each in clause.measures:
            words = each.label.in_(spoken())
            found = Restriction(each.service, each.operations, words, each.review_after_days)
            offered.setdefault(found.value, found)
    for one, stopped in _together(before.measures if before else ()):
        _used, left = _cover(one.service, stopped, offered)
        for operation in sorted(left):
            words = f"{label(one.service, spoken())}: {label(operation, spoken())}"
            found = Restriction(one.service, (operation,), words)
            offered.setdefault(found.value, found)
    return offered


def rows_of(measures: Sequence[Measure], restrictions: Mapping[str, Restriction]) -> list[Row]:
    """Give an older decision's measures as rows of a form, those together that one restriction stops."""
    return [
        Row(
            subscription=one.subscription,
            restriction=restriction,
            region="" if one.region == EVERYWHERE else one.region,
            until=one.until,
            review_on=one.review_on,
        )
        for one, stopped in _together(measures)
        for restriction in _cover(one.service, stopped, restrictions)[0]
    ]


def _together(measures: Sequence[Measure]) -> Iterator[tuple[Measure, set[RestrictedOperation]]]:
    """Give the operations that stop at the same place for the same time, with one measure of each."""
    found: dict[tuple[object, ...], list[Measure]] = {}
    for each in measures:
        key = (each.subscription, each.service, each.region, each.until, each.review_on)
        found.setdefault(key, []).append(each)
    for group in found.values():
        yield group[0], {each.operation for each in group}


def _cover(
    service: RestrictedService,
    stopped: set[RestrictedOperation],
    restrictions: Mapping[str, Restriction],
) -> tuple[list[str], set[RestrictedOperation]]:
    """Choose restrictions that together stop just these operations; gives what none of them stops too."""
    used: list[str] = []
    left = set(stopped)
    for value, restriction in restrictions.items():
        if restriction.service is service and set(restriction.operations) <= left:
            used.append(value)
            left -= set(restriction.operations)
    return used, left


def review_after(basis: Basis, now: datetime) -> datetime:
    """Give when the terms would look at a restriction again, in whole minutes."""
    days = min((each.days for each in basis.restrictions.values()), default=30)
    return (now + timedelta(days=days)).replace(second=0, microsecond=0)


def contracts_unanswered(content: Content, who: Acting) -> list[Override]:
    """List the contract terms now in the register that a decision does not answer; none to who reads none."""
    if not content.restricts or not who.may(Permission.REGISTER_READ):
        return []
    asked = content.proportionality.contract_overrides if content.proportionality else ()
    answered = {(each.contract, each.term) for each in asked}
    cut = {measure.subscription for measure in content.measures}
    found = overrides_in_force(sorted(cut), AsOf(who.now, who.now))
    return [each for each in found if (each.contract, each.text) not in answered]
