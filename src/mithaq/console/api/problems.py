"""Errors become RFC 9457 problem documents here, and nowhere else: ours, the framework's, unexpected ones."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from ninja.errors import HttpError, ValidationError

from mithaq.kernel.errors import InputError, MithaqError, NotFound, StateError
from mithaq.people.errors import Forbidden, NotSignedIn

log = logging.getLogger("mithaq.api")

API: Final = "/api/"
JSON_LIMIT: Final = 1024 * 1024
UPLOAD_LIMIT: Final = 32 * 1024 * 1024
"""Bytes in the body of a request: of JSON, and of a form with files."""

_LIMITS: Final = {"application/json": JSON_LIMIT, "multipart/form-data": UPLOAD_LIMIT}
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_FIRST_ERROR: Final = 400

_STATUS: Final[tuple[tuple[type[MithaqError], int], ...]] = (
    (NotSignedIn, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (InputError, 422),
    (StateError, 409),
    (MithaqError, 400),
)
"""First match wins, so the narrower class stands before the wider one."""


def status_of(error: MithaqError) -> int:
    """Give the HTTP status that tells of an error."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def problem(status: int, code: str, title: str, detail: str = "", **more: object) -> HttpResponse:
    """Give an `application/problem+json` answer."""
    document = {
        "type": f"urn:mithaq:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    response = JsonResponse(document, status=status)
    response["Content-Type"] = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def answer(error: MithaqError) -> HttpResponse:
    """Tell of an error of our own tree."""
    return problem(status_of(error), error.code, error.message, error.hint, field=error.field)


def of_status(status: int) -> HttpResponse:
    """Tell of an error of the framework by its status alone."""
    known = HTTPStatus(status)
    return problem(status, known.phrase.lower().replace(" ", "-").replace("'", ""), known.phrase)


class Problems:
    """Middleware: what leaves the API as an error leaves it as a problem document.

    It also refuses, before anything is read, bodies that are too large, of another type than the API
    takes, or with a NUL character, which no database keeps.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        if not request.path.startswith(API):
            return self.get_response(request)
        response = _unreadable(request) or self.get_response(request)
        if response.status_code < _FIRST_ERROR or "problem+json" in response.get("Content-Type", ""):
            return response
        told = of_status(response.status_code)
        if allow := response.get("Allow"):
            told["Allow"] = allow
        return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell of what a route raised; of what nobody expected, say nothing but that it happened."""
        if not request.path.startswith(API):
            return None
        return _told(error)


_FOREIGN: Final[tuple[tuple[type[Exception], int], ...]] = (
    (Http404, 404),
    (RequestDataTooBig, 413),
    (SuspiciousOperation, 400),
)


def _told(error: Exception) -> HttpResponse:
    match error:
        case MithaqError():
            return answer(error)
        case ValidationError():
            return _invalid(error)
        case HttpError():
            return of_status(error.status_code)
        case IntegrityError():
            _log(error)
            return problem(
                409, "conflict", "The database refused this", "What it rests on has changed; look again."
            )
    status = next((status for kind, status in _FOREIGN if isinstance(error, kind)), 500)
    if status != 500:  # noqa: PLR2004  # HTTP's unexpected error
        return of_status(status)
    _log(error)
    return problem(500, "unexpected", "Something went wrong that Mithaq did not expect")


def _log(error: Exception) -> None:
    # Messages of foreign exceptions quote values, so only their type and place are logged.
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("unexpected-error", extra={"error": type(error).__qualname__, "places": places[-12:]})


def _invalid(error: ValidationError) -> HttpResponse:
    """Tell which fields are wrong and why, without repeating what was sent."""
    wrong = [
        {"field": ".".join(str(part) for part in one.get("loc", ())), "message": one.get("msg", "")}
        for one in error.errors
    ]
    first = wrong[0]["field"] if wrong else None
    return problem(
        422, "bad-input", "The request is not as it must be", "See `errors`.", field=first, errors=wrong
    )


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "") or not length.isdecimal():
        return of_status(400)
    if not int(length):
        return None
    limit = _LIMITS.get(request.content_type or "", 0)
    if int(length) > limit:
        return of_status(413 if limit else 415)
    if request.content_type == "application/json" and _NUL.search(request.body):
        return problem(422, "bad-input", "The text holds a NUL character", "Leave it out.", field="body")
    return None
