"""Eight bytes at a time: what lets the other kernels pass over text at several bytes per step.

Compiled code only; a machine of little-endian byte order, as all that numba supports are. The search for a
byte is the one by Mycroft (1987): a word holds a zero byte where `(w - 0x01…) & ~w & 0x80…` has a bit, and
the lowest such bit is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from mithaq.telemetry.kernels.jit import Bytes, compiled

WORD: Final = 8
"""Bytes in a word."""

_ONES = np.uint64(0x0101010101010101)
_HIGH = np.uint64(0x8080808080808080)


def _load(_context: Any, buf: Any, _at: Any) -> Any:  # noqa: ANN401  # numba's own types have no types
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(array.data, [arguments[1]])
        word = builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()))
        word.align = 1
        return word

    return types.uint64(buf, types.int64), generate


def _count_zeros(_context: Any, _word: Any) -> Any:  # noqa: ANN401
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


word_at = cast("Callable[[Bytes, int], np.uint64]", intrinsic(_load))
"""Load `buf[at:at + 8]` as one number; who calls has made sure that these bytes are there."""

_trailing_zeros = cast("Callable[[np.uint64], int]", intrinsic(_count_zeros))


@compiled
def repeated(byte: int) -> np.uint64:
    """Give a word of eight times the same byte, as `find` takes it."""
    return np.uint64(byte) * _ONES


@compiled
def matches_in(word: np.uint64, wanted: np.uint64) -> np.uint64:
    """Mark the bytes of a word that are wanted; 0 if there are none, and only the lowest mark is certain."""
    difference = word ^ wanted
    return (difference - _ONES) & ~difference & _HIGH


@compiled
def find(buf: Bytes, at: int, end: int, byte: int) -> int:
    """Position of the first such byte in `buf[at:end]`, `end` if there is none."""
    wanted = repeated(byte)
    while at + WORD <= end:
        marks = matches_in(word_at(buf, at), wanted)
        if marks != np.uint64(0):
            return at + (_trailing_zeros(marks) >> 3)
        at += WORD
    while at < end and buf[at] != byte:
        at += 1
    return at
