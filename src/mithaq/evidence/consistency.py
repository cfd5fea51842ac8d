"""Whether the claims can all be true at once: rate × length × codec × retention against volume."""

from __future__ import annotations

from typing import Final

from mithaq.evidence.claims.scale import CODEC_RATES
from mithaq.evidence.examination import Examination
from mithaq.evidence.result import Note
from mithaq.terms.claims import Claim, MovesOutClaim, ScaleClaim, StoresClaim
from mithaq.terms.vocabulary import DataKind, ScaleUnit

CALL_SECONDS: Final = (30.0, 600.0)
"""Range of the mean length of a call: mobile calls about 107 s, call centres about 240 s, each with room."""
RETENTION_DAYS: Final = (1.0, 3650.0)
"""Range of retention: nothing is claimed about it, so it may be anything from a day to ten years."""


def consistency_notes(claims: tuple[Claim, ...]) -> list[Note]:
    """Say which claims about call recordings cannot hold together under any codec, length and retention."""
    if not any(isinstance(c, StoresClaim) and c.what is DataKind.CALL_RECORDINGS for c in claims):
        return []
    scale = {c.unit: c for c in claims if isinstance(c, ScaleClaim)}
    rate = scale.get(ScaleUnit.OBJECTS_PER_DAY)
    notes: list[Note] = []
    stored = scale.get(ScaleUnit.BYTES_STORED)
    hours = scale.get(ScaleUnit.HOURS_OF_AUDIO)
    moved = next((c for c in claims if isinstance(c, MovesOutClaim)), None)
    if rate is not None:
        most = rate.at_least * CALL_SECONDS[1] * CODEC_RATES[1] * RETENTION_DAYS[1]
        per_day = (
            rate.at_least * CALL_SECONDS[0] * CODEC_RATES[0],
            rate.at_least * CALL_SECONDS[1] * CODEC_RATES[1],
        )
        for other, amount in ((stored, "stored"), (moved, "moved")):
            if other is None:
                continue
            days = (other.at_least / per_day[1], other.at_least / per_day[0])
            values = {"rate_claim": rate.id, "other_claim": other.id}
            if other.at_least > most:
                notes.append(Note(f"impossible-bytes-{amount}", values))
            else:
                notes.append(
                    Note(
                        f"implied-retention-{amount}",
                        values | {"least_days": _rounded(days[0]), "most_days": _rounded(days[1])},
                    )
                )
    if hours is not None and stored is not None:
        most_bytes = hours.at_least * 3600 * CODEC_RATES[1]
        least_bytes = hours.at_least * 3600 * CODEC_RATES[0]
        if not least_bytes <= stored.at_least <= most_bytes:
            notes.append(
                Note(
                    "impossible-hours-bytes",
                    {
                        "hours_claim": hours.id,
                        "other_claim": stored.id,
                        "least_bytes": int(least_bytes),
                        "most_bytes": int(most_bytes),
                    },
                )
            )
    return notes


def _rounded(days: float) -> float:
    return float(f"{days:.2g}")


def seen_notes(claims: tuple[Claim, ...], examination: Examination) -> list[Note]:
    """Hold what was seen against the claims: the length that sizes imply, and volumes that cannot be."""
    days = examination.days if examination.known and examination.storage_sources else []
    made, added = sum(day.made for day in days), sum(day.bytes_in for day in days)
    if not made or not added:
        return []
    notes: list[Note] = []
    if any(isinstance(c, StoresClaim) and c.what is DataKind.CALL_RECORDINGS for c in claims):
        mean = added / made
        notes.append(
            Note(
                "seen-rate-volume",
                {
                    "objects_per_day": round(made / len(days)),
                    "mean_bytes": round(mean),
                    "least_seconds": _rounded(mean / CODEC_RATES[1]),
                    "most_seconds": _rounded(mean / CODEC_RATES[0]),
                },
            )
        )
    per_day = added * 24 / sum(day.hours for day in days)
    for claim in claims:
        if isinstance(claim, MovesOutClaim) or (
            isinstance(claim, ScaleClaim) and claim.unit is ScaleUnit.BYTES_STORED
        ):
            needed = claim.at_least / per_day
            if needed > RETENTION_DAYS[1]:
                notes.append(
                    Note(
                        "seen-volume-impossible",
                        {"claim": claim.id, "bytes_per_day": round(per_day), "days": round(needed)},
                    )
                )
    return notes
