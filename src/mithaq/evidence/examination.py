"""One subject under examination: its rollups, coverage and streams, computed once for all claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mithaq.evidence.coverage import LakeCoverage, hour_number, read_coverage, window_of
from mithaq.evidence.features import Stream, stream_features
from mithaq.evidence.indicators.base import HOURS_PER_DAY, storage
from mithaq.evidence.result import Window
from mithaq.evidence.tables import RollupTables, Scope, Tables, subject_scope
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.model import Model
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.vocabulary import Operation, Service
from mithaq.terms.allegation import Allegation
from mithaq.terms.clauses import Thresholds
from mithaq.terms.vocabulary import Purpose


@dataclass(frozen=True, slots=True)
class Daily:
    """One covered UTC day: hours seen, creations, bytes in and out."""

    day: int
    hours: int
    made: int
    bytes_in: int
    bytes_out: int


@dataclass(frozen=True)
class Examination:
    """Everything that claims are answered from; the costly parts are computed when first asked for."""

    scope: Scope
    coverage: LakeCoverage
    known: bool
    """Whether the lake holds any row of the subject, in the period or not."""
    thresholds: Thresholds
    model: Callable[[], Model]
    declared: Sequence[Purpose | None]
    """What the register declares, per subscription; empty without a register."""
    homes: Sequence[str] = ()
    """Home regions that the register names for the subject."""

    @property
    def hours(self) -> range:
        """Hours of the period since the epoch."""
        return self.coverage.hours

    @property
    def window(self) -> Window:
        """The period."""
        return window_of(self.hours)

    @cached_property
    def events(self) -> int:
        """Events of the subject in the period."""
        return int(self.scope.rows(_events)[0]["events"])

    @cached_property
    def sources(self) -> list[str]:
        """Sources that hold events of the subject in the period."""
        return [row["source"] for row in self.scope.rows(_sources)]

    @cached_property
    def storage_sources(self) -> list[str]:
        """Sources that report the subject's use of objects in buckets."""
        return [row["source"] for row in self.scope.rows(_storage_sources)]

    @cached_property
    def service_sources(self) -> list[str]:
        """Sources that report the subject's calls of services other than storage."""
        return [row["source"] for row in self.scope.rows(_service_sources)]

    @cached_property
    def seen(self) -> frozenset[int]:
        """Hours in which every source of the subject's storage use holds something."""
        return self.coverage.seen_by_all(self.storage_sources)

    @cached_property
    def days(self) -> list[Daily]:
        """The covered days of the period: those with at least one seen hour."""
        found = {int(row["day"]): row for row in self.scope.rows(_daily)}
        hours: dict[int, int] = {}
        for hour in self.seen:
            hours[hour // 24] = hours.get(hour // 24, 0) + 1
        nothing = {"made": 0, "bytes_in": 0, "bytes_out": 0}
        return [
            Daily(day, hours[day], *(int(found.get(day, nothing)[name]) for name in nothing))
            for day in sorted(hours)
        ]

    @cached_property
    def all_streams(self) -> list[Stream]:
        """Every stream that creates objects."""
        return stream_features(self.scope)

    @cached_property
    def streams(self) -> list[Stream]:
        """The streams that are large enough to be weighed."""
        return [stream for stream in self.all_streams if stream.weighed]

    @cached_property
    def fits(self) -> list[StreamFit]:
        """How well every workload fits each weighed stream."""
        return [self.model().fit(stream) for stream in self.streams]


def examine(
    allegation: Allegation,
    rollups: RollupTables,
    pseudonyms: Sequence[str],
    *,
    thresholds: Thresholds,
    model: Callable[[], Model],
    declared: Sequence[Purpose | None],
    homes: Sequence[str] = (),
) -> Examination:
    """Open the examination of one subject: read its rollups and the coverage of the period."""
    hours = range(hour_number(allegation.start), hour_number(allegation.end))
    coverage = read_coverage(rollups, hours, pseudonyms)
    observed: Mapping[str, Sequence[int]] = {
        name: sorted(source.observed) for name, source in coverage.sources.items()
    }
    scope = subject_scope(rollups, pseudonyms, hours, observed)
    return Examination(
        scope=scope,
        coverage=coverage,
        known=rollups.holds(pseudonyms),
        thresholds=thresholds,
        model=model,
        declared=declared,
        homes=homes,
    )


def _events(tables: Tables) -> ibis.Table:
    return tables.activity.aggregate(events=tables.activity.events.sum().fill_null(0))


def _sources(tables: Tables) -> ibis.Table:
    return tables.activity.select("source").distinct().order_by("source")


def _storage_sources(tables: Tables) -> ibis.Table:
    return storage(tables).select("source").distinct().order_by("source")


def _service_sources(tables: Tables) -> ibis.Table:
    rows = tables.activity.filter(tables.activity.service != Service.STORAGE.value)
    return rows.select("source").distinct().order_by("source")


def _daily(tables: Tables) -> ibis.Table:
    """Creations, stored bytes and bytes handed out per UTC day."""
    rows = storage(tables)
    created = rows.operation == Operation.CREATE.value
    read = rows.operation == Operation.READ.value
    stored = rows.operation.isin([Operation.CREATE.value, Operation.PART.value])
    return rows.group_by(day=rows.hour // HOURS_PER_DAY).aggregate(
        made=(rows.events - rows.errors).sum(where=created).fill_null(0),
        bytes_in=rows.bytes_in.sum(where=stored).fill_null(0),
        bytes_out=rows.bytes_out.sum(where=read).fill_null(0),
    )
