"""Splitting the private unlock key so that any two of its holders open it, and none alone.

For every pair of holders the key is `s1 XOR s2`, with `s1` drawn anew: each half by itself is uniformly
random and says nothing about the key, and halves of different pairs do not combine. Each half is sealed to
one person, for one epoch and one pair. To take part in an unlock a holder opens their halves on their own
machine and seals them anew, to the one-time key of that one request.

Nothing here reads a file, a clock or a database.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from mithaq.identity.errors import BadSharing, WrongHalves
from mithaq.identity.keyring import Entropy
from mithaq.identity.sealing import KEY_BYTES, Purpose, fingerprint_of, open_sealed, public_of, seal_to

LEAST_HOLDERS: Final = 2


@dataclass(frozen=True, slots=True)
class Holder:
    """One person who keeps halves: the pseudonym of their account, and their personal public key."""

    person: str
    public: bytes


@dataclass(frozen=True, slots=True)
class SealedHalf:
    """The half that `holder` keeps for the pair with `partner`, sealed to the holder.

    `check` (64 hex digits) is what the proof of having opened the half hashes to; see `proof_of`.
    """

    holder: str
    partner: str
    sealed: bytes
    check: str


@dataclass(frozen=True, slots=True)
class Split:
    """A key split among holders in one epoch: two halves per pair."""

    epoch: int
    unlock_public: bytes
    halves: tuple[SealedHalf, ...]


@dataclass(frozen=True, slots=True)
class Errand:
    """What one request opens the key for: one pseudonym, in one case, under one epoch of the split."""

    request: str
    case: str
    pseudonym: str
    epoch: int
    unlock_public: bytes

    def handing(self, holder: str, partner: str) -> Purpose:
        """Say what a half handed in for this request is bound to."""
        return {
            "mithaq": "unlock-session/v1",
            "request": self.request,
            "case": self.case,
            "pseudonym": self.pseudonym,
            **_pair(self.epoch, self.unlock_public, holder, partner),
        }

    def result(self, reader: str) -> Purpose:
        """Say what the result of this request, sealed to one reader, is bound to."""
        return {
            "mithaq": "unlock-result/v1",
            "request": self.request,
            "case": self.case,
            "pseudonym": self.pseudonym,
            "reader": reader,
        }


def split(private: bytes, holders: Sequence[Holder], *, epoch: int, entropy: Entropy) -> Split:
    """Split the private unlock key among holders: n(n-1)/2 pairs, n(n-1) sealed halves.

    Raises BadSharing for fewer than two holders, or when a person or a key is named twice: two keys of one
    person must never make a pair.
    """
    _distinct(holders)
    public = public_of(private)
    halves: list[SealedHalf] = []
    for one, other in combinations(sorted(holders, key=lambda holder: holder.person), 2):
        first = entropy(KEY_BYTES)
        for half, holder, partner in (
            (first, one, other),
            (_xor(private, first), other, one),
        ):
            purpose = _keeping(epoch, public, holder.person, partner.person)
            sealed = seal_to(holder.public, half, purpose)
            halves.append(SealedHalf(holder.person, partner.person, sealed, check_of(proof_of(half))))
    return Split(epoch, public, tuple(halves))


def open_half(half: SealedHalf, private: bytes, *, epoch: int, unlock_public: bytes) -> bytes:
    """Open one's own half with one's personal key; raises DoesNotOpen, WrongHalves when altered."""
    purpose = _keeping(epoch, unlock_public, half.holder, half.partner)
    opened = open_sealed(private, half.sealed, purpose)
    if not fits(opened, half.check):
        raise WrongHalves(
            "the half opens, but is not the one that was dealt", hint="Have the key split anew."
        )
    return opened


def hand_in(opened: Mapping[str, bytes], holder: str, *, errand: Errand, session: bytes) -> dict[str, bytes]:
    """Seal one's opened halves (by partner) to the one-time key of a request, bound to all that it names."""
    return {
        partner: seal_to(session, half, errand.handing(holder, partner)) for partner, half in opened.items()
    }


def take_in(sealed: bytes, session_private: bytes, *, errand: Errand, half: SealedHalf) -> bytes:
    """Open a half handed in for a request; raises DoesNotOpen, or WrongHalves for one not dealt."""
    opened = open_sealed(session_private, sealed, errand.handing(half.holder, half.partner))
    if not fits(opened, half.check):
        raise WrongHalves(
            "what was handed in is not the half that was dealt", hint="Use the personal key of this epoch."
        )
    return opened


def combine(one: bytes, other: bytes, *, unlock_public: bytes) -> bytes:
    """Put two halves together; raises WrongHalves when they do not make the key of this public half."""
    private = _xor(one, other)
    if not hmac.compare_digest(public_of(private), unlock_public):
        raise WrongHalves("these halves do not belong together", hint="They come from two pairs or epochs.")
    return private


def proof_of(half: bytes) -> str:
    """Give what shows that one has opened a half without showing it: 64 hex digits."""
    return hashlib.sha256(b"mithaq/v1/half-opened/" + half).hexdigest()


def check_of(proof: str) -> str:
    """Give what a proof is compared with: its SHA-256, 64 hex digits."""
    return hashlib.sha256(proof.encode()).hexdigest()


def fits(half: bytes, check: str) -> bool:
    """Say whether a half is the one that was dealt."""
    return len(half) == KEY_BYTES and hmac.compare_digest(check_of(proof_of(half)), check)


def _distinct(holders: Sequence[Holder]) -> None:
    people = {holder.person for holder in holders}
    keys = {holder.public for holder in holders}
    if len(people) < LEAST_HOLDERS or len(people) != len(holders) or len(keys) != len(holders):
        raise BadSharing(
            f"{len(holders)} holders with {len(people)} names and {len(keys)} keys cannot share a key",
            hint="Name at least two different people, each once and with a key of their own.",
        )


def _keeping(epoch: int, unlock_public: bytes, holder: str, partner: str) -> Purpose:
    return {"mithaq": "unlock-half/v1", **_pair(epoch, unlock_public, holder, partner)}


def _pair(epoch: int, unlock_public: bytes, holder: str, partner: str) -> Purpose:
    return {
        "key": fingerprint_of(unlock_public),
        "epoch": epoch,
        "pair": [min(holder, partner), max(holder, partner)],
        "holder": holder,
    }


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
