"""Who asks, and one-time links: the way in for somebody who has no password yet.

Sessions begin and end on the console's pages, where wrong passwords are counted and second factors asked.
"""

from __future__ import annotations

import os
import secrets

from django.http import HttpRequest

from mithaq.kernel.clock import clock_from
from mithaq.people import acts
from mithaq.people.api.routing import ActingRequest, PermissionedRouter
from mithaq.people.api.schemas import LinkUse, LinkUsed, Me
from mithaq.people.permissions import Permission

router = PermissionedRouter(tags=["sign-in"])


@router.route("GET", "/me", Permission.PEOPLE_TOKEN_OWN)
def me(request: ActingRequest) -> Me:
    """Say who asks and what they may do."""
    who = request.auth
    return Me(
        pseudonym=who.account.pseudonym,
        name=who.account.name,
        locale=who.account.locale,
        roles=sorted(who.roles),
        permissions=sorted(permission for permission in Permission if who.may(permission)),
    )


@router.public("POST", "/links/use")
def use_link(request: HttpRequest, body: LinkUse) -> LinkUsed:
    """Set a password with a one-time link; whoever has done so signs in with it."""
    del request
    account = acts.use_link(
        body.secret,
        body.password.get_secret_value(),
        clock=clock_from(os.environ),
        entropy=secrets.token_bytes,
    )
    return LinkUsed(pseudonym=account.pseudonym)
