"""Appeals: entered for the customer or the reporter, and decided by people who had no part in the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.forms import ActForm
from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.cases.words import ANSWERS, APPEALS, APPELLANTS, KINDS, PATHS, kind_beside
from mithaq.console.web.deciding.basis import Basis, basis_of
from mithaq.console.web.deciding.composing import Composing, compose
from mithaq.console.web.deciding.content_form import ContentForm
from mithaq.console.web.deciding.fields import Moment, Words
from mithaq.console.web.deciding.obstacles import who_may_decide, why_not_decide
from mithaq.console.web.deciding.refusals import in_words
from mithaq.console.web.deciding.shown import Person, chain_of, named, person
from mithaq.console.web.deciding.typed import Typed, instant, local
from mithaq.console.web.pages import FORM
from mithaq.kernel.clock import parse_instant
from mithaq.kernel.errors import InputError, MithaqError
from mithaq.people.permissions import Permission
from mithaq.review import acts
from mithaq.review.casefile import AppealOutcome, Appellant, CaseFile
from mithaq.review.measures import Content, DecisionKind, Path
from mithaq.review.models import Appeal, AppealRuling
from mithaq.review.queries import access_appeal, access_decision, appeals_of, decisions_of
from mithaq.terms.text import LocalisedText


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to an appeal."""

    row: AppealRuling
    outcome: str | Promise
    by: Person


@dataclass(frozen=True, slots=True)
class AppealShown:
    """An appeal in the page's words: who appeals, what became of it, who may decide it."""

    row: Appeal
    heading: str | Promise
    entered_by: Person
    answers: Sequence[Answer]
    closed: bool
    waiting: str
    """The decision that would answer it and waits for approval; empty if there is none."""
    why_not: str | Promise
    others: Sequence[SafeString]


def _shown(request: CaseRequest, row: Appeal) -> AppealShown:
    state, seen = request.seen.state.appeals[row.key], request.seen
    decided = state.closed or bool(state.answer)
    others = [] if decided else who_may_decide(state, request.acting, seen)
    return AppealShown(
        row=row,
        heading=APPEALS[Appellant(row.appellant)],
        entered_by=person(request, row.entered_by, row.act),
        answers=[
            Answer(each, ANSWERS[AppealOutcome(each.outcome)], person(request, each.decided_by, each.act))
            for each in sorted(row.rulings.all(), key=lambda each: each.number)
        ],
        closed=state.closed,
        waiting=state.answer if not state.closed else "",
        why_not=why_not_decide(state, request.acting, request.seen),
        others=named(request, others),
    )


@case_page(Permission.CASE_READ)
def show_appeals(request: CaseRequest, case: str) -> HttpResponse:
    """Show the appeals of a case, and where one is entered or decided."""
    rows = appeals_of(case)
    state = request.seen.state
    enters = request.acting.may(Permission.CASE_APPEAL_ENTER)
    against = [each for each in decisions_of(case) if each.key in state.decisions] if enters else []
    context = {
        "appeals": [_shown(request, row) for row in rows][::-1],
        "against": chain_of(request, against)[::-1],
        "decided": bool(state.decisions),
    }
    return show(request, "deciding/appeals.html", context)


class Enter(ActForm):
    """An appeal as it came in."""

    appellant = forms.ChoiceField(
        label=_("Who appeals"),
        choices=[(each.value, APPELLANTS[each]) for each in Appellant],
        widget=forms.RadioSelect,
    )
    received = Moment(
        label=_("Came in on (UTC)"),
        help_text=_("When the provider received it, not when it is entered here."),
    )
    grounds = Words(
        label=_("Grounds"), rows=8, help_text=_("What the appeal says, in the words in which it came in.")
    )

    def clean_received(self) -> object:
        """Read the moment; raises ValidationError."""
        try:
            return parse_instant(instant(self.cleaned_data["received"]) or "", field="received")
        except InputError as error:
            raise ValidationError(_("This is no moment: give a day and a time."), code=error.code) from error

    def refuse(self, error: MithaqError) -> None:
        """Say why the appeal was refused, at its field."""
        field = error.field if error.field in self.fields else None
        self.add_error(field, ValidationError(in_words(error), code=error.code))


@case_page(Permission.CASE_APPEAL_ENTER, FORM)
def enter_appeal(request: CaseRequest, case: str, decision: str) -> HttpResponse:
    """Enter an appeal against a decision that came into force."""
    row = access_decision(case, decision)
    form = Enter(request.POST or None, seen=request.seen, initial={"received": local(request.acting.now)})
    form.to = reverse("appeals", kwargs={"case": case})

    def act(given: Mapping[str, Any]) -> object:
        return acts.enter_appeal(
            request.acting,
            case,
            decision,
            appellant=Appellant(given["appellant"]),
            grounds=given["grounds"],
            received=given["received"],
        )

    went = do(
        request, form, act, done=_("The appeal is entered. People who had no part in the case decide it.")
    )
    if went is not None:
        return went
    context = {
        "form": form,
        "decision": row,
        "kind": kind_beside(Path(row.path), DecisionKind(row.kind)),
        "path": PATHS[Path(row.path)],
        "stands": decision in request.seen.state.decisions,
    }
    return show(request, "deciding/enter.html", context)


def _reasons(typed: Typed) -> LocalisedText:
    return LocalisedText(typed.get("reasons.en", ""), typed.get("reasons.ar", ""))


def _ask_reasons(form: ActForm) -> None:
    form.fields["reasons.en"] = Words(label=_("Reasons, in English"), lang="en")
    form.fields["reasons.ar"] = Words(label=_("Reasons, in Arabic"), lang="ar")


class Reasons(ActForm):
    """Deciding an appeal by reasons alone: the decision stands, or ends."""

    restrictive = True

    def __init__(self, *args: Any, **values: Any) -> None:  # noqa: ANN401  # passed through
        super().__init__(*args, **values)
        _ask_reasons(self)

    def refuse(self, error: MithaqError) -> None:
        """Say why the answer was refused, at its field."""
        field = error.field if error.field in self.fields else None
        self.add_error(field, ValidationError(in_words(error), code=error.code))


class Change(ContentForm):
    """Deciding an appeal by a change: the reasons, and what takes the decision's place."""

    restrictive = True

    def __init__(self, *args: Any, **values: Any) -> None:  # noqa: ANN401  # passed through
        super().__init__(*args, **values)
        _ask_reasons(self)

    @property
    def answers(self) -> list[BoundField]:
        """Give the reasons that the answer has in both languages."""
        return [self["reasons.en"], self["reasons.ar"]]


_COMES_OF: Final[Mapping[AppealOutcome, tuple[str | Promise, ...]]] = {
    AppealOutcome.UPHELD: (
        _("The decision stands as it is, and the appeal is closed with your reasons."),
        _("Whoever appealed receives the reasons."),
    ),
    AppealOutcome.OVERTURNED: (
        _("The decision ends at once: nothing that it restricts is restricted any longer."),
        _("No second person is asked, since nobody is restricted by it. The appeal is closed."),
        _("The customer receives the reasons in both languages."),
    ),
    AppealOutcome.CHANGED: (
        _("Your change waits for a second appeals officer, who had no part in the case either."),
        _("Until then the decision stands as it is."),
    ),
}
"""What comes of each outcome, sentence by sentence."""


@case_page(Permission.CASE_APPEAL_DECIDE, FORM)
def decide_appeal(request: CaseRequest, case: str, appeal: str, outcome: str) -> HttpResponse:
    """Decide an appeal: by reasons alone where the decision stands or ends."""
    if outcome not in {AppealOutcome.UPHELD.value, AppealOutcome.OVERTURNED.value}:
        raise Http404(outcome)
    row, of = access_appeal(case, appeal), AppealOutcome(outcome)
    form = Reasons(request.POST or None, seen=request.seen)
    form.to = reverse("appeals", kwargs={"case": case})

    def act(given: Mapping[str, Any]) -> object:
        return acts.decide_appeal(request.acting, case, appeal, outcome=of, reasons=_reasons(given))

    went = do(request, form, act, done=_("The appeal is decided."))
    if went is not None:
        return went
    return show(request, "deciding/answer.html", {"form": form, **_about(request, row, of)})


def _about(request: CaseRequest, row: Appeal, outcome: AppealOutcome) -> dict[str, Any]:
    return {
        "appeal": _shown(request, row),
        "outcome": ANSWERS[outcome],
        "comes_of": _COMES_OF[outcome],
    }


def _head(state: CaseFile, decision: str) -> str:
    """Give the decision that stands at the end of the chain in which one is."""
    while state.decisions[decision].followed_by:
        decision = state.decisions[decision].followed_by
    return decision


@case_page(Permission.CASE_APPEAL_DECIDE, FORM)
def change_on_appeal(request: CaseRequest, case: str, appeal: str, kind: str) -> HttpResponse:
    """Decide an appeal by a changed decision, which a second appeals officer must approve."""
    if kind not in {DecisionKind.MEASURES.value, DecisionKind.WARNING.value}:
        raise Http404(kind)
    row, who = access_appeal(case, appeal), request.acting
    head = _head(request.seen.state, row.decision_id)
    basis: Basis = basis_of(request.seen, Path.APPEAL, DecisionKind(kind), head, who=who)

    def make(data: QueryDict | None, typed: Typed | None) -> ContentForm:
        return Change(basis, check, data, now=who.now, initial=typed)

    def check(content: Content, typed: Typed) -> Content:
        changed, reasons = AppealOutcome.CHANGED, _reasons(typed)
        kept = acts.check_answer(who, case, appeal, outcome=changed, reasons=reasons, answer=content)
        return kept or content

    def act(form: ContentForm) -> None:
        acts.decide_appeal(
            who,
            case,
            appeal,
            outcome=AppealOutcome.CHANGED,
            reasons=_reasons(form.cleaned_data),
            answer=form.content,
        )

    work = Composing(
        make=make,
        act=act,
        heading=_("Change the decision on appeal"),
        send=_("Send the answer"),
        done=_("The answer waits for a second appeals officer's approval."),
        back=reverse("appeals", kwargs={"case": case}),
        context={
            "what": KINDS[DecisionKind(kind)],
            "way": PATHS[Path.APPEAL],
            "why_not": why_not_decide(request.seen.state.appeals[appeal], who, request.seen),
            "previous": head,
            **_about(request, row, AppealOutcome.CHANGED),
        },
    )
    return compose(request, work)
