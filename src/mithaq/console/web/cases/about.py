"""What a case is called in lists: by whom it is about, under which clauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mithaq.intake.models import Allegation


@dataclass(frozen=True, slots=True)
class About:
    """A case as a list names it: the customers, or where none is known the subscriptions; and the clauses."""

    case: str
    customers: Sequence[str]
    subscriptions: Sequence[str]
    more: int
    """How many more subscriptions there are."""
    clauses: Sequence[str]


_SHOWN = 2


def about(cases: Iterable[str]) -> Mapping[str, About]:
    """Give the names of cases, by case, in two queries."""
    found = Allegation.objects.filter(case__in=list(cases)).prefetch_related("subjects")
    return {each.case: _about(each) for each in found}


def _about(case: Allegation) -> About:
    subjects = case.subjects.all()
    customers = list(dict.fromkeys(each.customer for each in subjects if each.customer))
    unknown = [each.subscription for each in subjects if not each.customer]
    return About(case.case, customers[:_SHOWN], unknown[:_SHOWN], max(len(unknown) - _SHOWN, 0), case.clauses)
