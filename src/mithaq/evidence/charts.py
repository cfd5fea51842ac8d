"""The series that the report draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from mithaq.evidence.examination import Examination
from mithaq.evidence.features import BLOCKS, Stream, block_matrix
from mithaq.evidence.indicators.base import EPOCH_WEEKDAY
from mithaq.evidence.indicators.size_spread import histogram
from mithaq.evidence.result import Charts, DailySeries, StreamCharts, WorkloadCurve
from mithaq.evidence.tables import STREAM, Build, Tables
from mithaq.evidence.weighing.fits import COMPANION, StreamFit
from mithaq.evidence.weighing.judge import Candidate
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake.schema import BINS_PER_DOUBLING
from mithaq.terms.vocabulary import DataKind

MAX_STREAMS: Final = 4
MAX_CURVES: Final = 2
"""Workloads drawn on each side."""


def daily_series(examination: Examination) -> DailySeries:
    """Give creations and bytes per UTC day that the period touches; None where the day is not covered."""
    covered = {day.day: day for day in examination.days}
    hours = examination.hours
    days = range(hours.start // 24, -(-hours.stop // 24))
    found = [covered.get(day) for day in days]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return DailySeries(
        days=[(epoch + timedelta(days=day)).date().isoformat() for day in days],
        creations=[day.made if day else None for day in found],
        bytes_in=[day.bytes_in if day else None for day in found],
        bytes_out=[day.bytes_out if day else None for day in found],
    )


def charts(examination: Examination, candidates: Sequence[Candidate], kind: DataKind | None) -> Charts:
    """Give all series: the subject's days, and the streams that carry most weight (else the largest)."""
    fits = [candidate.fit for candidate in candidates[:MAX_STREAMS]]
    if not fits:
        ordered = sorted(examination.fits, key=lambda fit: (-fit.stream.get("made"), fit.stream.key))
        fits = ordered[:MAX_STREAMS]
    streams = [_stream(examination, fit, kind) for fit in fits]
    return Charts(daily=daily_series(examination), streams=streams)


def _stream(examination: Examination, fit: StreamFit, kind: DataKind | None) -> StreamCharts:
    bins, share = _sizes(examination, fit.stream)
    return StreamCharts(
        stream=fit.stream.name,
        creations_by_hour_of_week=_hour_of_week(examination, fit.stream),
        bins=bins,
        size_share=share,
        workloads=_curves(examination, fit, kind, bins),
    )


def _grid(tables: Tables) -> ibis.Table:
    return tables.grid.select(*STREAM[1:], "hour", "made")


def _rows(examination: Examination, stream: Stream, build: Build) -> list[dict[str, int]]:
    found = examination.scope.rows(build)
    return [row for row in found if (row["bucket"], row["shape"]) == stream.key[1:]]


def _hour_of_week(examination: Examination, stream: Stream) -> list[list[float]]:
    """Mean creations per observed hour, Monday first; -1 where the hour of the week was never observed."""
    made, seen = np.zeros((7, 24)), np.zeros((7, 24))
    for row in _rows(examination, stream, _grid):
        place = ((row["hour"] // 24 + EPOCH_WEEKDAY) % 7, row["hour"] % 24)
        made[place] += row["made"]
        seen[place] += 1
    means = np.where(seen > 0, made / np.maximum(seen, 1), -1.0)
    return [[float(f"{value:.6g}") for value in day] for day in means]


def _sizes(examination: Examination, stream: Stream) -> tuple[list[int], list[float]]:
    """Share of objects per size bin, from two below the first that holds any to two above the last."""
    counts = {int(row["bin"]): int(row["objects"]) for row in _rows(examination, stream, histogram)}
    total = sum(counts.values())
    if not total:
        return [], []
    bins = list(range(max(-1, min(counts) - 2), max(counts) + 3))
    return bins, [counts.get(each, 0) / total for each in bins]


def _curves(
    examination: Examination, fit: StreamFit, kind: DataKind | None, bins: Sequence[int]
) -> list[WorkloadCurve]:
    """Expected size shares of the best-fitting workloads on both sides of the claim."""
    model = examination.model()
    order = sorted(
        (name for name in model.hypotheses if name != COMPANION),
        key=lambda name: -sum(fit.blocks[name].values()),
    )
    inside = [name for name in order if kind is not None and model.hypotheses[name].kind is kind]
    outside = [name for name in order if name not in inside]
    x = block_matrix([fit.stream], "sizes")[0]
    curves = []
    for name in [*inside[:MAX_CURVES], *outside[:MAX_CURVES]]:
        density = model.hypotheses[name].blocks["sizes"]
        apart = np.nan_to_num((x - density.points) / density.widths)
        nearest = density.points[int(np.argmin((apart**2).sum(axis=1)))]
        curves.append(WorkloadCurve(name, name in inside, _split_normal(nearest, bins)))
    return curves


def _split_normal(point: np.ndarray[tuple[int], np.dtype[np.float64]], bins: Sequence[int]) -> list[float]:
    """Size shares of a simulated tenant, drawn from its median and its 5 % and 95 % quantiles."""
    names = [feature.name for feature in BLOCKS["sizes"]]
    median, upper, lower = (float(point[names.index(n)]) for n in ("size_median", "size_upper", "size_lower"))
    middle = (np.array(bins) + 0.5) / BINS_PER_DOUBLING - median
    # 1.645 standard deviations lie between the median and the outer quantiles of a normal.
    spread = np.where(middle >= 0, max(upper, 0.1), max(lower, 0.1)) / 1.645
    heights = np.exp(-0.5 * (middle / spread) ** 2)
    return [float(f"{value:.6g}") for value in heights / heights.sum()]
