"""The rollups that a question is put to: one subject of a review, or a whole population of simulated ones.

Both look alike to the indicators: every table has a `subject` column, partial rows are added up, and the
hours that were observed at all stand in a table of their own, because an hour without rows is either
silence or a gap, and only coverage can tell which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final, Protocol, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa

from mithaq.evidence.plans import KEPT
from mithaq.evidence.result import Note
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake.schema import SCHEMAS, TIME_OF, Table, in_types_of
from mithaq.telemetry.plans import Plan
from mithaq.telemetry.vocabulary import Operation, Service

STREAM: Final = ("subject", "bucket", "shape")
"""A stream: one key-shape group in one bucket of one subject."""

ROLLUPS: Final = (Table.ACTIVITY, Table.SIZES, Table.RESIDUES, Table.DISTINCT, Table.LIFECYCLE)
"""The tables that hold rows of a subscription and are examined."""

THE_SUBJECT: Final = "subject"
"""The one value of the `subject` column in a review: all subscriptions of a subject are examined as one."""


class RollupTables(Protocol):
    """Whatever gives the lake's tables: the lake itself, or tables in memory."""

    def rows(
        self, table: Table, subscriptions: Sequence[str] | None = None, span: range | None = None, /
    ) -> pa.Table:
        """Give partial rollups with the lake's columns, of `subscriptions` and within `span` if given.

        `span` is in hours since the epoch for ACTIVITY and COVERAGE, in days for the other tables.
        """
        ...

    def holds(self, subscriptions: Sequence[str], /) -> bool:
        """Whether there is any activity of these at all."""
        ...

    def first_hour(self, subscriptions: Sequence[str], /) -> int | None:
        """Give the first hour from which nothing of these was removed; None if nothing ever was."""
        ...


class MemoryTables:
    """Lake tables held in memory, for simulations and tests; absent tables are empty."""

    def __init__(self, tables: Mapping[Table, pa.Table]) -> None:
        self._tables = {table: tables.get(table, schema.empty_table()) for table, schema in SCHEMAS.items()}

    def rows(
        self, table: Table, subscriptions: Sequence[str] | None = None, span: range | None = None, /
    ) -> pa.Table:
        """Give the rows, cut as is asked."""
        import pyarrow.compute as pc  # noqa: PLC0415  # a review of a lake need not wait for it

        rows = self._tables[table]
        if subscriptions is not None:
            names = pa.array(subscriptions, pa.string())
            rows = rows.filter(pc.is_in(rows["subscription"], names))
        if span is not None:
            time = rows[TIME_OF[table]]
            rows = rows.filter(pc.and_(pc.greater_equal(time, span.start), pc.less(time, span.stop)))
        return rows

    def holds(self, subscriptions: Sequence[str], /) -> bool:
        """Whether there is any activity of these."""
        return bool(self.rows(Table.ACTIVITY, subscriptions).num_rows)

    def first_hour(self, subscriptions: Sequence[str], /) -> None:
        """Nothing is removed from memory."""
        del subscriptions


@dataclass(frozen=True, slots=True)
class Tables:
    """The added-up rollups as expressions are written over them, each with a `subject` column.

    `minutes` has a row per stream (by `number`, as in `totals`), hour and minute with creations.
    `observed` has `subject`, `source`, `hour` for every hour that a log of that source speaks of.
    `totals` has STREAM, source, made (successful creations) and bytes of every stream that creates objects;
    `grid` has STREAM, hour, made for every one of them × observed hour of its source, 0 where silent.
    """

    activity: ibis.Table
    minutes: ibis.Table
    sizes: ibis.Table
    residues: ibis.Table
    distinct: ibis.Table
    lifecycle: ibis.Table
    observed: ibis.Table
    totals: ibis.Table
    grid: ibis.Table


Build: TypeAlias = "Callable[[Tables], ibis.Table]"
"""An expression over the tables: a plain function, so that it is compiled only once."""


def name_of(build: Build) -> str:
    """Give the name by which the compiled expression is kept."""
    return f"{build.__module__}.{build.__qualname__}"


@cache
def _plan(build: Build) -> Plan:
    return KEPT.plan(name_of(build), lambda: build(unbound()))


@dataclass(frozen=True, slots=True)
class Scope:
    """Added-up rollups of one or more subjects in one period, in an engine of their own."""

    engine: duckdb.DuckDBPyConnection
    notes: tuple[Note, ...] = ()

    def compute(self, build: Build) -> pa.Table:
        """Compute an expression over the scope's tables."""
        return _fetched(self.engine, _plan(build))

    def rows(self, build: Build) -> list[dict[str, Any]]:
        """Compute an expression over the scope's tables; one dictionary per row."""
        found: list[dict[str, Any]] = self.compute(build).to_pylist()
        return found


def _fetched(engine: duckdb.DuckDBPyConnection, plan: Plan) -> pa.Table:
    """Compute a plan."""
    return engine.sql(plan.sql).to_arrow_table()


def new_engine() -> duckdb.DuckDBPyConnection:
    """Give a fresh in-memory engine, one thread, so that sums are added in one order on every machine."""
    engine = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    engine.execute("SET threads = 1")
    engine.execute("SET enable_progress_bar = false")
    return engine


def _load(engine: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Put rows into the engine as a table of its own."""
    engine.register("rows_to_load", rows)
    engine.execute(f"CREATE TABLE {name} AS SELECT * FROM rows_to_load")  # noqa: S608  # our own names only
    engine.unregister("rows_to_load")


def population_scope(tables: Mapping[Table, pa.Table], observed: pa.Table) -> Scope:
    """Give the scope of many simulated tenants: each subscription is a subject of its own.

    `observed` has `subject`, `source`, `hour`.
    """
    given = {table: _with_subject(tables.get(table, SCHEMAS[table].empty_table()), None) for table in ROLLUPS}
    return _scope(given, observed, ())


def subject_scope(
    rollups: RollupTables, subscriptions: Sequence[str], hours: range, observed: Mapping[str, Sequence[int]]
) -> Scope:
    """Give the scope of a review: the rows of the given pseudonyms within the hours, as one subject.

    `observed` lists, by source, the hours that the source's logs speak of. Daily tables are cut to the
    days that lie wholly in the period. A bucket that two sources report counts once.
    """
    first_day, last_day = -(-hours.start // 24), hours.stop // 24
    days = range(first_day, last_day)
    given = {
        table: _with_subject(
            rollups.rows(table, subscriptions, hours if table is Table.ACTIVITY else days), THE_SUBJECT
        )
        for table in ROLLUPS
    }
    given, notes = _one_source_per_bucket(given)
    seen = pa.concat_tables(
        [_seen(source, some) for source, some in sorted(observed.items())] or [_seen("", ())]
    )
    return _scope(given, seen, notes)


def _seen(source: str, hours: Sequence[int]) -> pa.Table:
    """Give the hours that a source speaks of, one row each."""
    count = len(hours)
    numbers = pa.Array.from_buffers(pa.int32(), count, [None, pa.py_buffer(np.array(hours, np.int32))])
    return pa.table(
        {"subject": _repeated(THE_SUBJECT, count), "source": _repeated(source, count), "hour": numbers}
    )


def _repeated(text: str, count: int) -> pa.Array:
    """Give a column of one text.

    `pa.array` and `pa.repeat` ask pandas whether they were given one of its own, and to import it takes half
    a second.
    """
    word = text.encode()
    ends = np.arange(count + 1, dtype=np.int32) * np.int32(len(word))
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(ends), pa.py_buffer(word * count)])


def _with_subject(rows: pa.Table, subject: str | None) -> pa.Table:
    """Put the `subject` column first; None takes the subscription itself."""
    column = rows["subscription"] if subject is None else _repeated(subject, rows.num_rows)
    return rows.add_column(0, "subject", column).drop_columns(["subscription"])


def _one_source_per_bucket(given: dict[Table, pa.Table]) -> tuple[dict[Table, pa.Table], tuple[Note, ...]]:
    """Keep, for a bucket that several sources report, the source with the most creations (then by name)."""
    made: dict[str, dict[str, int]] = {}
    activity = given[Table.ACTIVITY].select(["source", "bucket", "operation", "events", "errors"]).to_pydict()
    for source, bucket, operation, events, errors in zip(*activity.values(), strict=True):
        if bucket:
            found = made.setdefault(bucket, {})
            found[source] = found.get(source, 0) + (events - errors) * (operation == Operation.CREATE)
    doubled = {bucket: found for bucket, found in made.items() if len(found) > 1}
    if not doubled:
        return given, ()
    kept = {bucket: _most(found) for bucket, found in doubled.items()}
    thinned: dict[Table, pa.Table] = {}
    for table, rows in given.items():
        pairs = zip(rows["source"].to_pylist(), rows["bucket"].to_pylist(), strict=True)
        mask = [kept.get(bucket, source) == source for source, bucket in pairs]
        thinned[table] = rows.filter(pa.array(mask, pa.bool_()))
    return thinned, (Note("bucket-in-two-sources", {"buckets": len(doubled)}),)


def _most(found: Mapping[str, int]) -> str:
    """Name the source with the most creations, the first by name among equals."""
    return min(found, key=lambda name: (-found[name], name))


def _scope(given: Mapping[Table, pa.Table], observed: pa.Table, notes: tuple[Note, ...]) -> Scope:
    """Load the tables into a fresh engine, adding partial rows up once."""
    engine = new_engine()
    for table, rows in given.items():
        _load(engine, f"raw_{table}", rows.select(RAW[table].names))
    _load(engine, "observed", in_types_of(OBSERVED, observed))
    for name, plan in _derived_plans().items():
        engine.execute(f"CREATE TABLE {name} AS {plan.sql}")
    return Scope(engine, notes)


@cache
def _derived_plans() -> Mapping[str, Plan]:
    """Give the derived tables compiled, in the order in which they build on each other."""
    return {name: KEPT.plan(name, partial(_expression, name)) for name in DERIVED}


def _expression(name: str) -> ibis.Table:
    return derived()[name]


def _added(activity: ibis.Table) -> ibis.Table:
    """Hourly activity with partial rows added up."""
    keys = ["subject", "source", "bucket", "shape", "hour", "service", "operation", "region"]
    return activity.group_by(keys).aggregate(
        events=activity.events.sum(),
        errors=activity.errors.sum(),
        bytes_in=activity.bytes_in.sum(),
        bytes_out=activity.bytes_out.sum(),
    )


def _minutes(activity: ibis.Table, streams: ibis.Table) -> ibis.Table:
    """Creations per stream, hour and minute: partial rows added up entry by entry.

    Streams go by number here, because hashing three names for every minute costs more than all the rest.
    """
    rows = activity.filter(activity.operation == Operation.CREATE.value)
    numbered = rows.join(streams, [*STREAM, "source"]).select("number", "hour", "minutes")
    long = numbered.unnest("minutes", offset="minute")
    some = long.filter(long.minutes > 0)
    return some.group_by(["number", "hour", "minute"]).aggregate(n=some.minutes.sum())


def _creations(activity: ibis.Table) -> ibis.Table:
    """Successful creations per stream and hour. Columns: STREAM, source, hour, made, bytes."""
    rows = activity.filter(
        (activity.bucket != "")
        & (activity.service == Service.STORAGE.value)
        & (activity.operation == Operation.CREATE.value)
    )
    return rows.group_by([*STREAM, "source", "hour"]).aggregate(
        made=(rows.events - rows.errors).sum(), bytes=rows.bytes_in.sum()
    )


def _totals(made: ibis.Table) -> ibis.Table:
    """Creations and their bytes per stream over the whole period; streams with at least one, numbered."""
    summed = made.group_by([*STREAM, "source"]).aggregate(made=made.made.sum(), bytes=made.bytes.sum())
    some = summed.filter(summed.made > 0)
    ordered = ibis.window(order_by=[*STREAM, "source"])
    return some.mutate(number=ibis.row_number().over(ordered))


def _grid(streams: ibis.Table, made: ibis.Table, observed: ibis.Table) -> ibis.Table:
    """Every stream × observed hour of its source, with the creations in it."""
    hours = streams.select(*STREAM, "source").join(observed, ["subject", "source"]).select(*STREAM, "hour")
    joined = hours.left_join(made.select(*STREAM, "hour", "made"), [*STREAM, "hour"])
    return joined.select(*STREAM, hour=joined.hour.cast("int64"), made=joined.made.fill_null(0))


def _unbound(name: str, schema: pa.Schema) -> ibis.Table:
    return ibis.table(ibis.schema(schema), name=name)


def _standing_for(name: str, expression: ibis.Table) -> ibis.Table:
    return ibis.table(expression.schema(), name=name)


RAW: Final = {
    table: pa.schema(
        [
            pa.field("subject", pa.string()),
            *(column for column in SCHEMAS[table] if column.name != "subscription"),
        ]
    )
    for table in ROLLUPS
}
"""Columns of the lake's tables once the subscription has become the subject."""

OBSERVED: Final = pa.schema(
    [
        pa.field("subject", pa.string()),
        pa.field("source", pa.string()),
        pa.field("hour", pa.int32()),
    ]
)

DERIVED: Final = ("activity", "made", "streams", "minutes", "grid")
"""Tables that are computed once per scope, in the order in which they build on each other."""


@cache
def derived() -> Mapping[str, ibis.Table]:
    """Give the expressions of the derived tables by name."""
    raw_activity = _unbound("raw_activity", RAW[Table.ACTIVITY])
    observed = _unbound("observed", OBSERVED)
    activity = _standing_for("activity", _added(raw_activity))
    made = _standing_for("made", _creations(activity))
    streams = _standing_for("streams", _totals(made))
    expressions = (
        _added(raw_activity),
        _creations(activity),
        _totals(made),
        _minutes(raw_activity, streams),
        _grid(streams, made, observed),
    )
    return dict(zip(DERIVED, expressions, strict=True))


@cache
def unbound() -> Tables:
    """Give the tables of every scope, as questions are written over them; only the engines differ."""
    raw = {table: _unbound(f"raw_{table}", schema) for table, schema in RAW.items()}
    standing = {name: _standing_for(name, expression) for name, expression in derived().items()}
    return Tables(
        activity=standing["activity"],
        minutes=standing["minutes"],
        sizes=raw[Table.SIZES],
        residues=raw[Table.RESIDUES],
        distinct=raw[Table.DISTINCT],
        lifecycle=raw[Table.LIFECYCLE],
        observed=_unbound("observed", OBSERVED),
        totals=standing["streams"],
        grid=standing["grid"],
    )
