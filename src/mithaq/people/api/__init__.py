"""What every room's routes are built with: the router that names permissions, who acts, pages of lists."""

from __future__ import annotations

from mithaq.people.api.paging import Page, Paging, next_rows, paged
from mithaq.people.api.routing import ActingRequest, Needs, PermissionedRouter, acting_in

__all__ = [
    "ActingRequest",
    "Needs",
    "Page",
    "Paging",
    "PermissionedRouter",
    "acting_in",
    "next_rows",
    "paged",
]
