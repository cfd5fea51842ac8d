"""Features of streams: the indicators' values side by side, one row per stream, ready to be weighed.

A value that an indicator cannot give (week not seen, nothing read) is NaN here and is left out of the
weighing; inside the engine there are no NaNs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mithaq.evidence.indicators import (
    codec_frames,
    day_clock,
    deletion_age,
    distinct_parties,
    growth,
    model_use,
    persistence,
    read_lag,
    regularity,
    rest_spell,
    silence,
    size_spread,
    volume,
    week_clock,
    week_repeat,
    write_read,
)
from mithaq.evidence.tables import STREAM, Scope

Values: TypeAlias = Mapping[str, float]
StreamKey: TypeAlias = tuple[str, str, str]
"""Subject, bucket, shape."""

PER_STREAM: Final[tuple[ModuleType, ...]] = (
    volume,
    persistence,
    growth,
    day_clock,
    week_clock,
    rest_spell,
    week_repeat,
    silence,
    regularity,
    size_spread,
    codec_frames,
    write_read,
    read_lag,
    deletion_age,
    distinct_parties,
)

MIN_OBJECTS: Final = 200
"""Creations below which a stream is not weighed: its indicators are mostly chance."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream with the raw values of its indicators; what is absent could not be computed."""

    key: StreamKey
    values: Values

    @property
    def name(self) -> str:
        """Name in pseudonyms, as observations give it."""
        return f"{self.key[1]}/{self.key[2]}"

    @property
    def weighed(self) -> bool:
        """Say whether it is large enough to be weighed."""
        return self.get("made") >= MIN_OBJECTS

    def get(self, name: str) -> float:
        """Give a value, NaN where it is absent."""
        return self.values.get(name, float("nan"))


def stream_features(scope: Scope) -> list[Stream]:
    """Compute every indicator for every stream that creates objects, in order of stream."""
    found: dict[StreamKey, dict[str, float]] = {}
    for module in PER_STREAM:
        for row in scope.rows(module.indicator):
            key = (row["subject"], row["bucket"], row["shape"])
            _collect(found.setdefault(key, {}), row)
    models = {row["subject"]: row for row in scope.rows(model_use.indicator)}
    nothing = {model_use.column(service): 0 for service in model_use.SERVICES}
    for key, values in found.items():
        _collect(values, models.get(key[0], nothing))
    return [Stream(key, found[key]) for key in sorted(found) if found[key].get("made", 0) > 0]


def _collect(values: dict[str, float], row: Mapping[str, object]) -> None:
    for name, value in row.items():
        if name not in STREAM and isinstance(value, int | float):
            values[name] = float(value)


@dataclass(frozen=True, slots=True)
class Feature:
    """One coordinate of the weighing: how it is made of indicator values, and its least kernel width."""

    name: str
    indicator: str
    floor: float


def _log(value: float, least: float) -> float:
    return float(np.log10(value + least))


def transform(stream: Stream) -> dict[str, float]:
    """Give the coordinates that are weighed, on scales where equal distances mean about equal differences."""
    get = stream.get
    made = get("made")
    coordinates = {
        "day_quiet": np.sqrt(get("day_quiet")),
        "day_busy": get("day_busy"),
        "day_peak": np.log2(get("day_peak")),
        "day_first": get("day_first"),
        "day_second": get("day_second"),
        "week_rest": np.sqrt(get("week_rest")),
        "week_low": np.sqrt(get("week_low")),
        "week_high": get("week_high"),
        "rest_depth": np.sqrt(get("rest_depth")),
        "rest_shape": np.log((get("rest_other") + 0.05) / (get("rest_busy") + 0.05)),
        "week_repeat": _log(get("weeks_apart") ** 2, 1e-3) - _log(get("days_apart") ** 2, 1e-3),
        "week_scatter": _log(get("weeks_apart"), 0.02),
        "silent_hours": np.sqrt(get("silent_hours")),
        "minute_dispersion": _log(get("minute_dispersion"), 0.01),
        "minute_focus": _log(get("minute_focus"), 0.1),
        "hour_change": _log(get("hour_change"), 0.01),
        "day_change": _log(get("day_change"), 0.01),
        "day_variation": _log(get("day_variation"), 0.01),
        "active_days": get("active_days"),
        "growth": float(np.clip(get("growth"), -3, 3)),
        "size_median": get("size_median"),
        "size_inner": get("size_inner"),
        "size_upper": get("size_upper"),
        "size_lower": get("size_lower"),
        "size_mode": np.sqrt(get("size_mode")),
        "size_tiny": np.sqrt(get("size_tiny")),
        "size_huge": np.sqrt(get("size_huge")),
        "size_repeats": _log(get("distinct_sizes") / made, 1e-4),
        "reads": _log(get("reads"), 1e-3),
        "bytes_read": _log(get("bytes_read"), 1e-3),
        "looks": _log(get("looks"), 1e-3),
        "read_share": np.sqrt(get("read_share")),
        "read_median": get("read_median"),
        "read_inner": get("read_inner"),
        "deletes": _log(get("deletes"), 1e-3),
        "gone_share": np.sqrt(get("gone_share")),
        "gone_median": get("gone_median"),
        "subjects": _log(get("subjects") / made, 1e-5),
        "principals": _log(get("principals"), 0.0),
    }
    for service in model_use.SERVICES:
        name = model_use.column(service)
        coordinates[name] = float(np.clip(_log(get(name) / made, 1e-3), -3, 0.5))
    return {name: float(value) for name, value in coordinates.items()}


BLOCKS: Final[Mapping[str, tuple[Feature, ...]]] = {
    "clock": (
        Feature("day_quiet", "day-clock", 0.04),
        Feature("day_busy", "day-clock", 0.06),
        Feature("day_peak", "day-clock", 0.08),
        Feature("day_first", "day-clock", 0.03),
        Feature("day_second", "day-clock", 0.03),
        Feature("silent_hours", "silence", 0.05),
    ),
    "rest": (
        Feature("week_rest", "week-clock", 0.04),
        Feature("week_low", "week-clock", 0.04),
        Feature("week_high", "week-clock", 0.05),
        Feature("rest_depth", "rest-spell", 0.04),
        Feature("rest_shape", "rest-spell", 0.05),
        Feature("week_repeat", "week-repeat", 0.1),
        Feature("week_scatter", "week-repeat", 0.08),
    ),
    "pace": (
        Feature("minute_dispersion", "regularity", 0.06),
        Feature("minute_focus", "regularity", 0.04),
        Feature("hour_change", "regularity", 0.08),
        Feature("day_change", "regularity", 0.08),
        Feature("day_variation", "persistence", 0.08),
        Feature("active_days", "persistence", 0.05),
        Feature("growth", "growth", 0.1),
    ),
    "sizes": (
        Feature("size_median", "size-spread", 0.3),
        Feature("size_inner", "size-spread", 0.12),
        Feature("size_upper", "size-spread", 0.15),
        Feature("size_lower", "size-spread", 0.15),
        Feature("size_mode", "size-spread", 0.04),
        Feature("size_tiny", "size-spread", 0.05),
        Feature("size_huge", "size-spread", 0.05),
        Feature("size_repeats", "size-spread", 0.15),
    ),
    "reading": (
        Feature("reads", "write-read", 0.2),
        Feature("bytes_read", "write-read", 0.2),
        Feature("looks", "write-read", 0.3),
        Feature("read_share", "read-lag", 0.08),
        Feature("read_median", "read-lag", 0.6),
        Feature("read_inner", "read-lag", 0.4),
    ),
    "ending": (
        Feature("deletes", "write-read", 0.25),
        Feature("gone_share", "deletion-age", 0.08),
        Feature("gone_median", "deletion-age", 0.4),
    ),
    "parties": (
        Feature("subjects", "distinct-parties", 0.2),
        Feature("principals", "distinct-parties", 0.25),
    ),
    "models": tuple(Feature(model_use.column(service), "model-use", 0.3) for service in model_use.SERVICES),
}
"""Coordinates that are weighed together, because within a block they depend on each other.

The floors are the least kernel widths: differences below them are taken as no difference, whatever the
simulation says, because no simulation is that close to the world.
"""

REST: Final = "rest"
"""The block that tells when nobody works: what parts people at large from organisations."""

RHYTHM_BLOCKS: Final = ("clock", REST, "pace")
"""Blocks that speak of whose rhythm the writes follow; the only ones that answer `pattern`."""


LEAST_WIDTHS: Final = frozenset({"models"})
"""Blocks whose kernels have their least widths.

Many tenants call no service and some call it for every object: a width from the spread over both would smear
"none" over decades.
"""


def block_matrix(streams: Iterable[Stream], block: str) -> npt.NDArray[np.float64]:
    """Give the coordinates of a block, one row per stream, NaN where absent."""
    names = [feature.name for feature in BLOCKS[block]]
    return np.array([[row[name] for name in names] for row in map(transform, streams)], np.float64)


CONDITIONS: Final = ("made", "days", "scatter")
"""What the weighing is conditional on and never evidence: log10 creations, log2 observed days, and the log10
scatter of the busier days."""

GIVEN: Final[Mapping[str, int]] = {"clock": 3, REST: 3}
"""How many of the CONDITIONS a block's density is conditional on, where it is more than the first two.

Days that scatter widely carry the clocks far by chance alone: without the third, two bad days of a few
people would look like an organisation's rest.
"""
GIVEN_ELSE: Final = 2


def conditions(stream: Stream) -> npt.NDArray[np.float64]:
    """Give the CONDITIONS of a stream; the scatter is NaN where no whole circle of hours was seen."""
    return np.array(
        [
            np.log10(max(stream.get("made"), 1.0)),
            np.log2(max(stream.get("hours") / 24, 1.0)),
            _log(stream.get("day_scatter"), 0.02),
        ]
    )
