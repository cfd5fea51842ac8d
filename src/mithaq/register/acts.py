"""Every write of the register, each with its ledger entry; a bulk act commits to each of its rows.

Whoever is recused from a customer or a region writes nothing about it: what a customer has declared, and
which terms it negotiated away, weighs in every case about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from mithaq.kernel.canonical import Json, compact
from mithaq.kernel.clock import format_instant
from mithaq.ledger.acts import act
from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.permissions import Machine, Permission, Role
from mithaq.people.queries import refuse_if_recused
from mithaq.register.comparison import Comparison, compare
from mithaq.register.errors import RegisterError, UnknownSubscription
from mithaq.register.models import ContractOverride, ContractRecord, Customer, SubscriptionRecord
from mithaq.register.queries import AsOf, register_at, register_of
from mithaq.register.register import Entry, Register

ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""From when the first thing written down about a subscription holds, if nobody says otherwise: books begin
some day, and what they then say is all that is known of the time before."""

ROWS_PER_ENTRY: Final = 300
"""Rows of a bulk act that share a ledger entry: at 85 bytes a commitment they fill less than half a leaf."""

_LONGEST: Final = {
    "customer": 500,
    "subscription": 1_000,
    "declared_purpose": 500,
    "home_region": 200,
    "tier": 200,
    "contract": 200,
}
"""Signs that the database has room for, by field."""


@dataclass(frozen=True, slots=True)
class NegotiatedTerm:
    """A clause that a contract displaces or narrows, in the contract's own words and language (BCP 47)."""

    clause: str
    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """What a contract says; `terms` names the version of the terms that binds."""

    reference: str
    customer: str
    terms: str
    declared_purpose: str = ""
    home_region: str = ""
    overrides: tuple[NegotiatedTerm, ...] = field(default=())


@act
def import_register(
    acting: Acting, books: Register, *, sha256: str, valid_from: datetime | None = None
) -> Comparison:
    """Write down what a file says differently from the register, and nothing else.

    Without `valid_from`, what is new holds as long as anything is known of it, and changes hold from now.
    Subscriptions that the file does not have are told in the answer and stay as they are. Importing the
    same file again changes nothing. `sha256` is the file's. Raises RegisterError and Forbidden.
    """
    role = acting.must(Permission.REGISTER_WRITE)
    found = preview(acting, books, valid_from=valid_from)
    entries = [*found.added, *(change.after for change in found.changed)]
    _write(acting, role, [_row(acting, entry, valid_from) for entry in entries])
    acting.record(
        ActKind.REGISTER_FILE_IMPORTED,
        role,
        facts={
            "added": len(found.added),
            "changed": len(found.changed),
            "unchanged": found.unchanged,
            "absent": len(found.absent),
        },
        personal={"sha256": sha256},
    )
    return found


def preview(acting: Acting, books: Register, *, valid_from: datetime | None = None) -> Comparison:
    """Give what an import would change, without changing it; raises RegisterError and Forbidden."""
    acting.must(Permission.REGISTER_WRITE)
    for entry in books.entries:
        _check_lengths(entry)
    return compare(register_at(AsOf(valid_from or acting.now, acting.now)), books)


@act
def record_subscription(acting: Acting, entry: Entry, *, valid_from: datetime | None = None) -> None:
    """Write down what holds for one subscription from a moment on; raises RegisterError and Forbidden."""
    role = acting.must(Permission.REGISTER_WRITE)
    _check_lengths(entry)
    _write(acting, role, [_row(acting, entry, valid_from)])


@act
def end_subscription(acting: Acting, subscription: str, *, valid_from: datetime | None = None) -> None:
    """Write down that a subscription is no more; raises UnknownSubscription and Forbidden."""
    role = acting.must(Permission.REGISTER_WRITE)
    when = valid_from or acting.now
    entry = register_of(AsOf(when, acting.now), subscriptions=[subscription]).subscription(subscription)
    if entry is None:
        raise UnknownSubscription(
            "the register has no such subscription at that moment",
            field="subscription",
            hint="Check its spelling, and whether it has been ended before.",
        )
    row = _row(acting, entry, when)
    row.ended = True
    _write(acting, role, [row])


@act
def record_contract(
    acting: Acting, terms: ContractTerms, *, valid_from: datetime, ended: bool = False
) -> ContractRecord:
    """Write down what a contract says from a moment on, its negotiated terms included.

    Raises Forbidden, and Recused as every write of the register.
    """
    role = acting.must(Permission.REGISTER_WRITE)
    refuse_if_recused(acting, customers=[terms.customer], regions=[terms.home_region])
    record = ContractRecord.objects.create(
        reference=terms.reference,
        customer=_customers(acting, [terms.customer])[terms.customer],
        terms=terms.terms,
        declared_purpose=terms.declared_purpose,
        home_region=terms.home_region,
        ended=ended,
        valid_from=valid_from,
        recorded_at=acting.now,
        recorded_by=acting.account,
    )
    ContractOverride.objects.bulk_create(
        ContractOverride(contract=record, clause=each.clause, text=each.text, language=each.language)
        for each in terms.overrides
    )
    acting.record(
        ActKind.REGISTER_CONTRACT_RECORDED,
        role,
        facts={"ended": ended, "overrides": len(terms.overrides), "valid_from": format_instant(valid_from)},
        personal={"contract": compact(_contract_document(terms)).decode()},
    )
    return record


def _contract_document(terms: ContractTerms) -> dict[str, Json]:
    return {
        "reference": terms.reference,
        "customer": terms.customer,
        "terms": terms.terms,
        "declared_purpose": terms.declared_purpose,
        "home_region": terms.home_region,
        "overrides": [
            {"clause": each.clause, "text": each.text, "language": each.language} for each in terms.overrides
        ],
    }


def _row(acting: Acting, entry: Entry, valid_from: datetime | None) -> SubscriptionRecord:
    return SubscriptionRecord(
        subscription=entry.subscription,
        customer=Customer(name=entry.customer),
        declared_purpose=entry.declared_purpose or "",
        home_region=entry.home_region or "",
        tier=entry.tier or "",
        contract=entry.contract or "",
        valid_from=valid_from or ALWAYS,
        recorded_at=acting.now,
        recorded_by=acting.account,
    )


def _write(acting: Acting, role: Role | Machine, rows: Sequence[SubscriptionRecord]) -> None:
    """Add rows, and entries that commit to every single one of them."""
    customers = _customers(acting, [row.customer.name for row in rows])
    for start in range(0, len(rows), ROWS_PER_ENTRY):
        some = rows[start : start + ROWS_PER_ENTRY]
        _refuse_recused(acting, some)
        known = _known([row.subscription for row in some])
        for row in some:
            row.customer = customers[row.customer.name]
            if row.valid_from == ALWAYS and row.subscription in known:
                row.valid_from = acting.now
        SubscriptionRecord.objects.bulk_create(some)
        acting.record(
            ActKind.REGISTER_SUBSCRIPTIONS_RECORDED,
            role,
            facts={"rows": len(some)},
            personal={f"row{number}": compact(_document(row)).decode() for number, row in enumerate(some)},
        )


def _document(row: SubscriptionRecord) -> dict[str, Json]:
    return {
        "subscription": row.subscription,
        "customer": row.customer.name,
        "declared_purpose": row.declared_purpose,
        "home_region": row.home_region,
        "tier": row.tier,
        "contract": row.contract,
        "ended": row.ended,
        "valid_from": format_instant(row.valid_from),
    }


def _refuse_recused(acting: Acting, rows: Sequence[SubscriptionRecord]) -> None:
    """Bar who is recused from a customer or region that the rows name, or that they take something from."""
    earlier = SubscriptionRecord.objects.filter(subscription__in=[row.subscription for row in rows])
    touched = [(row.customer.name, row.home_region) for row in rows]
    touched += earlier.values_list("customer__name", "home_region").distinct()
    refuse_if_recused(
        acting, customers=[customer for customer, _ in touched], regions=[region for _, region in touched]
    )


def _known(subscriptions: Sequence[str]) -> set[str]:
    rows = SubscriptionRecord.objects.filter(subscription__in=subscriptions)
    return set(rows.values_list("subscription", flat=True))


def _customers(acting: Acting, names: Sequence[str]) -> dict[str, Customer]:
    """Give the customers of these names, adding those that are new."""
    wanted = list(dict.fromkeys(names))
    found: dict[str, Customer] = {}
    for start in range(0, len(wanted), ROWS_PER_ENTRY):
        some = wanted[start : start + ROWS_PER_ENTRY]
        known = {each.name: each for each in Customer.objects.filter(name__in=some)}
        for name in some:
            found[name] = known.get(name) or Customer.objects.create(
                name=name, recorded_at=acting.now, recorded_by=acting.account
            )
    return found


def _check_lengths(entry: Entry) -> None:
    for name, most in _LONGEST.items():
        value = getattr(entry, name) or ""
        if len(value) > most:
            raise RegisterError(
                f"the {name} of a subscription has {len(value)} signs", hint=f"At most {most}.", field=name
            )
