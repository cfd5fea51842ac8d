"""Signing in through the organisation's own OpenID Connect provider: the two addresses that it takes.

A form of ours may lead to addresses of ours only (`form-action` of the policy), and browsers hold every
further step to that. So the way to the provider, and on from there to wherever it sends people, goes over a
page that the browser leaves by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from allauth.socialaccount.providers.openid_connect import views
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from mithaq.console.service.logs import say

_LOG: Final = logging.getLogger("mithaq.sign-in")


@never_cache
@require_POST
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider; raises Http404 for a provider that is not set up, and for joining accounts.

    Whose account it is, the provider's verified e-mail address says; a session does not.
    """
    if request.GET.get("process", "login") != "login":
        raise Http404
    answer = _asking(views.login, request, provider_id)
    if answer.status_code != HTTPStatus.FOUND:
        return answer
    return render(request, "socialaccount/leaving.html", {"address": answer["Location"]})


@never_cache
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take up what the provider says; raises Http404 for a provider that is not set up."""
    return _asking(views.callback, request, provider_id)


def _asking(
    view: Callable[[HttpRequest, str], HttpResponse], request: HttpRequest, provider_id: str
) -> HttpResponse:
    """Let the library ask the provider what it must; where that cannot be reached, a page says so."""
    try:
        return view(request, provider_id)
    except RequestException as error:
        say(_LOG, "organisation-unreachable", {"error": type(error).__qualname__}, level=logging.WARNING)
        return render(request, "socialaccount/unreachable.html", status=HTTPStatus.BAD_GATEWAY)
