"""Hash tables over byte strings and over pairs of integers, grown by their Python owners.

Both are open addressing with linear probing over a power-of-two table of slots; a slot holds `entry + 1`
(0 is free) beside what it is found by, so that a look-up is one line of the processor's cache. Kernels stop
and say how far they came when the table is full; the owner grows it and calls again.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from mithaq.telemetry.kernels.jit import Bytes, Ints, Words, compiled
from mithaq.telemetry.kernels.words import WORD, word_at

_MIX = np.uint64(0x9E3779B97F4A7C15)
_TOP = np.uint64(32)
_START: Final = 1024

_ENTRY, _FIRST, _SECOND = 0, 1, 2
_COLUMNS: Final = 4
"""Numbers to a slot of pairs; the last is unused and keeps a slot within one line of the cache."""


@compiled
def text_hash(buf: Bytes, start: int, length: int) -> np.uint64:
    """Mix a byte string into 64 bits (multiply-xorshift); unkeyed, for tables in memory only."""
    h = np.uint64(length) * _MIX
    at, end = start, start + length
    while at + WORD <= end:
        h = (h ^ word_at(buf, at)) * _MIX
        h ^= h >> _TOP
        at += WORD
    word = np.uint64(0)
    while at < end:
        word = (word << np.uint64(8)) | np.uint64(buf[at])
        at += 1
    h = (h ^ word) * _MIX
    return h ^ (h >> _TOP)


@compiled
def _same(a: Bytes, at: int, b: Bytes, bt: int, length: int) -> bool:
    i = 0
    while i + WORD <= length:
        if word_at(a, at + i) != word_at(b, bt + i):
            return False
        i += WORD
    while i < length:
        if a[at + i] != b[bt + i]:
            return False
        i += 1
    return True


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
        h = text_hash(buf, start, length)
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
            if (
                hashes[entry] == h
                and bounds[entry + 1] - bounds[entry] == length
                and _same(pool, bounds[entry], buf, start, length)
            ):
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
        row = 0
        while True:
            row, self._count = _intern_rows(
                buf, starts, lengths, row, codes, self._slots, self._hashes,
                self._bounds, self._pool, self._count,
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
    first: Ints,
    second: Ints,
    begin: int,
    out: Ints,
    slots: npt.NDArray[np.int64],
    a: Ints,
    b: Ints,
    count: int,
) -> tuple[int, int]:
    mask = slots.shape[0] - 1
    limit = slots.shape[0] * 3 // 5
    row = begin
    while row < first.shape[0]:
        if count + 1 >= limit:
            return row, count
        slot = np.int64(pair_hash(first[row], second[row]) & np.uint64(mask))
        while True:
            entry = slots[slot, _ENTRY] - 1
            if entry < 0:
                slots[slot, _ENTRY] = count + 1
                slots[slot, _FIRST] = a[count] = first[row]
                slots[slot, _SECOND] = b[count] = second[row]
                out[row] = count
                count += 1
                break
            if slots[slot, _FIRST] == first[row] and slots[slot, _SECOND] == second[row]:
                out[row] = entry
                break
            slot = (slot + 1) & mask
        row += 1
    return row, count


@compiled
def _reslot_pairs(slots: npt.NDArray[np.int64], a: Ints, b: Ints, count: int) -> None:
    mask = slots.shape[0] - 1
    for entry in range(count):
        slot = np.int64(pair_hash(a[entry], b[entry]) & np.uint64(mask))
        while slots[slot, _ENTRY] != 0:
            slot = (slot + 1) & mask
        slots[slot, _ENTRY] = entry + 1
        slots[slot, _FIRST] = a[entry]
        slots[slot, _SECOND] = b[entry]


class PairIndex:
    """Gives equal pairs of 64-bit integers equal small codes, in order of first appearance."""

    def __init__(self) -> None:
        self._slots = np.zeros((_START, _COLUMNS), np.int64)
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

    def clear(self) -> None:
        """Forget every pair, but keep the room."""
        self._slots[:] = 0
        self._count = 0

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
            self._slots = np.zeros((size, _COLUMNS), np.int64)
            _reslot_pairs(self._slots, self._first, self._second, self._count)
