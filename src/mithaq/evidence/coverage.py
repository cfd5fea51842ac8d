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
    rows = rollups.rows(Table.COVERAGE).select(["source", "hour", "events", "files"]).to_pydict()
    with_events: dict[str, set[int]] = {name: set() for name in sorted(set(rows["source"]))}
    within_files: dict[str, set[int]] = {name: set() for name in with_events}
    for source, hour, events, files in zip(*rows.values(), strict=True):
        if hour in hours_there:
            if events > 0:
                with_events[source].add(hour)
            if files > 0:
                within_files[source].add(hour)
    sources = {
        name: SourceCoverage(seen=frozenset(seen), silent=frozenset(within_files[name] - seen))
        for name, seen in with_events.items()
    }
    return LakeCoverage(hours, sources)
