"""SipHash-2-4, a keyed pseudo-random function for short inputs (Aumasson and Bernstein, 2012).

Used for hashes that never leave the process or only as sketch registers and sampled object numbers. Keys
are derived per purpose and epoch in `identity`.
"""

from __future__ import annotations

import numpy as np

from mithaq.telemetry.kernels.jit import Bytes, Ints, Words, compiled
from mithaq.telemetry.kernels.words import word_at

_C0 = np.uint64(0x736F6D6570736575)
_C1 = np.uint64(0x646F72616E646F6D)
_C2 = np.uint64(0x6C7967656E657261)
_C3 = np.uint64(0x7465646279746573)
_FF = np.uint64(0xFF)
_13, _16, _17, _21, _32 = np.uint64(13), np.uint64(16), np.uint64(17), np.uint64(21), np.uint64(32)
_51, _48, _47, _43 = np.uint64(51), np.uint64(48), np.uint64(47), np.uint64(43)


@compiled
def _round(
    v0: np.uint64, v1: np.uint64, v2: np.uint64, v3: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    v0 = v0 + v1
    v1 = ((v1 << _13) | (v1 >> _51)) ^ v0
    v0 = (v0 << _32) | (v0 >> _32)
    v2 = v2 + v3
    v3 = ((v3 << _16) | (v3 >> _48)) ^ v2
    v0 = v0 + v3
    v3 = ((v3 << _21) | (v3 >> _43)) ^ v0
    v2 = v2 + v1
    v1 = ((v1 << _17) | (v1 >> _47)) ^ v2
    v2 = (v2 << _32) | (v2 >> _32)
    return v0, v1, v2, v3


@compiled
def siphash24(buf: Bytes, start: int, length: int, k0: np.uint64, k1: np.uint64) -> np.uint64:
    """Hash `buf[start:start+length]` under the 128-bit key (k0, k1); 64 bits."""
    v0 = k0 ^ _C0
    v1 = k1 ^ _C1
    v2 = k0 ^ _C2
    v3 = k1 ^ _C3
    whole = length & ~7
    for offset in range(start, start + whole, 8):
        word = word_at(buf, offset)
        v3 ^= word
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0 ^= word
    word = np.uint64(length & 0xFF) << np.uint64(56)
    for byte in range(length - whole):
        word |= np.uint64(buf[start + whole + byte]) << np.uint64(8 * byte)
    v3 ^= word
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0 ^= word
    v2 ^= _FF
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return v0 ^ v1 ^ v2 ^ v3


@compiled
def siphash_column(buf: Bytes, starts: Ints, lengths: Ints, k0: np.uint64, k1: np.uint64, out: Words) -> None:
    """Hash every text of a column; a negative length (no value) gives 0."""
    for row in range(starts.shape[0]):
        out[row] = siphash24(buf, starts[row], lengths[row], k0, k1) if lengths[row] >= 0 else np.uint64(0)
