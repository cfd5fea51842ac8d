"""What was computed about a clause of a case, as findings see it.

Evidence runs register how their newest result is read. Without a result the answer is *undetermined*, with
no evidence named: a finding of violated or not-violated then departs from it and needs reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from mithaq.terms.vocabulary import Assessment


@dataclass(frozen=True, slots=True)
class Computed:
    """The computed verdict on a clause; `evidence` is the digest of the result, empty if there is none."""

    assessment: Assessment
    evidence: str = ""


NOTHING: Final = Computed(Assessment.UNDETERMINED)

Reader: TypeAlias = Callable[[str, str], Computed | None]
"""Gives the newest computed verdict of a case and clause, or None."""

_readers: Final[list[Reader]] = []


def reads_results(reader: Reader) -> Reader:
    """Register how results are read."""
    if reader not in _readers:
        _readers.append(reader)
    return reader


def computed(case: str, clause: str) -> Computed:
    """Give the newest computed verdict on a clause."""
    for reader in _readers:
        found = reader(case, clause)
        if found is not None:
            return found
    return NOTHING
