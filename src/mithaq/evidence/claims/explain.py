"""Why a weight is what it is: the features that spoke, and the purposes that would explain the stream."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Final

import numpy as np

from mithaq.evidence.claims.common import observe
from mithaq.evidence.examination import Examination
from mithaq.evidence.features import BLOCKS, block_matrix
from mithaq.evidence.indicators.model_use import SERVICES, column
from mithaq.evidence.result import Observation
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.frames import FrameState
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.purposes import purpose_fits
from mithaq.evidence.weighing.questions import LN10, Weight
from mithaq.evidence.weighing.shares import feature_shares
from mithaq.terms.vocabulary import Purpose


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of a stream's explanation: indicator, raw value, unit, and the features whose weight it has.

    No features named: the value's own.
    """

    indicator: str
    value: str
    unit: str
    features: tuple[str, ...] = ()

    @property
    def weighed(self) -> tuple[str, ...]:
        """Features whose shares of the weight add up to the row's."""
        return self.features or (self.value,)


SHOWN: Final[dict[str, tuple[Shown, ...]]] = {
    "clock": (
        Shown("quiet-hours", "day_quiet", "relative"),
        Shown("busiest-hour", "day_peak", "relative", ("day_peak", "day_busy")),
        Shown("daily-swing", "day_first", "relative", ("day_first", "day_second")),
        Shown("silent-hours", "silent_hours", "share"),
    ),
    "rest": (
        Shown("rest-days", "week_rest", "relative", ("week_rest", "week_low", "week_high")),
        Shown("rest-spell", "rest_depth", "others", ("rest_depth",)),
        Shown("rest-in-busy-hours", "rest_busy", "others", ("rest_shape",)),
        Shown("weeks-apart", "weeks_apart", "share", ("week_repeat", "week_scatter")),
    ),
    "pace": (
        Shown("minute-dispersion", "minute_dispersion", "ratio"),
        Shown("minute-focus", "minute_focus", "ratio"),
        Shown("hour-to-hour-change", "hour_change", "ratio"),
        Shown("day-to-day-change", "day_change", "ratio", ("day_change", "day_variation")),
        Shown("active-days", "active_days", "share"),
        Shown("growth", "growth", "doublings"),
    ),
    "sizes": (
        Shown("median-size", "size_median", "bytes"),
        Shown("size-spread", "size_inner", "doublings", ("size_inner", "size_upper", "size_lower")),
        Shown("fullest-bin", "size_mode", "share"),
        Shown("distinct-sizes", "distinct_sizes", "count", ("size_repeats",)),
        Shown("tiny-objects", "size_tiny", "share"),
        Shown("huge-objects", "size_huge", "share"),
    ),
    "reading": (
        Shown("reads-per-object", "reads", "per-object", ("reads", "bytes_read")),
        Shown("looks-per-object", "looks", "per-object"),
        Shown("objects-read", "read_share", "share"),
        Shown("time-to-first-read", "read_median", "seconds", ("read_median", "read_inner")),
    ),
    "ending": (
        Shown("deletions-per-object", "deletes", "per-object"),
        Shown("followed-deleted", "gone_share", "share"),
        Shown("age-at-deletion", "gone_median", "seconds"),
    ),
    "parties": (
        Shown("distinct-subjects", "subjects", "count"),
        Shown("distinct-principals", "principals", "count"),
    ),
    "models": tuple(Shown(f"calls-{service.value}", column(service), "count") for service in SERVICES),
}
"""What is shown of each block: every feature that is weighed stands in exactly one row."""

LOG2_VALUES: Final = frozenset({"size_median", "read_median", "gone_median"})
"""Raw values in log2 of their unit."""


def observations_of(
    examination: Examination, fit: StreamFit, weight: Weight, *, by_feature: bool = True
) -> list[Observation]:
    """Give the values behind a weight, each with its features' share of the log10 LR.

    Without `by_feature`, each block as a whole: it is all that a reader needs of the weaker streams.
    """
    found: list[Observation] = []
    stream = fit.stream
    shares = feature_shares(examination.model().hypotheses, fit, weight) if by_feature else {}
    for block in BLOCKS:
        if block not in weight.parts:
            continue
        if not by_feature:
            seen = int((~np.isnan(block_matrix([stream], block))).sum())
            name, whole = f"block-{block}", weight.parts[block]
            found.append(observe(examination, name, seen, "features", stream=stream.name, log10_lr=whole))
            continue
        for row in SHOWN[block]:
            value = stream.get(row.value)
            shown = None if isnan(value) else 2.0**value if row.value in LOG2_VALUES else value
            heard = [shares[name] for name in row.weighed if name in shares]
            part = sum(heard) if heard else None
            found.append(
                observe(examination, row.indicator, shown, row.unit, stream=stream.name, log10_lr=part)
            )
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
