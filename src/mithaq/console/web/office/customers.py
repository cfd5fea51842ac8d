"""Customers as the register knows them: contracts, subscriptions, and all that was written down."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.office.frame import leaf, same_search
from mithaq.console.web.pages import ActingRequest, page
from mithaq.console.web.templatetags.mithaq import locale
from mithaq.intake.places import terms_pack
from mithaq.people.permissions import Permission
from mithaq.register.models import ContractRecord, Customer, SubscriptionRecord
from mithaq.register.queries import (
    AsOf,
    contracts_at,
    contracts_of,
    customers_named,
    history_of,
    overrides_in_force,
    records_at,
    terms_in_force,
)
from mithaq.terms import Purpose, SubscriptionError, label, read_subscription

_PURPOSES: Final = {purpose.value: purpose for purpose in Purpose}


def purpose_words(declared: str) -> str:
    """Give a declared purpose in the page's language; other words than the known ones as they are."""
    known = _PURPOSES.get(declared)
    return declared if known is None else label(known, "ar" if locale().language.value == "ar" else "en")


class MomentsForm(forms.Form):
    """Which day is asked about, and whose knowledge counts; both are today where nothing is said."""

    at = forms.DateField(
        label=_("As it stood at the end of"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    known = forms.DateField(
        label=_("As it was known at the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def as_of(self, now: datetime) -> AsOf:
        """Give both moments; a day that cannot be read counts as not given, and the form says so."""
        given = self.cleaned_data if self.is_valid() else {}
        return AsOf(_end_of(given.get("at"), now), _end_of(given.get("known"), now))


def _end_of(day: date | None, now: datetime) -> datetime:
    if day is None or day >= now.date():
        return now
    return datetime.combine(day, time(), UTC) + timedelta(days=1, microseconds=-1)


def moments(request: HttpRequest) -> MomentsForm:
    """Give the form of moments as it was sent in the address."""
    given = {name: request.GET[name] for name in ("at", "known") if name in request.GET}
    return MomentsForm(given or None, label_suffix="")


@dataclass(frozen=True, slots=True)
class ContractShown:
    """A row about a contract, with its purpose in words, and whether its terms are those of the pack here."""

    row: ContractRecord
    purpose: str
    ours: bool


@dataclass(frozen=True, slots=True)
class SubscriptionShown:
    """A row about a subscription, with its purpose in words."""

    row: SubscriptionRecord
    purpose: str


def _contracts(rows: Iterable[ContractRecord]) -> list[ContractShown]:
    digest = terms_pack(os.environ).digest
    return [ContractShown(row, purpose_words(row.declared_purpose), row.terms == digest) for row in rows]


def _subscriptions(rows: Iterable[SubscriptionRecord]) -> list[SubscriptionShown]:
    return [SubscriptionShown(row, purpose_words(row.declared_purpose)) for row in rows]


@page(Permission.REGISTER_READ)
def customers(request: ActingRequest) -> HttpResponse:
    """List the customers, or those found by a part of the name or by a subscription."""
    text = request.GET.get("q", "")[:1_000].strip()
    found = leaf(request, customers_named(text))
    context = {
        "customers": list(found),
        "found": found,
        "text": text,
        "same": same_search(request, "q"),
        "subscription": _known_subscription(text),
        "may_write": request.acting.may(Permission.REGISTER_WRITE),
    }
    return render(request, "office/customers.html", context)


def _known_subscription(text: str) -> str:
    """Give the subscription that a search names, as the register spells it; empty if it has none such."""
    try:
        native = read_subscription(text)
    except SubscriptionError:
        return ""
    return native if history_of(native).exists() else ""


@page(Permission.REGISTER_READ)
def customer(request: ActingRequest, customer: int) -> HttpResponse:
    """Show one customer at a moment: contracts in force and their negotiated terms, and subscriptions."""
    found = get_object_or_404(Customer, pk=customer)
    form = moments(request)
    as_of = form.as_of(request.acting.now)
    contracts = contracts_at(as_of).filter(customer=found).prefetch_related("overrides")
    rows = leaf(request, records_at(as_of).filter(customer=found).order_by("subscription"))
    context = {
        "customer": found,
        "form": form,
        "as_of": as_of,
        "contracts": _contracts(contracts.order_by("reference")),
        "subscriptions": _subscriptions(rows),
        "found": rows,
        "same": same_search(request, "at", "known"),
        "may_write": request.acting.may(Permission.REGISTER_WRITE),
    }
    return render(request, "office/customer.html", context)


@page(Permission.REGISTER_READ)
def contract_history(request: ActingRequest, customer: int) -> HttpResponse:
    """Show all that was ever written down about a customer's contracts, the newest first."""
    found = get_object_or_404(Customer, pk=customer)
    rows = leaf(request, contracts_of(found), 20)
    context = {"customer": found, "found": rows, "contracts": _contracts(rows), "same": ""}
    return render(request, "office/contracts.html", context)


@page(Permission.REGISTER_READ)
def subscription(request: ActingRequest) -> HttpResponse:
    """Show one subscription: what holds at a moment, what bound it, and all that was written down."""
    text = request.GET.get("of", "")[:1_000].strip()
    native = _known_subscription(text)
    form = moments(request)
    as_of = form.as_of(request.acting.now)
    context = {"text": text, "native": native, "form": form, "as_of": as_of}
    if native:
        now = records_at(as_of).filter(subscription=native).first()
        history = history_of(native).order_by("-id")
        context |= {
            "now": _subscriptions([now])[0] if now else None,
            "terms": terms_in_force([native], as_of).get(native),
            "overrides": overrides_in_force([native], as_of),
            "history": _subscriptions(history[:200]),
            "may_write": request.acting.may(Permission.REGISTER_WRITE),
        }
    return render(request, "office/subscription.html", context)
