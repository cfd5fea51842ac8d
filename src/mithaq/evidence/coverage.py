"""Coverage: which hours of a period the lake speaks of, source by source, and which it does not.

An hour is *seen* when a source holds an event of anyone in it. An hour without any event that lies within a
committed file's span is *silent*: for a rhythm an observed zero, for coverage a gap all the same, because
nothing shows that it was not simply lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mithaq.evidence.result import Gap, Window
from mithaq.evidence.tables import RollupTables
from mithaq.telemetry.lake.schema import Table

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hour_number(moment: datetime) -> int:
    """Hours since the epoch; the moment stands on a full hour."""
    return int((moment - EPOCH) / timedelta(hours=1))


def moment_of(hour: int) -> datetime:
    """Give the moment at which an hour number begins."""
    return EPOCH + timedelta(hours=hour)


def window_of(hours: range) -> Window:
    """Give a range of hour numbers as a window."""
    return Window(moment_of(hours.start), moment_of(hours.stop))


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """Hours of the period that one source saw, and those that were silent within its files' spans."""

    seen: frozenset[int]
    silent: frozenset[int]

    @property
    def observed(self) -> frozenset[int]:
        """Hours in which absence of events is an observation."""
        return self.seen | self.silent


@dataclass(frozen=True, slots=True)
class LakeCoverage:
    """Coverage of a period by every source of the lake."""

    hours: range
    sources: Mapping[str, SourceCoverage]

    def seen_by_any(self) -> frozenset[int]:
        """Hours that at least one source saw."""
        return frozenset().union(*(source.seen for source in self.sources.values()))

    def seen_by_all(self, sources: Sequence[str]) -> frozenset[int]:
        """Hours that each of the sources saw; none if there are no sources."""
        known = [self.sources[name].seen for name in sources if name in self.sources]
        return frozenset.intersection(*known) if known and len(known) == len(sources) else frozenset()

    def gaps(self) -> list[Gap]:
        """List unbroken runs of hours that a source did not see, by source and time."""
        return [
            Gap(name, window_of(run))
            for name in sorted(self.sources)
            for run in runs(sorted(set(self.hours) - self.sources[name].seen))
        ]


def runs(numbers: Sequence[int]) -> Iterator[range]:
    """Give ascending numbers as unbroken runs."""
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield range(numbers[start], numbers[place - 1] + 1)
            start = place


def read_coverage(rollups: RollupTables, hours: range, subscriptions: Sequence[str]) -> LakeCoverage:
    """Read which hours of the period each source of the lake saw; a source without any hour is listed too.

    Hours whose rollups of these subscriptions were removed after their retention are not covered any more,
    though the logs once spoke of them: else what was removed would look like silence.
    """
    first = rollups.first_hour(subscriptions)
    hours_there = hours if first is None else range(max(hours.start, first), hours.stop)
    rows = rollups.table(Table.COVERAGE)
    totals = rows.group_by(["source", "hour"]).aggregate(events=rows.events.sum(), files=rows.files.sum())
    wanted = (totals.hour >= hours_there.start) & (totals.hour < hours_there.stop)
    inside = totals.filter(wanted).to_pyarrow().to_pylist()
    names = rows.select("source").distinct().to_pyarrow()["source"].to_pylist()
    sources = {
        name: SourceCoverage(
            seen=frozenset(r["hour"] for r in inside if r["source"] == name and r["events"] > 0),
            silent=frozenset(
                r["hour"] for r in inside if r["source"] == name and r["events"] == 0 and r["files"] > 0
            ),
        )
        for name in sorted(names)
    }
    return LakeCoverage(hours, sources)
