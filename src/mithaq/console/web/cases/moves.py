"""Acts that move a case: authorise, hand over, step in, escalate, hold, release, cancel; each on its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from mithaq.console.web.cases.forms import ActForm, FinalForm, ReasonForm
from mithaq.console.web.cases.frame import CaseRequest, case_page, do
from mithaq.console.web.cases.papers import back_to, page_of
from mithaq.console.web.cases.words import DUTIES
from mithaq.console.web.pages import FORM, Page
from mithaq.console.web.templatetags.mithaq import apart, number
from mithaq.people.models import Account
from mithaq.people.permissions import Permission, Role
from mithaq.people.queries import access_account, holders_of
from mithaq.review import acts
from mithaq.review.queries import Seen, days_now
from mithaq.review.stages import DAYS, NEVER_PAUSED, Duty, duties

Says: TypeAlias = Callable[[CaseRequest], Sequence[str]]
"""Says what will happen when an act is done."""


def when() -> forms.DateTimeInput:
    """Give the field in which browsers let people choose a moment in UTC, to the minute."""
    return forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


IN_UTC: Final = gettext_lazy("In UTC.")


class Authorising(ActForm):
    """Who reviews, and within which bounds."""

    reviewer = forms.ChoiceField(label=gettext_lazy("Reviewer"))
    subscriptions = forms.MultipleChoiceField(
        label=gettext_lazy("Subscriptions to examine"), widget=forms.CheckboxSelectMultiple
    )
    clauses = forms.MultipleChoiceField(
        label=gettext_lazy("Clauses to examine"), widget=forms.CheckboxSelectMultiple
    )
    period_from = forms.DateTimeField(label=gettext_lazy("Period from"), help_text=IN_UTC, widget=when())
    period_to = forms.DateTimeField(
        label=gettext_lazy("Period to"),
        help_text=gettext_lazy("In UTC; this moment itself is outside."),
        widget=when(),
    )
    deadline = forms.DateTimeField(
        label=gettext_lazy("Deadline of the review"), help_text=IN_UTC, widget=when()
    )

    def __init__(self, data: Any, *, seen: Seen, people: Sequence[Account], deadline: datetime) -> None:  # noqa: ANN401  # what was posted
        subscriptions = [each.subscription for each in seen.case.subjects.all()]
        super().__init__(
            data,
            seen=seen,
            initial={
                "subscriptions": subscriptions,
                "clauses": seen.case.clauses,
                "period_from": seen.case.period_from,
                "period_to": seen.case.period_to,
                "deadline": deadline.replace(minute=0),
            },
        )
        choosing(self, "reviewer", people)
        choose(self, "subscriptions", subscriptions)
        choose(self, "clauses", seen.case.clauses)

    def refuse(self, error: Any) -> None:  # noqa: ANN401  # as the parent's
        """Say a period that goes beyond the allegation at its beginning."""
        if error.field == "period":
            error.field = "period_from"
        super().refuse(error)


class HandingOver(ReasonForm):
    """Who is in charge from now, and why."""

    reviewer = forms.ChoiceField(label=gettext_lazy("Reviewer"))
    field_order = ("acts", "reviewer", "reason")

    def __init__(self, data: Any, *, seen: Seen, people: Sequence[Account]) -> None:  # noqa: ANN401  # what was posted
        super().__init__(data, seen=seen)
        choosing(self, "reviewer", people)


def choosing(form: forms.Form, field: str, people: Sequence[Account]) -> None:
    """Let a field choose one of some people by name."""
    choices = [("", gettext("Choose a person")), *((each.pseudonym, apart(each.name)) for each in people)]
    _choices(form, field).choices = choices


def choose(form: forms.Form, field: str, values: Sequence[str]) -> None:
    """Let a field choose among values that stand for themselves."""
    _choices(form, field).choices = [(each, apart(each)) for each in values]


def _choices(form: forms.Form, field: str) -> forms.ChoiceField:
    found = form.fields[field]
    assert isinstance(found, forms.ChoiceField)  # noqa: S101  # the forms above
    return found


def able_reviewers(request: CaseRequest, *apart: str) -> list[Account]:
    """Give the reviewers who may be in charge of a case: not recused from it, and none of these."""
    barred = {*apart, *request.seen.barred}
    return [each for each in holders_of(Role.REVIEWER) if each.pseudonym not in barred]


def _sent(request: CaseRequest) -> Any:  # noqa: ANN401  # what was posted, or None
    return request.POST if request.method == "POST" else None


@case_page(Permission.CASE_REVIEW_AUTHORISE, FORM)
def authorise(request: CaseRequest, case: str) -> HttpResponse:
    """Authorise a review by somebody else, within bounds that are those of the allegation or narrower."""
    people = able_reviewers(request, request.account.pseudonym)
    deadline = request.acting.now + timedelta(days=days_now().get(Duty.FIND, DAYS[Duty.FIND]))
    form = Authorising(_sent(request), seen=request.seen, people=people, deadline=deadline)
    back_to(request, form)

    def act(given: Mapping[str, Any]) -> object:
        return acts.authorise_review(
            request.acting,
            case,
            reviewer=access_account(given["reviewer"]),
            subscriptions=given["subscriptions"],
            clauses=given["clauses"],
            period=(given["period_from"], given["period_to"]),
            deadline=given["deadline"],
        )

    says = [
        gettext(
            "The reviewer examines these subscriptions, these clauses and this period, and nothing else."
        ),
        gettext("You cannot review or find in this case afterwards: somebody else must."),
    ]
    if request.seen.state.charge is not None:
        says.append(gettext("A review is authorised already; this one takes its place."))
    if not people:
        says.append(gettext("Nobody can be named: there is no other reviewer who is not recused."))
    answer = do(request, form, act, done=gettext_lazy("The review is authorised."))
    return answer or page_of(
        request, form, title=gettext("Authorise a review"), action=gettext("Authorise"), says=says
    )


@case_page(Permission.CASE_HAND_OVER, FORM)
def hand_over(request: CaseRequest, case: str) -> HttpResponse:
    """Put another reviewer in charge."""
    state = request.seen.state
    apart = {state.in_charge, state.charge.authorised_by if state.charge else ""}
    form = HandingOver(_sent(request), seen=request.seen, people=able_reviewers(request, *apart))
    back_to(request, form)

    def act(given: Mapping[str, Any]) -> object:
        reviewer = access_account(given["reviewer"])
        return acts.hand_over(request.acting, case, reviewer=reviewer, reason=given["reason"])

    says = [gettext("The bounds and the deadline of the review stay as they are.")]
    answer = do(request, form, act, done=gettext_lazy("The case is handed over."))
    return answer or page_of(
        request, form, title=gettext("Hand over"), action=gettext("Hand over"), says=says
    )


def _with_reason(
    permission: Permission,
    act: Callable[..., object],
    *,
    words: tuple[str | Promise, str | Promise, str | Promise],
    says: Says,
    danger: bool = False,
) -> Page:
    """Give the page of an act that asks for nothing but a reason; `words`: title, button, what is said."""
    title, action, done = words

    @case_page(permission, FORM)
    def view(request: CaseRequest, case: str) -> HttpResponse:
        """Do the act with its reason."""
        form = back_to(request, (FinalForm if danger else ReasonForm)(_sent(request), seen=request.seen))
        answer = do(request, form, lambda given: act(request.acting, case, reason=given["reason"]), done=done)
        told = {"title": title, "action": action, "says": says(request), "danger": danger}
        return answer or page_of(request, form, **told)

    return view


def _on_escalating(request: CaseRequest) -> Sequence[str]:
    del request
    return [
        gettext("The timeline says that you asked others to look at the case, and why."),
        gettext("Nothing else changes: stages, dates and who is in charge stay."),
    ]


def _on_holding(request: CaseRequest) -> Sequence[str]:
    waits = duties(request.seen.state, request.acting.now, days_now())
    stopped = [str(DUTIES[each.duty]) for each in waits if each.duty not in NEVER_PAUSED]
    goes_on = [str(DUTIES[each.duty]) for each in waits if each.duty in NEVER_PAUSED]
    told = [gettext("The provider's own dates stand still until the hold ends.")]
    told += [gettext("Stands still: %(duty)s.") % {"duty": each} for each in stopped]
    told += [gettext("Goes on: %(duty)s.") % {"duty": each} for each in goes_on]
    return [*told, gettext("Restrictions, their ends, and what the customer waits for are never held up.")]


def _on_releasing(request: CaseRequest) -> Sequence[str]:
    del request
    return [gettext("The provider's own dates go on, later by as long as the hold lasted.")]


def _on_cancelling(request: CaseRequest) -> Sequence[str]:
    told = [
        gettext("The case ends undecided. This cannot be undone; for a new review a new case is opened."),
        gettext("Nothing is restricted, and no statement is issued."),
    ]
    waiting = len(request.seen.state.proposals)
    if waiting:
        told.append(
            ngettext(
                "%(written)s proposal that waits for approval lapses.",
                "%(written)s proposals that wait for approval lapse.",
                waiting,
            )
            % {"written": number(waiting)}
        )
    return [*told, gettext("The watch and the pinned metadata stay until the watch is ended.")]


def _on_stepping_in(request: CaseRequest) -> Sequence[str]:
    del request
    return [
        gettext("For 24 hours you may act in this case as its reviewer in charge may."),
        gettext("The timeline says that you stepped in, and why. The reviewer in charge stays in charge."),
    ]


escalate = _with_reason(
    Permission.CASE_ESCALATE,
    acts.escalate,
    words=(gettext_lazy("Escalate"), gettext_lazy("Escalate"), gettext_lazy("The case is escalated.")),
    says=_on_escalating,
)
hold = _with_reason(
    Permission.CASE_HOLD,
    acts.hold,
    words=(gettext_lazy("Put on hold"), gettext_lazy("Put on hold"), gettext_lazy("The case is on hold.")),
    says=_on_holding,
)
release = _with_reason(
    Permission.CASE_HOLD,
    acts.release,
    words=(gettext_lazy("End the hold"), gettext_lazy("End the hold"), gettext_lazy("The hold has ended.")),
    says=_on_releasing,
)
cancel = _with_reason(
    Permission.CASE_REVIEW_CANCEL,
    acts.cancel,
    words=(
        gettext_lazy("Cancel the case"),
        gettext_lazy("Cancel the case for good"),
        gettext_lazy("The case is cancelled."),
    ),
    says=_on_cancelling,
    danger=True,
)
step_in = _with_reason(
    Permission.CASE_STEP_IN,
    acts.step_in,
    words=(gettext_lazy("Step in"), gettext_lazy("Step in"), gettext_lazy("You have stepped in.")),
    says=_on_stepping_in,
)
