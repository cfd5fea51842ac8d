"""Recusals: declared by the person or an administrator, ended only by an administrator who is another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import REASON, DoingForm, do
from mithaq.console.web.office.frame import ask
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.people import acts
from mithaq.people.models import Recusal
from mithaq.people.permissions import Permission
from mithaq.people.queries import access_account, access_recusal

KINDS = (
    (Recusal.Kind.CUSTOMER.value, _("a customer")),
    (Recusal.Kind.REGION.value, _("a region")),
    (Recusal.Kind.PRIOR_WORK.value, _("prior work on a case or for a customer")),
)


class RecusalForm(DoingForm):
    """From what, and why."""

    kind = forms.ChoiceField(label=_("From what"), choices=KINDS, widget=forms.RadioSelect)
    value = forms.CharField(
        label=_("Which one"),
        help_text=_(
            "The name of the customer as the register has it, the region, or the number of the case. "
            "The person sees nothing of such a case any more."
        ),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    reason = forms.CharField(
        label=REASON,
        help_text=_("It is sealed in the ledger; no page shows it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class EndForm(DoingForm):
    """Why a recusal ends."""

    restrictive = True

    reason = forms.CharField(
        label=REASON,
        help_text=_("It is sealed in the ledger; no page shows it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


@page(Permission.PEOPLE_RECUSAL_MANAGE, FORM)
def add(request: ActingRequest, pseudonym: str) -> HttpResponse:
    """Recuse a person as administrator."""
    account = access_account(pseudonym)
    form = RecusalForm(request.POST or None)
    form.to = reverse("person", kwargs={"pseudonym": pseudonym})

    def act(given: Any) -> Recusal:  # noqa: ANN401  # what the form has cleaned
        return acts.recuse_account(
            request.acting,
            account,
            kind=Recusal.Kind(given["kind"]),
            value=given["value"],
            reason=given["reason"],
        )

    gone = do(request, form, act, done=_("The recusal holds from now on."))
    return gone or ask(request, "office/recusal_new.html", form, {"account": account})


@page(Permission.PEOPLE_RECUSAL_MANAGE, FORM)
def end(request: ActingRequest, recusal: int) -> HttpResponse:
    """End the recusal of another person."""
    found = access_recusal(recusal)
    form = EndForm(request.POST or None)
    form.to = reverse("person", kwargs={"pseudonym": found.account.pseudonym})
    gone = do(
        request,
        form,
        lambda given: acts.end_recusal(request.acting, found, reason=given["reason"]),
        done=_("The recusal has ended."),
    )
    context = {"recusal": found, "own": found.account_id == request.account.pk}
    return gone or ask(request, "office/recusal_end.html", form, context)


@page(Permission.PEOPLE_RECUSE_SELF)
def own(request: ActingRequest) -> HttpResponse:
    """List one's own recusals."""
    rows = Recusal.objects.filter(account=request.account).select_related("declared_by", "ended_by")
    return render(
        request, "office/own_recusals.html", {"recusals": rows.order_by("ended_at", "-declared_at", "-pk")}
    )


@page(Permission.PEOPLE_RECUSE_SELF, FORM)
def declare(request: ActingRequest) -> HttpResponse:
    """Recuse oneself."""
    form = RecusalForm(request.POST or None)
    form.to = reverse("own-recusals")

    def act(given: Any) -> Recusal:  # noqa: ANN401  # what the form has cleaned
        return acts.declare_recusal(
            request.acting, kind=Recusal.Kind(given["kind"]), value=given["value"], reason=given["reason"]
        )

    gone = do(request, form, act, done=_("The recusal holds from now on."))
    return gone or ask(request, "office/recusal_own.html", form)
