"""What a person finds when they come in: what is expected of them, and the queues of cases they may see.

Answered from the projections alone, so that it costs the same among ten cases and among a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from mithaq.intake.models import Allegation
from mithaq.intake.queries import barred_from
from mithaq.people.acting import Acting
from mithaq.people.errors import BadCursor
from mithaq.people.permissions import Permission
from mithaq.review.models import Expected, Waiting
from mithaq.review.stages import Stage

_Row = TypeVar("_Row", bound=Model)

MOST_COUNTED: Final = 1_000
"""Above this a count says only that there are more."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a queue, the newest cases first; `after` is the case behind which the next page begins."""

    rows: Sequence[Waiting]
    after: str


def expected_of_me(who: Acting) -> QuerySet[Expected]:
    """Give what is expected of a person in their roles, the most pressing first.

    Not what others are to do, nor what the rules of four eyes or a recusal bar them from. Raises Forbidden.
    """
    who.must(Permission.CASE_READ)
    me = who.account.pseudonym
    rows = Expected.objects.filter(role__in=[role.value for role in who.roles], person__in=["", me])
    return _seen(who, rows.exclude(apart__contains=f" {me} ")).order_by("due", "pk")


def expected_count(who: Acting) -> int:
    """Count what is expected of a person, up to one more than `MOST_COUNTED`."""
    return expected_of_me(who)[: MOST_COUNTED + 1].count()


def queue(
    who: Acting, *, stages: Collection[Stage] = (), mine: bool = False, after: str = "", most: int
) -> Queue:
    """Give cases that a person may see: at these stages (none: at any), and if asked those in their charge.

    Raises Forbidden, and BadCursor for an `after` that is no case.
    """
    who.must(Permission.CASE_READ)
    rows = Waiting.objects.all()
    if stages:
        rows = rows.filter(stage__in=[stage.value for stage in stages])
    if mine:
        rows = rows.filter(in_charge=who.account.pseudonym)
    if after:
        last = Waiting.objects.filter(case=after).first()
        if last is None:
            raise BadCursor("there is no such case", field="after", hint="Begin with the first page.")
        earlier = Q(opened_at__lt=last.opened_at) | Q(opened_at=last.opened_at, case__lt=last.case)
        rows = rows.filter(earlier, opened_at__lte=last.opened_at)
    found = list(_seen(who, rows).order_by("-opened_at", "-case")[: most + 1])
    shown = found[:most]
    return Queue(shown, shown[-1].case if len(found) > most else "")


def counts(who: Acting) -> Mapping[Stage, int]:
    """Count the cases at each stage that a person may see; raises Forbidden."""
    who.must(Permission.CASE_READ)
    found = _by_stage(Waiting.objects.all())
    barred = barred_from(who)
    less = _by_stage(Waiting.objects.filter(case__in=barred.cases())) if barred else {}
    return {stage: found.get(stage, 0) - less.get(stage, 0) for stage in Stage}


def _by_stage(rows: QuerySet[Waiting]) -> dict[str, int]:
    return dict(rows.order_by().values_list("stage").annotate(number=Count("pk")))


def _seen(who: Acting, rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Leave out the cases from which a person is recused; asked row by row, as far as rows are read."""
    barred = barred_from(who)
    if not barred:
        return rows
    touched = barred.subjects().filter(allegation__case=OuterRef("case"))
    named = Allegation.objects.filter(case=OuterRef("case"), customer__in=barred.customers)
    return rows.exclude(case__in=barred.named).exclude(Exists(touched)).exclude(Exists(named))
