"""Why a weight is what it is: the features that spoke, and the purposes that would explain the stream."""

from __future__ import annotations

from math import isnan
from typing import Final

from mithaq.evidence.claims.common import observe
from mithaq.evidence.examination import Examination
from mithaq.evidence.features import BLOCKS
from mithaq.evidence.result import Observation
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.frames import FrameState
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.purposes import purpose_fits
from mithaq.evidence.weighing.questions import LN10, Weight
from mithaq.terms.vocabulary import Purpose

SHOWN: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "clock": (
        ("quiet-hours", "day_quiet", "relative"),
        ("busiest-hour", "day_peak", "relative"),
        ("rest-days", "week_rest", "relative"),
        ("silent-hours", "silent_hours", "share"),
    ),
    "pace": (
        ("minute-dispersion", "minute_dispersion", "ratio"),
        ("day-to-day-change", "day_change", "ratio"),
        ("active-days", "active_days", "share"),
    ),
    "sizes": (
        ("median-size", "size_median", "bytes"),
        ("size-spread", "size_inner", "doublings"),
        ("fullest-bin", "size_mode", "share"),
    ),
    "reading": (
        ("reads-per-object", "reads", "per-object"),
        ("objects-read", "read_share", "share"),
        ("time-to-first-read", "read_median", "seconds"),
    ),
    "ending": (
        ("deletions-per-object", "deletes", "per-object"),
        ("age-at-deletion", "gone_median", "seconds"),
    ),
    "parties": (
        ("distinct-subjects", "subjects", "count"),
        ("distinct-principals", "principals", "count"),
    ),
    "models": (("calls-speech-to-text", "calls_speech_to_text", "count"),),
}
"""Per block: indicator as shown, raw value, unit. The first carries the block's share of the weight, for the
values of a block depend on each other and are only weighed together."""

LOG2_VALUES: Final = frozenset({"size_median", "read_median", "gone_median"})
"""Raw values in log2 of their unit."""


def observations_of(examination: Examination, fit: StreamFit, weight: Weight) -> list[Observation]:
    """Give the values behind a weight, each block's part of the log10 LR with its first value."""
    found: list[Observation] = []
    stream = fit.stream
    for block in BLOCKS:
        if block not in weight.parts:
            continue
        part: float | None = weight.parts[block]
        for indicator, name, unit in SHOWN[block]:
            value = stream.get(name)
            shown = None if isnan(value) else 2.0**value if name in LOG2_VALUES else value
            found.append(observe(examination, indicator, shown, unit, stream=stream.name, log10_lr=part))
            part = None
    if "codec-frames" in weight.parts or (
        "sizes" in weight.parts and fit.frames.state is not FrameState.NONE
    ):
        codec = fit.frames.codec.name if fit.frames.codec else None
        frames_part = weight.parts.get("codec-frames")
        found.append(
            observe(examination, "codec-frames", codec, "codec", stream=stream.name, log10_lr=frames_part)
        )
        found.append(observe(examination, "median-length", fit.frames.seconds, "seconds", stream=stream.name))
    return found


def explanations(
    model: Model, fit: StreamFit, weight: Weight, excludes_at: float
) -> tuple[list[str], str | None]:
    """Give the purposes that stay open beside the best-fitting workload, and the best other's purpose.

    A purpose stays open when its best-fitting workload is not behind the best of all by `excludes_at`.
    """
    totals = purpose_fits(model, fit)
    top = max(sum(blocks.values()) for name, blocks in fit.blocks.items() if name in model.hypotheses)
    pair = model.calibration("pair")
    still = [p.value for p in Purpose if p in totals and pair.apply((top - totals[p]) / LN10) < excludes_at]
    other = model.hypotheses.get(weight.best_other)
    if other is not None and other.purpose is not None:
        return still, other.purpose.value
    best = model.hypotheses.get(weight.best)
    kind = best.kind if best else None
    outside = {
        h.purpose: sum(fit.blocks[name].values())
        for name, h in sorted(model.hypotheses.items(), key=lambda item: sum(fit.blocks[item[0]].values()))
        if h.purpose is not None and (kind is None or h.kind is not kind)
    }
    return still, max(outside, key=lambda p: outside[p]).value if outside else None
