"""Any two holders open the split key, for the one request they meant; nobody opens anything alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mithaq.identity.errors import BadPublicKey, BadSharing, DoesNotOpen, WrongHalves
from mithaq.identity.sealing import open_sealed, public_of, seal_to
from mithaq.identity.sharing import (
    Errand,
    Holder,
    SealedHalf,
    Split,
    check_of,
    combine,
    hand_in,
    open_half,
    proof_of,
    split,
    take_in,
)

ERRAND = Errand("u_one", "case-1", "s1_abc", 1, b"")


def seeded(seed: int) -> Callable[[int], bytes]:
    """Bytes that are the same in every run."""
    return random.Random(seed).randbytes  # noqa: S311  # a test's keys protect nothing


class World:
    """A split key, and the personal keys of those who hold it."""

    def __init__(self, people: int, seed: int = 0, *, epoch: int = 1) -> None:
        self.entropy = seeded(seed)
        self.unlock = self.entropy(32)
        self.private = {f"p_{number}": self.entropy(32) for number in range(people)}
        self.holders = [Holder(person, public_of(key)) for person, key in self.private.items()]
        self.split = split(self.unlock, self.holders, epoch=epoch, entropy=self.entropy)
        self.session = self.entropy(32)

    def half(self, holder: str, partner: str) -> SealedHalf:
        return next(h for h in self.split.halves if (h.holder, h.partner) == (holder, partner))

    def opened(self, holder: str, partner: str, *, by: str | None = None, of: Split | None = None) -> bytes:
        whole = of or self.split
        return open_half(
            self.half(holder, partner),
            self.private[by or holder],
            epoch=whole.epoch,
            unlock_public=whole.unlock_public,
        )


@given(people=st.integers(2, 7), seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_every_pair_of_holders_opens_the_key(people: int, seed: int) -> None:
    world = World(people, seed)
    assert len(world.split.halves) == people * (people - 1)
    for one, other in combinations(world.private, 2):
        key = combine(
            world.opened(one, other), world.opened(other, one), unlock_public=world.split.unlock_public
        )
        assert key == world.unlock


@given(people=st.integers(2, 6), seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_nobody_opens_a_half_that_is_sealed_to_another(people: int, seed: int) -> None:
    world = World(people, seed)
    for holder, partner in permutations(world.private, 2):
        for other in world.private.keys() - {holder}:
            with pytest.raises(DoesNotOpen):
                world.opened(holder, partner, by=other)


@given(people=st.integers(2, 6), seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_all_halves_that_one_person_holds_make_no_key(people: int, seed: int) -> None:
    world = World(people, seed)
    for person in world.private:
        own = [world.opened(person, partner) for partner in world.private.keys() - {person}]
        assert world.unlock not in own
        for one, other in [*combinations(own, 2), *((half, half) for half in own)]:
            with pytest.raises(WrongHalves):
                combine(one, other, unlock_public=world.split.unlock_public)
        folded = bytes(32)
        for half in own:
            folded = bytes(a ^ b for a, b in zip(folded, half, strict=True))
        assert folded != world.unlock


@given(seed=st.integers(0, 2**32), flip=st.integers(0, 255))
@settings(max_examples=50, deadline=None)
def test_halves_of_two_pairs_or_an_altered_half_make_no_key(seed: int, flip: int) -> None:
    world = World(3, seed)
    public = world.split.unlock_public
    with pytest.raises(WrongHalves):
        combine(world.opened("p_0", "p_1"), world.opened("p_2", "p_0"), unlock_public=public)
    altered = bytearray(world.opened("p_1", "p_0"))
    altered[flip // 8] ^= 1 << flip % 8
    # The last bits of an X25519 private key are fixed by clamping (RFC 7748): two spellings of one key.
    clamped = {0, 1, 2, 254, 255}
    if flip not in clamped:
        with pytest.raises(WrongHalves):
            combine(world.opened("p_0", "p_1"), bytes(altered), unlock_public=public)


def test_a_half_of_an_earlier_epoch_does_not_pass_for_one_of_the_next() -> None:
    world = World(3)
    later = split(world.unlock, world.holders, epoch=2, entropy=world.entropy)
    with pytest.raises(DoesNotOpen):
        world.opened("p_0", "p_1", of=later)
    new = next(half for half in later.halves if (half.holder, half.partner) == ("p_1", "p_0"))
    opened = open_half(new, world.private["p_1"], epoch=2, unlock_public=later.unlock_public)
    with pytest.raises(WrongHalves):
        combine(world.opened("p_0", "p_1"), opened, unlock_public=later.unlock_public)


def test_a_half_of_another_lakes_key_does_not_pass() -> None:
    one, other = World(2, 1), World(2, 2)
    with pytest.raises(DoesNotOpen):
        one.opened("p_0", "p_1", of=other.split)


@pytest.mark.parametrize(
    "other",
    [
        Errand("u_two", "case-1", "s1_abc", 1, b""),
        Errand("u_one", "case-2", "s1_abc", 1, b""),
        Errand("u_one", "case-1", "s1_xyz", 1, b""),
        Errand("u_one", "case-1", "s1_abc", 2, b""),
        Errand("u_one", "case-1", "s1_abc", 1, b"another key"),
    ],
    ids=["request", "case", "pseudonym", "epoch", "key"],
)
def test_a_half_handed_in_for_one_request_serves_no_other(other: Errand) -> None:
    world = World(3)
    opened = {partner: world.opened("p_0", partner) for partner in ("p_1", "p_2")}
    handed = hand_in(opened, "p_0", errand=ERRAND, session=public_of(world.session))
    half = world.half("p_0", "p_1")
    assert take_in(handed["p_1"], world.session, errand=ERRAND, half=half) == opened["p_1"]
    with pytest.raises(DoesNotOpen):
        take_in(handed["p_1"], world.session, errand=other, half=half)
    with pytest.raises(DoesNotOpen):
        take_in(handed["p_1"], world.session, errand=ERRAND, half=world.half("p_0", "p_2"))
    with pytest.raises(DoesNotOpen):
        take_in(handed["p_1"], world.session, errand=ERRAND, half=world.half("p_1", "p_0"))
    with pytest.raises(DoesNotOpen):
        take_in(handed["p_1"], world.entropy(32), errand=ERRAND, half=half)


def test_handing_in_something_else_than_the_dealt_half_is_seen() -> None:
    world = World(2)
    handed = hand_in({"p_1": bytes(32)}, "p_0", errand=ERRAND, session=public_of(world.session))
    with pytest.raises(WrongHalves):
        take_in(handed["p_1"], world.session, errand=ERRAND, half=world.half("p_0", "p_1"))


def test_a_half_that_was_exchanged_in_the_store_is_seen_when_it_is_opened() -> None:
    world = World(2)
    dealt = world.half("p_0", "p_1")
    forged = split(world.entropy(32), world.holders, epoch=1, entropy=world.entropy)
    with pytest.raises(DoesNotOpen):
        open_half(
            next(half for half in forged.halves if half.holder == "p_0"),
            world.private["p_0"],
            epoch=1,
            unlock_public=world.split.unlock_public,
        )
    swapped = SealedHalf(dealt.holder, dealt.partner, dealt.sealed, world.half("p_1", "p_0").check)
    with pytest.raises(WrongHalves):
        open_half(swapped, world.private["p_0"], epoch=1, unlock_public=world.split.unlock_public)


def test_the_proof_of_having_opened_a_half_fits_that_half_only() -> None:
    world = World(3)
    checks = {half.check for half in world.split.halves}
    assert len(checks) == 6
    half = world.opened("p_0", "p_1")
    assert check_of(proof_of(half)) == world.half("p_0", "p_1").check
    assert half.hex() not in proof_of(half)


@pytest.mark.parametrize("case", ["alone", "one person with two keys", "two people with one key", "nobody"])
def test_one_person_never_makes_a_pair(case: str) -> None:
    entropy = seeded(5)
    one, two = public_of(entropy(32)), public_of(entropy(32))
    holders = {
        "nobody": [],
        "alone": [Holder("p_0", one)],
        "one person with two keys": [Holder("p_0", one), Holder("p_0", two)],
        "two people with one key": [Holder("p_0", one), Holder("p_1", one), Holder("p_2", two)],
    }[case]
    with pytest.raises(BadSharing):
        split(entropy(32), holders, epoch=1, entropy=entropy)


@pytest.mark.parametrize("public", [b"", b"short", bytes(32), bytes([1, *[0] * 31]), bytes(33)])
def test_a_key_that_nobody_can_hold_is_refused(public: bytes) -> None:
    with pytest.raises(BadPublicKey):
        seal_to(public, b"half", {})


@given(sealed=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_bytes_that_are_no_sealing_are_told_and_nothing_else_escapes(sealed: bytes) -> None:
    with pytest.raises(DoesNotOpen):
        open_sealed(bytes(31) + b"\x01", sealed, {"mithaq": "unlock-half/v1"})


def test_a_sealing_opens_for_its_own_purpose_only() -> None:
    private = seeded(1)(32)
    sealed = seal_to(public_of(private), b"aws:1", {"a": "bc", "d": ""})
    assert open_sealed(private, sealed, {"d": "", "a": "bc"}) == b"aws:1"
    with pytest.raises(DoesNotOpen):
        open_sealed(private, sealed, {"a": "b", "d": "c"})
