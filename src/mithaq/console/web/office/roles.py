"""Proposing, approving and ending roles: two administrators for a role that decides, neither the grantee."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.console.web.office.frame import ask
from mithaq.console.web.office.people import grant_shown
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.people import acts
from mithaq.people.models import Account, RoleGrant
from mithaq.people.permissions import DECIDING, Permission, Role
from mithaq.people.queries import access_account, access_grant

TWO: Final = _("takes two administrators")


def _choices() -> list[tuple[str, object]]:
    """Give the roles, those that take two administrators marked."""
    return [
        (role.value, f"{ROLE_NAMES[role.value]} ({TWO})" if role in DECIDING else ROLE_NAMES[role.value])
        for role in sorted(Role)
    ]


class ProposeForm(DoingForm):
    """Which role to propose."""

    restrictive = True

    role = forms.ChoiceField(label=_("Role"), choices=_choices)


class SureForm(DoingForm):
    """Nothing to type: the page says what will happen, and the button does it."""

    restrictive = True


def _person_page(account: Account) -> str:
    return reverse("person", kwargs={"pseudonym": account.pseudonym})


@page(Permission.PEOPLE_ROLE_PROPOSE, FORM)
def propose(request: ActingRequest, pseudonym: str) -> HttpResponse:
    """Propose a role for a person; one that decides about nobody is in force at once."""
    account = access_account(pseudonym)
    form = ProposeForm(request.POST or None)
    form.to = _person_page(account)

    def act(given: Any) -> RoleGrant:  # noqa: ANN401  # what the form has cleaned
        return acts.propose_role(request.acting, account, Role(given["role"]))

    gone = do(request, form, act, done=_("The role was proposed."))
    context = {"account": account, "own": account.pk == request.account.pk}
    return gone or ask(request, "office/role_new.html", form, context)


@page(Permission.PEOPLE_ROLE_APPROVE, FORM)
def approve(request: ActingRequest, grant: int) -> HttpResponse:
    """Bring a proposed role into force, as another administrator than its proposer."""
    found = access_grant(grant)
    form = SureForm(request.POST if request.method == "POST" else None)
    form.to = _person_page(found.account)
    gone = do(
        request,
        form,
        lambda _given: acts.approve_role(request.acting, found),
        done=_("The role is in force."),
    )
    return gone or ask(
        request, "office/role_approve.html", form, {"shown": grant_shown(request.acting, found)}
    )


@page(Permission.PEOPLE_ROLE_PROPOSE, FORM)
def end(request: ActingRequest, grant: int) -> HttpResponse:
    """End a role, or withdraw a proposal."""
    found = access_grant(grant)
    form = SureForm(request.POST if request.method == "POST" else None)
    form.to = _person_page(found.account)
    gone = do(
        request, form, lambda _given: acts.end_role(request.acting, found), done=_("The role has ended.")
    )
    return gone or ask(request, "office/role_end.html", form, {"shown": grant_shown(request.acting, found)})
