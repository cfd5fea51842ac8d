"""The drawings: fit for the page in both languages, honest about gaps, readable without colour."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.worlds import allegation as alleging
from tests.evidence.worlds import review, simulated_lake

from mithaq.evidence.report import DrawingError
from mithaq.evidence.report.charts import palette
from mithaq.evidence.report.charts.daily import DailyChart, Measure, daily_chart, daily_text
from mithaq.evidence.report.charts.drawing import Caption, Chart, draw, inline
from mithaq.evidence.report.charts.heat import heat_chart, heat_text
from mithaq.evidence.report.charts.marks import Line, Plane, Point, Stroke
from mithaq.evidence.report.charts.sizes import chosen_lines, sizes_chart, sizes_text
from mithaq.evidence.report.charts.ticks import ticks_to
from mithaq.evidence.report.locales import Language
from mithaq.evidence.report.strings import Phrases
from mithaq.evidence.result import DailySeries, ReviewResult, StreamCharts, WorkloadCurve

EN, AR = Phrases.of(Language.EN), Phrases.of(Language.AR)
NAMES = {name: name for name in ("bulk-call-interception", "voicemail", "call-recording-service", "cctv")}


@pytest.fixture
def stream(violating: ReviewResult) -> StreamCharts:
    return violating.charts.streams[0]


def svg(drawn: str, words: object, language: Language = Language.EN) -> str:
    assert isinstance(words, dict)
    return str(inline(drawn, Caption(words, "Name", "What it shows"), language=language, prefix="f"))


def test_a_drawing_takes_the_words_of_its_language_and_arabic_is_embedded(stream: StreamCharts) -> None:
    drawn = draw(heat_chart(stream))
    assert "Monday" not in drawn
    english = svg(drawn, heat_text(stream, EN).words)
    arabic = svg(drawn, heat_text(stream, AR).words, Language.AR)
    assert re.findall(r">([^<>]+)</text>", english)[:2] == ["Mon", "Tue"]
    assert re.findall(r">([^<>]+)</text>", arabic)[:2] == ["\u202bالاثنين\u202c", "\u202bالثلاثاء\u202c"]
    strip = re.compile(r">[^<>]+</text>")
    assert strip.sub("", english) == strip.sub("", arabic)


def test_a_drawing_has_no_style_no_namespace_and_ids_under_its_own_prefix(stream: StreamCharts) -> None:
    made = svg(draw(heat_chart(stream)), heat_text(stream, EN).words)
    assert made.startswith('<svg class="chart" viewBox="0 0 520 ')
    assert "style=" not in made
    assert "xmlns" not in made
    assert 'direction="ltr"' in made
    assert all(name.startswith("f-") for name in re.findall(r'\bid="([^"]+)"', made))


def test_every_colour_that_is_drawn_has_a_role_in_the_style_sheet(
    stream: StreamCharts, violating: ReviewResult
) -> None:
    daily = DailyChart.of(violating.charts.daily, Measure.CREATIONS, claimed=100_000.0)
    drawings = [draw(heat_chart(stream)), draw(sizes_chart(stream)), draw(daily_chart(daily))]
    used = {colour for drawn in drawings for colour in re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', drawn)}
    assert used <= palette.CLASSES.keys()


def test_hours_and_days_without_records_are_hatched_and_said(
    stream: StreamCharts, violating: ReviewResult
) -> None:
    heat = svg(draw(heat_chart(stream)), heat_text(stream, EN).words)
    assert heat.count('fill="url(#f-hatch)"') == 5
    assert "5 hours of the week are not covered and are left hatched." in heat_text(stream, EN).readings
    chart = DailyChart.of(violating.charts.daily, Measure.BYTES_OUT)
    daily = svg(draw(daily_chart(chart)), daily_text(chart, EN).words)
    assert daily.count('fill="url(#f-hatch)"') == 1
    assert "1 day is not covered and is left hatched." in daily_text(chart, EN).readings
    assert daily_text(chart, EN).table.rows[6][1] == "not covered"


def test_a_day_with_missing_hours_is_drawn_as_a_lower_bound(violating: ReviewResult) -> None:
    gaps = violating.coverage.gaps
    chart = DailyChart.of(violating.charts.daily, Measure.CREATIONS, gaps=gaps)
    assert chart.lower_bounds == ["2026-09-09"]
    made = svg(draw(daily_chart(chart)), daily_text(chart, EN).words)
    assert made.count('fill="url(#f-hatch)"') == 2
    assert any(line.startswith("On 1 day records are missing") for line in daily_text(chart, EN).readings)


def test_a_covered_series_has_no_hatch(violating: ReviewResult) -> None:
    days = violating.charts.daily
    full = DailySeries(days.days[:2], (1, 2), (3, 4), (0, 0))
    chart = DailyChart.of(full, Measure.CREATIONS)
    made = svg(draw(daily_chart(chart)), daily_text(chart, EN).words)
    assert "hatch" not in made
    assert not daily_text(chart, EN).keys


def test_the_claimed_figure_is_drawn_into_the_days_and_fits_in(violating: ReviewResult) -> None:
    chart = DailyChart.of(violating.charts.daily, Measure.CREATIONS, claimed=1_000_000.0)
    assert chart.ticks[-1] * chart.unit_size >= 1_000_000
    assert [key.label for key in daily_text(chart, EN).keys] == ["Claimed: at least 1,000,000", "not covered"]
    assert [key.label for key in daily_text(chart, AR).keys] == ["الزعم: ١٬٠٠٠٬٠٠٠ على الأقل", "غير مغطّى"]


def test_the_heat_map_names_its_busiest_and_quietest_hour_in_utc(stream: StreamCharts) -> None:
    text = heat_text(stream, EN)
    assert text.readings[0].startswith("Busiest is Monday 15:00 with ")
    assert "UTC" in text.unit
    assert len(text.table.rows) == 24
    assert all(len(row) == 8 for row in text.table.rows)


def test_competing_workloads_are_drawn_nearest_first_with_the_claims_own_set_ahead(
    stream: StreamCharts,
) -> None:
    lines = chosen_lines(stream)
    assert [line.curve.workload for line in lines] == [
        "bulk-call-interception",
        "call-recording-service",
        "voicemail",
        "cctv",
    ]
    assert len({line.dash for line in lines}) == 4
    labels = [key.label for key in sizes_text(stream, EN, NAMES).keys]
    assert labels[1] == "bulk-call-interception (as claimed), 96%"
    assert labels[2].startswith("call-recording-service (other explanation)")


def test_more_workloads_than_can_be_told_apart_are_left_to_the_table(stream: StreamCharts) -> None:
    curves = [
        WorkloadCurve(f"w{number:02}", supports=number >= 8, share=stream.workloads[number % 4].share)
        for number in range(12)
    ]
    crowded = replace(stream, workloads=curves)
    names = {curve.workload: curve.workload for curve in curves}
    lines = chosen_lines(crowded)
    assert len(lines) == len(palette.LINES)
    assert [line.curve.supports for line in lines] == [True] * 3 + [False] * 3
    text = sizes_text(crowded, EN, names)
    assert "6 further workloads are in the table only." in text.readings
    assert len(text.table.head) == 14


@pytest.mark.parametrize("low", [-1, 10, 40, 53, 80])
@pytest.mark.parametrize("width", [1, 5, 12, 26, 60, 130])
def test_sizes_on_the_axis_are_round_and_never_run_into_each_other(low: int, width: int) -> None:
    bins = range(low, low + width)
    made = draw(sizes_chart(StreamCharts("b1_x/a", [], bins, [1 / width] * width, ())))
    feet = [
        float(across)
        for across, token in re.findall(r'translate\(([\d.-]+),[^)]*\)"[^>]*>(x\d+)</text>', made)
        if token
    ]
    assert feet
    assert all(later - earlier >= 95 for earlier, later in pairwise(feet))


@pytest.mark.parametrize("workload", ["bulk-call-interception", "voicemail", "backup"])
def test_the_caption_and_the_table_of_observations_name_the_same_median(workload: str) -> None:
    result = review(alleging("kind: stores, what: call-recordings"), simulated_lake(workload))
    told = {
        seen.stream: seen.value for seen in result.claims[0].observations if seen.indicator == "median-size"
    }
    assert told
    for stream in result.charts.streams:
        value = told[stream.stream]
        assert isinstance(value, float)
        names = {curve.workload: curve.workload for curve in stream.workloads}
        assert f"about {EN.locale.byte_count(value)};" in sizes_text(stream, EN, names).readings[0]


def test_nothing_seen_is_drawn_as_nothing_and_said() -> None:
    blank = StreamCharts("b1_x/a", [[-1.0] * 24] * 7, (), (), ())
    assert heat_text(blank, EN).readings == ("No hour of the week is covered.",)
    assert sizes_text(blank, EN, {}).readings == ("No object size is known.",)
    assert svg(draw(heat_chart(blank)), heat_text(blank, EN).words).count("url(#f-hatch)") == 168
    assert svg(draw(sizes_chart(blank)), sizes_text(blank, EN, {}).words)
    nothing = DailyChart.of(DailySeries((), (), (), ()), Measure.BYTES_IN)
    assert daily_text(nothing, EN).readings == ("No day of the period is covered.",)
    assert svg(draw(daily_chart(nothing)), daily_text(nothing, EN).words)


def test_silence_is_drawn_as_zero_not_as_a_gap() -> None:
    silent = StreamCharts("b1_x/a", [[0.0] * 24] * 7, (-1, 0), (1.0, 0.0), ())
    assert "url(#f-hatch)" not in svg(draw(heat_chart(silent)), heat_text(silent, EN).words)
    assert sizes_text(silent, EN, {}).table.rows[0][0] == "empty objects"
    assert svg(draw(sizes_chart(silent)), sizes_text(silent, EN, {}).words)


def test_a_drawing_without_a_word_or_with_more_than_shapes_is_refused(stream: StreamCharts) -> None:
    drawn = draw(heat_chart(stream))
    with pytest.raises(DrawingError, match="has no word for"):
        svg(drawn, {})
    with pytest.raises(DrawingError, match="<image>"):
        svg(drawn.replace("<g ", "<image/><g ", 1), heat_text(stream, EN).words)
    with pytest.raises(DrawingError, match="could not be drawn"):
        draw(Chart(Plane((0, 1), (0, 1), 100), [Line([Point(0, 0), Point(1, float("nan"))], Stroke("red"))]))


def test_a_smooth_line_never_leaves_the_values_between_which_it_runs() -> None:
    plane = Plane((0, 5), (0, 10), 100)
    points = [Point(x, y) for x, y in enumerate((0, 9, 9, 1, 2, 10))]
    (shape,) = Line(points, Stroke("red"), smooth=True).shapes(plane)
    start, *curves = shape.attrib["d"].removeprefix("M").split("C")
    ends = [start, *(curve.split(",", 4)[-1] for curve in curves)]
    heights = [float(end.split(",")[1]) for end in ends]
    assert heights == [round(plane.place(point).y, 2) for point in points]
    for (left, right), curve in zip(pairwise(heights), curves, strict=True):
        low, high = sorted((left, right))
        controls = [float(number) for number in curve.split(",")][1::2]
        assert all(low <= control <= high for control in controls)


@given(st.floats(min_value=1e-6, max_value=1e15), st.booleans())
def test_ticks_are_even_begin_at_zero_and_reach_the_top(top: float, whole: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    ticks = ticks_to(top, whole=whole)
    steps = [later - earlier for earlier, later in pairwise(ticks)]
    assert ticks[0] == 0
    assert ticks[-1] >= top * (1 - 1e-6)
    assert 2 <= len(ticks) <= 7
    assert max(steps) - min(steps) <= 1e-6 * max(steps) + 1e-11
    assert not whole or all(tick.is_integer() for tick in ticks)


# The style sheet


def schemes() -> list[dict[str, str]]:
    style = resources.files("mithaq.evidence.report").joinpath("templates/review.css").read_text("utf-8")
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style.split("}", 1)[0]))
    dark = dict(
        re.findall(
            r"--([\w-]+): (#[0-9a-f]{6});", style.split("prefers-color-scheme: dark", 1)[1].split("}", 1)[0]
        )
    )
    return [light, {**light, **dark}]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark"])
def test_text_reaches_wcag_aa_and_lines_three_to_one(scheme: dict[str, str]) -> None:
    for ground in ("paper", "sheet"):
        for text in ("ink", "soft", "accent", "k-text"):
            assert contrast(scheme[text], scheme[ground]) >= 4.5, (text, ground)
        for shape in (
            "edge",
            "k-axis",
            "k-seen-edge",
            "k-bar",
            "k-claimed",
            *(f"k-line{n}" for n in range(6)),
        ):
            assert contrast(scheme[shape], scheme[ground]) >= 3, (shape, ground)
    assert contrast(scheme["accent"], scheme["tint"]) >= 4.5
    assert contrast(scheme["sheet"], scheme["accent"]) >= 4.5
    assert contrast(scheme["ink"], scheme["warm-tint"]) >= 4.5


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark"])
def test_the_steps_of_the_heat_map_can_be_told_apart_in_grey(scheme: dict[str, str]) -> None:
    steps = [luminance(scheme[f"k-heat{step}"]) for step in range(7)]
    assert steps == sorted(steps, reverse=steps[0] > steps[-1])
    for one, other in pairwise(sorted(steps)):
        assert (other + 0.05) / (one + 0.05) >= 1.2


def test_the_style_sheet_colours_every_role_and_knows_no_left_or_right() -> None:
    style = resources.files("mithaq.evidence.report").joinpath("templates/review.css").read_text("utf-8")
    for colour, role in palette.CLASSES.items():
        assert f"--k-{role}: {colour};" in style.split("}", 1)[0]
        assert f"var(--k-{role})" in style
    assert not re.search(r"\b(left|right)\b", style)
    assert not re.search(r"(margin|padding|border|inset)-(top|bottom)", style)
    for value in re.findall(r"(?:margin|padding): ([^;]+);", style):
        assert len(re.sub(r"\([^()]*\)", "", value).split()) <= 2, value
