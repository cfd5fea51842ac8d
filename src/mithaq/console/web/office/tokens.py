"""One's own personal tokens: what programs sign in with; shown once, scoped, expiring, revocable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.office.frame import ask
from mithaq.console.web.office.words import PERMISSIONS
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.models import Token
from mithaq.people.permissions import Permission
from mithaq.people.queries import access_token

LIVES: Final = (
    ("7", _("a week")),
    ("30", _("a month")),
    ("90", _("three months")),
    ("365", _("a year")),
)
"""Days for which a token may be issued."""


@dataclass(frozen=True, slots=True)
class TokenShown:
    """A token without its text; `scopes` is what it allows, in words."""

    token: Token
    scopes: Sequence[str | Promise]
    over: bool


class TokenForm(DoingForm):
    """What a token is for, what it may do, and for how long."""

    restrictive = True

    label = forms.CharField(
        label=_("What it is for"),
        help_text=_("So that you know it again when you look through your tokens."),
        max_length=100,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_("It never reaches further than your roles do on the day on which it is used."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(label=_("It ends after"), choices=LIVES, initial="30")

    def __init__(self, *args: Any, who: Acting, **values: Any) -> None:  # noqa: ANN401  # passed through as given
        super().__init__(*args, **values)
        scopes = self.fields["scopes"]
        if isinstance(scopes, forms.MultipleChoiceField):
            scopes.choices = [(each.value, words) for each, words in PERMISSIONS.items() if who.may(each)]


def _shown(token: Token, who: Acting) -> TokenShown:
    known = {permission.value: words for permission, words in PERMISSIONS.items()}
    return TokenShown(
        token,
        [known[scope] for scope in token.scopes if scope in known],
        over=token.revoked_at is not None or token.expires_at <= who.now,
    )


@page(Permission.PEOPLE_TOKEN_OWN)
def own(request: ActingRequest) -> HttpResponse:
    """List one's own tokens."""
    rows = Token.objects.filter(account=request.account).order_by("-issued_at", "-pk")
    tokens = [_shown(token, request.acting) for token in rows[:200]]
    return render(request, "office/tokens.html", {"tokens": sorted(tokens, key=lambda each: each.over)})


@page(Permission.PEOPLE_TOKEN_OWN, FORM)
def issue(request: ActingRequest) -> HttpResponse:
    """Issue a token to oneself; its text is on the page that answers, and nowhere else."""
    form = TokenForm(request.POST or None, who=request.acting)

    def act(given: Any) -> tuple[str, Token]:  # noqa: ANN401  # what the form has cleaned
        return acts.issue_token(
            request.acting,
            label=given["label"],
            scopes=[Permission(scope) for scope in given["scopes"]],
            expires_at=request.acting.now + timedelta(days=int(given["days"])),
        )

    def shown(made: tuple[str, Token]) -> HttpResponse:
        text, token = made
        return render(request, "office/token_issued.html", {"text": text, "token": token})

    return do(request, form, act, shown=shown) or ask(request, "office/token_new.html", form)


class RevokeForm(DoingForm):
    """Nothing to type."""


@page(Permission.PEOPLE_TOKEN_OWN, FORM)
def revoke(request: ActingRequest, token: int) -> HttpResponse:
    """End a token of one's own, or as administrator anybody's."""
    found = access_token(request.acting, token)
    own_one = found.account_id == request.account.pk
    form = RevokeForm(request.POST if request.method == "POST" else None)
    form.to = (
        reverse("own-tokens") if own_one else reverse("person", kwargs={"pseudonym": found.account.pseudonym})
    )
    act = partial(acts.revoke_token, request.acting, found)
    gone = do(request, form, lambda _given: act(), done=_("The token opens nothing any more."))
    context = {"shown": _shown(found, request.acting), "own": own_one, "back": form.to}
    return gone or ask(request, "office/token_revoke.html", form, context)
