"""The terms as they are applied: every clause, its versions, what indicates it and what may be done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render

from mithaq.console.web.pages import ActingRequest, page
from mithaq.console.web.templatetags.mithaq import locale
from mithaq.intake.places import terms_pack
from mithaq.people.permissions import Permission
from mithaq.terms import AssessedBy, Clause, Locale, label


def page_locale() -> Locale:
    """Give the locale of the page as the terms name it."""
    return "ar" if locale().language.value == "ar" else "en"


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure that a decision may choose, in the page's words."""

    name: str
    service: str
    operations: Sequence[str]
    days: int


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """One version of a clause in the page's words."""

    clause: Clause
    title: str
    text: str
    by_person: bool
    needs: Sequence[str]
    innocent: Sequence[str]
    keep: Sequence[str]
    measures: Sequence[MeasureShown]


def clause_shown(clause: Clause) -> ClauseShown:
    """Give a version of a clause in the page's words."""
    language = page_locale()
    return ClauseShown(
        clause=clause,
        title=clause.title.in_(language),
        text=clause.text.in_(language),
        by_person=clause.assessed_by is AssessedBy.PERSON,
        needs=[label(need.kind, language) for need in clause.needs],
        innocent=[label(purpose, language) for purpose in clause.innocent_purposes],
        keep=[label(service, language) for service in clause.keep_list],
        measures=[
            MeasureShown(
                measure.label.in_(language),
                label(measure.service, language),
                [label(operation, language) for operation in measure.operations],
                measure.review_after_days,
            )
            for measure in clause.measures
        ],
    )


@page(Permission.TERMS_READ)
def pack(request: ActingRequest) -> HttpResponse:
    """Show the clauses of the pack in force."""
    terms = terms_pack(os.environ)
    clauses = [clause_shown(clause) for clause in terms.clauses.values()]
    shown = {"pack": terms, "title": terms.title.in_(page_locale()), "clauses": clauses}
    return render(request, "web/terms.html", shown)


@page(Permission.TERMS_READ)
def clause(request: ActingRequest, clause_id: str) -> HttpResponse:
    """Show one clause with all its versions, newest first; raises Http404."""
    versions = terms_pack(os.environ).versions.get(clause_id)
    if versions is None:
        raise Http404(clause_id)
    shown = [clause_shown(version) for version in reversed(versions)]
    return render(request, "web/clause.html", {"newest": shown[0], "versions": shown})
