"""Ids in the providers' forms, all of them invented and drawn from a seed."""

from __future__ import annotations

import base64
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]

_REQUEST_ALPHABET: Final = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", np.uint8)


def scattered(numbers: Ints, salt: int) -> npt.NDArray[np.uint64]:
    """Give each number 64 bits of its own (SplitMix64, Steele et al. 2014): equal numbers, equal bits."""
    word = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


def tokens(numbers: Ints, salt: int) -> list[str]:
    """Give each number 32 hexadecimal digits of its own."""
    first, second = scattered(numbers, salt).tolist(), scattered(numbers, salt ^ 0x5DEECE66D).tolist()
    return [f"{high:016x}{low:016x}" for high, low in zip(first, second, strict=True)]


def request_ids(rng: np.random.Generator, count: int) -> list[str]:
    """Draw request ids: 16 digits and capital letters."""
    drawn = _REQUEST_ALPHABET[rng.integers(0, 32, (count, 16), dtype=np.uint8)].tobytes().decode("ascii")
    return [drawn[start : start + 16] for start in range(0, 16 * count, 16)]


def host_ids(rng: np.random.Generator, count: int) -> list[str]:
    """Draw extended request ids: 75 base64 digits and a `=`."""
    drawn = base64.b64encode(rng.bytes(57 * count)).decode("ascii")
    return [drawn[start : start + 75] + "=" for start in range(0, 76 * count, 76)]


def uuids(rng: np.random.Generator, count: int) -> list[str]:
    """Draw UUIDs."""
    drawn = rng.bytes(16 * count).hex()
    starts = range(0, 32 * count, 32)
    return [
        f"{drawn[s : s + 8]}-{drawn[s + 8 : s + 12]}-{drawn[s + 12 : s + 16]}-{drawn[s + 16 : s + 20]}-"
        f"{drawn[s + 20 : s + 32]}"
        for s in starts
    ]


def canonical_owner(rng: np.random.Generator) -> str:
    """Draw a canonical user id: 64 hexadecimal digits."""
    return rng.bytes(32).hex()


def account(rng: np.random.Generator) -> str:
    """Draw an account number: 12 digits."""
    return f"{int(rng.integers(10**11, 10**12)):012d}"


def address(rng: np.random.Generator) -> str:
    """Draw an address from the blocks that are set aside for documentation (RFC 5737)."""
    block = ("192.0.2", "198.51.100", "203.0.113")[int(rng.integers(3))]
    return f"{block}.{int(rng.integers(1, 255))}"
