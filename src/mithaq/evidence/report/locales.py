"""Numbers, dates and plural forms as English and Arabic write them (figures after Unicode CLDR 45).

Everything here gives plain text. Bidirectional marks are used only where plain text needs them: a sign
before Arabic-Indic digits would otherwise be carried to the wrong side of the number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, Literal

Category = Literal["zero", "one", "two", "few", "many", "other"]
"""Plural categories of CLDR."""


class Language(StrEnum):
    """The two languages of every report, by BCP 47 code."""

    EN = "en"
    AR = "ar"


_ARABIC_INDIC: Final = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")
_ALM: Final = "\u061c"
"""Arabic letter mark: keeps a leading sign at the reading start of Arabic-Indic digits."""
_MINUS: Final = "\u2212"

_MONTHS: Final = {
    Language.EN: (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    Language.AR: (
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ),
}
_WEEKDAYS: Final = {
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    Language.AR: ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
}
_BYTE_UNITS: Final = {
    Language.EN: ("B", "kB", "MB", "GB", "TB", "PB", "EB"),
    Language.AR: ("بايت", "كيلوبايت", "ميغابايت", "غيغابايت", "تيرابايت", "بيتابايت", "إكسابايت"),
}
_BYTE_STEP: Final = 1000
"""Decimal units (SI), as providers bill."""
_FIGURES: Final = 3
"""Significant figures of a measured value: more than the records can bear, fewer would hide a difference."""
_SMALL: Final[tuple[Category, ...]] = ("zero", "one", "two")
_FEW: Final = range(3, 11)
"""Last two digits of the Arabic `few` (CLDR)."""
_MANY: Final = range(11, 100)
"""Last two digits of the Arabic `many` (CLDR)."""


@dataclass(frozen=True, slots=True)
class Locale:
    """How one language writes what is not a sentence."""

    language: Language

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Base direction of the language's text."""
        return "rtl" if self.language is Language.AR else "ltr"

    def plural(self, count: float) -> Category:
        """Give the plural category of a count; a fraction is always `other`."""
        if self.language is Language.EN:
            return "one" if count == 1 else "other"
        return _arabic_plural(count)

    def number(self, value: float, *, decimals: int = 0, signed: bool = False, trimmed: bool = False) -> str:
        """Write a number with grouped thousands, rounded to `decimals` places.

        `signed` writes a plus too; `trimmed` leaves out zeros at the end of the decimals.
        """
        text = f"{abs(value):,.{decimals}f}"
        if trimmed and "." in text:
            text = text.rstrip("0").rstrip(".")
        zero = not text.strip("0,.")
        sign = _MINUS if value < 0 and not zero else "+" if signed and not zero else ""
        if self.language is Language.AR:
            return f"{_ALM if sign else ''}{sign}{text.translate(_ARABIC_INDIC)}"
        return f"{sign}{text}"

    def measure(self, value: float) -> str:
        """Write a measured value with three significant figures, a whole number in full."""
        if float(value).is_integer():
            return self.number(value)
        return self.number(value, decimals=_decimals(value), trimmed=True)

    def percent(self, share: float, *, decimals: int = 1) -> str:
        """Write a share of 1 as a percentage, without empty decimals."""
        text = self.number(share * 100, decimals=decimals, trimmed=True)
        return f"{text}٪" if self.language is Language.AR else f"{text}%"

    def digits(self, text: str) -> str:
        """Give a bare run of digits (a year, an hour) in the language's own digits, without grouping."""
        return text.translate(_ARABIC_INDIC) if self.language is Language.AR else text

    def byte_unit(self, largest: float) -> tuple[str, int]:
        """Choose the unit in which `largest` bytes reads well: its name and its size in bytes."""
        power = 0
        while largest >= _BYTE_STEP ** (power + 1) and power + 1 < len(_BYTE_UNITS[self.language]):
            power += 1
        return _BYTE_UNITS[self.language][power], _BYTE_STEP**power

    def byte_count(self, value: float) -> str:
        """Write a number of bytes in the unit that keeps it short, to three significant digits."""
        unit, size = self.byte_unit(abs(value))
        scaled = value / size
        if size == 1 or float(scaled).is_integer():
            return f"{self.number(scaled)}\u00a0{unit}"
        return f"{self.number(scaled, decimals=_decimals(scaled), trimmed=True)}\u00a0{unit}"

    def day(self, value: date) -> str:
        """Write a calendar day in full."""
        month = _MONTHS[self.language][value.month - 1]
        return f"{self.digits(str(value.day))}\u00a0{month}\u00a0{self.digits(str(value.year))}"

    def short_day(self, value: date) -> str:
        """Write a day without its year, for the foot of a chart."""
        month = _MONTHS[self.language][value.month - 1]
        return f"{self.digits(str(value.day))} {month[:3] if self.language is Language.EN else month}"

    def instant(self, moment: datetime) -> str:
        """Write a moment in UTC to the minute; a midnight is written as its day."""
        moment = moment.astimezone(UTC)
        if (moment.hour, moment.minute) == (0, 0):
            return self.day(moment.date())
        return self.exact(moment)

    def exact(self, moment: datetime) -> str:
        """Write a moment in UTC to the minute, midnight too, and say that it is UTC."""
        moment = moment.astimezone(UTC)
        clock = self.digits(f"{moment:%H:%M}")
        if self.language is Language.AR:
            return f"{self.day(moment.date())}، {clock} (التوقيت العالمي)"
        return f"{self.day(moment.date())}, {clock} UTC"

    def weekday(self, index: int) -> str:
        """Name a day of the week, Monday = 0."""
        return _WEEKDAYS[self.language][index]

    def short_weekday(self, index: int) -> str:
        """Name a day of the week in little room; Arabic day names are not cut."""
        name = self.weekday(index)
        return name[:3] if self.language is Language.EN else name

    def hour(self, hour: int) -> str:
        """Write an hour of the day as a time."""
        return self.digits(f"{hour:02d}:00")

    def listing(self, items: Sequence[str]) -> str:
        """Join items as the language does: `a, b and c`; `أ، وب، وج`."""
        *first, last = items or [""]
        if not first:
            return last
        if self.language is Language.AR:
            return "، و".join(items) if len(first) > 1 else f"{first[0]} و{last}"
        return f"{', '.join(first)} and {last}"


def _decimals(value: float) -> int:
    """Say how many decimal places show the significant figures of a value, at most six."""
    if value == 0:
        return 0
    return min(max(_FIGURES - 1 - math.floor(math.log10(abs(value))), 0), 6)


def _arabic_plural(count: float) -> Category:
    """Apply the six Arabic plural rules of CLDR."""
    if not float(count).is_integer():
        return "other"
    whole = int(abs(count))
    if whole < len(_SMALL):
        return _SMALL[whole]
    rest = whole % 100
    if rest in _FEW:
        return "few"
    return "many" if rest in _MANY else "other"


LOCALES: Final = {language: Locale(language) for language in Language}
"""One locale per language, in the order in which the page holds them."""
