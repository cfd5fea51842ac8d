"""Distribution of object sizes, with what each workload would give drawn over it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mithaq.evidence.report.charts import marks as mark
from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.charts.drawing import Chart
from mithaq.evidence.report.charts.marks import PLOT_WIDTH, Box, Mark, Plane, Point, Stroke
from mithaq.evidence.report.charts.text import FigureText, Key, Table
from mithaq.evidence.report.charts.ticks import ticks_to
from mithaq.evidence.report.strings import Phrases
from mithaq.evidence.result import StreamCharts, WorkloadCurve
from mithaq.telemetry.lake.schema import BINS_PER_DOUBLING

_HEIGHT: Final = 210
_LINES_FOR: Final = 3
"""Lines kept for workloads of the claim's own set where there are more than can be told apart."""
_LABEL_WIDTH: Final = 96
"""Room for a size below the axis in drawing units: `١٠٠ كيلوبايت` and a gap."""
_THICK: Final = 2.6
_THIN: Final = 1.7
_EMPTY: Final = -1
"""Bin of objects without bytes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One workload as drawn: its place in the palette and how far it overlaps with what was seen."""

    curve: WorkloadCurve
    place: int
    overlap: float
    """Area that both distributions share, 0 to 1."""

    @property
    def dash(self) -> tuple[int, ...]:
        """Dash and gap lengths."""
        return palette.DASHES[self.place]


def chosen_lines(stream: StreamCharts) -> list[Line]:
    """Choose the workloads that are drawn: the nearest by size, the claim's own set never left out.

    All are drawn where they can be told apart. Workloads of the claim's own set come first.
    """
    ranked = sorted(
        stream.workloads, key=lambda curve: (-overlap(stream.size_share, curve.share), curve.workload)
    )
    own = [curve for curve in ranked if curve.supports]
    other = [curve for curve in ranked if not curve.supports]
    room = len(palette.LINES)
    kept_own = own[: max(_LINES_FOR, room - len(other))]
    kept = kept_own + other[: room - len(kept_own)]
    return [
        Line(curve, place, overlap(stream.size_share, curve.share)) for place, curve in enumerate(kept[:room])
    ]


def overlap(seen: Sequence[float], expected: Sequence[float]) -> float:
    """Give the area that two distributions over the same bins share, 0 to 1."""
    return sum(min(one, other) for one, other in zip(seen, expected, strict=True))


def sizes_chart(stream: StreamCharts) -> Chart:
    """Give the chart of one stream."""
    ticks = _share_ticks(stream)
    plane = _plane(stream, ticks)
    seen = [
        Box(size_bin + 0.06, size_bin + 0.94, 0.0, share)
        for size_bin, share in zip(stream.bins, stream.size_share, strict=True)
        if share > 0
    ]
    marks: list[Mark] = [*mark.grid(plane, ticks)]
    if seen:
        marks.append(mark.Rectangles(seen, palette.SEEN, Stroke(palette.SEEN_EDGE)))
    for line in reversed(chosen_lines(stream)):
        points = [
            Point(size_bin + 0.5, share)
            for size_bin, share in zip(stream.bins, line.curve.share, strict=True)
        ]
        dash = () if line.place == 0 else line.dash
        stroke = Stroke(palette.LINES[line.place], _THICK if line.curve.supports else _THIN, dash)
        marks.append(mark.Line(points, stroke, smooth=True))
    places = _size_ticks(plane)
    marks.append(mark.SideLabels([(value, f"y{index}") for index, value in enumerate(ticks)]))
    marks.append(mark.FootTicks([place for place, _ in places]))
    marks.append(mark.FootLabels([(place, f"x{index}") for index, (place, _) in enumerate(places)]))
    return Chart(plane, marks)


def sizes_text(stream: StreamCharts, t: Phrases, names: Mapping[str, str]) -> FigureText:
    """Put the chart into words; `names` are the workloads' names in the language."""
    locale = t.locale
    ticks = _share_ticks(stream)
    places = _size_ticks(_plane(stream, ticks))
    words = {f"y{index}": locale.percent(value, decimals=2) for index, value in enumerate(ticks)}
    words |= {f"x{index}": locale.byte_count(size) for index, (_, size) in enumerate(places)}
    keys = [Key("area", "seen", t.plain("figure.seen"))]
    for line in chosen_lines(stream):
        phrase = "figure.workload-for" if line.curve.supports else "figure.workload-other"
        share = locale.percent(line.overlap, decimals=0)
        label = t.plain(phrase, workload=names[line.curve.workload], share=share)
        dash = "" if line.place == 0 else " ".join(str(length) for length in line.dash)
        keys.append(Key("line", f"line{line.place}", label, dash, strong=line.curve.supports))
    return FigureText(
        title=t.plain("figure.sizes"),
        unit=t.plain("figure.sizes-unit"),
        readings=tuple(_readings(stream, t)),
        keys=keys,
        words=words,
        table=_table(stream, t, names),
    )


def _plane(stream: StreamCharts, ticks: Sequence[float]) -> Plane:
    low, high = (min(stream.bins), max(stream.bins) + 1) if stream.bins else (0, 1)
    return Plane(x=(low, high), y=(0, ticks[-1]), height=_HEIGHT)


def _share_ticks(stream: StreamCharts) -> tuple[float, ...]:
    drawn = [*stream.size_share, *(share for line in chosen_lines(stream) for share in line.curve.share)]
    return ticks_to(max(drawn, default=0))


def _size_ticks(plane: Plane) -> list[tuple[float, float]]:
    """Give (place on the axis, bytes) of round decimal sizes within the axis, far enough apart to be read."""
    low, high = (2 ** (edge / BINS_PER_DOUBLING) for edge in plane.x)
    bins_apart = _LABEL_WIDTH * (plane.x[1] - plane.x[0]) / PLOT_WIDTH
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors, every in (((1, 2, 5), 1), ((1, 5), 1), ((1,), 1), ((1,), 2), ((1,), 3)):
        sizes = [float(factor * 10**power) for power in powers if power % every == 0 for factor in factors]
        places = [(math.log2(size) * BINS_PER_DOUBLING, size) for size in sizes if low <= size <= high]
        if all(later - earlier >= bins_apart for (earlier, _), (later, _) in pairwise(places)):
            break
    return places or [(plane.x[0], low)]


def _readings(stream: StreamCharts, t: Phrases) -> Iterator[str]:
    if not any(share > 0 for share in stream.size_share):
        yield t.plain("figure.sizes-nothing")
        return
    low, median, high = (_quantile(stream, share) for share in (0.05, 0.5, 0.95))
    write = t.locale.byte_count
    yield t.plain("figure.sizes-reading", median=write(median), low=write(low), high=write(high))
    lines = chosen_lines(stream)
    if lines:
        yield t.plain("figure.sizes-overlap")
    if len(stream.workloads) > len(lines):
        yield t.plain("figure.sizes-others", count=len(stream.workloads) - len(lines))


def _quantile(stream: StreamCharts, share: float) -> float:
    """Give a quantile in bytes, linear within its bin: as `indicators.base.histogram_quantile` has it."""
    wanted = share * sum(stream.size_share)
    reached = 0.0
    for size_bin, weight in zip(stream.bins, stream.size_share, strict=True):
        if weight > 0 and reached + weight >= wanted:
            return _size_at(size_bin, (wanted - reached) / weight)
        reached += weight
    return _size_at(stream.bins[-1], 1.0)


def _size_at(size_bin: int, part: float) -> float:
    """Give the size that lies such a part of the way through a bin."""
    if size_bin == _EMPTY:
        return 0.0
    return float(2 ** ((size_bin + part) / BINS_PER_DOUBLING))


def _table(stream: StreamCharts, t: Phrases, names: Mapping[str, str]) -> Table:
    locale = t.locale
    head = (
        t.plain("figure.sizes-from"),
        t.plain("figure.seen"),
        *(names[curve.workload] for curve in stream.workloads),
    )
    rows = tuple(
        (
            t.plain("figure.sizes-empty")
            if size_bin == _EMPTY
            else locale.byte_count(2 ** (size_bin / BINS_PER_DOUBLING)),
            *(
                locale.percent(shares[index])
                for shares in (stream.size_share, *(curve.share for curve in stream.workloads))
            ),
        )
        for index, size_bin in enumerate(stream.bins)
    )
    return Table(head, rows)
