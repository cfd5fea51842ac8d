"""The first page after signing in: who one is here, and what one may do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.console.web.pages import ActingRequest, page
from mithaq.people.permissions import Permission


@page(Permission.PEOPLE_TOKEN_OWN)
def home(request: ActingRequest) -> HttpResponse:
    """Say who is signed in and in which roles."""
    roles = [ROLE_NAMES[role.value] for role in sorted(request.acting.roles)]
    return render(request, "web/home.html", {"roles": roles})
