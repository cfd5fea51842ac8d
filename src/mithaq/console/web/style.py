"""The one style sheet: the report's, so that charts look the same everywhere, and the console's after it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

_PARTS: Final = (
    ("mithaq.evidence.report", "templates/review.css"),
    ("mithaq.console.web", "console.css"),
)
_DIGITS: Final = 16
"""Hexadecimal digits of the digest in the address: a changed sheet gets an address of its own."""


@cache
def sheet() -> bytes:
    """Give the style sheet's bytes."""
    texts = [resources.files(package).joinpath(name).read_text("utf-8") for package, name in _PARTS]
    return "\n".join(texts).encode()


@cache
def digest() -> str:
    """Give the digest by which browsers keep the sheet."""
    return hashlib.sha256(sheet()).hexdigest()[:_DIGITS]


def address() -> str:
    """Give the sheet's address."""
    return reverse("style", args=[digest()])


def style(request: HttpRequest, version: str) -> HttpResponse:
    """Serve the sheet, to be kept for as long as the browser likes."""
    del request
    if version != digest():
        raise Http404
    response = HttpResponse(sheet(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
