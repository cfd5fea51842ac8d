"""Reading cases of the review: their state, their timeline, what is overdue, what may be applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from mithaq.intake.models import Allegation
from mithaq.intake.queries import access_case as access_allegation
from mithaq.intake.queries import touched_by
from mithaq.kernel.canonical import compact
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry, SealedValue
from mithaq.ledger.projections import projection
from mithaq.people.acting import Acting
from mithaq.people.models import Recusal
from mithaq.review.casefile import CaseFile, Step, read_case
from mithaq.review.content import digest_of, read
from mithaq.review.errors import MayNotApply, UnknownInCase
from mithaq.review.measures import Content
from mithaq.review.models import Appeal, CaseAct, Decision, DutyDays, Finding, Waiting
from mithaq.review.stages import DAYS, Due, Duty, duties, overdue, stage_of


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
    return list(CaseAct.objects.filter(case=case).select_related("by").order_by("number"))


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


def access_decision(case: str, key: str) -> Decision:
    """Give a decision of a case; raises UnknownInCase."""
    found = Decision.objects.filter(case=case, key=key).select_related("act", "proposed_by").first()
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
    """Give the days that each duty has now."""
    days = dict(DAYS)
    for row in DutyDays.objects.order_by("pk"):
        days[Duty(row.duty)] = row.days
    return days


def waiting_of(state: CaseFile, case: str, at: datetime, days: Mapping[Duty, int]) -> Waiting:
    """Give the row of the projection that a case's acts lead to, as of its last act."""
    pressing = None if state.held else next(iter(duties(state, at, days)), None)
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


def overdue_list(who: Acting) -> list[tuple[str, Due]]:
    """Give what should have been done by now in every case that the person may see, most pressing first."""
    found: list[tuple[str, Due]] = []
    days = days_now()
    for case in Allegation.objects.select_related("opened_by").prefetch_related("subjects"):
        subjects = case.subjects.all()
        barred = _barred(case.case, {s.customer for s in subjects}, {s.home_region for s in subjects})
        if who.account.pseudonym not in barred:
            found += [(case.case, due) for due in overdue(state_of(case), who.now, days)]
    return sorted(found, key=lambda each: (each[1].due, each[0]))


def waiting_by_duty(now: datetime) -> Mapping[Duty, tuple[int, int]]:
    """Give how many cases wait for each duty as their most pressing, and of how many the time is up.

    It asks nobody's rights: it is numbers, for whoever keeps the program running.
    """
    counted = Waiting.objects.exclude(duty="").values_list("duty")
    found = counted.annotate(waiting=Count("case"), late=Count("case", filter=Q(due__lt=now)))
    counts = {Duty(duty): (waiting, late) for duty, waiting, late in found}
    return {duty: counts.get(duty, (0, 0)) for duty in Duty}


@projection("review_waiting")
def check_projection() -> Sequence[str]:
    """Compare the queue, and every act's facts, with what the ledger holds; gives the differences."""
    found: list[str] = []
    cases = {case.case: case for case in Allegation.objects.select_related("opened_by")}
    kept = {row.case: row for row in Waiting.objects.all()}
    for name, case in cases.items():
        state, row = state_of(case), kept.pop(name, None)
        told = (row.acts, row.stage, row.held, row.in_charge) if row else (0, "opened", False, "")
        if told != (state.acts, stage_of(state).value, state.held, state.in_charge):
            found.append(f"{name}: the queue does not say what its acts add up to")
    found += [f"{name}: the queue has a case that nobody opened" for name in kept]
    return [*found, *_altered_acts(), *_altered_decisions()]


def _altered_acts() -> Iterable[str]:
    for row in CaseAct.objects.all():
        entry = Entry.objects.filter(leaf_hash=row.leaf_hash, kind=row.kind, case=row.case).first()
        if entry is None:
            yield f"{row.case}: act {row.number} has no entry in the ledger"
            continue
        sealed = SealedValue.objects.filter(entry=entry, field="facts").first()
        if sealed is None or sealed.value not in {None, compact(row.facts).decode()}:
            yield f"{row.case}: act {row.number} does not say what its entry commits to"


def _altered_decisions() -> Iterable[str]:
    for row in Decision.objects.select_related("act"):
        if not digest_of(row.content) == row.digest == row.act.facts.get("digest"):
            yield f"{row.case}: the decision {row.key} is not what was proposed"
