"""Findings: what was computed about each clause and what the reviewer found, side by side for good."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.examining.forms import FindingForm, spoken
from mithaq.console.web.pages import FORM
from mithaq.console.web.refusals import SENTENCES
from mithaq.console.web.templatetags.mithaq import locale
from mithaq.evidence.report import render_badge
from mithaq.evidence.report.names import RoomNames
from mithaq.intake.places import terms_pack
from mithaq.kernel.errors import StateError
from mithaq.ledger.kinds import ActKind
from mithaq.people.permissions import Permission
from mithaq.review import rules
from mithaq.review.acts import make_finding
from mithaq.review.casefile import Outcome
from mithaq.review.computed import NOTHING
from mithaq.review.models import Finding
from mithaq.review.queries import findings_of
from mithaq.review.runs.models import Result
from mithaq.review.runs.queries import newest_on
from mithaq.review.stages import open_acts
from mithaq.terms import AssessedBy, Clause, Pack, label
from mithaq.terms.vocabulary import Assessment, Verdict


@dataclass(frozen=True, slots=True)
class Computed:
    """What the newest run says about a clause, in the page's words."""

    assessment: Assessment
    badge: Markup
    run: str = ""
    """The run that says so; empty if there was none."""
    claims: Sequence[tuple[str, Markup]] = ()
    """The claims that it rests on, each with its verdict."""
    open: Sequence[str] = ()
    """Innocent explanations that stay open."""


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding with the assessment that stood beside it when it was made."""

    row: Finding
    badge: Markup
    computed: Markup
    run: str
    """The run whose evidence it rests on; empty if there was none."""


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """One clause of the review."""

    id: str
    title: str
    text: str
    by_person: bool
    computed: Computed
    findings: Sequence[FindingShown]
    """The newest first."""


@case_page(Permission.CASE_READ)
def show_findings(request: CaseRequest, case: str) -> HttpResponse:
    """Show every clause of the review with what was computed and all that was found."""
    charge = request.seen.state.charge
    may = request.acting.may(Permission.CASE_FINDING_MAKE)
    hindrance = _hindrance(request) if may else None
    context = {
        "clauses": _clauses(case, charge.clauses if charge else ()),
        "may_find": may and hindrance is None,
        "hindrance": hindrance,
    }
    return show(request, "examining/findings.html", context)


@case_page(Permission.CASE_FINDING_MAKE, FORM)
def find(request: CaseRequest, case: str, clause: str) -> HttpResponse:
    """Record what the reviewer finds about a clause; raises Http404 for one that the review is not about."""
    charge = request.seen.state.charge
    if charge is None or clause not in charge.clauses:
        raise Http404(clause)
    (shown,) = _clauses(case, [clause])
    form = FindingForm(
        request.POST if request.method == "POST" else None,
        seen=request.seen,
        assessment=shown.computed.assessment,
    )
    form.to = reverse("findings", kwargs={"case": case})

    def found(said: Mapping[str, Any]) -> None:
        outcome = Outcome(said["outcome"])
        make_finding(request.acting, case, clause=clause, outcome=outcome, reasons=said["reasons"])

    done = do(request, form, found, done=_("The finding is recorded."))
    hindrance = _hindrance(request) if request.method != "POST" else None  # what was typed is kept
    context = {"form": form, "clause": shown, "hindrance": hindrance}
    return done or show(request, "examining/find.html", context)


def _hindrance(request: CaseRequest) -> str | Promise | None:
    """Give why nothing can be found now by somebody who may make findings, or None."""
    state, who = request.seen.state, request.acting
    if state.charge is None or ActKind.REVIEW_FINDING_MADE not in open_acts(state, who.now):
        return SENTENCES["wrong-stage"]
    if who.account.pseudonym == state.charge.authorised_by:
        return SENTENCES["four-eyes"]
    try:
        rules.in_charge(state, who.account.pseudonym, who.now)
    except StateError as error:
        return SENTENCES[error.code]
    return None


def _clauses(case: str, clauses: Sequence[str]) -> list[ClauseShown]:
    pack = terms_pack(os.environ)
    ended = Result.objects.filter(run__allegation__case=case, failure="")
    runs = {f"sha256:{sha256}": run for sha256, run in ended.values_list("sha256", "run__run")}
    made: dict[str, list[FindingShown]] = {clause: [] for clause in clauses}
    for row in reversed(findings_of(case)):
        if row.clause in made:
            made[row.clause].append(_finding(row, runs))
    return [_clause(each, pack, _computed(case, each), made[each]) for each in clauses]


def _clause(name: str, pack: Pack, computed: Computed, findings: Sequence[FindingShown]) -> ClauseShown:
    versions: Sequence[Clause] = pack.versions.get(name, ())
    language = spoken()
    return ClauseShown(
        id=name,
        title=versions[-1].title.in_(language) if versions else "",
        text=versions[-1].text.in_(language) if versions else "",
        by_person=bool(versions) and versions[-1].assessed_by is AssessedBy.PERSON,
        computed=computed,
        findings=findings,
    )


def _computed(case: str, clause: str) -> Computed:
    newest = newest_on(case, clause)
    if newest is None:
        return Computed(NOTHING.assessment, _assessment(NOTHING.assessment))
    result, document = newest
    said = next(each for each in document["clauses"] if each["id"] == clause)
    verdicts = {each["id"]: Verdict(each["verdict"]) for each in document["claims"]}
    return Computed(
        assessment=Assessment(said["assessment"]),
        badge=_assessment(Assessment(said["assessment"])),
        run=result.run.run,
        claims=[
            (each, render_badge(verdicts[each].value, label(verdicts[each], spoken())))
            for each in said["claims"]
        ],
        open=[RoomNames().explanation(each, locale().language) for each in said["open_explanations"]],
    )


def _assessment(value: Assessment) -> Markup:
    return render_badge(value.value, label(value, spoken()))


def _finding(row: Finding, runs: Mapping[str, str]) -> FindingShown:
    outcome = Outcome(row.outcome)
    return FindingShown(
        row=row,
        badge=render_badge(outcome.value, label(outcome, spoken())),
        computed=_assessment(Assessment(row.assessment)),
        run=runs.get(row.evidence, ""),
    )
