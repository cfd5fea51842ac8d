"""Reading the register: what held at one moment, as far as it was known at another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from mithaq.register.errors import UnknownContract
from mithaq.register.models import ContractRecord, Customer, SubscriptionRecord
from mithaq.register.register import Entry, Register
from mithaq.terms import Purpose, normalise_subscription

_PURPOSES = {purpose.value: purpose for purpose in Purpose}


@dataclass(frozen=True, slots=True)
class AsOf:
    """`at` is the moment that is asked about, `known` the moment whose knowledge counts."""

    at: datetime
    known: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """A negotiated term in force for a subscription, in the contract's own words."""

    subscription: str
    contract: str
    clause: str
    text: str
    language: str


def records_at(as_of: AsOf) -> QuerySet[SubscriptionRecord]:
    """Give the row in force of each subscription that had not ended, in the order written down."""
    in_force = (
        SubscriptionRecord.objects.filter(
            subscription=OuterRef("subscription"), valid_from__lte=as_of.at, recorded_at__lte=as_of.known
        )
        .order_by("-valid_from", "-id")
        .values("id")[:1]
    )
    return SubscriptionRecord.objects.filter(id=Subquery(in_force), ended=False).select_related(
        "customer", "recorded_by"
    )


def contracts_at(as_of: AsOf) -> QuerySet[ContractRecord]:
    """Give the row in force of each contract that had not ended, in the order written down."""
    in_force = (
        ContractRecord.objects.filter(
            reference=OuterRef("reference"), valid_from__lte=as_of.at, recorded_at__lte=as_of.known
        )
        .order_by("-valid_from", "-id")
        .values("id")[:1]
    )
    return ContractRecord.objects.filter(id=Subquery(in_force), ended=False).select_related(
        "customer", "recorded_by"
    )


def register_at(as_of: AsOf) -> Register:
    """Give the whole register as it stood."""
    return _register(records_at(as_of))


def register_of(as_of: AsOf, *, subscriptions: Iterable[str] = (), customer: str | None = None) -> Register:
    """Give the part of the register that knows these subscriptions, or all those of a customer."""
    rows = records_at(as_of)
    if customer is not None:
        return _register(rows.filter(customer__name=customer.strip()))
    return _register(rows.filter(subscription__in=[normalise_subscription(each) for each in subscriptions]))


def register_during(
    start: datetime,
    end: datetime,
    *,
    known: datetime,
    subscriptions: Iterable[str] = (),
    customer: str | None = None,
) -> Register:
    """Give the part of the register that held in a period: what held at its start, then what came after.

    A purpose that is declared while the period runs explains nothing in it: declaring late buys no acquittal.
    """
    wanted = list(subscriptions)
    first, last = (
        register_of(AsOf(at, known), subscriptions=wanted, customer=customer) for at in (start, end)
    )
    later = [entry for entry in last.entries if first.subscription(entry.subscription) is None]
    return Register((*first.entries, *later))


def contract_at(reference: str, as_of: AsOf) -> ContractRecord:
    """Give what a contract said; raises UnknownContract."""
    found = contracts_at(as_of).filter(reference=reference).first()
    if found is None:
        raise UnknownContract(
            "the register has no such contract at that moment",
            field="reference",
            hint="Check the reference, and the moment asked about.",
        )
    return found


def customers_named(text: str) -> QuerySet[Customer]:
    """Give the customers whose name holds a text, all of them for none; by name."""
    wanted = text.strip()
    rows = Customer.objects.filter(name__icontains=wanted) if wanted else Customer.objects.all()
    return rows.order_by("name")


def contracts_of(customer: Customer) -> QuerySet[ContractRecord]:
    """Give everything that was ever written down about a customer's contracts, the newest first."""
    rows = ContractRecord.objects.filter(customer=customer).order_by("-recorded_at", "-id")
    return rows.select_related("customer", "recorded_by").prefetch_related("overrides")


def history_of(subscription: str) -> QuerySet[SubscriptionRecord]:
    """Give everything that was ever written down about a subscription, in that order."""
    rows = SubscriptionRecord.objects.filter(subscription=normalise_subscription(subscription))
    return rows.select_related("customer", "recorded_by")


def terms_in_force(subscriptions: Iterable[str], as_of: AsOf) -> dict[str, str | None]:
    """Give the version of the terms that bound each subscription; None where no contract says."""
    wanted = list(subscriptions)
    books = register_of(as_of, subscriptions=wanted)
    references = {entry.contract for entry in books.entries if entry.contract}
    contracts = contracts_at(as_of).filter(reference__in=references)
    by_contract = {each.reference: each.terms for each in contracts}
    entries = {native: books.subscription(native) for native in wanted}
    return {
        native: by_contract.get(entry.contract) if entry and entry.contract else None
        for native, entry in entries.items()
    }


def overrides_in_force(subscriptions: Iterable[str], as_of: AsOf) -> list[Override]:
    """List the negotiated terms that stand against a clause or a measure for these subscriptions."""
    entries = register_of(as_of, subscriptions=subscriptions).entries
    references = {entry.contract for entry in entries if entry.contract}
    contracts = contracts_at(as_of).filter(reference__in=references).prefetch_related("overrides")
    by_reference = {contract.reference: list(contract.overrides.all()) for contract in contracts}
    return [
        Override(entry.subscription, entry.contract, each.clause, each.text, each.language)
        for entry in entries
        if entry.contract
        for each in by_reference.get(entry.contract, ())
    ]


def entry_of(row: SubscriptionRecord) -> Entry:
    """Give a row as the entry that the CSV reader would give."""
    return Entry(
        customer=row.customer.name,
        subscription=row.subscription,
        declared_purpose=_PURPOSES.get(row.declared_purpose, row.declared_purpose) or None,
        home_region=row.home_region or None,
        tier=row.tier or None,
        contract=row.contract or None,
    )


def _register(rows: QuerySet[SubscriptionRecord]) -> Register:
    return Register(tuple(entry_of(row) for row in rows))
