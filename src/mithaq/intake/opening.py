"""What rooms above do in the act that opens a case; each says so once, when the program starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from mithaq.intake.models import Allegation

Follow: TypeAlias = Callable[[Allegation], None]

_following: Final[list[Follow]] = []


def when_opened(follow: Follow) -> None:
    """Register what is done with a new case, in the transaction of its act."""
    if follow not in _following:
        _following.append(follow)


def opened(case: Allegation) -> None:
    """Tell the rooms above of a new case; for the act that opens it."""
    for follow in _following:
        follow(case)
