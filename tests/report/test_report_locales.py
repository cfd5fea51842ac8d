"""Numbers, dates and plural forms as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.evidence.report.locales import LOCALES, Language

EN, AR = LOCALES[Language.EN], LOCALES[Language.AR]


@pytest.mark.parametrize(
    ("counts", "category"),
    [
        ((0,), "zero"),
        ((1,), "one"),
        ((2,), "two"),
        ((3, 10, 103, 1010), "few"),
        ((11, 26, 99, 111, 1099), "many"),
        ((100, 101, 102, 200, 1000, 1_000_001, 0.5, 1.5), "other"),
    ],
)
def test_arabic_has_six_plural_categories(counts: tuple[float, ...], category: str) -> None:
    assert {AR.plural(count) for count in counts} == {category}


def test_english_has_two() -> None:
    assert [EN.plural(count) for count in (0, 1, 2, 1.5)] == ["other", "one", "other", "other"]


def test_numbers_are_grouped_and_keep_three_significant_figures() -> None:
    assert [EN.measure(value) for value in (0, 181_204, 16_340.52, 12.345, 0.8, 0.001234)] == [
        "0",
        "181,204",
        "16,341",
        "12.3",
        "0.8",
        "0.00123",
    ]
    assert AR.measure(181_204) == "١٨١٬٢٠٤"
    assert AR.measure(0.41) == "٠٫٤١"


def test_a_sign_stays_before_its_number_in_arabic_too() -> None:
    assert EN.number(-1.25, decimals=1, signed=True) == "\u22121.2"
    assert EN.number(2.1, decimals=1, signed=True) == "+2.1"
    assert EN.number(-0.01, decimals=1, signed=True) == "0.0"
    assert AR.number(-1.25, decimals=1, signed=True) == "\u061c\u2212١٫٢"


def test_shares_are_written_as_percentages() -> None:
    assert EN.percent(0.985) == "98.5%"
    assert AR.percent(0.985) == "٩٨٫٥٪"


@pytest.mark.parametrize(
    ("size", "english", "arabic"),
    [
        (0, "0 B", "٠ بايت"),
        (999, "999 B", "٩٩٩ بايت"),
        (1_071_113, "1.07 MB", "١٫٠٧ ميغابايت"),
        (8.0e12, "8 TB", "٨ تيرابايت"),
        (2.5e22, "25,000 EB", "٢٥٬٠٠٠ إكسابايت"),
    ],
)
def test_bytes_take_the_decimal_unit_that_keeps_them_short(size: float, english: str, arabic: str) -> None:
    assert EN.byte_count(size).replace("\u00a0", " ") == english
    assert AR.byte_count(size).replace("\u00a0", " ") == arabic


def test_moments_are_written_in_utc_and_midnight_may_stand_as_its_day() -> None:
    moment = datetime(2026, 9, 21, 12, tzinfo=timezone(timedelta(hours=3)))
    assert EN.instant(moment).replace("\u00a0", " ") == "21 September 2026, 09:00 UTC"
    assert AR.instant(moment).replace("\u00a0", " ") == "٢١ سبتمبر ٢٠٢٦، ٠٩:٠٠ (التوقيت العالمي)"
    midnight = datetime(2026, 9, 21, tzinfo=UTC)
    assert EN.instant(midnight) == EN.day(date(2026, 9, 21))
    assert EN.exact(midnight).endswith("00:00 UTC")


def test_lists_are_joined_as_the_language_does() -> None:
    assert [EN.listing(list("abc"[:size])) for size in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert AR.listing(["أ", "ب"]) == "أ وب"
    assert AR.listing(["أ", "ب", "ج"]) == "أ، وب، وج"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e18, max_value=1e18))
def test_both_languages_write_the_same_number(value: float) -> None:
    back = str.maketrans("٠١٢٣٤٥٦٧٨٩٬٫", "0123456789,.")
    assert AR.measure(value).removeprefix("\u061c").translate(back) == EN.measure(value)


@given(st.floats(allow_nan=False, min_value=1e-3, max_value=1e15))
def test_a_measured_value_is_off_by_less_than_one_in_two_hundred(value: float) -> None:
    assert abs(float(EN.measure(value).replace(",", "")) - value) <= value / 199
