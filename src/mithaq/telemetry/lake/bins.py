"""Logarithmic bins, the same wherever a size or a lag is binned."""

from __future__ import annotations

from typing import Final

import numpy as np

from mithaq.telemetry.lake.schema import BINS_PER_DOUBLING

_LARGEST_EXPONENT: Final = 50


def _edges() -> list[int]:
    """Smallest whole value of each bin k, that is ceil(2^(k/4)), found in whole numbers.

    A float power may land on either side of an edge on another machine; v >= 2^(k/4) iff v^4 >= 2^k holds
    everywhere.
    """
    edges = []
    for k in range(_LARGEST_EXPONENT * BINS_PER_DOUBLING):
        value = round(2.0 ** (k / BINS_PER_DOUBLING))
        while value**BINS_PER_DOUBLING < 1 << k:
            value += 1
        while (value - 1) ** BINS_PER_DOUBLING >= 1 << k:
            value -= 1
        edges.append(value)
    return edges


SIZE_EDGES: Final = np.array(_edges(), np.int64)
"""`SIZE_EDGES[k]` is the smallest value in bin k; some low bins are empty because no whole number lies in
them (bins 1 and 2 hold none between 1 and 2)."""
