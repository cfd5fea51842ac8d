"""Writing down that a customer no longer has a subscription, which no file can say."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.office.frame import ask
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.people.permissions import Permission
from mithaq.register import acts


class EndForm(DoingForm):
    """Which subscription, and from which day on."""

    subscription = forms.CharField(
        label=_("Subscription"), max_length=1_000, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    valid_from = forms.DateField(
        label=_("Ended on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("From midnight on, in universal time."),
    )


@page(Permission.REGISTER_WRITE, FORM)
def end(request: ActingRequest) -> HttpResponse:
    """Write down that a subscription is no more from a day on."""
    first = {"subscription": request.GET.get("of", "")[:1_000], "valid_from": request.acting.now.date()}
    form = EndForm(request.POST or None, initial=first)

    def act(given: Any) -> None:  # noqa: ANN401  # what the form has cleaned
        start = datetime.combine(given["valid_from"], time(), UTC)
        acts.end_subscription(request.acting, given["subscription"], valid_from=start)
        form.to = f"{reverse('subscription')}?{urlencode({'of': given['subscription']})}"

    gone = do(request, form, act, done=_("It is written down that the subscription ended."))
    return gone or ask(request, "office/subscription_end.html", form)
