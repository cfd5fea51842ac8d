"""Round places on an axis."""

from __future__ import annotations

import math
from typing import Final

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_step(at_least: float, *, whole: bool = False) -> float:
    """Give the smallest of 1, 2, 2.5, 5 times a power of ten that is not below `at_least` (above 0).

    With `whole`, steps are whole numbers.
    """
    power = 10.0 ** math.floor(math.log10(at_least))
    for factor in _STEPS:
        step = factor * power
        if step >= at_least * (1 - 1e-9) and not (whole and not step.is_integer()):
            return step
    return 1.0


def ticks_to(top: float, *, about: int = 4, whole: bool = False) -> tuple[float, ...]:
    """Give round ticks from 0 to the first that is not below `top`; 0 and 1 if nothing is above 0."""
    if top <= 0:
        return (0.0, 1.0)
    step = round_step(top / about, whole=whole)
    count = math.ceil(top / step - 1e-9)
    return tuple(round(step * index, 12) for index in range(count + 1))
