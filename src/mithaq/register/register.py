"""What the provider's own books say about a subscription: whose it is, and what it was declared for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mithaq.register.errors import UnknownCustomer
from mithaq.terms import Purpose, normalise_subscription
from mithaq.terms.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class Entry:
    """One subscription of one customer.

    `declared_purpose` is None where nothing was declared, and a plain text, which explains nothing, where the
    words are none of the known purposes. `home_region`, `tier` and `contract` are None where empty.
    """

    customer: str
    subscription: str
    declared_purpose: Purpose | str | None
    home_region: str | None
    tier: str | None
    contract: str | None


@dataclass(frozen=True, slots=True)
class Register:
    """Entries by subscription, in the order of the file."""

    entries: tuple[Entry, ...]
    _by_subscription: dict[str, Entry] = field(init=False, repr=False, compare=False)
    _by_customer: dict[str, tuple[Entry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_subscription = {entry.subscription: entry for entry in self.entries}
        object.__setattr__(self, "_by_subscription", by_subscription)
        object.__setattr__(self, "_by_customer", _by_customer(self.entries))

    def subscription(self, native: str) -> Entry | None:
        """Give the entry of a subscription, however its provider and hexadecimal id are spelled."""
        return self._by_subscription.get(normalise_subscription(native))

    def customer(self, name: str) -> tuple[Entry, ...]:
        """Give all entries of a customer, in the order of the file; raises UnknownCustomer."""
        entries = self._by_customer.get(name.strip())
        if entries is None:
            hint = did_you_mean(name, tuple(self._by_customer), what="Customers")
            raise UnknownCustomer(
                f'the register has no customer "{name[:200]}"',
                field="subject.customer",
                hint=hint if hint.startswith("Did") else "Check the name against the register.",
            )
        return entries


def _by_customer(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    gathered: dict[str, list[Entry]] = {}
    for entry in entries:
        gathered.setdefault(entry.customer, []).append(entry)
    return {customer: tuple(found) for customer, found in gathered.items()}
