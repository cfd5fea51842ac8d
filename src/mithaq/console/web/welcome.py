"""Where a one-time link leads: setting a password, and then signing in with it."""

from __future__ import annotations

import os
import secrets

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mithaq.console.web.pages import FORM
from mithaq.kernel.clock import clock_from
from mithaq.people.acts import use_link
from mithaq.people.errors import BadPassword, LinkNotValid


class NewPassword(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least twelve characters; several words are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        """Refuse two different passwords."""
        if self.cleaned_data.get("password") != self.cleaned_data.get("again"):
            self.add_error("again", gettext("The two are not the same."))
        return self.cleaned_data


@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM)
def welcome(request: HttpRequest, secret: str) -> HttpResponse:
    """Set a password with a link, which is used up by it; signing in comes after."""
    form = NewPassword(request.POST or None)
    if form.is_valid():
        try:
            use_link(
                secret,
                form.cleaned_data["password"],
                clock=clock_from(os.environ),
                entropy=secrets.token_bytes,
            )
        except BadPassword as error:
            form.add_error("password", error.message)
        except LinkNotValid:
            return render(request, "web/link_used.html", status=404)
        else:
            messages.success(request, gettext("The password is set. Sign in with it."))
            return HttpResponseRedirect(reverse("account_login"))
    return render(request, "web/welcome.html", {"form": form})
