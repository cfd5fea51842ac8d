"""Reading cases of the review: their state, their timeline, what is overdue, what may be applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from django.db import connection
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from mithaq.intake.models import Allegation
from mithaq.intake.queries import access_case as access_allegation
from mithaq.intake.queries import touched_by, visible_cases
from mithaq.kernel.canonical import compact
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry, SealedValue
from mithaq.ledger.projections import projection
from mithaq.people.acting import Acting
from mithaq.people.models import Recusal
from mithaq.review.casefile import CaseFile, Step, read_case
from mithaq.review.content import digest_of, read
from mithaq.review.errors import MayNotApply, UnknownInCase
from mithaq.review.expected import expected_of
from mithaq.review.measures import Content
from mithaq.review.models import (
    IN_FORCE,
    Appeal,
    CaseAct,
    Decision,
    Expected,
    Finding,
    Ruling,
    Waiting,
)
from mithaq.review.stages import DAYS, NEVER_PAUSED, Due, Duty, duties, stage_of

_AT_ONCE: Final = 500
"""Rows that are looked at in one query where all are walked."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A case that a person may see, as it stands."""

    case: Allegation
    state: CaseFile
    barred: frozenset[str]
    """Pseudonyms of the people who are recused from it."""


def step_of(row: CaseAct) -> Step:
    """Give an act as the state is added up from it."""
    return Step(ActKind(row.kind), row.at, row.by.pseudonym, row.about, row.facts)


def timeline(case: str) -> list[CaseAct]:
    """Give every act of a case's review in order: one query."""
    return list(acts_of(case).order_by("number"))


def state_of(case: Allegation) -> CaseFile:
    """Add up the acts of a case."""
    steps = [step_of(row) for row in timeline(case.case)]
    return read_case(case.opened_at, case.opened_by.pseudonym, steps)


def access_case(who: Acting, case: str, *, lock: bool = False) -> Seen:
    """Give a case to somebody who may see it and is not recused; raises Forbidden, Recused, UnknownCase.

    `lock` holds it until the transaction ends, so that people act on it one after the other.
    """
    found = access_allegation(who, case, lock=lock)
    return Seen(found, state_of(found), _barred(case, *touched_by(found)))


def _barred(case: str, customers: Iterable[str], regions: Iterable[str]) -> frozenset[str]:
    touched = list(customers)
    found = Recusal.objects.filter(ended_at__isnull=True).filter(
        Q(kind=Recusal.Kind.CUSTOMER, value__in=touched)
        | Q(kind=Recusal.Kind.REGION, value__in=list(regions))
        | Q(kind=Recusal.Kind.PRIOR_WORK, value__in=[*touched, case])
    )
    return frozenset(found.values_list("account__pseudonym", flat=True))


def findings_of(case: str) -> list[Finding]:
    """Give every finding of a case, in the order in which they were made."""
    return list(Finding.objects.filter(case=case).select_related("act__by").order_by("act__number"))


def decision_rows(case: str) -> QuerySet[Decision]:
    """Give the decisions of a case, proposed ones too, with what became of them."""
    return Decision.objects.filter(case=case).select_related("act", "proposed_by", "ruling__act")


def appeal_rows(case: str) -> QuerySet[Appeal]:
    """Give the appeals of a case with their answers."""
    rows = Appeal.objects.filter(case=case).select_related("act", "entered_by")
    return rows.prefetch_related("rulings__decided_by")


def acts_of(case: str) -> QuerySet[CaseAct]:
    """Give the acts of a case's review."""
    return CaseAct.objects.filter(case=case).select_related("by")


def access_decision(case: str, key: str) -> Decision:
    """Give a decision of a case; raises UnknownInCase."""
    found = decision_rows(case).filter(key=key).first()
    if found is None:
        raise UnknownInCase("there is no such decision in the case", field="decision", hint="Check its id.")
    return found


def decisions_of(case: str) -> list[Decision]:
    """Give every decision of a case in the order proposed, each with what became of it: one query."""
    rows = Decision.objects.filter(case=case).order_by("act__number")
    return list(rows.select_related("act", "proposed_by", "ruling", "ruling__ruled_by", "statement"))


def appeals_of(case: str) -> list[Appeal]:
    """Give every appeal of a case in the order entered, each with its answers."""
    rows = Appeal.objects.filter(case=case).order_by("act__number").select_related("act", "entered_by")
    return list(rows.prefetch_related("rulings", "rulings__decided_by"))


def evidence_of(case: str) -> dict[str, str]:
    """Give the digest of the evidence that the newest finding on each clause rests on, if it rests on any."""
    rows = Finding.objects.filter(case=case).order_by("act__number").values_list("clause", "evidence")
    return {clause: evidence for clause, evidence in dict(rows).items() if evidence}


def access_appeal(case: str, key: str) -> Appeal:
    """Give an appeal of a case; raises UnknownInCase."""
    found = Appeal.objects.filter(case=case, key=key).first()
    if found is None:
        raise UnknownInCase("there is no such appeal in the case", field="appeal", hint="Check its id.")
    return found


def at_their_end(now: datetime) -> list[tuple[str, str]]:
    """Give case and id of every restriction whose end has come and is not recorded, the oldest end first."""
    followed = Ruling.objects.filter(previous=OuterRef("pk"), outcome__in=IN_FORCE)
    found = Decision.objects.filter(restricts=True, ends_at__lte=now, ruling__outcome__in=IN_FORCE)
    return list(found.exclude(Exists(followed)).order_by("ends_at", "key").values_list("case", "key"))


def may_apply(case: str, key: str, now: datetime) -> Content:
    """Give the content of a decision that may be applied now; raises MayNotApply, UnknownInCase.

    It restricts, two people made it, nothing has taken its place, it has begun and not ended, its content
    is what was approved, and its reasons are recorded as issued.
    """
    decision = access_decision(case, key)
    state = read_case(decision.proposed_at, "", [step_of(row) for row in timeline(case)])
    standing = state.decisions.get(key)
    faults = (
        (standing is None, "it is not approved"),
        (digest_of(decision.content) != (standing.proposal.digest if standing else ""), "it was altered"),
        (standing is not None and bool(standing.followed_by), "another decision has taken its place"),
        (not decision.restricts, "it restricts nothing"),
        (standing is not None and standing.ended(now), "its end has come"),
        (standing is not None and standing.reasons_at is None, "its reasons are not issued"),
    )
    content = read(decision.content)
    begun = content.starts_at is None or content.starts_at <= now
    for broken, why in (*faults, (not begun, "it has not begun")):
        if broken:
            raise MayNotApply(f"the decision may not be applied: {why}", hint="See the case's timeline.")
    return content


def days_now() -> Mapping[Duty, int]:
    """Give the days that each duty has now. In plain SQL, since every act on a case asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT duty, days FROM review_dutydays ORDER BY id")
        return {**DAYS, **{Duty(duty): days for duty, days in cursor.fetchall()}}


def waiting_of(state: CaseFile, case: str, at: datetime, days: Mapping[Duty, int]) -> Waiting:
    """Give the row of the projection that a case's acts lead to, as of its last act.

    A hold spares the provider's own work alone: what a restricted customer waits for stays due.
    """
    waits = duties(state, at, days)
    pressing = next((due for due in waits if not state.held or due.duty in NEVER_PAUSED), None)
    return Waiting(
        case=case,
        acts=state.acts,
        opened_at=state.opened_at,
        stage=stage_of(state).value,
        held=state.held,
        in_charge=state.in_charge,
        due=pressing.due if pressing else None,
        duty=pressing.duty.value if pressing else "",
    )


def overdue_cases(who: Acting) -> QuerySet[Waiting]:
    """Give the cases that a person may see in which something should have been done by now.

    Raises Forbidden.
    """
    return Waiting.objects.filter(case__in=visible_cases(who).values("case"), due__lt=who.now)


def overdue_duties(rows: Sequence[Waiting], now: datetime) -> Mapping[str, Sequence[Due]]:
    """Give all that is overdue in some cases, by case, the most pressing first."""
    found: dict[str, list[Due]] = {row.case: [] for row in rows}
    for row in Expected.objects.filter(case__in=list(found), due__lt=now).order_by("due", "pk"):
        found[row.case].append(Due(Duty(row.duty), row.since, row.due, row.about))
    return found


def states_of(cases: QuerySet[Allegation]) -> Mapping[str, CaseFile]:
    """Add up the acts of some cases, by case, in two queries."""
    some = list(cases.select_related("opened_by"))
    rows = CaseAct.objects.filter(case__in=[each.case for each in some]).select_related("by")
    steps: dict[str, list[Step]] = {each.case: [] for each in some}
    for row in rows.order_by("case", "number"):
        steps[row.case].append(step_of(row))
    return {each.case: read_case(each.opened_at, each.opened_by.pseudonym, steps[each.case]) for each in some}


_Row = TypeVar("_Row", bound=Model)


def in_batches(rows: QuerySet[_Row]) -> Iterator[list[_Row]]:
    """Give rows by primary key, some hundred at a time, each time from where the last batch ended."""
    ordered = rows.order_by("pk")
    some = list(ordered[:_AT_ONCE])
    while some:
        yield some
        some = list(ordered.filter(pk__gt=some[-1].pk)[:_AT_ONCE])


def waiting_by_duty(now: datetime) -> Mapping[Duty, tuple[int, int]]:
    """Give how many cases wait for each duty as their most pressing, and of how many the time is up.

    It asks nobody's rights: it is numbers, for whoever keeps the program running.
    """
    counted = Waiting.objects.exclude(duty="").values_list("duty")
    found = counted.annotate(waiting=Count("duty"), late=Count("duty", filter=Q(due__lt=now)))
    counts = {Duty(duty): (waiting, late) for duty, waiting, late in found}
    return {duty: counts.get(duty, (0, 0)) for duty in Duty}


def overdue(now: datetime) -> int:
    """Give of how many cases the time is up; it asks nobody's rights either.

    It goes by the index of what is due: adding up `waiting_by_duty` would count every case.
    """
    return Waiting.objects.exclude(duty="").filter(due__lt=now).count()


@projection("review_waiting")
def check_projection() -> Iterable[str]:
    """Compare the queue, and every act's facts, with what the ledger holds; gives the differences."""
    days = days_now()
    for cases in in_batches(Allegation.objects.all()):
        states = states_of(Allegation.objects.filter(pk__in=[case.pk for case in cases]))
        kept = Waiting.objects.in_bulk(list(states))
        for name, state in states.items():
            row = kept.get(name)
            if row is None or _told(row) != _told(waiting_of(state, name, state.opened_at, days)):
                yield f"{name}: the queue does not say what its acts add up to"
        yield from _misled(states, days)
    for queue in (Waiting, Expected):
        unknown = queue.objects.exclude(case__in=Allegation.objects.values("case"))
        for case in unknown.values_list("case", flat=True).distinct():
            yield f"{case}: the queue has a case that nobody opened"
    yield from _altered_acts()
    yield from _altered_decisions()


def _misled(states: Mapping[str, CaseFile], days: Mapping[Duty, int]) -> Iterator[str]:
    """Compare what is expected in some cases with what their acts lead to."""
    kept: dict[str, list[str]] = {name: [] for name in states}
    for row in Expected.objects.filter(case__in=list(states)):
        kept[row.case].append(_said(row))
    for name, state in states.items():
        wanted = [_said(each) for each in expected_of(state, name, state.opened_at, days)]
        if sorted(kept[name]) != sorted(wanted):
            yield f"{name}: what is expected is not what its acts lead to"


def _said(row: Expected) -> str:
    fields = ("case", "duty", "about", "role", "person", "apart", "since", "start", "limit", "due")
    return repr([getattr(row, field) for field in fields])


def _told(row: Waiting) -> tuple[object, ...]:
    return row.acts, row.opened_at, row.stage, row.held, row.in_charge, row.due, row.duty


def _altered_acts() -> Iterator[str]:
    for rows in in_batches(CaseAct.objects.all()):
        hashes = [bytes(row.leaf_hash) for row in rows]
        entries = {bytes(each.leaf_hash): each for each in Entry.objects.filter(leaf_hash__in=hashes)}
        facts = SealedValue.objects.filter(entry__leaf_hash__in=hashes, field="facts")
        sealed = {each.entry_id: each for each in facts}
        for row in rows:
            entry = entries.get(bytes(row.leaf_hash))
            if entry is None or (entry.kind, entry.case) != (row.kind, row.case):
                yield f"{row.case}: act {row.number} has no entry in the ledger"
            elif not _commits_to(sealed.get(entry.pk), row):
                yield f"{row.case}: act {row.number} does not say what its entry commits to"


def _commits_to(sealed: SealedValue | None, row: CaseAct) -> bool:
    return sealed is not None and sealed.value in {None, compact(row.facts).decode()}


def _altered_decisions() -> Iterator[str]:
    for row in Decision.objects.select_related("act").iterator(chunk_size=_AT_ONCE):
        if not digest_of(row.content) == row.digest == row.act.facts.get("digest"):
            yield f"{row.case}: the decision {row.key} is not what was proposed"
