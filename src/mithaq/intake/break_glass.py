"""Routes by which somebody who reads no cases reads one, for a day and with a reason that stays."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from ninja import Query, Schema
from pydantic import Field

from mithaq.intake.queries import access_case, case_behind_glass, terms_of, touched_by
from mithaq.people import acts
from mithaq.people.api import ActingRequest, Page, Paging, PermissionedRouter, paged
from mithaq.people.models import BrokenGlass
from mithaq.people.permissions import Permission
from mithaq.people.queries import GLASS_HOLDS

router = PermissionedRouter(tags=["break-glass"])


class GlassToBreak(Schema):
    """In front of which case, and why; the reason goes into the ledger entry as a personal value."""

    case: Annotated[str, Field(min_length=1, max_length=32)]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class GlassShown(Schema):
    """Who broke the glass in front of which case, and until when they may read it."""

    case: str
    account: str
    at: datetime
    until: datetime

    @classmethod
    def of(cls, broken: BrokenGlass) -> Self:
        """Show it."""
        return cls(
            case=broken.case, account=broken.account.pseudonym, at=broken.at, until=broken.at + GLASS_HOLDS
        )


class CaseBehindGlass(Schema):
    """A case as it came in, without the words of whoever made the allegation."""

    case: str
    opened_at: datetime
    customer: str
    subscriptions: list[str]
    clauses: list[str]
    allegation: dict[str, Any]


@router.route("POST", "/cases", Permission.CASE_BREAK_GLASS, status=201)
def break_glass(request: ActingRequest, body: GlassToBreak) -> GlassShown:
    """Let oneself read a case for a day. Everybody who reads the ledger sees that it was done."""
    case = case_behind_glass(request.auth, body.case)
    customers, regions = touched_by(case)
    broken = acts.break_glass(
        request.auth, case.case, reason=body.reason, customers=customers, regions=regions
    )
    return GlassShown.of(broken)


@router.route("GET", "/cases", Permission.PEOPLE_READ)
def list_broken_glass(request: ActingRequest, paging: Query[Paging]) -> Page[GlassShown]:
    """List who broke the glass in front of which case, the newest first."""
    del request
    return paged(BrokenGlass.objects.select_related("account"), paging, GlassShown.of, newest_first=True)


@router.route("GET", "/cases/{case}", Permission.CASE_BREAK_GLASS)
def show_case(request: ActingRequest, case: str) -> CaseBehindGlass:
    """Show a case in front of which one broke the glass less than a day ago."""
    found = access_case(request.auth, case)
    return CaseBehindGlass(
        case=found.case,
        opened_at=found.opened_at,
        customer=found.customer,
        subscriptions=list(found.subjects.values_list("subscription", flat=True)),
        clauses=found.clauses,
        allegation=terms_of(found).document(),
    )
