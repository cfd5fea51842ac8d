"""Routes of the register: what the books say, what they said, and imports."""

from __future__ import annotations

import hashlib
from typing import Annotated

from ninja import File, Form, Query, UploadedFile

from mithaq.people.api import ActingRequest, Page, Paging, PermissionedRouter, paged
from mithaq.people.permissions import Permission
from mithaq.register import acts, queries
from mithaq.register.errors import RegisterError
from mithaq.register.models import Customer
from mithaq.register.reader import MAX_UPLOAD, read_register
from mithaq.register.register import Register
from mithaq.register.schemas import (
    ComparisonShown,
    ContractEntry,
    ContractShown,
    Ending,
    Importing,
    Moments,
    RecordShown,
    SubscriptionEntry,
)

router = PermissionedRouter(tags=["register"])

_File = Annotated[UploadedFile, File()]


@router.route("GET", "/customers", Permission.REGISTER_READ)
def list_customers(request: ActingRequest, paging: Query[Paging]) -> Page[str]:
    """List the customers by name, in the order in which they came into the register."""
    del request
    return paged(Customer.objects.all(), paging, lambda each: each.name)


@router.route("GET", "/subscriptions", Permission.REGISTER_READ)
def list_subscriptions(
    request: ActingRequest, paging: Query[Paging], moments: Query[Moments], customer: str | None = None
) -> Page[RecordShown]:
    """List what holds, or held at a moment, for each subscription (of a customer)."""
    rows = queries.records_at(moments.as_of(request.auth.now))
    if customer is not None:
        rows = rows.filter(customer__name=customer.strip())
    return paged(rows, paging, RecordShown.of)


@router.route("GET", "/subscriptions/history", Permission.REGISTER_READ)
def history(request: ActingRequest, subscription: str, paging: Query[Paging]) -> Page[RecordShown]:
    """List all that was ever written down about a subscription, in that order."""
    del request
    return paged(queries.history_of(subscription), paging, RecordShown.of)


@router.route("POST", "/subscriptions", Permission.REGISTER_WRITE)
def record_subscription(request: ActingRequest, body: SubscriptionEntry) -> None:
    """Write down what holds for a subscription from a moment on."""
    acts.record_subscription(request.auth, body.entry(), valid_from=body.valid_from)


@router.route("POST", "/subscriptions/end", Permission.REGISTER_WRITE)
def end_subscription(request: ActingRequest, body: Ending) -> None:
    """Write down that a subscription is no more from a moment on."""
    acts.end_subscription(request.auth, body.subscription, valid_from=body.valid_from)


@router.route("POST", "/imports/preview", Permission.REGISTER_WRITE)
def preview_import(request: ActingRequest, file: _File, form: Form[Importing]) -> ComparisonShown:
    """Say what importing a CSV file would change, and change nothing."""
    books, _sha256 = _read(file)
    return ComparisonShown.of(acts.preview(request.auth, books, valid_from=form.valid_from))


@router.route("POST", "/imports", Permission.REGISTER_WRITE)
def import_file(request: ActingRequest, file: _File, form: Form[Importing]) -> ComparisonShown:
    """Write down what a CSV file says differently from the register; the same file again changes nothing."""
    books, sha256 = _read(file)
    found = acts.import_register(request.auth, books, sha256=sha256, valid_from=form.valid_from)
    return ComparisonShown.of(found)


@router.route("GET", "/contracts", Permission.REGISTER_READ)
def list_contracts(
    request: ActingRequest, paging: Query[Paging], moments: Query[Moments]
) -> Page[ContractShown]:
    """List what each contract says, or said at a moment, with its negotiated terms."""
    rows = queries.contracts_at(moments.as_of(request.auth.now)).prefetch_related("overrides")
    return paged(rows, paging, ContractShown.of)


@router.route("POST", "/contracts", Permission.REGISTER_WRITE)
def record_contract(request: ActingRequest, body: ContractEntry) -> ContractShown:
    """Write down what a contract says from a moment on, its negotiated terms included."""
    record = acts.record_contract(
        request.auth, body.terms_of_it(), valid_from=body.valid_from or request.auth.now, ended=body.ended
    )
    return ContractShown.of(record)


def _read(file: UploadedFile) -> tuple[Register, str]:
    raw = file.read(MAX_UPLOAD + 1)
    if len(raw) > MAX_UPLOAD:
        raise RegisterError(
            f"the file is larger than {MAX_UPLOAD} bytes", field="file", hint="Split it: absent rows stay."
        )
    return read_register(raw, "the file"), hashlib.sha256(raw).hexdigest()
