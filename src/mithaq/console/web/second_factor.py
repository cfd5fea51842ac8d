"""Who must sign in with a second factor, and who has just shown it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import DECIDING

REQUIRED_OF: Final = DECIDING
"""Roles whose holders decide about others, or give others the right to."""

FRESH: Final = timedelta(minutes=5)
"""For how long a second factor counts as just shown."""


def shown_at(request: HttpRequest) -> float | None:
    """Give when this session last showed a second factor, in seconds since the epoch; None if never."""
    records = get_authentication_records(request, request.user)
    moments = [record["at"] for record in records if record["method"] == "mfa"]
    return max(moments, default=None)


def is_missing(request: HttpRequest, who: Acting) -> bool:
    """Say whether this session lacks a second factor that it must have shown.

    Who has one must have used it: a session begun with a password alone elsewhere opens no page.
    """
    if shown_at(request) is not None:
        return False
    return bool(who.roles & REQUIRED_OF) or is_mfa_enabled(who.account)


def where_to_show(account: Account, back: str) -> str:
    """Give the address at which a missing second factor is shown, or set up by who has none."""
    if not is_mfa_enabled(account):
        return reverse("mfa_index")
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}"


def is_fresh(request: HttpRequest) -> bool:
    """Say whether the second factor was shown within the last minutes, as an approval demands.

    Real time counts, as in the sign-in library's records, and not the clock that acts are dated by.
    """
    at = shown_at(request)
    return at is not None and 0 <= time.time() - at <= FRESH.total_seconds()


def show_again(request: HttpRequest) -> HttpResponse:
    """Ask who has a second factor for it, and afterwards carry on with the very form that was sent."""
    answer: HttpResponse = suspend_request(request, reverse("mfa_reauthenticate"))
    return answer
