"""Limits that every source applies to times."""

from __future__ import annotations

from typing import Final

FIRST_SECOND: Final = 1_136_073_600
"""2006-01-01T00:00:00Z: the first public cloud storage opened that year, so nothing older can be real."""

FUTURE_TOLERANCE: Final = 86_400
"""Seconds that a log may be ahead of the clock before its records are dropped."""
