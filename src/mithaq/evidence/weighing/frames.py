"""Codec frames: which speech codec's frame length, if any, the sizes of a stream give away.

A file of whole frames behind one header has one residue modulo the frame length, so the index of
coincidence equals the frame length; a file of blocks of `u` bytes has an index of gcd(u, m) modulo m. The
candidate must reach its own index and must explain every other: more structure than a codec's frames make is
the mark of blocks, pages or fixed records.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import gcd, isnan
from typing import Final

from mithaq.evidence.features import Stream
from mithaq.telemetry.lake.schema import RESIDUE_MODULI


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec family by its frame length in bytes (20 ms each) and its rate in bytes per second."""

    name: str
    frame: int
    rate: float
    least_purity: float
    """Share of its index that must be reached. 32 needs more: two headers look like 16-byte blocks."""


CODECS: Final = (
    Codec("pcm-8khz", 320, 16_000, 0.3),
    Codec("g711", 160, 8_000, 0.3),
    Codec("amr-wb-or-gsm", 33, 1_650, 0.3),
    Codec("amr-nb", 32, 1_600, 0.6),
    Codec("g729", 20, 1_000, 0.6),
)
"""Longest frames first: a multiple of 320 is a multiple of 160 and of 20 as well."""

MIN_FRAMED: Final = 100
MIN_DISTINCT: Final = 50
"""Different sizes below which agreement is repetition rather than structure."""
MAX_MODE: Final = 0.7
"""Share of the fullest size bin above which the sizes are chunks of one length."""
UNEXPLAINED: Final = 1.5
"""Factor by which another modulus may exceed what the frame length explains."""

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


def find_frames(stream: Stream) -> Frames:
    """Say which codec's frames the sizes of the stream give away."""
    framed, distinct, mode = stream.get("framed"), stream.get("distinct_sizes"), stream.get("size_mode")
    enough = framed >= MIN_FRAMED and framed >= 0.5 * stream.get("made")
    if not enough or not distinct >= MIN_DISTINCT or not mode <= MAX_MODE:
        return Frames(FrameState.NONE)
    agree = {m: stream.get(f"agree_{m}") for m in RESIDUE_MODULI}
    if any(isnan(value) for value in agree.values()):
        return Frames(FrameState.NONE)
    for codec in CODECS:
        if _explains(codec, agree):
            seconds = 2.0 ** stream.get("size_median") / codec.rate
            inner = stream.get("size_inner")
            like = CALL_SECONDS[0] <= seconds <= CALL_SECONDS[1] and CALL_SPREAD[0] <= inner <= CALL_SPREAD[1]
            return Frames(FrameState.CALL_LIKE if like else FrameState.SPEECH, codec, seconds)
    return Frames(FrameState.NONE)


def _explains(codec: Codec, agree: dict[int, float]) -> bool:
    """Say whether whole frames of the codec, and nothing coarser, give these indices of coincidence."""
    purity = (agree[codec.frame] - 1) / (codec.frame - 1)
    if purity < codec.least_purity:
        return False
    return all(agree[m] <= UNEXPLAINED * max(1, gcd(codec.frame, m)) for m in RESIDUE_MODULI)
