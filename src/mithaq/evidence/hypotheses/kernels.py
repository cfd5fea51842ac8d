"""The one loop over single objects that simulated rollups need, compiled."""

from __future__ import annotations

from math import log2

import numpy as np
import numpy.typing as npt

from mithaq.telemetry.kernels.jit import Bytes, Ints, compiled
from mithaq.telemetry.lake.schema import BINS_PER_DOUBLING, RESIDUE_MIN_BYTES

_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)


@compiled
def tally_sizes(
    sizes: Ints,
    per_day: Ints,
    edges: Ints,
    moduli: Ints,
    bins: npt.NDArray[np.int64],
    residues: npt.NDArray[np.int64],
    registers: Bytes,
) -> None:
    """Add sizes, the first `per_day[0]` of which belong to the first day, to the day's tallies.

    `bins` is (days, 2, bins + 1): objects and bytes, empty objects first. `residues` is (days, sum of
    moduli), one modulus behind the other. `registers` is (days, 256): the sketch of distinct sizes.
    """
    row = 0
    for day in range(per_day.shape[0]):
        for _ in range(per_day[day]):
            size = sizes[row]
            row += 1
            place = 0
            if size > 0:
                place = int(log2(float(size)) * BINS_PER_DOUBLING)
                while edges[place] > size:
                    place -= 1
                while edges[place + 1] <= size:
                    place += 1
                place += 1
            bins[day, 0, place] += 1
            bins[day, 1, place] += size
            if size >= RESIDUE_MIN_BYTES:
                offset = 0
                for modulus in moduli:
                    residues[day, offset + size % modulus] += 1
                    offset += modulus
            # Murmur3's finaliser: any even spread of exact sizes over registers will do.
            h = np.uint64(size + 1)
            h = (h ^ (h >> np.uint64(33))) * _FIRST
            h = (h ^ (h >> np.uint64(33))) * _SECOND
            h ^= h >> np.uint64(33)
            register = np.int64(h >> np.uint64(56))
            rest = (h << np.uint64(8)) | np.uint64(0x80)
            rank = 1
            while rest & np.uint64(1 << 63) == np.uint64(0):
                rest <<= np.uint64(1)
                rank += 1
            registers[day, register] = max(registers[day, register], rank)
