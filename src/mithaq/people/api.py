"""Routes about people, and the router on which every room's routes name their permission."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Router, Schema

from mithaq.kernel.clock import clock_from
from mithaq.people.acting import Acting
from mithaq.people.errors import NotSignedIn
from mithaq.people.models import Account
from mithaq.people.permissions import Permission
from mithaq.people.queries import acting

_View = TypeVar("_View", bound=Callable[..., Any])


def acting_in(request: HttpRequest) -> Acting:
    """Give who acts in a request; raises NotSignedIn."""
    account = request.user
    if not isinstance(account, Account):
        raise NotSignedIn("nobody is signed in", hint="Sign in, or send a personal token.")
    return acting(account, clock=clock_from(os.environ), entropy=secrets.token_bytes)


@dataclass(frozen=True, slots=True)
class Needs:
    """Lets a request through to its route only with this permission; the route finds who acts in `auth`."""

    permission: Permission

    def __call__(self, request: HttpRequest) -> Acting:
        """Give who acts; raises NotSignedIn, Forbidden."""
        who = acting_in(request)
        who.must(self.permission)
        return who


class PermissionedRouter(Router):
    """A router whose every route names the permission it needs; a test walks them all."""

    def route(self, method: str, path: str, permission: Permission) -> Callable[[_View], _View]:
        """Add a route that refuses whoever lacks the permission before its body runs."""

        def add(view: _View) -> _View:
            self.api_operation([method], path, auth=Needs(permission))(view)
            return view

        return add


class ActingRequest(HttpRequest):
    """A request that has passed `Needs`."""

    auth: Acting


class Me(Schema):
    """The person who asks."""

    pseudonym: str
    name: str
    roles: list[str]
    permissions: list[str]


router = PermissionedRouter(tags=["people"])


@router.route("GET", "/me", Permission.PEOPLE_TOKEN_OWN)
def me(request: ActingRequest) -> Me:
    """Say who asks and what they may do."""
    who = request.auth
    return Me(
        pseudonym=who.account.pseudonym,
        name=who.account.name,
        roles=sorted(who.roles),
        permissions=sorted(permission for permission in Permission if who.may(permission)),
    )
