"""`review.json`, the contract's document of a review: same inputs, same bytes but for `made_at`."""

from __future__ import annotations

from mithaq.evidence.result import (
    ClaimResult,
    ClauseResult,
    Gap,
    Observation,
    ReviewResult,
    Window,
)
from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant
from mithaq.terms import Allegation

FORMAT = "review/v1"


def review_document(allegation: Allegation, result: ReviewResult) -> dict[str, Json]:
    """Give the document of a review; `log10_lr` has three decimals, other figures six significant digits."""
    coverage, provenance = result.coverage, result.provenance
    return {
        "mithaq": FORMAT,
        "allegation": allegation.document(),
        "coverage": {
            "events": coverage.events,
            "hours_expected": coverage.hours_expected,
            "hours_seen": coverage.hours_seen,
            "gaps": [_gap(gap) for gap in coverage.gaps],
        },
        "claims": [_claim(claim) for claim in result.claims],
        "clauses": [_clause(clause) for clause in result.clauses],
        "provenance": {
            "version": provenance.version,
            "terms": provenance.terms,
            "made_at": format_instant(provenance.made_at),
            "inputs": [
                {"source": file.source, "sha256": file.sha256, "events": file.events}
                for file in provenance.inputs
            ],
        },
    }


def _window(window: Window) -> dict[str, Json]:
    return {"from": format_instant(window.start), "to": format_instant(window.end)}


def _gap(gap: Gap) -> dict[str, Json]:
    return {"source": gap.source, **_window(gap.window)}


def _claim(claim: ClaimResult) -> dict[str, Json]:
    return {
        "id": claim.id,
        "verdict": claim.verdict.value,
        "log10_lr": _log10(claim.log10_lr),
        "strength": claim.strength.value if claim.strength else None,
        "best_other": claim.best_other,
        "open_explanations": list(claim.open_explanations),
        "would_settle": list(claim.would_settle),
        "observations": [_observation(observation) for observation in claim.observations],
    }


def _clause(clause: ClauseResult) -> dict[str, Json]:
    return {
        "id": clause.id,
        "assessment": clause.assessment.value,
        "claims": list(clause.claims),
        "open_explanations": list(clause.open_explanations),
    }


def _observation(observation: Observation) -> dict[str, Json]:
    value = observation.value
    return {
        "indicator": observation.indicator,
        "stream": observation.stream,
        "value": _six_digits(value) if isinstance(value, float) else value,
        "unit": observation.unit,
        "window": _window(observation.window),
        "log10_lr": _log10(observation.log10_lr),
    }


def _log10(value: float | None) -> float | None:
    """Three decimals; adding 0.0 turns a negative zero into zero."""
    return None if value is None else round(value, 3) + 0.0


def _six_digits(value: float) -> int | float:
    rounded = float(f"{value:.6g}")
    return int(rounded) if rounded.is_integer() else rounded
