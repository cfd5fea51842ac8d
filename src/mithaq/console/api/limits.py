"""How often the API may be asked: so many requests a minute by each token or session, in memory.

Each process counts for itself and asks nobody, so that a limit costs no database and no file. It is there to
keep one program that runs wild from taking the server from everybody else.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from threading import Lock
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from mithaq.console.api.problems import API, problem
from mithaq.console.web.attempts import place

MOST_COUNTED: Final = 4096
"""Who asked at once; whoever asked longest ago is forgotten first."""

WRONG: Final = 60
"""Requests a minute from one place with a token or session that is not valid: who guesses, guesses slowly."""

_MINUTE: Final = 60.0


class Allowance:
    """So many a minute for each key: all at once after a minute's rest, and more as time goes by."""

    def __init__(self, a_minute: int, monotonic: Callable[[], float] | None = None) -> None:
        self._most, self._monotonic, self._lock = a_minute, monotonic or time.monotonic, Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By key: what was left, and when."""

    def wait(self, key: str, cost: int = 1) -> float:
        """Take from what a key has left; gives the seconds to wait where that is too little, else 0."""
        with self._lock:
            now = self._monotonic()
            left, at = self._left.pop(key, (float(self._most), now))
            left = min(float(self._most), left + (now - at) * self._most / _MINUTE)
            enough = left >= max(cost, 1)
            self._left[key] = (left - cost if enough else left, now)
            if len(self._left) > MOST_COUNTED:
                self._left.popitem(last=False)
            return 0.0 if enough else (1 - left) * _MINUTE / self._most


class Limits:
    """Middleware around the API: who asks too often is told when to ask again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._each = Allowance(settings.API_A_MINUTE) if settings.API_A_MINUTE else None
        self._wrong = Allowance(WRONG)
        self._good: set[str] = set()
        """Who was signed in lately: others' guesses from the same place do not shut them out."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request, or tell its sender to wait."""
        if self._each is None or not request.path.startswith(API):
            return self._get_response(request)
        where, sender = place(request), _sender(request)
        wait = 0.0 if sender in self._good else self._wrong.wait(where, 0)
        wait = wait or self._each.wait(sender or where)
        if wait:
            return _too_many(wait)
        response = self._get_response(request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._wrong.wait(where)
            self._good.discard(sender)
        elif sender:
            self._remember(sender)
        return response

    def _remember(self, sender: str) -> None:
        if len(self._good) >= MOST_COUNTED:
            self._good.clear()
        self._good.add(sender)


def _sender(request: HttpRequest) -> str:
    """Give what stands for the token or session of a request; empty without one."""
    sent = request.headers.get("Authorization") or request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return hashlib.sha256(sent.encode()).hexdigest() if sent else ""


def _too_many(wait: float) -> HttpResponse:
    seconds = math.ceil(wait)
    told = problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        "Too many requests came from here within a minute",
        f"Ask again in {seconds} seconds, and then less often.",
    )
    told["Retry-After"] = str(seconds)
    return told
