"""Each indicator measures what its docstring says, whatever the time zone and whichever the rest days."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mithaq.evidence.features import stream_features
from mithaq.evidence.tables import population_scope
from mithaq.evidence.weighing.frames import FrameState, find_frames
from mithaq.telemetry.lake.schema import RESIDUE_MODULI, SCHEMAS, Table

START = 20_703 * 24
HEAD = {"source": "s3-access-log", "subscription": "s1_x", "bucket": "b1_x", "shape": "a/u.wav"}


def activity(hours: int, made: Callable[[int], int], minute: Callable[[int], int] | None = None) -> pa.Table:
    rows = []
    for hour in range(hours):
        count = made(hour)
        if count == 0:
            continue
        minutes = [count // 60 + (m < count % 60) for m in range(60)]
        if minute is not None:
            minutes = [count if m == minute(hour) else 0 for m in range(60)]
        rows.append(
            {
                **HEAD,
                "hour": START + hour,
                "service": "storage",
                "operation": "create",
                "region": "unknown",
                "events": count,
                "errors": 0,
                "bytes_in": count * 10,
                "bytes_out": 0,
                "minutes": minutes,
            }
        )
    return pa.Table.from_pylist(rows, SCHEMAS[Table.ACTIVITY])


def observed(hours: int) -> pa.Table:
    return pa.table(
        {
            "subject": ["s1_x"] * hours,
            "source": ["s3-access-log"] * hours,
            "hour": pa.array(range(START, START + hours), pa.int32()),
        }
    )


def features(
    hours: int = 336, made: Callable[[int], int] = lambda _: 60, **more: pa.Table
) -> dict[str, float]:
    tables = {Table.ACTIVITY: activity(hours, made), **{Table(k): v for k, v in more.items()}}
    (stream,) = stream_features(population_scope(tables, observed(hours)))
    return dict(stream.values)


def office(hour: int) -> int:
    day, clock = divmod(hour, 24)
    return 100 if 8 <= clock < 17 and day % 7 < 5 else 0


def shifted(hours: int) -> Callable[[int], int]:
    return lambda hour: office((hour + hours) % 168)


CLOCKS = (
    "day_quiet",
    "day_busy",
    "day_peak",
    "day_first",
    "day_second",
    "week_rest",
    "week_low",
    "week_high",
)


@pytest.mark.parametrize("shift", [3, 9, 17])
def test_the_clocks_are_free_of_the_time_zone(shift: int) -> None:
    here = features(made=office)
    there = features(made=shifted(shift))
    for name in CLOCKS[:5]:
        assert there[name] == pytest.approx(here[name])


def test_the_week_clock_is_free_of_which_days_are_rest_days() -> None:
    here = features(made=office)
    for days in range(1, 7):
        there = features(made=shifted(24 * days))
        for name in CLOCKS:
            assert there[name] == pytest.approx(here[name])


REST = ("rest_depth", "rest_busy", "rest_other", "weeks_apart", "days_apart")


def with_open_line(hour: int) -> int:
    """An office, beside a line that is open day and night, and as busy by night as by day."""
    return office(hour) + 20


def easy_weekend(hour: int) -> int:
    """People by day and by night, on two days half as many as on others."""
    day, clock = divmod(hour, 24)
    return (120 if 8 <= clock < 20 else 40) // (2 if day % 7 >= 5 else 1)


@pytest.mark.parametrize("shift", [24, 5 * 24, 7, 31, 100])
def test_rest_is_free_of_when_the_week_begins(shift: int) -> None:
    here, there = features(made=easy_weekend), features(made=lambda hour: easy_weekend((hour + shift) % 168))
    for name in REST[:3]:
        assert there[name] == pytest.approx(here[name], rel=0.02)


def test_the_rest_spell_begins_with_the_rest_and_not_with_a_day_by_utc() -> None:
    found = features(made=lambda hour: easy_weekend((hour + 12) % 168))
    assert found["rest_depth"] == pytest.approx(0.5, rel=0.05)
    assert found["week_rest"] > 0.6


def test_where_people_take_it_easy_busy_and_quiet_hours_fall_alike() -> None:
    found = features(made=easy_weekend)
    assert found["rest_busy"] == pytest.approx(found["rest_other"], rel=0.02)


def test_where_an_office_rests_beside_an_open_line_the_busy_hours_fall_and_the_night_stays() -> None:
    found = features(made=with_open_line)
    assert found["rest_busy"] < 0.25
    assert found["rest_other"] > 3 * found["rest_busy"]


def test_a_week_that_recurs_is_told_from_days_that_differ_by_chance() -> None:
    rng = np.random.default_rng(7)
    level = rng.lognormal(0.0, 0.4, 14)
    recurring = features(made=office)
    by_chance = features(made=lambda hour: int(60 * level[hour // 24]))
    assert recurring["weeks_apart"] == pytest.approx(0, abs=1e-9)
    assert recurring["days_apart"] > 0.5
    assert by_chance["weeks_apart"] > 0.5 * by_chance["days_apart"]


def test_one_week_shows_nothing_that_recurs() -> None:
    found = features(hours=168, made=office)
    assert "rest_depth" in found
    assert "weeks_apart" not in found


def test_a_spell_that_may_lie_in_a_gap_is_not_looked_for() -> None:
    table = activity(168, easy_weekend)
    seen = observed(168)
    gap = seen.filter(pa.array([not 50 <= hour < 95 for hour in range(168)]))
    kept = table.filter(pa.array([not 50 <= hour - START < 95 for hour in table["hour"].to_pylist()]))
    (stream,) = stream_features(population_scope({Table.ACTIVITY: kept}, gap))
    assert "rest_depth" not in stream.values


def test_an_office_is_silent_at_night_and_on_rest_days() -> None:
    found = features(made=office)
    assert found["day_quiet"] == 0
    assert found["week_rest"] == 0
    assert found["day_peak"] == pytest.approx(24 / 9)
    assert found["silent_hours"] == pytest.approx(1 - 45 / 168)
    assert found["longest_silence"] == 63


def test_a_machine_knows_no_quiet_hours_and_no_chance() -> None:
    found = features()
    assert found["day_quiet"] == pytest.approx(1)
    assert found["week_rest"] == pytest.approx(1)
    assert found["minute_dispersion"] == pytest.approx(0)
    assert found["day_change"] == pytest.approx(0)
    assert found["growth"] == pytest.approx(0)


def test_a_job_on_the_minute_is_seen_in_the_minutes() -> None:
    tables = {Table.ACTIVITY: activity(336, lambda _: 60, minute=lambda _: 5)}
    (stream,) = stream_features(population_scope(tables, observed(336)))
    assert stream.values["minute_focus"] == pytest.approx(60)
    assert stream.values["minute_dispersion"] == pytest.approx(60)


def test_independent_arrivals_have_a_dispersion_of_one() -> None:
    rng = np.random.default_rng(5)
    table = activity(336, lambda _: 60)
    minutes = [rng.poisson(1.0, 60).tolist() for _ in range(336)]
    totals = [sum(row) for row in minutes]
    table = table.set_column(
        table.schema.get_field_index("minutes"),
        SCHEMAS[Table.ACTIVITY].field("minutes"),
        pa.array(minutes, pa.list_(pa.int32())),
    )
    table = table.set_column(
        table.schema.get_field_index("events"),
        SCHEMAS[Table.ACTIVITY].field("events"),
        pa.array(totals, pa.int64()),
    )
    (stream,) = stream_features(population_scope({Table.ACTIVITY: table}, observed(336)))
    assert stream.values["minute_dispersion"] == pytest.approx(1, abs=0.05)
    assert stream.values["day_change"] == pytest.approx(1, abs=0.2)


def test_growth_is_the_log_ratio_of_halves() -> None:
    found = features(made=lambda hour: 40 if hour < 168 else 80)
    assert found["growth"] == pytest.approx(1, abs=0.01)


def test_a_week_that_was_not_seen_whole_has_no_week_clock() -> None:
    assert "week_rest" not in features(hours=120)


def test_hours_that_were_not_observed_are_no_silence() -> None:
    table = activity(336, lambda hour: 60 if hour % 24 < 20 else 0)
    seen = observed(336)
    kept = seen.filter(pa.array([hour % 24 < 20 or hour < 24 for hour in range(336)]))
    (stream,) = stream_features(population_scope({Table.ACTIVITY: table}, kept))
    assert stream.values["silent_hours"] == pytest.approx(4 / (24 + 13 * 20))


def test_partial_rows_add_up() -> None:
    whole = features(made=office)
    half = activity(336, lambda hour: office(hour) // 2)
    (stream,) = stream_features(
        population_scope({Table.ACTIVITY: pa.concat_tables([half, half])}, observed(336))
    )
    for name in (*CLOCKS, "made", "per_day", "silent_hours", "active_days"):
        assert stream.values[name] == pytest.approx(whole[name])


def sizes(values: list[int]) -> pa.Table:
    bins: dict[int, list[int]] = {}
    for value in values:
        bins.setdefault(int(np.floor(4 * np.log2(value))), []).append(value)
    rows = [
        {**HEAD, "day": START // 24, "bin": b, "objects": len(v), "bytes": sum(v)} for b, v in bins.items()
    ]
    return pa.Table.from_pylist(rows, SCHEMAS[Table.SIZES])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 2**30), min_size=20, max_size=200))
def test_size_quantiles_are_right_to_a_bin(values: list[int]) -> None:
    found = features(hours=24, sizes=sizes(values))
    ordered = np.sort(np.log2(values))
    assert ordered[(len(values) - 1) // 2] - 0.26 <= found["size_median"] <= ordered[len(values) // 2] + 0.26


def residues(values: npt.NDArray[np.int64]) -> pa.Table:
    rows = [
        {
            **HEAD,
            "day": START // 24,
            "modulus": m,
            "objects": len(values),
            "counts": np.bincount(values % m, minlength=m).tolist(),
        }
        for m in RESIDUE_MODULI
    ]
    return pa.Table.from_pylist(rows, SCHEMAS[Table.RESIDUES])


def distinct(values: npt.NDArray[np.int64]) -> pa.Table:
    """Fill a sketch as ingest would, with any good hash of the size."""
    best: dict[int, int] = {}
    for value in set(values.tolist()):
        word = int.from_bytes(blake2b(str(value).encode(), digest_size=8).digest())
        register, rest = word >> 56, word & ((1 << 56) - 1)
        best[register] = max(best.get(register, 0), 57 - rest.bit_length())
    rows = [
        {**HEAD, "day": START // 24, "kind": "size", "register": r, "rank": k}
        for r, k in sorted(best.items())
    ]
    return pa.Table.from_pylist(rows, SCHEMAS[Table.DISTINCT])


def frames_of(values: npt.NDArray[np.int64]) -> FrameState:
    count = len(values)
    tables = {
        Table.ACTIVITY: activity(24, lambda hour: count // 24 + (hour < count % 24)),
        Table.SIZES: sizes(values.tolist()),
        Table.RESIDUES: residues(values),
        Table.DISTINCT: distinct(values),
    }
    (stream,) = stream_features(population_scope(tables, observed(24)))
    return find_frames(stream).state


SECONDS = np.exp(np.random.default_rng(3).normal(4.27, 0.89, 2000))


@pytest.mark.parametrize(
    ("rate", "frame", "header"),
    [(8000, 160, 44), (16_000, 320, 44), (1600, 32, 6), (1650, 33, 9), (1000, 20, 0)],
)
def test_whole_frames_of_a_speech_codec_are_seen_behind_any_header(
    rate: int, frame: int, header: int
) -> None:
    values = np.maximum(1, SECONDS * rate / frame).astype(np.int64) * frame + header
    assert frames_of(values) is FrameState.CALL_LIKE


def test_lengths_unlike_calls_are_speech_but_not_call_like() -> None:
    values = (SECONDS / 30 * 50).astype(np.int64).clip(65) * 32 + 6
    assert frames_of(values) is not FrameState.CALL_LIKE


@pytest.mark.parametrize("block", [1, 2, 16, 512, 4096, 1000])
def test_blocks_and_pages_are_no_codec_frames(block: int) -> None:
    values = np.maximum(1, SECONDS * 8000 / block).astype(np.int64) * block + 44
    assert frames_of(values) is FrameState.NONE


def test_repeated_exact_sizes_are_no_codec_frames() -> None:
    values = np.random.default_rng(1).choice([160_044, 320_044, 48_044], 2000)
    assert frames_of(values) is FrameState.NONE
