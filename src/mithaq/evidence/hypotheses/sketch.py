"""Registers of the lake's distinct-count sketches: as ingest forms them, as a pool of ids fills them."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mithaq.telemetry.lake.schema import SKETCH_REGISTERS

Ints: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]

RANKS: Final = 58
"""Ranks are 1 to 57; 0 stands for an empty register."""

_NEVER: Final = 1e-4
_SMALL_POOL: Final = 4096
"""Pools up to this size are followed id by id; larger ones by how many ids have each rank."""


def sketch_entry(hashes: Words) -> tuple[Ints, Ints]:
    """Give register and rank of 64-bit hashes: the top 8 bits, and 1 + leading zeros of the other 56.

    A stop bit below the 56 keeps the rank at 57 at most.
    """
    registers = (hashes >> np.uint64(56)).astype(np.int64)
    rest = (hashes << np.uint64(8)) | np.uint64(0x80)
    # Without its second-highest bit a word cannot be rounded up to the next power of two.
    lone = (rest & ~(rest >> np.uint64(1))).astype(np.float64)
    exponents = (lone.view(np.int64) >> 52) - 1023
    return registers, 64 - exponents


def pool_registers(rng: np.random.Generator, pool: int, draws_per_day: Ints) -> Ints:
    """Give the daily sketches of a pool of ids from which each event of a day draws one evenly.

    The same ids come back on other days, so merged sketches show the pool and not the sum of the days.
    For large pools the ids of one rank and register are followed as a group, which is exact when their
    number is Poisson distributed.
    """
    draws = draws_per_day.astype(np.float64)[:, None]
    if pool <= _SMALL_POOL:
        registers, ranks = sketch_entry(rng.integers(0, 2**64, pool, dtype=np.uint64))
        present = rng.random((draws.shape[0], pool)) < -np.expm1(draws * np.log1p(-1.0 / max(pool, 1.000001)))
        seen = np.zeros((draws.shape[0], SKETCH_REGISTERS * RANKS), np.bool_)
        day, which = np.nonzero(present)
        seen[day, registers[which] * RANKS + ranks[which]] = True
        return _highest(seen.reshape(-1, SKETCH_REGISTERS, RANKS))
    levels = np.arange(RANKS, dtype=np.float64)
    expected = np.where(levels > 0, pool / SKETCH_REGISTERS * 2.0**-levels, 0.0)
    used = int(np.flatnonzero(expected * SKETCH_REGISTERS > _NEVER).max()) + 1
    members = rng.poisson(expected[:used], (SKETCH_REGISTERS, used))
    absent = np.exp(members[None, :, :] * (-draws / pool)[:, :, None])
    seen_levels = rng.random(absent.shape) >= absent
    return _highest(seen_levels)


def _highest(seen: npt.NDArray[np.bool_]) -> Ints:
    """Give the highest rank that is set on the last axis, 0 if none is."""
    ranks = seen.shape[-1]
    highest = ranks - 1 - np.argmax(seen[..., ::-1], axis=-1)
    result: Ints = np.where(seen.any(axis=-1), highest, 0).astype(np.int64)
    return result
