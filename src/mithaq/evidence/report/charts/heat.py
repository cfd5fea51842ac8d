"""Hour-of-week heat map of creations: seven rows of 24 hours, Monday first, all in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.charts.drawing import Chart
from mithaq.evidence.report.charts.marks import Box, FootLabels, Mark, Plane, Rectangles, SideLabels
from mithaq.evidence.report.charts.text import FigureText, Key, Table
from mithaq.evidence.report.charts.ticks import round_step
from mithaq.evidence.report.strings import Phrases
from mithaq.evidence.result import StreamCharts

_DAYS: Final = 7
_HOURS: Final = 24
_PLANE: Final = Plane(x=(0, _HOURS), y=(0, _DAYS), height=210, downwards=True)
_HOUR_LABELS: Final = range(0, _HOURS, 3)
_INSET: Final = 0.04
"""Room between cells, as a share of a cell."""


def heat_chart(stream: StreamCharts) -> Chart:
    """Give the heat map of one stream; hours without records are hatched."""
    step = _step(stream)
    highest = _highest(stream, step)
    cells: dict[str, list[Box]] = {}
    for day, hour, rate in _cells(stream):
        colour = palette.GAP if rate < 0 else palette.HEAT[_shade(_class(rate, step), highest)]
        cell = Box(hour + _INSET, hour + 1 - _INSET, day + _INSET, day + 1 - _INSET)
        cells.setdefault(colour, []).append(cell)
    marks: list[Mark] = [
        *(Rectangles(cells[colour], colour) for colour in sorted(cells)),
        SideLabels([(day + 0.5, f"d{day}") for day in range(_DAYS)]),
        FootLabels([(hour + 0.5, f"h{hour}") for hour in _HOUR_LABELS]),
    ]
    return Chart(_PLANE, marks)


def heat_text(stream: StreamCharts, t: Phrases) -> FigureText:
    """Put the heat map of one stream into words."""
    locale = t.locale
    step = _step(stream)
    highest = _highest(stream, step)
    uncovered = any(rate < 0 for _, _, rate in _cells(stream))
    keys = [
        Key(
            "area",
            f"heat{_shade(place, highest)}",
            t.plain(
                "figure.range", low=locale.measure(place * step), high=locale.measure((place + 1) * step)
            ),
        )
        for place in range(highest + 1)
    ]
    if uncovered:
        keys.append(Key("hatch", "gap", t.plain("figure.uncovered")))
    words = {f"d{day}": locale.short_weekday(day) for day in range(_DAYS)}
    words |= {f"h{hour}": locale.digits(f"{hour:02d}") for hour in _HOUR_LABELS}
    return FigureText(
        title=t.plain("figure.heat"),
        unit=t.plain("figure.heat-unit"),
        readings=tuple(_readings(stream, t)),
        keys=keys,
        words=words,
        table=_table(stream, t),
    )


def _cells(stream: StreamCharts) -> Iterator[tuple[int, int, float]]:
    for day, row in enumerate(stream.creations_by_hour_of_week):
        for hour, rate in enumerate(row):
            yield day, hour, rate


def _step(stream: StreamCharts) -> float:
    """Give the width of a colour class: equal and round, so that no class count is exceeded."""
    most = max((rate for _, _, rate in _cells(stream)), default=0)
    return round_step(most / len(palette.HEAT)) if most > 0 else 1.0


def _class(rate: float, step: float) -> int:
    return min(int(rate / step), len(palette.HEAT) - 1)


def _highest(stream: StreamCharts, step: float) -> int:
    """Give the highest class that a covered hour falls into; -1 where none is covered."""
    return max((_class(rate, step) for _, _, rate in _cells(stream) if rate >= 0), default=-1)


def _shade(place: int, highest: int) -> int:
    """Spread the classes in use over all shades, the lightest for the lowest, the darkest for the highest."""
    return round(place * (len(palette.HEAT) - 1) / highest) if highest > 0 else 0


def _readings(stream: StreamCharts, t: Phrases) -> Iterator[str]:
    covered = [(rate, day, hour) for day, hour, rate in _cells(stream) if rate >= 0]
    if not covered:
        yield t.plain("figure.heat-nothing")
        return
    locale = t.locale
    most, day, hour = max(covered, key=lambda cell: (cell[0], -cell[1], -cell[2]))
    least, quiet_day, quiet_hour = min(covered)
    yield t.plain(
        "figure.heat-reading",
        day=locale.weekday(day),
        hour=locale.hour(hour),
        most=locale.measure(most),
        quiet_day=locale.weekday(quiet_day),
        quiet_hour=locale.hour(quiet_hour),
        least=locale.measure(least),
    )
    uncovered = _DAYS * _HOURS - len(covered)
    if uncovered:
        yield t.plain("figure.heat-uncovered", count=uncovered)
    yield t.plain("figure.heat-utc")


def _table(stream: StreamCharts, t: Phrases) -> Table:
    rows: Sequence[Sequence[float]] = stream.creations_by_hour_of_week
    locale = t.locale
    return Table(
        head=(t.plain("figure.heat-hour"), *(locale.weekday(day) for day in range(_DAYS))),
        rows=tuple(
            (
                locale.hour(hour),
                *(
                    t.plain("figure.uncovered") if rows[day][hour] < 0 else locale.measure(rows[day][hour])
                    for day in range(_DAYS)
                ),
            )
            for hour in range(_HOURS)
        ),
    )
