"""Rolling rows up into dense arrays, one entry per group code.

Group codes come from `PairIndex`; the arrays here are as long as there are groups, and their owner makes
them longer before a call.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mithaq.telemetry.kernels.jit import Bytes, Ints, Words, compiled


@compiled
def add_activity(
    groups: Ints, times: Ints, failed: npt.NDArray[np.bool_], bytes_in: Ints, bytes_out: Ints,
    totals: npt.NDArray[np.int64], minutes: npt.NDArray[np.int32],
) -> None:  # fmt: skip
    """Add rows to `totals` (groups, 4: events, errors, bytes in, bytes out) and `minutes` (groups, 60)."""
    for row in range(groups.shape[0]):
        group = groups[row]
        totals[group, 0] += 1
        totals[group, 1] += 1 if failed[row] else 0
        totals[group, 2] += bytes_in[row]
        totals[group, 3] += bytes_out[row]
        minutes[group, (times[row] // 60) % 60] += 1


@compiled
def add_sizes(groups: Ints, sizes: Ints, totals: npt.NDArray[np.int64]) -> None:
    """Add object sizes to `totals` (groups, 2: objects, bytes)."""
    for row in range(groups.shape[0]):
        totals[groups[row], 0] += 1
        totals[groups[row], 1] += sizes[row]


@compiled
def add_residues(groups: Ints, sizes: Ints, moduli: Ints, counts: npt.NDArray[np.int32]) -> None:
    """Count sizes modulo each modulus; `counts` is (groups, sum of moduli), one modulus behind the other."""
    for row in range(groups.shape[0]):
        offset = 0
        for modulus in moduli:
            counts[groups[row], offset + sizes[row] % modulus] += 1
            offset += modulus


@compiled
def size_bins(sizes: Ints, edges: Ints, out: Ints) -> None:
    """Give each size its bin: the last edge not above it; -1 for 0 (an empty object)."""
    for row in range(sizes.shape[0]):
        out[row] = np.searchsorted(edges, sizes[row], side="right") - 1


@compiled
def raise_registers(groups: Ints, hashes: Words, registers: Bytes) -> None:
    """Raise HyperLogLog registers (groups, 256) with 64-bit hashes; a hash of 0 stands for no value.

    The top 8 bits choose the register, the rank is one more than the leading zeros of the other 56.
    """
    for row in range(groups.shape[0]):
        h = hashes[row]
        if h == np.uint64(0):
            continue
        register = np.int64(h >> np.uint64(56))
        rest = (h << np.uint64(8)) | np.uint64(0x80)
        rank = 1
        while rest & np.uint64(1 << 63) == np.uint64(0):
            rest <<= np.uint64(1)
            rank += 1
        registers[groups[row], register] = max(registers[groups[row], register], rank)


@compiled
def mix_numbers(values: Ints, k0: np.uint64, k1: np.uint64, out: Words) -> None:
    """Hash numbers into 64 bits for a sketch (murmur3 finaliser, keyed by addition); never 0."""
    for row in range(values.shape[0]):
        h = np.uint64(values[row]) + k0
        h = (h ^ (h >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
        h = (h ^ (h >> np.uint64(33)) ^ k1) * np.uint64(0xC4CEB9FE1A85EC53)
        h ^= h >> np.uint64(33)
        out[row] = h if h != np.uint64(0) else np.uint64(1)
