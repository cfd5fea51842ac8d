"""What every form that does an act shares: it keeps what was typed, refuses, asks for a second factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.pages import ActingRequest
from mithaq.console.web.refusals import said
from mithaq.console.web.second_factor import is_fresh, show_again
from mithaq.kernel.errors import InputError, MithaqError, NotFound, StateError

REASON = _("Reason")


class DoingForm(forms.Form):
    """A form that does one act. It stands alone on its page or has a prefix."""

    restrictive: bool = False
    """Whether it asks for a second factor that was shown just now: its act restricts, destroys or cannot be
    taken back, or gives somebody rights."""
    to: str = ""
    """Where to go when the act is done; empty: the same page."""

    def __init__(self, *args: Any, **values: Any) -> None:  # noqa: ANN401  # passed through as given
        super().__init__(*args, **{"label_suffix": "", **values})

    def refuse(self, error: MithaqError) -> None:
        """Say on the form why an act was refused: at the field it names, else above all fields."""
        field = error.field if error.field in self.fields else None
        self.add_error(field, ValidationError(said(error), code=error.code))

    def ask_for_second_factor(self) -> None:
        """Say on the form, which stays as it was typed, that its sender must set up a second factor first."""
        words = format_html(
            '{} <a href="{}" target="_blank" rel="noopener">{}</a>',
            _("This asks for your second factor, and you have none yet."),
            reverse("mfa_index"),
            _("Set one up in another tab, then send this again."),
        )
        self.add_error(None, ValidationError(words, code="no-second-factor"))


def do(
    request: ActingRequest,
    form: DoingForm,
    act: Callable[[Mapping[str, Any]], Any],
    *,
    done: str | Promise | Callable[[Any], str] = "",
    shown: Callable[[Any], HttpResponse] | None = None,
) -> HttpResponse | None:
    """Do the act of a form that was sent; gives where to go then, or None if the form is to be shown again.

    What is wrong is said on the form, which keeps what was typed: a field that cannot be, and an act that is
    refused. A restrictive form asks first for a second factor shown within the last minutes, and carries on
    from where it was. `done` is said on the page that comes next, and may be made from what the
    act gave; `shown` writes that page itself: for secrets that are shown this once.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    if form.restrictive and not is_fresh(request):
        if is_mfa_enabled(request.account):
            return show_again(request)
        form.ask_for_second_factor()
        return None
    try:
        given = act(form.cleaned_data)
    except NotFound:
        raise
    except (InputError, StateError) as error:
        form.refuse(error)
        return None
    if shown is not None:
        return shown(given)
    messages.success(request, done(given) if callable(done) else str(done))
    return HttpResponseRedirect(form.to or request.get_full_path(), status=HTTPStatus.SEE_OTHER)
