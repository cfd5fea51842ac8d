"""Figures of the workloads: a range, how sure we are of it, and where it is from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")


class Tag(StrEnum):
    """How a figure came about."""

    SOURCED = "S"
    DERIVED = "D"
    ASSUMED = "A"


@dataclass(frozen=True, slots=True)
class Range:
    """A parameter's range, ends included; a tenant's own value is drawn from it evenly.

    With `log`, evenly on a logarithmic scale: for quantities that vary by factors. `source` says where the
    figures are from; for an assumption, why they are thought plausible.
    """

    low: float
    high: float
    tag: Tag
    source: str
    log: bool = False

    def draw(self, rng: np.random.Generator) -> float:
        """Draw one tenant's value."""
        if self.low == self.high:
            return self.low
        if self.log:
            return math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        return float(rng.uniform(self.low, self.high))

    def whole(self, rng: np.random.Generator) -> int:
        """Draw one tenant's value as a whole number."""
        return round(self.draw(rng))


def sourced(low: float, high: float, source: str, *, log: bool = False) -> Range:
    """Give a range whose figures stand in a found source."""
    return Range(low, high, Tag.SOURCED, source, log)


def derived(low: float, high: float, source: str, *, log: bool = False) -> Range:
    """Give a range worked out from sourced figures."""
    return Range(low, high, Tag.DERIVED, source, log)


def assumed(low: float, high: float, why: str, *, log: bool = False) -> Range:
    """Give a range that is our assumption, wide enough to be varied in experiments."""
    return Range(low, high, Tag.ASSUMED, why, log)


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One of several forms that a tenant of a workload may take; `weight` is its relative frequency."""

    weight: float
    value: T


def pick(choices: tuple[Choice[T], ...], rng: np.random.Generator) -> T:
    """Draw one of the choices by weight."""
    total = sum(choice.weight for choice in choices)
    left = float(rng.uniform(0.0, total))
    for choice in choices:
        left -= choice.weight
        if left < 0.0:
            return choice.value
    return choices[-1].value


def always(value: T) -> tuple[Choice[T], ...]:
    """Give the one form that every tenant of a workload takes."""
    return (Choice(1.0, value),)
