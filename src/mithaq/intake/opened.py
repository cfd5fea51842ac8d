"""What other rooms do in the act that opens a case: they bring the queues that they keep up to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from mithaq.intake.models import Allegation

Told: TypeAlias = Callable[[Allegation], None]
"""Is told of a case in the transaction of the act that opens it."""

_registered: Final[dict[str, Told]] = {}


def when_opened(name: str, told: Told) -> None:
    """Register who is told, under a name; the last one under a name counts. Once, when the program starts."""
    _registered[name] = told


def tell(case: Allegation) -> None:
    """Tell everybody who has asked to be told."""
    for told in _registered.values():
        told(case)
