"""The review: what a run found, where one stands, what two say differently, and starting one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.forms import ActForm
from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.examining.evidence import evidence_shown
from mithaq.console.web.examining.progress import Progress, progress_of
from mithaq.console.web.examining.records import requests_shown
from mithaq.console.web.pages import FORM
from mithaq.console.web.refusals import SENTENCES
from mithaq.console.web.templatetags.mithaq import locale
from mithaq.intake.api import document_download
from mithaq.people.errors import Forbidden
from mithaq.people.permissions import Permission
from mithaq.review.models import Authorisation
from mithaq.review.runs import acts
from mithaq.review.runs.difference import difference
from mithaq.review.runs.errors import NotAuthorised
from mithaq.review.runs.models import Result, Run
from mithaq.review.runs.queries import access_run, document_of, evidence_of, runs_of

_UNCHANGED = HTTPStatus.NO_CONTENT
"""Tells the browser's script that it shows all there is."""


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run in the list of a case's runs."""

    run: Run
    result: Result | None
    shown: bool
    """Whether the page shows its evidence."""

    @property
    def found(self) -> bool:
        """Say whether it attached evidence."""
        return self.result is not None and not self.result.failure


@case_page(Permission.CASE_READ)
def show_review(request: CaseRequest, case: str) -> HttpResponse:
    """Show the evidence of the newest run, or of the run that the address asks for."""
    runs = list(runs_of(request.acting, case).order_by("-id"))
    results = {each.run_id: each for each in Result.objects.filter(run__in=runs).defer("document")}
    asked = request.GET.get("run", "")
    chosen = access_run(request.acting, case, asked) if asked else _newest_found(runs, results)
    newest = runs[0] if runs else None
    context = {
        "evidence": _evidence(request, chosen),
        "earlier": chosen is not None
        and newest is not None
        and chosen.pk != _pk(_newest_found(runs, results)),
        "progress": _unfinished(newest, results, request),
        "runs": [RunShown(each, results.get(each.pk), each == chosen) for each in runs],
        "comparable": sum(1 for each in results.values() if not each.failure) > 1,
        "records": requests_shown(request),
        **_starting(request, case),
    }
    return show(request, "examining/review.html", context)


def _newest_found(runs: Sequence[Run], results: Mapping[int, Result]) -> Run | None:
    return next((run for run in runs if run.pk in results and not results[run.pk].failure), None)


def _pk(run: Run | None) -> int | None:
    return run.pk if run is not None else None


def _evidence(request: CaseRequest, run: Run | None) -> object:
    if run is None:
        return None
    ask = request.acting.may(Permission.CASE_RECORDS_REQUEST)
    return evidence_shown(run, evidence_of(run), ask=ask)


def _unfinished(newest: Run | None, results: Mapping[int, Result], request: CaseRequest) -> Progress | None:
    """Give where the newest run stands, if it has attached nothing."""
    if newest is None or (newest.pk in results and not results[newest.pk].failure):
        return None
    return progress_of(newest, request.acting.now)


@case_page(Permission.CASE_READ)
def show_progress(request: CaseRequest, case: str, run: str) -> HttpResponse:
    """Show where a run stands: the part of the page that the browser asks for again and again.

    Answers 204 where the browser shows it already.
    """
    progress = progress_of(access_run(request.acting, case, run), request.acting.now)
    if request.GET.get("shown") == progress.mark:
        return HttpResponse(status=_UNCHANGED)
    context = {"progress": progress, "case": request.seen.case}
    return render(request, "examining/progress.html", context)


def _starting(request: CaseRequest, case: str) -> dict[str, Any]:
    """Give the form that starts a run, or why it cannot be started by who may start runs at all."""
    if not request.acting.may(Permission.CASE_REVIEW_RUN):
        return {"start": None, "hindrance": None, "bounds": None}
    bounds = Authorisation.objects.filter(case=case).order_by("-pk").first()
    hindrance = _hindrance(request, case)
    form = None if hindrance else ActForm(seen=request.seen)
    return {"start": form, "hindrance": hindrance, "bounds": bounds}


def _hindrance(request: CaseRequest, case: str) -> str | Promise | None:
    try:
        acts.authorised(request.acting, case)
    except (Forbidden, NotAuthorised) as error:
        return SENTENCES[error.code]
    return None


@case_page(Permission.CASE_REVIEW_RUN, FORM)
def start_run(request: CaseRequest, case: str) -> HttpResponse:
    """Start a run within the bounds of the review; the worker does it."""
    form = ActForm(request.POST if request.method == "POST" else None, seen=request.seen)
    form.to = reverse("review", kwargs={"case": case})
    done = do(
        request,
        form,
        lambda _said: acts.request_run(request.acting, case),
        done=_("The run is asked for. It appears here as soon as it is done."),
    )
    if done is not None:
        return done
    context = _starting(request, case) | ({"start": form} if request.method == "POST" else {})
    return show(request, "examining/start.html", context)


@case_page(Permission.CASE_READ)
def compare(request: CaseRequest, case: str) -> HttpResponse:
    """Show what two runs say differently; raises UnknownRun."""
    pair = [access_run(request.acting, case, request.GET.get(name, "")) for name in ("before", "after")]
    pair.sort(key=lambda run: run.pk)
    before, after = ((run, evidence_of(run)) for run in pair)
    language = locale().language.value
    changes = difference(document_of(before[1]), document_of(after[1]))
    context = {
        "before": before[0],
        "after": after[0],
        "changes": [change.marked(language) for change in changes],
    }
    return show(request, "examining/compare.html", context)


@case_page(Permission.CASE_READ)
def download(request: CaseRequest, case: str, run: str) -> HttpResponse:
    """Hand out the evidence that a run attached, byte for byte as its digest says; raises UnknownRun."""
    found = access_run(request.acting, case, run)
    return document_download(bytes(evidence_of(found).document or b""), f"{found.run}.json")
