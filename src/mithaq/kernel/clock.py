"""The clock that is passed in: real time, or the moment that `MITHAQ_NOW` names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from mithaq.kernel.errors import InputError

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present moment as an aware UTC datetime."""


def parse_instant(text: str, *, field: str) -> datetime:
    """Read an RFC 3339 instant in UTC (`2026-09-21T09:00:00Z`); raises InputError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise InputError(
            f"{text!r} is not an RFC 3339 instant",
            field=field,
            hint="Write it in UTC, such as 2026-09-21T09:00:00Z.",
        )
    return moment.astimezone(UTC)


def format_instant(moment: datetime) -> str:
    """Write an aware datetime as RFC 3339 in UTC with whole seconds and a `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock_from(environment: Mapping[str, str]) -> Clock:
    """Give the clock that the environment asks for: `MITHAQ_NOW`, else real time."""
    fixed = environment.get("MITHAQ_NOW")
    if fixed is None:
        return lambda: datetime.now(UTC)
    moment = parse_instant(fixed, field="MITHAQ_NOW")
    return lambda: moment
