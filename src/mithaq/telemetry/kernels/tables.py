"""Hash tables over byte strings and over pairs of integers, grown by their Python owners.

Both are open addressing with linear probing over a power-of-two slot array that holds `entry + 1` (0 is
free). Kernels stop and say how far they came when the table is full; the owner grows it and calls again.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from mithaq.telemetry.kernels.jit import Bytes, Ints, Words, compiled
from mithaq.telemetry.kernels.siphash import siphash24

_MIX = np.uint64(0x9E3779B97F4A7C15)
_TOP = np.uint64(32)
_START: Final = 1024


@compiled
def _intern_rows(
    buf: Bytes,
    starts: Ints,
    lengths: Ints,
    first: int,
    codes: Ints,
    slots: Ints,
    hashes: Words,
    bounds: Ints,
    pool: Bytes,
    count: int,
    key: np.uint64,
) -> tuple[int, int]:
    """Give rows from `first` on their codes; returns (next row, entries). -1 is the code of no value."""
    mask = slots.shape[0] - 1
    limit = slots.shape[0] * 3 // 5
    row = first
    while row < starts.shape[0]:
        start, length = starts[row], lengths[row]
        if length < 0:
            codes[row] = -1
            row += 1
            continue
        if count + 1 >= limit or bounds[count] + length > pool.shape[0]:
            return row, count
        h = siphash24(buf, start, length, key, key)
        slot = np.int64(h & np.uint64(mask))
        while True:
            entry = slots[slot] - 1
            if entry < 0:
                slots[slot] = count + 1
                hashes[count] = h
                for i in range(length):
                    pool[bounds[count] + i] = buf[start + i]
                bounds[count + 1] = bounds[count] + length
                codes[row] = count
                count += 1
                break
            if hashes[entry] == h and bounds[entry + 1] - bounds[entry] == length:
                at = bounds[entry]
                i = 0
                while i < length and pool[at + i] == buf[start + i]:
                    i += 1
                if i == length:
                    codes[row] = entry
                    break
            slot = (slot + 1) & mask
        row += 1
    return row, count


@compiled
def _reslot(slots: Ints, hashes: Words, count: int) -> None:
    mask = slots.shape[0] - 1
    for entry in range(count):
        slot = np.int64(hashes[entry] & np.uint64(mask))
        while slots[slot] != 0:
            slot = (slot + 1) & mask
        slots[slot] = entry + 1


class Interner:
    """Gives equal byte strings equal small codes, in order of first appearance. Lives in memory only."""

    def __init__(self) -> None:
        self._slots = np.zeros(_START, np.int64)
        self._hashes = np.zeros(_START, np.uint64)
        self._bounds = np.zeros(_START + 1, np.int64)
        self._pool = np.zeros(64 * _START, np.uint8)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def codes(self, buf: Bytes, starts: Ints, lengths: Ints) -> Ints:
        """Give each text of a column its code; -1 where the length is negative (no value)."""
        codes = np.empty(starts.shape[0], np.int64)
        row, key = 0, np.uint64(0x6D69746861712121)
        while True:
            row, self._count = _intern_rows(
                buf, starts, lengths, row, codes, self._slots, self._hashes,
                self._bounds, self._pool, self._count, key,
            )  # fmt: skip
            if row == starts.shape[0]:
                return codes
            self._grow(int(lengths[row]))

    def value(self, code: int) -> bytes:
        """Give the byte string behind a code."""
        return self._pool[self._bounds[code] : self._bounds[code + 1]].tobytes()

    def _grow(self, needed: int) -> None:
        size = 2 * self._slots.shape[0]
        self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)])
        self._bounds = np.concatenate([self._bounds, np.zeros(size // 2, np.int64)])
        self._pool = np.concatenate([self._pool, np.zeros(self._pool.shape[0] + needed, np.uint8)])
        self._slots = np.zeros(size, np.int64)
        _reslot(self._slots, self._hashes, self._count)


@compiled
def pair_hash(a: np.int64, b: np.int64) -> np.uint64:
    """Mix two integers into 64 bits (multiply-xorshift); unkeyed, for tables in memory only."""
    h = np.uint64(a) * _MIX
    h = (h ^ (h >> _TOP)) + np.uint64(b)
    h = h * _MIX
    return h ^ (h >> _TOP)


@compiled
def _slot_rows(
    first: Ints, second: Ints, begin: int, out: Ints, slots: Ints, a: Ints, b: Ints, count: int
) -> tuple[int, int]:
    mask = slots.shape[0] - 1
    limit = slots.shape[0] * 3 // 5
    row = begin
    while row < first.shape[0]:
        if count + 1 >= limit:
            return row, count
        slot = np.int64(pair_hash(first[row], second[row]) & np.uint64(mask))
        while True:
            entry = slots[slot] - 1
            if entry < 0:
                slots[slot] = count + 1
                a[count] = first[row]
                b[count] = second[row]
                out[row] = count
                count += 1
                break
            if a[entry] == first[row] and b[entry] == second[row]:
                out[row] = entry
                break
            slot = (slot + 1) & mask
        row += 1
    return row, count


@compiled
def _reslot_pairs(slots: Ints, a: Ints, b: Ints, count: int) -> None:
    mask = slots.shape[0] - 1
    for entry in range(count):
        slot = np.int64(pair_hash(a[entry], b[entry]) & np.uint64(mask))
        while slots[slot] != 0:
            slot = (slot + 1) & mask
        slots[slot] = entry + 1


class PairIndex:
    """Gives equal pairs of 64-bit integers equal small codes, in order of first appearance."""

    def __init__(self) -> None:
        self._slots = np.zeros(_START, np.int64)
        self._first = np.zeros(_START, np.int64)
        self._second = np.zeros(_START, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def first(self) -> Ints:
        """The first member of each known pair, by code."""
        return self._first[: self._count]

    @property
    def second(self) -> Ints:
        """The second member of each known pair, by code."""
        return self._second[: self._count]

    def codes(self, first: Ints, second: Ints) -> Ints:
        """Give each row's pair its code."""
        out = np.empty(first.shape[0], np.int64)
        row = 0
        while True:
            row, self._count = _slot_rows(
                first, second, row, out, self._slots, self._first, self._second, self._count
            )
            if row == first.shape[0]:
                return out
            size = 2 * self._slots.shape[0]
            self._first = np.concatenate([self._first, np.zeros_like(self._first)])
            self._second = np.concatenate([self._second, np.zeros_like(self._second)])
            self._slots = np.zeros(size, np.int64)
            _reslot_pairs(self._slots, self._first, self._second, self._count)
