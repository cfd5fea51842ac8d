"""What the pages beside the cases share: lists in pages, and a page with one form that does one act."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, TypeVar

from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from mithaq.console.web.doing import DoingForm

_Row = TypeVar("_Row", bound=Model)

ON_A_PAGE: Final = 50

REFUSED: Final = HTTPStatus.UNPROCESSABLE_ENTITY


def leaf(request: HttpRequest, rows: QuerySet[_Row, _Row], size: int = ON_A_PAGE) -> Leaf[_Row]:
    """Give the page of a list that `?page=` asks for; the nearest there is for a number beyond it."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def same_search(request: HttpRequest, *names: str) -> str:
    """Give what a link to another page of a list repeats of the search, beginning with `&`; or nothing."""
    kept = {name: request.GET[name] for name in names if request.GET.get(name)}
    return f"&{urlencode(kept)}" if kept else ""


def ask(
    request: HttpRequest,
    template: str,
    form: DoingForm,
    context: Mapping[str, Any] | None = None,
    *,
    wrong: bool = False,
) -> HttpResponse:
    """Write a page around a form that does an act: new, or with what was wrong in it or beside it."""
    status = REFUSED if wrong or (form.is_bound and form.errors) else HTTPStatus.OK
    return render(request, template, {"form": form, **(context or {})}, status=status)
