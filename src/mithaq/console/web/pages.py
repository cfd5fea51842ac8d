"""Every page names the permission it needs; whatever names none is not shown."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, Protocol, TypeAlias, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mithaq.console.web.second_factor import is_missing, where_to_show
from mithaq.kernel.clock import clock_from
from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import Permission
from mithaq.people.queries import acting

READ: Final = ("GET", "HEAD")
WRITE: Final = ("POST",)
FORM: Final = ("GET", "HEAD", "POST")

View: TypeAlias = Callable[..., HttpResponse]


class Page(Protocol):
    """A view that names its permission."""

    permission: Permission

    def __call__(self, request: HttpRequest, **values: str) -> HttpResponseBase:
        """Answer a request."""


class ActingRequest(HttpRequest):
    """A request whose sender is known and may see the page."""

    acting: Acting
    account: Account


def page(
    permission: Permission,
    methods: tuple[str, ...] = READ,
    *,
    gate: Callable[[Acting, Mapping[str, Any]], object] | None = None,
) -> Callable[[View], Page]:
    """Show a page only to people with this permission, signed in with what their role requires.

    `gate` stands in for asking for the permission alone: it gets who asks and the values of the address, and
    raises Forbidden.

    Nobody signed in: the sign-in page, and back. A second factor missing where the role requires one: the
    page that sets it up. No permission: Forbidden, which becomes a page that says what is needed.
    """

    def add(view: View) -> Page:
        @never_cache
        @require_http_methods(methods)
        @wraps(view)
        def shown(request: HttpRequest, **values: str) -> HttpResponseBase:
            account = request.user
            if not isinstance(account, Account):
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            who = acting(account, clock=clock_from(os.environ), entropy=secrets.token_bytes, via="console")
            if is_missing(request, who):
                return HttpResponseRedirect(where_to_show(account, request.get_full_path()))
            gate(who, values) if gate else who.must(permission)
            own = cast("ActingRequest", request)
            own.acting, own.account = who, account
            return view(own, **values)

        named = cast("Page", shown)
        named.permission = permission
        return named

    return add
