"""The first page after signing in: what is expected of whoever came in, and the queues of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from mithaq.console.web.cases.about import About, about
from mithaq.console.web.cases.words import DUTIES, PAGES, STAGES
from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.console.web.pages import ActingRequest, page
from mithaq.people.acting import Acting
from mithaq.people.errors import BadCursor
from mithaq.people.models import BrokenGlass, RoleGrant
from mithaq.people.permissions import Permission
from mithaq.people.queries import GLASS_HOLDS
from mithaq.review.inbox import MOST_COUNTED, counts, expected_count, expected_of_me, queue
from mithaq.review.models import Waiting
from mithaq.review.runs.models import RecordsRequest
from mithaq.review.stages import Duty, Stage

SHOWN: Final = 25
"""Tasks on the first page: what does not fit into a day is counted."""

ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is expected of the person: what, in which case, by when, and where it is done."""

    words: str | Promise
    about: About
    due: datetime
    late: bool
    address: str


def _tasks(who: Acting) -> list[Task]:
    rows = list(expected_of_me(who)[:SHOWN])
    named = about(row.case for row in rows)
    return [
        Task(
            DUTIES[Duty(row.duty)],
            named[row.case],
            row.due,
            row.due < who.now,
            reverse(PAGES.get(Duty(row.duty), "case"), kwargs={"case": row.case}),
        )
        for row in rows
        if row.case in named
    ]


@page(Permission.PEOPLE_TOKEN_OWN)
def inbox(request: ActingRequest) -> HttpResponse:
    """Show what is expected of the person, and where the cases stand."""
    who = request.acting
    context: dict[str, object] = {"roles": [ROLE_NAMES[role.value] for role in sorted(who.roles)]}
    if who.may(Permission.CASE_READ):
        tasks = _tasks(who)
        count = expected_count(who) if len(tasks) == SHOWN else len(tasks)
        context |= {
            "casework": True,
            "tasks": tasks,
            "late": sum(task.late for task in tasks),
            "count": min(count, MOST_COUNTED),
            "more": count > MOST_COUNTED,
            "hidden": max(count - len(tasks), 0),
            "records": _records(who),
            "stages": [(stage.value, STAGES[stage], number) for stage, number in counts(who).items()],
        }
    if who.may(Permission.PEOPLE_ROLE_APPROVE):
        context |= {"grants": _grants(who), "approves": True}
    if who.may(Permission.CASE_BREAK_GLASS):
        context |= {"glass": _glass(who), "emergencies": True}
    return render(request, "cases/inbox.html", context)


def _records(who: Acting) -> list[tuple[RecordsRequest, bool]]:
    """Give the requests for records of the person that nobody has answered, the oldest due first."""
    if not who.may(Permission.CASE_RECORDS_REQUEST):
        return []
    asked = RecordsRequest.objects.filter(requested_by=who.account, answers__isnull=True)
    rows = asked.select_related("run__allegation").order_by("due")[:SHOWN]
    return [(row, row.due < who.now) for row in rows]


def _grants(who: Acting) -> Sequence[tuple[RoleGrant, str | Promise]]:
    """Give the roles that wait for the approval of another administrator, and that this one may approve."""
    waiting = RoleGrant.objects.filter(approved_at__isnull=True, ended_at__isnull=True)
    others = waiting.exclude(account=who.account).exclude(proposed_by=who.account)
    rows = others.select_related("account", "proposed_by").order_by("proposed_at")[:SHOWN]
    return [(row, ROLE_NAMES[row.role]) for row in rows]


def _glass(who: Acting) -> list[tuple[str, datetime]]:
    """Give the cases in front of which the person broke the glass, and until when each may be read."""
    broken = BrokenGlass.objects.filter(account=who.account, at__gt=who.now - GLASS_HOLDS).order_by("at")
    until = {row.case: row.at + GLASS_HOLDS for row in broken}
    return list(until.items())


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a queue."""

    waiting: Waiting
    stage: str | Promise
    about: About | None
    duty: str | Promise
    late: bool


@page(Permission.CASE_READ)
def cases(request: ActingRequest) -> HttpResponse:
    """Show the cases at one stage or at all, the newest first; raises Http404 for a stage that is none."""
    wanted = request.GET.get("stage", "")
    mine = request.GET.get("mine") == "1"
    if wanted and wanted not in set(Stage):
        raise Http404(wanted)
    stages = [Stage(wanted)] if wanted else []
    who = request.acting
    try:
        found = queue(who, stages=stages, mine=mine, after=request.GET.get("after", ""), most=ON_A_PAGE)
    except BadCursor as error:
        raise Http404(error.message) from error
    named = about(row.case for row in found.rows)
    rows = [
        Row(
            row,
            STAGES[Stage(row.stage)],
            named.get(row.case),
            DUTIES[Duty(row.duty)] if row.duty else "",
            row.due is not None and row.due < who.now,
        )
        for row in found.rows
    ]
    context = {
        "rows": rows,
        "after": found.after,
        "first": not request.GET.get("after"),
        "chosen": wanted,
        "mine": mine,
        "stages": [(stage.value, words) for stage, words in STAGES.items()],
        "may_open": who.may(Permission.CASE_ALLEGATION_OPEN),
    }
    return render(request, "cases/cases.html", context)
