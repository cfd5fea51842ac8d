"""Purposes: which innocent ones the evidence leaves open, and how the declared ones fit."""

from __future__ import annotations

from collections.abc import Sequence

from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.questions import LN10, Weight, weigh_sets
from mithaq.terms.clauses import Clause, Declared, Fit, StoresNeed
from mithaq.terms.vocabulary import Purpose


def purpose_fits(model: Model, fit: StreamFit) -> dict[Purpose, float]:
    """Give the natural log density of the best-fitting workload of each purpose."""
    totals: dict[Purpose, float] = {}
    for name, hypothesis in model.hypotheses.items():
        if hypothesis.purpose is not None:
            total = sum(fit.blocks[name].values())
            totals[hypothesis.purpose] = max(total, totals.get(hypothesis.purpose, total))
    return totals


def violating_ids(model: Model, clause: Clause) -> list[str]:
    """Give the violating workloads that a clause is about: of the kinds that it needs, else all."""
    kinds = {kind for need in clause.needs if isinstance(need, StoresNeed) for kind in need.what}
    return [name for name, h in model.hypotheses.items() if h.violating and (not kinds or h.kind in kinds)]


def _lead(model: Model, fit: StreamFit, clause: Clause, purpose: Purpose) -> float | None:
    """Calibrated log10 lead of the best violating workload over a purpose's best; None without workload."""
    totals = purpose_fits(model, fit)
    violating = violating_ids(model, clause)
    if purpose not in totals or not violating:
        return None
    top = max(sum(fit.blocks[name].values()) for name in violating)
    return model.calibration("pair").apply((top - totals[purpose]) / LN10)


def open_explanations(model: Model, fits: Sequence[StreamFit], clause: Clause) -> list[Purpose]:
    """Give the clause's innocent purposes that are not excluded on every one of the streams that matter."""
    if clause.thresholds is None:
        return []
    still = []
    for purpose in clause.innocent_purposes:
        leads = [_lead(model, fit, clause, purpose) for fit in fits]
        if not leads or any(lead is None or lead < clause.thresholds.excludes_at for lead in leads):
            still.append(purpose)
    return still


def declared_fits(
    model: Model, fits: Sequence[StreamFit], clause: Clause, declared: Sequence[Purpose | None]
) -> list[Declared]:
    """Say how each declared purpose fits the streams that matter.

    Better only if better on each of them, so that a violating stream cannot hide; unfit if unfit on one.
    """
    found: list[Declared] = []
    for purpose in declared:
        kind = Fit.POSSIBLE
        leads = [_lead(model, fit, clause, purpose) for fit in fits] if purpose else []
        known = [lead for lead in leads if lead is not None]
        if known and len(known) == len(leads) and clause.thresholds is not None:
            if max(known) <= -clause.thresholds.purpose_better_by:
                kind = Fit.BETTER
            elif max(known) >= clause.thresholds.excludes_at:
                kind = Fit.UNFIT
        found.append(Declared(purpose, kind))
    return found


def weigh_mismatch(
    model: Model, fits: Sequence[StreamFit], declared: Sequence[Purpose]
) -> tuple[StreamFit, Weight] | None:
    """Weigh the best other workload against the declared purposes' on the largest stream.

    None where no workload stands for any of the purposes.
    """
    own = [name for name, h in model.hypotheses.items() if h.purpose in declared]
    if not own:
        return None
    others = [name for name in model.hypotheses if name not in own]
    fit = max(fits, key=lambda each: (each.stream.get("made"), each.stream.key))
    pair = model.calibration("pair")
    return fit, weigh_sets(fit, model.hypotheses, (others, own), pair)
