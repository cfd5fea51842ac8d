"""Speech codecs: how many bytes a frame has, or how a rate varies where there are no frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec as it lies in a file. `frame_bytes` 0: the rate varies and sizes have no frame structure."""

    name: str
    bytes_per_second: float
    frame_bytes: int
    frame_ms: float
    headers: tuple[int, ...]
    """Bytes before the first frame in the usual containers."""
    source: str
    rate_spread: float = 0.0
    """Coefficient of variation of the mean rate between objects."""


AMR_NB: Final = Codec("AMR-NB 12.2", 1600, 32, 20, (6,), "RFC 4867, section 5: 31 bytes and a type byte")
AMR_WB: Final = Codec("AMR-WB 12.65", 1650, 33, 20, (9,), "RFC 4867, section 5: 32 bytes and a type byte")
GSM_FR: Final = Codec("GSM-FR", 1650, 33, 20, (0, 60), "RFC 3551, 4.5.8: 33 bytes each 20 ms")
G711: Final = Codec("G.711", 8000, 160, 20, (0, 44, 58), "RFC 3551, 4.5.14: 64 kbit/s; WAVE headers 44 or 58")
G729: Final = Codec("G.729", 1000, 20, 20, (0, 58), "RFC 3551, 4.5.6: 10 bytes each 10 ms, two a packet")
PCM16: Final = Codec("PCM 16 bit 8 kHz", 16000, 320, 20, (0, 44, 78), "128 kbit/s in packets of 20 ms")
AMR_NB_DTX: Final = Codec(
    "AMR-NB with silence frames", 900, 0, 20, (6,), "3GPP TS 26.093: pauses are sent as 6-byte frames", 0.25
)
OPUS: Final = Codec(
    "Opus", 3000, 0, 20, (100, 500), "RFC 6716: 16-32 kbit/s, varying; Ogg pages (RFC 7845)", 0.15
)
MP3_SPEECH: Final = Codec(
    "MP3 32 kbit/s",
    4000,
    288,
    72,
    (0, 45, 128),
    "ISO 13818-3: 288 bytes each 72 ms at 8 kHz; ID3 tag before it",
)
AAC: Final = Codec("AAC", 6000, 0, 64, (700, 3200), "ISO 14496-3: varying rate in MP4 boxes", 0.1)
MP3_MUSIC: Final = Codec(
    "MP3 128 kbit/s", 16000, 0, 26, (200, 90000), "ISO 11172-3: frames of 417 or 418 bytes", 0.02
)
PCM16_WIDE: Final = Codec(
    "PCM 16 bit 16 kHz", 32000, 2, 0.0625, (44,), "clips of speech corpora: whole samples, not whole packets"
)
FLAC: Final = Codec("FLAC", 17000, 0, 0, (86, 8300), "lossless; the rate follows the signal", 0.2)
