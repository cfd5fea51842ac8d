"""What an import would change: two states of the register, compared subscription by subscription."""

from __future__ import annotations

from dataclasses import dataclass

from mithaq.register.register import Entry, Register


@dataclass(frozen=True, slots=True)
class Change:
    """A subscription that both states know, with what they say of it."""

    before: Entry
    after: Entry


@dataclass(frozen=True, slots=True)
class Comparison:
    """`absent` are entries of the first state that the second does not have: they are told, never ended."""

    added: tuple[Entry, ...]
    changed: tuple[Change, ...]
    absent: tuple[Entry, ...]
    unchanged: int


def compare(before: Register, after: Register) -> Comparison:
    """Compare two states of the register; lists are in the order of the state that they are taken from."""
    added: list[Entry] = []
    changed: list[Change] = []
    unchanged = 0
    for entry in after.entries:
        known = before.subscription(entry.subscription)
        if known is None:
            added.append(entry)
        elif known == entry:
            unchanged += 1
        else:
            changed.append(Change(known, entry))
    absent = tuple(entry for entry in before.entries if after.subscription(entry.subscription) is None)
    return Comparison(tuple(added), tuple(changed), absent, unchanged)
