"""Codec frames: which speech codec's frame length, if any, the sizes of a stream give away.

A file of whole frames behind one header has one residue modulo the frame length, so the index of
coincidence equals the frame length, and gcd(frame, m) modulo another m: how long the header is changes
nothing. Two channels double the frame. A block cipher rounds every file up to 16 bytes, which leaves of a
frame length that 16 does not divide a weaker, but still countable trace. What each layout makes of each
modulus is counted here, not fitted. A layout must reach its own index and must explain every other: more
structure than it makes is the mark of blocks, pages or fixed records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import gcd, isnan, lcm
from typing import Final

import numpy as np

from mithaq.evidence.features import Stream
from mithaq.telemetry.lake.schema import RESIDUE_MODULI


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec family by its frame length in bytes and its rate in bytes per second, one channel."""

    name: str
    frame: int
    rate: float
    least_purity: Mapping[int, float]
    """Moduli that show the frame, with the share of the index that must be reached in each."""
    channels: int = 2
    """Channels up to which frames can be told from something else."""


CODECS: Final = (
    Codec("pcm-8khz", 320, 16_000, {320: 0.3}),
    Codec("g711", 160, 8_000, {160: 0.3}),
    Codec("amr-wb-or-gsm", 33, 1_650, {33: 0.3}),
    # 288 bytes are not counted themselves: 32 and 3 divide them, and 3 divides 33.
    Codec("mp3-8khz", 288, 4_000, {32: 0.6, 33: 0.6}),
    # 32 needs more: two headers look like 16-byte blocks.
    # Two channels of these two would be units of 64 and 40 bytes, as pages of 4,096 and rows of 1,000 are.
    Codec("amr-nb", 32, 1_600, {32: 0.6}, channels=1),
    Codec("g729", 20, 1_000, {20: 0.6}, channels=1),
)
"""Longest frames first where one divides another: a multiple of 320 is a multiple of 160 and 20 as well."""

CIPHER_BLOCK: Final = 16
"""Block of AES in bytes; PKCS#7 padding always adds at least a byte (RFC 5652, 6.3)."""

MIN_FRAMED: Final = 100
MIN_PADDED: Final = 1_000
"""Objects that must be counted; a padded file's trace is weaker and needs more."""
MIN_DISTINCT: Final = 50
"""Different sizes below which agreement is repetition rather than structure."""
MAX_MODE: Final = 0.7
"""Share of the fullest size bin above which the sizes are chunks of one length."""
UNEXPLAINED: Final = 1.5
"""Factor by which another modulus may exceed what the frame length explains."""
PADDED_NEAR: Final = 0.1
"""Relative difference from the counted index that is still the same; blocks alone are a fifth away."""

CALL_SECONDS: Final = (10.0, 900.0)
"""Median length that calls or voicemail may have; voice notes are shorter, broadcasts longer."""
CALL_SPREAD: Final = (0.7, 3.2)
"""Doublings between the quartiles of length: sigma of ln(length) about 0.35 to 1.65."""


class FrameState(StrEnum):
    """What the sizes show."""

    CALL_LIKE = "call-like"
    """Whole frames of a speech codec, and lengths like those of calls."""
    SPEECH = "speech"
    """Whole frames of a speech codec, but lengths unlike calls."""
    NONE = "none"
    """No frames seen, which speaks neither for nor against coded speech."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The codec found and the median length in seconds that its rate implies."""

    state: FrameState
    codec: Codec | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How frames lie in files: one or two channels, padded to cipher blocks or not.

    `expected` is the index of coincidence that it makes modulo each of RESIDUE_MODULI.
    """

    codec: Codec
    channels: int
    padded: bool
    expected: Mapping[int, float]

    def explains(self, agree: Mapping[int, float]) -> bool:
        """Say whether this layout, and nothing coarser, gives the indices of coincidence."""
        if self.padded:
            return all(abs(agree[m] / self.expected[m] - 1) <= PADDED_NEAR for m in RESIDUE_MODULI)
        reached = all(
            agree[m] - 1 >= share * (self.expected[m] - 1) for m, share in self.codec.least_purity.items()
        )
        return reached and all(agree[m] <= UNEXPLAINED * self.expected[m] for m in RESIDUE_MODULI)


def _layout(codec: Codec, channels: int, *, padded: bool) -> Layout:
    frame = codec.frame * channels
    sizes = np.arange(lcm(frame, CIPHER_BLOCK, *RESIDUE_MODULI) // frame, dtype=np.int64) * frame
    if padded:
        sizes = (sizes // CIPHER_BLOCK + 1) * CIPHER_BLOCK
    expected = {}
    for modulus in RESIDUE_MODULI:
        shares = np.bincount(sizes % modulus, minlength=modulus) / len(sizes)
        expected[modulus] = float(modulus * (shares * shares).sum())
    return Layout(codec, channels, padded, expected)


def _layouts() -> tuple[Layout, ...]:
    """Give every layout that can be told: one channel before two, unpadded before padded.

    Padding tells nothing of frames that 16 divides, for then a padded file is as good as an unpadded one.
    """
    shapes = [(codec, channels) for channels in (1, 2) for codec in CODECS if channels <= codec.channels]
    plain = [_layout(codec, channels, padded=False) for codec, channels in shapes]
    padded = [
        _layout(codec, channels, padded=True) for codec, channels in shapes if codec.frame % CIPHER_BLOCK
    ]
    blocks = {m: float(gcd(CIPHER_BLOCK, m)) for m in RESIDUE_MODULI}
    return (
        *plain,
        *(
            layout
            for layout in padded
            if any(layout.expected[m] > (1 + 2 * PADDED_NEAR) * blocks[m] for m in RESIDUE_MODULI)
        ),
    )


LAYOUTS: Final = _layouts()


def find_frames(stream: Stream) -> Frames:
    """Say which codec's frames the sizes of the stream give away."""
    framed, distinct, mode = stream.get("framed"), stream.get("distinct_sizes"), stream.get("size_mode")
    enough = framed >= MIN_FRAMED and framed >= 0.5 * stream.get("made")
    if not enough or not distinct >= MIN_DISTINCT or not mode <= MAX_MODE:
        return Frames(FrameState.NONE)
    agree = {m: stream.get(f"agree_{m}") for m in RESIDUE_MODULI}
    if any(isnan(value) for value in agree.values()):
        return Frames(FrameState.NONE)
    for layout in LAYOUTS:
        if layout.explains(agree) and (framed >= MIN_PADDED or not layout.padded):
            seconds = 2.0 ** stream.get("size_median") / (layout.codec.rate * layout.channels)
            inner = stream.get("size_inner")
            like = CALL_SECONDS[0] <= seconds <= CALL_SECONDS[1] and CALL_SPREAD[0] <= inner <= CALL_SPREAD[1]
            return Frames(FrameState.CALL_LIKE if like else FrameState.SPEECH, layout.codec, seconds)
    return Frames(FrameState.NONE)
