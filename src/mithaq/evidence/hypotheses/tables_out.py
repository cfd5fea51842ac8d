"""Rows of simulated rollups, laid out in the lake's own schemas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mithaq.telemetry.lake.schema import RESIDUE_MODULI, SCHEMAS, Table
from mithaq.telemetry.vocabulary import Operation, Service

Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StreamName:
    """What tells one stream's rows from another's."""

    source: str
    bucket: str
    shape: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Requests of one kind in the window: `minutes` counts per minute, the rest per hour (None: zeros)."""

    name: StreamName
    service: Service
    operation: Operation
    minutes: Ints
    errors: Ints | None = None
    bytes_in: Ints | None = None
    bytes_out: Ints | None = None
    region: str | None = None
    """Where it differs from the tenant's own."""


@dataclass(slots=True)
class Builder:
    """Collects one tenant's rows. It is filled and emptied inside one call and never shared."""

    subscription: str
    start_day: int
    region: str
    batches: dict[Table, list[pa.Table]] = field(default_factory=dict)

    def tables(self) -> dict[Table, pa.Table]:
        """Give all five tables, empty ones included."""
        wanted = (Table.ACTIVITY, Table.SIZES, Table.RESIDUES, Table.DISTINCT, Table.LIFECYCLE)
        return {
            table: pa.concat_tables(self.batches[table])
            if table in self.batches
            else SCHEMAS[table].empty_table()
            for table in wanted
        }

    def activity(self, rows: Activity) -> None:
        """Add hourly activity; hours without a request have no row."""
        minutes = rows.minutes.reshape(-1, 60)
        events = minutes.sum(axis=1)
        hours = np.flatnonzero(events)
        flat = minutes[hours].astype(np.int32).ravel()
        offsets = np.arange(0, flat.shape[0] + 1, 60, dtype=np.int32)
        nothing = np.zeros(events.shape[0], np.int64)
        self._add(
            Table.ACTIVITY,
            rows.name,
            hour=self.start_day * 24 + hours,
            service=rows.service.value,
            operation=rows.operation.value,
            region=rows.region or self.region,
            events=events[hours],
            errors=(nothing if rows.errors is None else rows.errors)[hours],
            bytes_in=(nothing if rows.bytes_in is None else rows.bytes_in)[hours],
            bytes_out=(nothing if rows.bytes_out is None else rows.bytes_out)[hours],
            minutes=pa.ListArray.from_arrays(offsets, flat),
        )  # fmt: skip

    def sizes(self, name: StreamName, objects: Ints, amounts: Ints) -> None:
        """Add size bins; both arrays are days × (bin + 1)."""
        day, column = np.nonzero(objects)
        self._add(
            Table.SIZES, name,
            day=self.start_day + day, bin=column - 1,
            objects=objects[day, column], bytes=amounts[day, column],
        )  # fmt: skip

    def residues(self, name: StreamName, counts: Ints) -> None:
        """Add residue counts: days × sum of the moduli, one modulus behind the other."""
        objects = counts[:, : RESIDUE_MODULI[0]].sum(axis=1)
        days = np.flatnonzero(objects)
        lengths = np.tile(np.array(RESIDUE_MODULI), days.shape[0])
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]).astype(np.int32)
        self._add(
            Table.RESIDUES, name,
            day=self.start_day + np.repeat(days, len(RESIDUE_MODULI)), modulus=lengths,
            objects=np.repeat(objects[days], len(RESIDUE_MODULI)),
            counts=pa.ListArray.from_arrays(offsets, counts[days].ravel()),
        )  # fmt: skip

    def distinct(self, name: StreamName, kind: str, ranks: Ints) -> None:
        """Add sketch registers: days × 256 ranks."""
        day, register = np.nonzero(ranks)
        self._add(
            Table.DISTINCT, name,
            day=self.start_day + day, kind=kind, register=register, rank=ranks[day, register],
        )  # fmt: skip

    def lives(self, name: StreamName, measure: str, objects: Ints) -> None:
        """Add counts of sampled lives: days × bin."""
        day, column = np.nonzero(objects)
        self._add(
            Table.LIFECYCLE, name,
            day=self.start_day + day, measure=measure, bin=column, objects=objects[day, column],
        )  # fmt: skip

    def _add(
        self, table: Table, name: StreamName, **columns: npt.NDArray[np.generic] | pa.Array | str
    ) -> None:
        """Add rows, texts repeated on each, columns cast to the schema."""
        given = {
            "source": name.source,
            "subscription": self.subscription,
            "bucket": name.bucket,
            "shape": name.shape,
            **columns,
        }
        length = next(len(column) for column in columns.values() if not isinstance(column, str))
        if length == 0:
            return
        schema = SCHEMAS[table]
        arrays = [_column(given[entry.name], entry.type, length) for entry in schema]
        self.batches.setdefault(table, []).append(pa.Table.from_arrays(arrays, schema=schema))


def _column(values: npt.NDArray[np.generic] | pa.Array | str, kind: pa.DataType, length: int) -> pa.Array:
    """Give a column of the schema's type."""
    if isinstance(values, str):
        return pa.repeat(pa.scalar(values, kind), length)
    if isinstance(values, np.ndarray):
        return pa.array(values.astype(kind.to_pandas_dtype(), copy=False))
    return values
