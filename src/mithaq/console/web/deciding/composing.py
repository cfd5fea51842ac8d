"""Composing a decision in steps without script: write, look at what would happen, send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.cases.words import PATHS, kind_beside
from mithaq.console.web.deciding.basis import KINDS_BY, Basis, basis_of
from mithaq.console.web.deciding.content_form import ContentForm
from mithaq.console.web.deciding.obstacles import why_not_propose
from mithaq.console.web.deciding.shown import before_of, consequences, panel, words_of
from mithaq.console.web.deciding.typed import (
    MEASURES,
    MOST_ROWS,
    OPTIONS,
    PARTS,
    Typed,
    as_planned,
    first_words,
    typed_in,
    with_row,
    without_row,
)
from mithaq.console.web.pages import FORM
from mithaq.measures.model import read_plan
from mithaq.people.permissions import Permission
from mithaq.review import acts
from mithaq.review.content import canonical, digest_of
from mithaq.review.measures import INTERIM_MOST, PROPOSED_PATHS, Content, DecisionKind, Path

Make: TypeAlias = "Callable[[QueryDict | None, Typed | None], ContentForm]"


@dataclass(frozen=True, slots=True)
class Composing:
    """One composition: how its form is made, which act sends it, and the words around it."""

    make: Make
    act: Callable[[ContentForm], object]
    heading: str | Promise
    send: str | Promise
    done: str | Promise
    back: str
    context: Mapping[str, Any]


def compose(request: CaseRequest, work: Composing) -> HttpResponse:
    """Show the form, what would come of it, or send it: by the button that was pressed."""
    if request.method != "POST":
        return _write(request, work, work.make(None, None))
    step = request.POST.get("step", "preview")
    again = redrawn(step, typed_in(request.POST))
    if again is not None:
        return _write(request, work, work.make(None, again))
    form = work.make(request.POST, None)
    if step == "send":
        form.to = work.back
        if form.is_valid() and form.content is not None and not form.check_shown():
            return _look(request, work, form, form.content)
        went = do(request, form, lambda _given: work.act(form), done=work.done)
        return went if went is not None else _write(request, work, form)
    if form.is_valid() and form.content is not None:
        return _look(request, work, form, form.content)
    return _write(request, work, form)


def redrawn(step: str, typed: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give what was typed with a row more or less, or as it is to be written on; None for other steps."""
    what, _colon, rest = step.partition(":")
    group, _colon, number = rest.partition(":")
    if what == "edit":
        return typed
    if what == "add" and group in PARTS:
        return with_row(typed, group)
    if what == "drop" and group in PARTS and number.isdecimal() and int(number) < MOST_ROWS:
        return without_row(typed, group, int(number))
    return None


def _write(request: CaseRequest, work: Composing, form: ContentForm) -> HttpResponse:
    groups = {"measures_group": MEASURES, "options_group": OPTIONS}
    context = {"form": form, "work": work, "basis": form.basis, **groups, **work.context}
    return show(request, "deciding/compose.html", context)


def _look(request: CaseRequest, work: Composing, form: ContentForm, content: Content) -> HttpResponse:
    context = {
        "form": form,
        "work": work,
        "digest": digest_of(canonical(content)),
        "panel": panel(request, content),
        "consequences": consequences(content, before_of(content)),
        **words_of(content),
        **work.context,
    }
    return show(request, "deciding/look.html", context)


HEADINGS: Final[Mapping[Path, str | Promise]] = {
    Path.MAIN: _("Propose a decision"),
    Path.INTERIM: _("Propose an interim measure"),
    Path.AMEND: _("Propose an amendment"),
    Path.OVERRIDE: _("Propose an override"),
    Path.LIFT: _("Propose a lifting"),
}


def kind_and_path(by: str, kind: str) -> tuple[Path, DecisionKind]:
    """Read the words of an address; raises Http404 for what cannot be proposed."""
    for path in PROPOSED_PATHS:
        for each in KINDS_BY[path]:
            if (path.value, each.value) == (by, kind):
                return path, each
    raise Http404(by)


@case_page(Permission.CASE_DECISION_PROPOSE, FORM)
def propose(request: CaseRequest, case: str, by: str, kind: str, decision: str = "") -> HttpResponse:
    """Propose a decision of a path and kind, following the one that the address names."""
    path, of = kind_and_path(by, kind)
    seen, who = request.seen, request.acting
    basis = basis_of(seen, path, of, decision, who=who)
    sent: list[str] = []

    planned = _planned(request, basis)

    def make(data: QueryDict | None, typed: Typed | None) -> ContentForm:
        return ContentForm(basis, check, data, now=who.now, initial=typed or planned)

    def check(content: Content, typed: Typed) -> Content:
        del typed
        acts.check_proposal(who, content)
        return content

    def act(form: ContentForm) -> None:
        if form.content is not None:
            sent.append(acts.propose(who, form.content).key)
            form.to = reverse("decision", kwargs={"case": case, "decision": sent[0]})

    work = Composing(
        make=make,
        act=act,
        heading=HEADINGS[path],
        send=_("Send the proposal"),
        done=_("The proposal waits for a second person's approval."),
        back=reverse("decisions", kwargs={"case": case}),
        context={
            "what": kind_beside(path, of),
            "way": PATHS[path],
            "why_not": why_not_propose(path, decision, who, seen),
            "previous": decision,
            **_limits(basis, request),
        },
    )
    return compose(request, work)


def _planned(request: CaseRequest, basis: Basis) -> Typed | None:
    """Give what the form begins with if the address names one of the case's plans."""
    key = request.GET.get("plan", "")
    made = next((each for each in basis.plans if each.key == key), None)
    if made is None:
        return None
    now = request.acting.now
    return {**first_words(basis, now), **as_planned(read_plan(made.content), made.digest, basis)}


def _limits(basis: Basis, request: CaseRequest) -> dict[str, Any]:
    """Say what bounds the form: the latest end of an interim measure, clauses that allow no measure."""
    interim = basis.path is Path.INTERIM
    return {
        "latest": request.acting.now + INTERIM_MOST if interim else None,
        "nothing_to_choose": basis.restricts and not basis.restrictions,
        "no_clause": basis.restricts and not basis.clauses,
    }
