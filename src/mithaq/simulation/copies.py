"""Copies of marked records, made fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from mithaq.telemetry.kernels.jit import Bytes, Ints, compiled

_REQUEST_SIGNS: Final = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", np.uint8)
_BASE64_SIGNS: Final = np.frombuffer(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", np.uint8
)
_HEX: Final = np.frombuffer(b"0123456789abcdef", np.uint8)

_OBJECT, _REQUEST, _BASE64, _MOMENT, _LAST_MARK = 1, 2, 3, 4, 5
_HALF: Final = 16
_TIME_DIGITS: Final = 8

_MET_AGAIN: Final = 266
"""Of 1,024 records, how many name an object that an earlier one named: 26 % in trial logs."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Marked records one behind the other.

    Marks are single bytes: 1 a hexadecimal digit of the object's own 32, 2 and 3 a random sign of a request
    id and of base64, 4 a digit of day, hour, minute or second, in this order, 5 a random hexadecimal digit.
    """

    buf: Bytes
    starts: Ints
    """Where each record begins; one more entry for the end."""
    group: int
    """So many neighbours name their objects in the same way: copies of any may name one object again."""

    @classmethod
    def of(cls, records: Iterable[str], *, group: int = 1) -> Pool:
        """Put records together, a whole number of groups."""
        encoded = [record.encode() for record in records]
        ends = np.cumsum([len(record) for record in encoded])
        starts = np.concatenate([np.zeros(1, np.int64), ends]).astype(np.int64)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts, group)


def copies(pool: Pool, count: int, seed: int, *, span: int, block: int) -> Iterator[bytes]:
    """Give `count` copies of records drawn evenly from the pool, `block` at a time, in order of time.

    Times run evenly over `span` seconds from the first of the month that the records name.
    """
    longest = int(np.diff(pool.starts).max())
    out = np.empty(longest * min(block, count), np.uint8)
    for first in range(0, count, block):
        last = min(first + block, count)
        length = _fill(pool.buf, pool.starts, pool.group, out, first, last, (count, seed, span))
        yield out[:length].tobytes()


@compiled
def _mixed(number: int, salt: int) -> np.uint64:
    """SplitMix64 of a number (Steele et al. 2014)."""
    word = np.uint64(number) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt) * np.uint64(0xD1B54A32D192ED03)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@compiled
def _time_digit(second: int, place: int) -> int:
    """Give one of the digits DDHHMMSS of a moment; days are counted from 1 at second 0."""
    parts = (second // 86400 + 1, second // 3600 % 24, second // 60 % 60, second % 60)
    part = parts[place // 2]
    return part // 10 if place % 2 == 0 else part % 10


@compiled
def _fill(
    buf: Bytes, starts: Ints, group: int, out: Bytes, first: int, last: int, run: tuple[int, int, int]
) -> int:
    """Write copies `first` to `last` to `out`; `run` is (copies in all, seed, span). Gives bytes written."""
    count, seed, span = run
    groups = np.uint64((starts.shape[0] - 1) // group)
    at = 0
    for number in range(first, last):
        word = _mixed(number, seed)
        owner = number
        if number > 0 and np.int64(word & np.uint64(1023)) < _MET_AGAIN:
            owner = int(_mixed(number, seed + 1) % np.uint64(number))
        which = np.int64(_mixed(owner, seed + 4) % groups) * group
        which += np.int64((word >> np.uint64(20)) % np.uint64(group))
        high, low = _mixed(owner, seed + 2), _mixed(owner, seed + 3)
        state = word | np.uint64(1)
        second = number * span // count
        digit = clock = 0
        for i in range(starts[which], starts[which + 1]):
            byte = buf[i]
            if byte > _LAST_MARK:
                out[at] = byte
            elif byte == _OBJECT:
                half = high if digit % (2 * _HALF) < _HALF else low
                out[at] = _HEX[np.int64((half >> np.uint64(4 * (15 - digit % _HALF))) & np.uint64(15))]
                digit += 1
            elif byte == _MOMENT:
                out[at] = 48 + _time_digit(second, clock % _TIME_DIGITS)
                clock += 1
            else:
                state ^= state << np.uint64(13)
                state ^= state >> np.uint64(7)
                state ^= state << np.uint64(17)
                drawn = np.int64(state >> np.uint64(58))
                if byte == _REQUEST:
                    out[at] = _REQUEST_SIGNS[drawn >> 1]
                elif byte == _BASE64:
                    out[at] = _BASE64_SIGNS[drawn]
                else:
                    out[at] = _HEX[drawn >> 2]
            at += 1
    return at
