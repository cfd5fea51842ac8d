"""Making accounts, letting people in, shutting and opening accounts, and ending sessions."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.console.web.office.frame import ask
from mithaq.console.web.office.roles import SureForm
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.people import acts
from mithaq.people.acts.links import LINK_LIVES
from mithaq.people.models import Account
from mithaq.people.permissions import DECIDING, Permission, Role
from mithaq.people.queries import access_account, roles_of, sessions_of

LANGUAGES: Final = (("en", _("English")), ("ar", _("Arabic")))

_HOURS: Final = int(LINK_LIVES.total_seconds() // 3600)


class NewPersonForm(DoingForm):
    """Whom to make an account for."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    email = forms.EmailField(label=_("Email address"), max_length=254)
    locale = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


def _show_link(request: ActingRequest, account: Account, secret: str) -> HttpResponse:
    """Write the page with a one-time link, which is shown this once."""
    address = request.build_absolute_uri(reverse("welcome", args=[secret]))
    context = {"account": account, "address": address, "hours": _HOURS}
    return render(request, "office/link.html", context)


@page(Permission.PEOPLE_ACCOUNT_MANAGE, FORM)
def add(request: ActingRequest) -> HttpResponse:
    """Make an account, and show the one-time link with which its person sets a password."""
    form = NewPersonForm(request.POST or None)

    def act(given: Any) -> tuple[Account, str]:  # noqa: ANN401  # what the form has cleaned
        return acts.create_account(
            request.acting, name=given["name"], email=given["email"], locale=given["locale"]
        )

    gone = do(request, form, act, shown=lambda made: _show_link(request, *made))
    return gone or ask(request, "office/person_new.html", form)


@page(Permission.PEOPLE_ACCOUNT_MANAGE, FORM)
def link(request: ActingRequest, pseudonym: str) -> HttpResponse:
    """Let a person in again, at the price of their deciding roles; shows the link this once."""
    account = access_account(pseudonym)
    form = SureForm(request.POST if request.method == "POST" else None)
    gone = do(
        request,
        form,
        lambda _given: acts.issue_link(request.acting, account),
        shown=lambda made: _show_link(request, account, made[0]),
    )
    return gone or ask(request, "office/person_link.html", form, _about(request, account, DECIDING))


def _about(request: ActingRequest, account: Account, ending: frozenset[Role]) -> dict[str, object]:
    """Give what the pages of acts about an account say: which roles end with the act."""
    held = sorted(roles_of(account) & ending)
    return {
        "account": account,
        "own": account.pk == request.account.pk,
        "ending": [ROLE_NAMES[role.value] for role in held],
        "sessions": len(sessions_of(account)),
    }


@page(Permission.PEOPLE_ACCOUNT_MANAGE, FORM)
def close(request: ActingRequest, pseudonym: str) -> HttpResponse:
    """Close an account: its roles, tokens, sessions and password end."""
    account = access_account(pseudonym)
    form = SureForm(request.POST if request.method == "POST" else None)
    form.to = reverse("person", kwargs={"pseudonym": pseudonym})
    act = partial(acts.disable_account, request.acting, account)
    gone = do(request, form, lambda _given: act(), done=_("The account is closed."))
    return gone or ask(request, "office/person_close.html", form, _about(request, account, frozenset(Role)))


@page(Permission.PEOPLE_ACCOUNT_MANAGE, FORM)
def reopen(request: ActingRequest, pseudonym: str) -> HttpResponse:
    """Open a closed account again, without its former roles."""
    account = access_account(pseudonym)
    form = SureForm(request.POST if request.method == "POST" else None)
    form.to = reverse("person", kwargs={"pseudonym": pseudonym})
    act = partial(acts.enable_account, request.acting, account)
    gone = do(
        request,
        form,
        lambda _given: act(),
        done=_("The account is open. A one-time link lets the person in."),
    )
    return gone or ask(request, "office/person_open.html", form, {"account": account})


@page(Permission.PEOPLE_ACCOUNT_MANAGE, FORM)
def end_sessions(request: ActingRequest, pseudonym: str) -> HttpResponse:
    """Sign a person out everywhere."""
    account = access_account(pseudonym)
    form = SureForm(request.POST if request.method == "POST" else None)
    form.to = reverse("person", kwargs={"pseudonym": pseudonym})
    act = partial(acts.end_sessions, request.acting, account)
    gone = do(request, form, lambda _given: act(), done=_("The person is signed out everywhere."))
    return gone or ask(request, "office/person_sessions.html", form, _about(request, account, frozenset()))
