"""Day by day: objects created, data received and data sent out, per UTC day of the period."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.charts.drawing import Chart
from mithaq.evidence.report.charts.marks import (
    Box,
    FootLabels,
    FootTicks,
    Mark,
    Plane,
    Rectangles,
    Rules,
    SideLabels,
    Stroke,
    grid,
)
from mithaq.evidence.report.charts.text import FigureText, Key, Table
from mithaq.evidence.report.charts.ticks import ticks_to
from mithaq.evidence.report.locales import LOCALES, Language
from mithaq.evidence.report.strings import Phrases
from mithaq.evidence.result import DailySeries, Gap

_HEIGHT: Final = 160
_FOOT_LABELS: Final = 6
_INSET: Final = 0.12
_OBJECT_UNITS: Final = (
    (1_000_000_000, "figure.axis-billion"),
    (1_000_000, "figure.axis-million"),
    (1_000, "figure.axis-thousand"),
)


class Measure(StrEnum):
    """What a daily chart counts."""

    CREATIONS = "creations"
    BYTES_IN = "bytes-in"
    BYTES_OUT = "bytes-out"


@dataclass(frozen=True, slots=True)
class DailyChart:
    """One series as drawn. `claimed` is the figure of a claim that speaks of the same thing per day."""

    measure: Measure
    days: Sequence[str]
    values: Sequence[int | None]
    claimed: float | None = None
    partial: frozenset[str] = frozenset()
    """Days in which a source has a gap: their values are lower bounds."""

    @classmethod
    def of(
        cls,
        series: DailySeries,
        measure: Measure,
        *,
        claimed: float | None = None,
        gaps: Sequence[Gap] = (),
    ) -> DailyChart:
        """Take one measure out of the daily series."""
        values = {
            Measure.CREATIONS: series.creations,
            Measure.BYTES_IN: series.bytes_in,
            Measure.BYTES_OUT: series.bytes_out,
        }
        touched = frozenset(day for day in series.days if any(_touches(gap, day) for gap in gaps))
        return cls(measure, series.days, values[measure], claimed, touched)

    @property
    def lower_bounds(self) -> list[str]:
        """Days that have a value but also a gap."""
        return [
            day
            for day, value in zip(self.days, self.values, strict=True)
            if value is not None and day in self.partial
        ]

    @property
    def top(self) -> float:
        """The largest value that the chart must hold."""
        return max([float(value) for value in self.values if value is not None] + [self.claimed or 0.0])

    @property
    def unit_size(self) -> int:
        """How many objects or bytes one unit of the axis stands for."""
        if self.measure is Measure.CREATIONS:
            return next((size for size, _ in _OBJECT_UNITS if self.top >= size), 1)
        return LOCALES[Language.EN].byte_unit(self.top)[1]

    def unit_name(self, t: Phrases) -> str:
        """Name the unit of the axis."""
        if self.measure is not Measure.CREATIONS:
            return t.locale.byte_unit(self.top)[0]
        phrase = next((name for size, name in _OBJECT_UNITS if self.top >= size), "figure.axis-objects")
        return t.plain(phrase)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Ticks of the axis, in units."""
        return ticks_to(self.top / self.unit_size, whole=self.unit_size == 1)

    def write(self, value: float, t: Phrases) -> str:
        """Write one value in full."""
        return t.locale.measure(value) if self.measure is Measure.CREATIONS else t.locale.byte_count(value)


def daily_chart(chart: DailyChart) -> Chart:
    """Give the chart; days without records, or with some missing, are hatched up to the top."""
    ticks, size = chart.ticks, chart.unit_size
    plane = Plane(x=(0, max(len(chart.days), 1)), y=(0, ticks[-1]), height=_HEIGHT)
    bars: dict[str, list[Box]] = {palette.GAP: [], palette.BAR: []}
    for index, value in enumerate(chart.values):
        sides = (index + _INSET, index + 1 - _INSET)
        height = 0.0 if value is None else value / size
        if value is not None:
            bars[palette.BAR].append(Box(*sides, 0.0, height))
        if value is None or chart.days[index] in chart.partial:
            bars[palette.GAP].append(Box(*sides, height, ticks[-1]))
    marks: list[Mark] = [*grid(plane, ticks)]
    marks += [Rectangles(boxes, colour) for colour, boxes in bars.items() if boxes]
    if chart.claimed is not None:
        level = chart.claimed / size
        stroke = Stroke(palette.CLAIMED, 1.8, palette.CLAIMED_DASH)
        marks.append(Rules([Box(*plane.x, level, level)], stroke))
    places = _labelled_days(chart)
    marks.append(SideLabels([(value, f"y{index}") for index, value in enumerate(ticks)]))
    marks.append(FootTicks([index + 0.5 for index in places]))
    marks.append(FootLabels([(index + 0.5, f"x{index}") for index in places]))
    return Chart(plane, marks)


def daily_text(chart: DailyChart, t: Phrases) -> FigureText:
    """Put the chart into words."""
    locale = t.locale
    words = {f"y{index}": locale.measure(value) for index, value in enumerate(chart.ticks)}
    words |= {
        f"x{index}": locale.short_day(date.fromisoformat(chart.days[index]))
        for index in _labelled_days(chart)
    }
    keys = []
    if chart.claimed is not None:
        label = t.plain("figure.claimed", value=chart.write(chart.claimed, t))
        dash = " ".join(str(length) for length in palette.CLAIMED_DASH)
        keys.append(Key("line", "claimed", label, dash))
    if None in chart.values or chart.lower_bounds:
        keys.append(Key("hatch", "gap", t.plain("figure.uncovered")))
    return FigureText(
        title=t.plain(f"figure.{chart.measure}"),
        unit=t.plain("figure.daily-unit", unit=chart.unit_name(t)),
        readings=tuple(_readings(chart, t)),
        keys=keys,
        words=words,
        table=Table(
            head=(t.plain("figure.day"), t.plain(f"figure.{chart.measure}")),
            rows=tuple(
                (
                    locale.day(date.fromisoformat(day)),
                    t.plain("figure.uncovered") if value is None else chart.write(value, t),
                )
                for day, value in zip(chart.days, chart.values, strict=True)
            ),
        ),
    )


def _labelled_days(chart: DailyChart) -> range:
    """Choose the days that are named at the foot: evenly spaced, the first among them."""
    every = -(-len(chart.days) // _FOOT_LABELS) or 1
    return range(0, len(chart.days), every)


def _touches(gap: Gap, day: str) -> bool:
    """Say whether a gap covers a part of a UTC day."""
    midnight = datetime.combine(date.fromisoformat(day), time(), UTC)
    return gap.window.start < midnight + timedelta(days=1) and gap.window.end > midnight


def _readings(chart: DailyChart, t: Phrases) -> Iterator[str]:
    covered = [(value, day) for day, value in zip(chart.days, chart.values, strict=True) if value is not None]
    if not covered:
        yield t.plain("figure.daily-nothing")
        return
    most, day = max(covered, key=lambda each: each[0])
    yield t.plain(
        "figure.daily-reading",
        median=chart.write(statistics.median(value for value, _ in covered), t),
        day=t.locale.day(date.fromisoformat(day)),
        most=chart.write(most, t),
    )
    uncovered = len(chart.values) - len(covered)
    if uncovered:
        yield t.plain("figure.daily-uncovered", count=uncovered)
    if chart.lower_bounds:
        yield t.plain("figure.daily-partial", count=len(chart.lower_bounds))
