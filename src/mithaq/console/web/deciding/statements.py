"""The statement of reasons as the customer reads it: issued, or as it would be issued."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.forms import ActForm
from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.cases.words import spoken
from mithaq.console.web.deciding.shown import person
from mithaq.console.web.pages import FORM
from mithaq.people.permissions import Permission
from mithaq.review import acts
from mithaq.review.content import read
from mithaq.review.guards import APPEAL_DAYS
from mithaq.review.models import Decision, Statement
from mithaq.review.queries import access_decision
from mithaq.review.statement import compose

_WORD: Final = r"[A-Za-z](?:[A-Za-z0-9_.:/@+-]*[A-Za-z0-9])?"
_LATIN: Final = re.compile(rf"(\d{{4}}-\d\d-\d\dT[\d:]+Z|{_WORD}(?: {_WORD})*)")
"""Ids, moments and Latin words, which stand in their own direction within an Arabic line."""


@dataclass(slots=True)
class Text:
    """One language of a statement, as a sheet of paper shows it."""

    language: str
    title: str = ""
    blocks: list[tuple[bool, list[SafeString]]] = field(default_factory=list)
    """Paragraphs, and lists (True) with their items."""


def laid_out(text: str, language: str) -> Text:
    """Lay a statement out: its first line as title, lines that begin with a dash as lists."""
    title, *lines = text.strip().split("\n")
    found = Text(language, title)
    for line in lines:
        item = line.startswith("- ")
        said = _isolated(line.removeprefix("- "))
        if item and found.blocks and found.blocks[-1][0]:
            found.blocks[-1][1].append(said)
        else:
            found.blocks.append((item, [said]))
    return found


def _isolated(line: str) -> SafeString:
    marked = (
        format_html(
            '<bdi dir="ltr"{}>{}</bdi>', SafeString(' class="when"') if part[0].isdigit() else "", part
        )
        if place % 2
        else part
        for place, part in enumerate(_LATIN.split(line))
    )
    return format_html_join("", "{}", ((part,) for part in marked))


def _texts(en: str, ar: str) -> list[Text]:
    both = [laid_out(en, "en"), laid_out(ar, "ar")]
    return both[::-1] if spoken() == "ar" else both


def _draft(request: CaseRequest, row: Decision) -> list[Text]:
    now = request.acting.now
    until = now + timedelta(days=APPEAL_DAYS)
    words = compose(row.key, read(row.content), issued=now, appeal_until=until)
    return _texts(words.en, words.ar)


def _statement(row: Decision) -> Statement | None:
    found: Statement | None = getattr(row, "statement", None)
    return found


@case_page(Permission.CASE_READ)
def show_reasons(request: CaseRequest, case: str, decision: str) -> HttpResponse:
    """Show the reasons of a decision: as issued, else as they would read if they were issued now."""
    row = access_decision(case, decision)
    issued = _statement(row)
    standing = request.seen.state.decisions.get(decision)
    context = {
        "decision": row,
        "issued": issued,
        "issued_by": person(request, issued.issued_by, issued.act) if issued else None,
        "texts": _texts(issued.en, issued.ar) if issued else _draft(request, row),
        "stands": standing is not None,
        "may_issue": issued is None
        and standing is not None
        and request.acting.may(Permission.CASE_STATEMENT_ISSUE),
    }
    return show(request, "deciding/reasons.html", context)


class Issue(ActForm):
    """Recording the reasons as issued."""


@case_page(Permission.CASE_STATEMENT_ISSUE, FORM)
def issue_reasons(request: CaseRequest, case: str, decision: str) -> HttpResponse:
    """Record the reasons of a decision as issued, after they were shown as they will read."""
    row = access_decision(case, decision)
    form = Issue(request.POST or None, seen=request.seen)
    form.to = reverse("reasons", kwargs={"case": case, "decision": decision})
    went = do(
        request,
        form,
        lambda _given: acts.issue_reasons(request.acting, case, decision),
        done=_("The reasons are issued."),
    )
    if went is not None:
        return went
    issued = _statement(row)
    context = {
        "decision": row,
        "form": form,
        "issued": issued,
        "stands": decision in request.seen.state.decisions,
        "texts": _texts(issued.en, issued.ar) if issued else _draft(request, row),
    }
    return show(request, "deciding/issue.html", context)
