"""Long searches for faults (`make soak`): from which seed, and how far they have come."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import pytest

_Item = TypeVar("_Item")

SOAK: Final = bool(os.environ.get("MITHAQ_SOAK"))
"""Whether the full counts are asked for; otherwise about a tenth of them."""

_EVERY: Final = 15.0
"""Seconds between two lines of one search."""


def first_seed() -> int:
    """Give the first seed: MITHAQ_SOAK_SEED, else always the same, so that a failure comes again."""
    return int(os.environ.get("MITHAQ_SOAK_SEED", "1"))


def tell(what: str, said: str = "", *, done: int, of: int) -> None:
    """Say how far a search has come; nothing in the ordinary run."""
    if SOAK:
        sys.stderr.write(f"\n{what}: {done:,} of {of:,}{'; ' if said else ''}{said}")
        sys.stderr.flush()


def counted(items: Sequence[_Item], what: str) -> Iterator[_Item]:
    """Give the items, and say from time to time how many are done and how long the rest will take."""
    began = told = time.monotonic()
    for number, item in enumerate(items):
        yield item
        now = time.monotonic()
        if now - told > _EVERY or number + 1 == len(items):
            left = (now - began) * (len(items) - number - 1) / (number + 1)
            tell(what, f"{now - began:.0f} s, about {left:.0f} s left", done=number + 1, of=len(items))
            told = now


def overview(items: Sequence[pytest.Item]) -> str:
    """Give how many searches were picked and about how long they take, from what each mark says."""
    minutes = sum(_minutes(item) for item in items)
    return f"soak: {len(items)} searches, about {minutes / 60:.1f} hours on one core; seed {first_seed()}"


def announcement(item: pytest.Item) -> str:
    """Give the name of a search that begins, and about how long it takes."""
    return f"\n{time.strftime('%H:%M:%S')} {item.nodeid}: about {_minutes(item):g} min "


def _minutes(item: pytest.Item) -> float:
    mark = item.get_closest_marker("soak")
    return float(mark.kwargs["minutes"]) if mark else 0.0
