"""Who tried to sign in and from where, as wrong passwords are counted: the address only as a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest

NOWHERE: Final = "::"
"""Stands for a browser whose address is not known."""


def subject(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """Give the keyed hash of the e-mail address tried, so that no address tried is stored."""
    given = credentials or {}
    typed = given.get("email") or given.get("username") or request.POST.get("login", "")
    return hmac.digest(settings.SECRET_KEY.encode(), typed.strip().lower().encode(), hashlib.sha256).hex()


def place(request: HttpRequest) -> str:
    """Give the network address of the browser, behind as many proxies as are trusted.

    Only what the trusted proxies wrote counts: entries further to the left come from whoever asks. Over a
    socket file there is no address at all.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    chain = [part.strip() for part in (*forwarded, request.META.get("REMOTE_ADDR", "")) if part.strip()]
    place = -1 - settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = chain[max(place, -len(chain))] if chain else ""
    try:
        return str(ip_address(told))
    except ValueError:
        return NOWHERE
