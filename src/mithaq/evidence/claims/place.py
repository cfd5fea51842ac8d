"""Claims about region: where objects were created."""

from __future__ import annotations

from typing import Final

from mithaq.evidence.claims.common import coverage_note, not_examinable, observe, undetermined
from mithaq.evidence.examination import Examination
from mithaq.evidence.indicators import regions
from mithaq.evidence.result import ClaimResult, Note, Verdict
from mithaq.telemetry.regions import UNKNOWN
from mithaq.terms.claims import RegionClaim

SUPPORTS_SHARE: Final = 0.9
"""Share of creations that must lie in the claimed regions."""
PARTLY_SHARE: Final = 0.01
"""Share below which creations there are strays."""


def answer_region(claim: RegionClaim, examination: Examination) -> ClaimResult:
    """Answer by the share of creations in the claimed regions; unknown regions could be either."""
    refusal = not_examinable(claim, examination)
    if refusal is not None:
        return refusal
    rows = examination.scope.rows(regions.indicator)
    column = "made" if any(row["made"] for row in rows) else "events"
    counts = {row["region"]: int(row[column]) for row in rows if row[column]}
    total = sum(counts.values())
    if not total:
        return undetermined(claim, Note("no-storage-events"), would_settle=["settle-object-level-logs"])
    inside = sum(count for region, count in counts.items() if region in claim.in_) / total
    unknown = sum(count for region, count in counts.items() if region in ("", UNKNOWN)) / total
    observations = [
        observe(examination, "share-in-claimed-regions", inside, "share"),
        *(
            observe(examination, f"region:{region or UNKNOWN}", count / total, "share")
            for region, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ),
    ]
    if examination.homes:
        known = {region: count for region, count in counts.items() if region not in ("", UNKNOWN)}
        away = sum(count for region, count in known.items() if region not in examination.homes)
        share = away / sum(known.values()) if known else None
        observations.append(observe(examination, "region-away-from-home", share, "share"))
    notes = coverage_note(examination)
    verdict = Verdict.PARTLY_SUPPORTED
    if inside >= SUPPORTS_SHARE:
        verdict = Verdict.SUPPORTED
    elif inside < PARTLY_SHARE:
        if inside + unknown >= PARTLY_SHARE:
            return undetermined(
                claim,
                Note("region-unknown", {"percent": round(100 * unknown)}),
                *notes,
                would_settle=["settle-region"],
                observations=observations,
            )
        verdict = Verdict.REFUTED
    return ClaimResult(claim.id, claim.kind.value, verdict, observations=observations, notes=notes)
