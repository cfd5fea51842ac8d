"""Flight watch: does far more leave a subject's storage since its case was opened than in the weeks before?

Counted are bytes handed out by successful reads, in the busiest window of a day before and since. It shows
that much leaves, and how fast; not where to, and copies made inside the provider hand out no bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from mithaq.evidence.coverage import hour_number, read_coverage
from mithaq.evidence.indicators import outgoing
from mithaq.evidence.indicators.base import storage
from mithaq.evidence.tables import RollupTables, Tables, subject_scope
from mithaq.telemetry.expressions import ibis

WEEKS_BEFORE: Final = 4
"""How far back the comparison goes: a month has its own rhythm, and older habits say little (assumed)."""

WINDOW_HOURS: Final = 24

TIMES_BEFORE: Final = 3.0
"""How often the busiest day before must fit into the busiest since (assumed; weekly backups stay below 2)."""

LEAST_BYTES: Final = 1 << 30
"""Below 1 GiB a day nothing that matters here is leaving (assumed)."""

_HOURS_TO_COMPARE: Final = 7 * 24
"""Seen hours that the weeks before must have, so that there is something to compare with."""


class Flight(StrEnum):
    """What the watch says. Unknown is an answer: the logs do not cover what would have to be compared."""

    QUIET = "quiet"
    SEEN = "seen"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Egress:
    """Bytes in the busiest window of `window` hours before and since, and the hours seen of each."""

    flight: Flight
    busiest_before: int
    busiest_since: int
    window: int
    hours_before: int
    hours_since: int


def egress(rollups: RollupTables, pseudonyms: Sequence[str], *, since: datetime, now: datetime) -> Egress:
    """Compare what left since a moment with the four weeks before it, in whole hours."""
    opened, end = hour_number(since), max(hour_number(now), hour_number(since)) + 1
    hours = range(opened - WEEKS_BEFORE * 7 * 24, end)
    coverage = read_coverage(rollups, hours, pseudonyms)
    observed = {name: sorted(source.observed) for name, source in coverage.sources.items()}
    scope = subject_scope(rollups, pseudonyms, hours, observed)
    sources = [row["source"] for row in scope.rows(_storage_sources)]
    seen = coverage.seen_by_all(sources)
    out = np.zeros(len(hours))
    for row in scope.rows(outgoing.indicator):
        out[row["hour"] - hours.start] += row["bytes_out"]
    split = opened - hours.start
    window = min(WINDOW_HOURS, end - opened)
    before, after = _busiest(out[:split], window), _busiest(out[split:], window)
    hours_before = sum(hour < opened for hour in seen)
    return Egress(
        flight=_said(before, after, hours_before, len(seen) - hours_before),
        busiest_before=before,
        busiest_since=after,
        window=window,
        hours_before=hours_before,
        hours_since=len(seen) - hours_before,
    )


def _said(before: int, after: int, hours_before: int, hours_since: int) -> Flight:
    if hours_before < _HOURS_TO_COMPARE or hours_since == 0:
        return Flight.UNKNOWN
    return Flight.SEEN if after >= max(LEAST_BYTES, TIMES_BEFORE * before) else Flight.QUIET


def _busiest(out: npt.NDArray[np.float64], window: int) -> int:
    return int(np.convolve(out, np.ones(window), "valid").max())


def _storage_sources(tables: Tables) -> ibis.Table:
    return storage(tables).select("source").distinct().order_by("source")
