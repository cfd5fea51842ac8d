"""Errors of the one tree become RFC 9457 problem documents here, and nowhere else."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from mithaq.kernel.errors import InputError, MithaqError, StateError
from mithaq.people.errors import Forbidden, NotSignedIn

_STATUS: Final[tuple[tuple[type[MithaqError], int], ...]] = (
    (NotSignedIn, 401),
    (Forbidden, 403),
    (InputError, 422),
    (StateError, 409),
    (MithaqError, 400),
)
"""First match wins, so the narrower class stands before the wider one."""


def status_of(error: MithaqError) -> int:
    """Give the HTTP status that tells of an error."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def answer(request: HttpRequest, error: MithaqError) -> HttpResponse:
    """Tell of an error as `application/problem+json`."""
    del request
    status = status_of(error)
    problem = {
        "type": f"urn:mithaq:problem:{error.code}",
        "title": error.message,
        "status": status,
        "detail": error.hint,
        "code": error.code,
        "field": error.field,
    }
    response = JsonResponse(problem, status=status)
    response["Content-Type"] = "application/problem+json"
    return response
