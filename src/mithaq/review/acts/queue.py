"""Keeping the queues: where a case stands and what it waits for, written anew with each of its acts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Least

from mithaq.intake.models import Allegation
from mithaq.ledger.rows import insert_rows, put_row
from mithaq.review.casefile import CaseFile, read_case
from mithaq.review.expected import expected_of
from mithaq.review.models import Expected, Waiting
from mithaq.review.queries import days_now, waiting_of
from mithaq.review.stages import Duty


def queue_opened(case: Allegation) -> None:
    """Put a case that is being opened into the queues; for the act that opens it."""
    state = read_case(case.opened_at, case.opened_by.pseudonym, ())
    _write(state, case.case, case.opened_at)


def keep_queues(state: CaseFile, case: str, at: datetime) -> None:
    """Bring the queues up to a state of a case; for the act that has led to it."""
    Expected.objects.filter(case=case).delete()
    _write(state, case, at)


def _write(state: CaseFile, case: str, at: datetime) -> None:
    """Write what a case of which nothing is expected any more, or not yet, waits for."""
    days = days_now()
    put_row(waiting_of(state, case, at, days))
    insert_rows(list(expected_of(state, case, at, days)))


def set_due(duty: Duty, days: int) -> None:
    """Move what is expected already to the days that a duty has from now; for the act that sets them."""
    rows = Expected.objects.filter(duty=duty.value)
    due = F("start") + timedelta(days=days)
    rows.filter(limit__isnull=True).update(due=due)
    rows.filter(limit__isnull=False).update(due=Least(due, F("limit")))
    pressing = Expected.objects.filter(case=OuterRef("case")).order_by("due", "duty", "about")
    Waiting.objects.filter(case__in=rows.values("case")).update(
        due=Subquery(pressing.values("due")[:1]), duty=Subquery(pressing.values("duty")[:1])
    )
