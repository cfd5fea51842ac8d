"""Which language a page speaks: the one chosen here, the person's own, or what the browser asks for.

A person's own language is the last that they chose while signed in. Signing in brings it to the browser, in
place of what was chosen there by whoever came before.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from mithaq.kernel.clock import clock_from
from mithaq.people.acts import choose_language
from mithaq.people.models import Account

COOKIE_AGE: Final = 365 * 24 * 3600


def known(code: str) -> bool:
    """Say whether the console speaks this language."""
    return code in dict(settings.LANGUAGES)


class Language:
    """Middleware, behind authentication: sets the language of whoever asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request in the chosen language, else the account's own, else the browser's."""
        code = _language_of(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", code)
            return response


def _language_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if known(chosen):
        return chosen
    account = request.user
    if isinstance(account, Account) and known(account.locale):
        return account.locale
    return translation.get_language_from_request(request)


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Change the language of this browser, and of the person where somebody is signed in."""
    code = request.POST.get("language", "")
    back = request.POST.get("next", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(back, hosts, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if known(code):
        account = request.user
        if isinstance(account, Account) and account.locale != code:
            choose_language(account, code, clock=clock_from(os.environ), entropy=secrets.token_bytes)
        speak(request, response, code)
    return response


def speak(request: HttpRequest, response: HttpResponseBase, code: str) -> None:
    """Let this browser be answered in a language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=COOKIE_AGE,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
