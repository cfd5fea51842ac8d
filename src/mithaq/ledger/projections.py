"""Tables that only repeat what the acts say (queues, inboxes), and how they are compared with the acts.

A room that keeps one registers a check under the table's name, once, where its models are imported. `fsck`
calls all of them. A check gives a sentence for each difference, and none if there is none; it must not
mend anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

Check: TypeAlias = Callable[[], Iterable[str]]
"""Compares one projection with the acts; gives a sentence for each difference."""

_registered: Final[dict[str, Check]] = {}


def projection(name: str) -> Callable[[Check], Check]:
    """Register a check under the name of its table; the last one under a name counts."""

    def add(check: Check) -> Check:
        _registered[name] = check
        return check

    return add


def registered() -> Mapping[str, Check]:
    """Give all checks by name."""
    return MappingProxyType(_registered)
