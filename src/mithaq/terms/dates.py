"""Dates as documents write them: RFC 3339 instants, or bare dates that mean midnight in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from mithaq.terms.fields import Value

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
"""RFC 3339, section 5.6; what Python accepts beyond it (week dates, no separators) is refused."""


def instant(value: Value) -> datetime | None:
    """Read an RFC 3339 instant; gives it in UTC."""
    text = value.written()
    if text is None:
        return None
    moment = _read(text) if _INSTANT.fullmatch(text) else None
    if moment is None:
        value.problem(
            f'"{text[:80]}" is not an RFC 3339 instant',
            "Write day, time and zone, such as 2026-09-21T09:00:00Z.",
        )
    return moment


def date_or_instant(value: Value) -> datetime | None:
    """Read a bare date (00:00:00Z of that day) or an RFC 3339 instant; gives it in UTC."""
    text = value.written()
    if text is None:
        return None
    moment = None
    if _DATE.fullmatch(text):
        moment = _read(f"{text}T00:00:00+00:00")
    elif _INSTANT.fullmatch(text):
        moment = _read(text)
    if moment is None:
        value.problem(
            f'"{text[:80]}" is neither a date nor an RFC 3339 instant',
            "Write 2026-09-07, or 2026-09-07T06:00:00Z with its zone.",
        )
    return moment


def _read(text: str) -> datetime | None:
    """Read text of the right form; None where it names no moment (30 February, before the year 1 in UTC)."""
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
