"""Pages that say what went wrong: our own errors, the framework's, and what nobody expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from mithaq.console.api.problems import status_of
from mithaq.kernel.errors import MithaqError

API: Final = "/api/"


def _page(request: HttpRequest, status: int, error: MithaqError | None = None) -> HttpResponse:
    return render(request, "web/failure.html", {"status": status, "error": error}, status=status)


class Failures:
    """Middleware, innermost: an error of ours that leaves a page becomes a page that tells of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell of an error of our own tree; leave all others to the framework."""
        if request.path.startswith(API) or not isinstance(error, MithaqError):
            return None
        return _page(request, status_of(error), error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read."""
    del exception
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer who may not."""
    del exception
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what does not exist."""
    del exception
    return _page(request, 404)


def unexpected(request: HttpRequest) -> HttpResponse:
    """Answer when something failed that nobody expected; the database is left alone, it may be the cause."""
    return render(request, "web/unexpected.html", status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was sent without the token of its page."""
    del reason
    return render(request, "web/stale_form.html", status=403)


def locked_out(request: HttpRequest, credentials: object = None) -> HttpResponse:
    """Answer who has tried too many passwords."""
    del credentials
    return render(request, "web/locked_out.html", status=429)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer who asks too often."""
    del exception
    return render(request, "web/locked_out.html", status=429)
