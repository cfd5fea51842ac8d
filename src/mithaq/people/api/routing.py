"""The router on which every route names its permission; who acts; writes that may be repeated."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from functools import partial, wraps
from types import NoneType
from typing import Any, Final, TypeVar, get_type_hints

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from ninja import Router
from ninja.constants import NOT_SET
from ninja.decorators import decorate_view
from ninja.utils import check_csrf

from mithaq.kernel.canonical import Json, compact
from mithaq.kernel.clock import clock_from
from mithaq.kernel.errors import InputError
from mithaq.people.acting import Acting
from mithaq.people.acts import claim_key, keep_answer
from mithaq.people.errors import CsrfFailed, NotSignedIn, ShownOnce
from mithaq.people.models import Account
from mithaq.people.permissions import SHOWN_AGAIN, Permission
from mithaq.people.queries import acting, token_owner

_View = TypeVar("_View", bound=Callable[..., Any])
_Run = Callable[..., HttpResponseBase]

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

KEY_LIMIT: Final = 200
"""Characters in an idempotency key."""


def acting_in(request: HttpRequest) -> Acting:
    """Give who acts in a request, by personal token or by session; raises NotSignedIn, CsrfFailed.

    A session is sent by the browser unasked, so its writes need the CSRF token as well; and it must have
    shown a second factor wherever the console asks for one, or the API would be a way around it.
    """
    clock = clock_from(os.environ)
    given = request.headers.get("Authorization", "")
    if given:
        scheme, _, text = given.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("this way to sign in is not known", hint="Send `Authorization: Bearer TOKEN`.")
        account, scopes = token_owner(text.strip(), now=clock())
        return acting(account, clock=clock, entropy=secrets.token_bytes, scopes=scopes, via="token")
    user = request.user
    if not isinstance(user, Account):
        raise NotSignedIn("nobody is signed in", hint="Sign in, or send a personal token.")
    if request.method not in SAFE and check_csrf(request) is not None:
        raise CsrfFailed("the CSRF token is missing or wrong", hint="Send it in the header X-CSRFToken.")
    who = acting(user, clock=clock, entropy=secrets.token_bytes, via="session")
    lacks_second_factor = import_string(settings.SESSION_LACKS_SECOND_FACTOR)
    if lacks_second_factor(request, who):
        raise NotSignedIn("the session has not shown a second factor", hint="Show it on the console's pages.")
    return who


class Needs:
    """Lets a request through to its route only with this permission; the route finds who acts in `auth`."""

    openapi_security_schema: Final[Mapping[str, str]] = {"type": "http", "scheme": "bearer"}

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Acting:
        """Give who acts; raises NotSignedIn, Forbidden.

        What asks for a second factor on the pages asks a session for it here too; a token was issued
        with one.
        """
        who = acting_in(request)
        who.must(self.permission)
        if request.method not in SAFE and self.permission in SHOWN_AGAIN and who.via == "session":
            _must_be_fresh(request)
        return who


def _must_be_fresh(request: HttpRequest) -> None:
    is_fresh = import_string(settings.SESSION_SECOND_FACTOR_IS_FRESH)
    if not is_fresh(request):
        raise NotSignedIn(
            "the session has not shown a second factor within the last minutes",
            hint="Show it on the console's pages, or send a personal token.",
        )


class PermissionedRouter(Router):
    """A router whose every route names the permission it needs; a test walks them all."""

    def route(
        self, method: str, path: str, permission: Permission, *, status: int = 200, secret: bool = False
    ) -> Callable[[_View], _View]:
        """Add a route that refuses whoever lacks the permission before its body runs.

        What it answers is read from the view's return annotation; None means 204. A write may be repeated
        with the same `Idempotency-Key`; `secret` marks an answer that is shown once, and kept nowhere.
        """

        def add(view: _View) -> _View:
            if method not in SAFE:
                decorate_view(partial(_repeatable, needs=needs, secret=secret))(view)
            self.api_operation(
                [method],
                path,
                auth=needs,
                response=_response(view, status),
                openapi_extra={"x-mithaq-permission": permission.value},
            )(view)
            return view

        needs = Needs(permission)
        return add

    def public(self, method: str, path: str, *, status: int = 200) -> Callable[[_View], _View]:
        """Add a route for people who are not signed in; the test that walks all routes lists each by name."""

        def add(view: _View) -> _View:
            self.api_operation([method], path, auth=None, response=_response(view, status))(view)
            return view

        return add


class ActingRequest(HttpRequest):
    """A request that has passed `Needs`."""

    auth: Acting


def _response(view: Callable[..., Any], status: int) -> object:
    answer = get_type_hints(view).get("return", NOT_SET)
    if answer is NoneType:
        return {204: None}
    if isinstance(answer, type) and issubclass(answer, HttpResponseBase):
        return NOT_SET
    return {status: answer}


def _repeatable(run: _Run, *, needs: Needs, secret: bool) -> _Run:
    """Give a write that answers a repeated request with what it answered the first time.

    Key, write and answer commit in one transaction. An error changes nothing, so it keeps nothing, and the
    request may be tried again with its key.
    """

    @wraps(run)
    def whole(request: HttpRequest, **values: object) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return run(request, **values)
        if not 0 < len(key) <= KEY_LIMIT:
            raise InputError(
                f"an idempotency key has 1 to {KEY_LIMIT} characters",
                field="Idempotency-Key",
                hint="Send a random UUID.",
            )
        who = needs(request)
        with transaction.atomic():
            kept, new = claim_key(who.account, _sha256(key.encode()), _fingerprint(request), now=who.now)
            if not new:
                return _again(kept.status, kept.body)
            response = run(request, **values)
            if response.status_code < 400 and isinstance(response, HttpResponse):  # noqa: PLR2004  # HTTP's first error
                keep_answer(kept, status=response.status_code, body=None if secret else response.content)
            else:
                transaction.set_rollback(True)
            return response

    return whole


def _again(status: int | None, body: bytes | memoryview | None) -> HttpResponse:
    if status is None or body is None:
        raise ShownOnce(
            "this was done, and its secret was shown once", hint="Issue a new one, and revoke the old."
        )
    response = HttpResponse(bytes(body), status=status, content_type="application/json; charset=utf-8")
    response["Idempotency-Replayed"] = "true"
    return response


def _fingerprint(request: HttpRequest) -> str:
    """Give what makes two requests the same: for an upload what its form holds, whatever stands between it.

    A form's files are read where Django has put them, large ones on disk; a body is never held whole.
    """
    form = request.method == "POST" and request.content_type == "multipart/form-data"
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return _sha256(head + (_form(request) if form else request.body))


def _form(request: HttpRequest) -> bytes:
    files: list[Json] = []
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            digest = hashlib.sha256()
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
            files.append([name, upload.name, upload.content_type, digest.hexdigest()])
    fields: list[Json] = [[name, list(values)] for name, values in sorted(request.POST.lists())]
    return compact({"fields": fields, "files": files})


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
