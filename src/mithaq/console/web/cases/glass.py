"""Breaking the glass: who reads no cases reads one for a day, says why, and is seen to have done so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.intake.errors import UnknownCase
from mithaq.intake.queries import case_behind_glass, touched_by
from mithaq.people import acts
from mithaq.people.permissions import Permission


class Glass(DoingForm):
    """In front of which case, and why."""

    restrictive = True

    case = forms.CharField(label=_("Id of the case"), max_length=32, widget=forms.TextInput({"dir": "ltr"}))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Why nobody else can do it, and why it cannot wait. It stays in the ledger."),
        max_length=2000,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
    )


@page(Permission.CASE_BREAK_GLASS, FORM)
def break_glass(request: ActingRequest) -> HttpResponse:
    """Let an administrator read a case for a day, on the record."""
    sent = request.POST if request.method == "POST" else None
    form = Glass(sent, initial={"case": request.GET.get("case", "")})

    def act(given: Mapping[str, Any]) -> None:
        name = given["case"].strip()
        case = case_behind_glass(request.acting, name)
        customers, regions = touched_by(case)
        acts.break_glass(request.acting, name, reason=given["reason"], customers=customers, regions=regions)
        form.to = reverse("case", kwargs={"case": name})

    try:
        answer = do(request, form, act, done=_("You may read this case for a day."))
    except UnknownCase as error:
        form.refuse(error)
        answer = None
    return answer or render(request, "cases/glass.html", {"form": form})
