"""What stands at the top of every page: where one may go, and who one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to, for whoever may see it."""

    name: str
    title: str | Promise
    permission: Permission


PLACES: Final[Sequence[Place]] = (
    Place("home", _("Inbox"), Permission.PEOPLE_TOKEN_OWN),
    Place("cases", _("Cases"), Permission.CASE_READ),
    Place("customers", _("Customers"), Permission.REGISTER_READ),
    Place("ledger", _("Ledger"), Permission.LEDGER_READ),
    Place("terms", _("Terms"), Permission.TERMS_READ),
    Place("people", _("People"), Permission.PEOPLE_READ),
    Place("settings", _("Settings"), Permission.SETTINGS_WRITE),
)
"""In the order in which they stand; only whole pages are listed."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place as one page shows it."""

    address: str
    title: str | Promise
    current: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    """Give the places that whoever asks may go to, and the two languages."""
    who = getattr(request, "acting", None)
    links: list[Link] = []
    if isinstance(who, Acting):
        for place in PLACES:
            address = reverse(place.name)
            if who.may(place.permission):
                here = request.path == address if address == "/" else request.path.startswith(address)
                links.append(Link(address, place.title, here))
    return {"places": links, "who": who if isinstance(who, Acting) else None}


ROLE_NAMES: Final = {
    "administrator": _("administrator"),
    "appeals-officer": _("appeals officer"),
    "approver": _("approver"),
    "auditor": _("auditor"),
    "authoriser": _("authoriser"),
    "operator": _("operator"),
    "register-keeper": _("register keeper"),
    "reviewer": _("reviewer"),
}
"""Names of the roles as pages write them."""
