"""From blind events to the partial rollups that are written: the only form in which anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mithaq.telemetry.blinding import Blinder, BlindEvents
from mithaq.telemetry.kernels import aggregate
from mithaq.telemetry.kernels.jit import Ints
from mithaq.telemetry.kernels.tables import PairIndex
from mithaq.telemetry.lake.bins import SIZE_EDGES
from mithaq.telemetry.lake.schema import (
    RESIDUE_MIN_BYTES,
    RESIDUE_MODULI,
    SAMPLE_ONE_IN,
    SCHEMAS,
    SKETCH_REGISTERS,
    Table,
)
from mithaq.telemetry.regions import REGIONS
from mithaq.telemetry.sources.base import OPERATION_NUMBER, OPERATIONS, SERVICES
from mithaq.telemetry.vocabulary import Operation

_HOUR, _DAY = 3600, 86_400
_BITS: Final = 32
_LOW: Final = (1 << _BITS) - 1

_MODULI: Final = np.array(RESIDUE_MODULI, np.int64)
_CREATE: Final = OPERATION_NUMBER[Operation.CREATE]

_KINDS: Final = ("subject", "principal", "size")

_LIVES: Final = ("create", "read", "delete")

_LIFE_NUMBER: Final = np.full(len(OPERATIONS), -1, np.int64)
"""Operation number → what it is in an object's life, -1 for nothing."""

_LIFE_NUMBER[[OPERATION_NUMBER[word] for word in (Operation.CREATE, Operation.READ)]] = (0, 1)
_LIFE_NUMBER[[OPERATION_NUMBER[word] for word in (Operation.DELETE, Operation.EXPIRE)]] = 2

_SPILL_BYTES: Final = 96 << 20
"""Rollups above this are written out as a part, so that memory stays bounded whatever a file holds."""

_BYTES_PER_GROUP: Final = {"activity": 300, "sizes": 40, "residues": 4 * sum(RESIDUE_MODULI), "distinct": 280}


@dataclass
class _Groups:
    """A group index with its dense arrays, lengthened together."""

    index: PairIndex = field(default_factory=PairIndex)
    arrays: list[npt.NDArray[Any]] = field(default_factory=list)

    def codes(self, first: Ints, second: Ints) -> Ints:
        codes = self.index.codes(first, second)
        for number, array in enumerate(self.arrays):
            if array.shape[0] < len(self.index):
                grown = np.zeros((max(2 * array.shape[0], len(self.index)), *array.shape[1:]), array.dtype)
                grown[: array.shape[0]] = array
                self.arrays[number] = grown
        return codes

    def dense(self, number: int) -> npt.NDArray[Any]:
        return self.arrays[number][: len(self.index)]


class Rollup:
    """Adds blind events up; `tables` gives what has been added, `clear` starts anew."""

    def __init__(self, source: str, blinder: Blinder) -> None:
        self._source = source
        self._blinder = blinder
        self._mix = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03))
        self.clear()

    def clear(self) -> None:
        """Forget everything added so far."""
        self._activity = _Groups(arrays=[np.zeros((64, 4), np.int64), np.zeros((64, 60), np.int32)])
        self._sizes = _Groups(arrays=[np.zeros((64, 2), np.int64)])
        self._residues = _Groups(arrays=[np.zeros((16, int(_MODULI.sum())), np.int32)])
        self._distinct = _Groups(arrays=[np.zeros((16, SKETCH_REGISTERS), np.uint8)])
        self._samples: list[tuple[Ints, Ints, Ints, Ints]] = []

    @property
    def spilling(self) -> bool:
        """Whether so much has been added that it should be written out now."""
        held: int = (
            _BYTES_PER_GROUP["activity"] * len(self._activity.index)
            + _BYTES_PER_GROUP["sizes"] * len(self._sizes.index)
            + _BYTES_PER_GROUP["residues"] * len(self._residues.index)
            + _BYTES_PER_GROUP["distinct"] * len(self._distinct.index)
            + 32 * sum(rows[0].shape[0] for rows in self._samples)
        )
        return held > _SPILL_BYTES

    def add(self, events: BlindEvents) -> None:
        """Add kept events to every rollup."""
        words = (events.service << 16) | (events.operation << 8) | events.region
        groups = self._activity.codes(((events.time // _HOUR) << _BITS) | events.stream, words)
        totals, minutes = self._activity.arrays
        aggregate.add_activity(
            groups, events.time, events.failed, events.bytes_in, events.bytes_out, totals, minutes
        )
        day = ((events.time // _DAY) << _BITS) | events.stream
        self._count_distinct(day, 1, events.principal)
        created = (events.operation == _CREATE) & ~events.failed
        self._count_distinct(day[created], 0, events.subject[created])
        measured = created & (events.object_size >= 0)
        self._add_sizes(day[measured], events.object_size[measured])
        self._add_samples(events)

    def _count_distinct(self, day: Ints, kind: int, hashes: npt.NDArray[np.uint64]) -> None:
        known = hashes != 0
        if known.any():
            groups = self._distinct.codes(day[known], np.full(int(known.sum()), kind, np.int64))
            aggregate.raise_registers(groups, hashes[known], self._distinct.arrays[0])

    def _add_sizes(self, day: Ints, sizes: Ints) -> None:
        if not sizes.size:
            return
        bins = np.empty(sizes.shape[0], np.int64)
        aggregate.size_bins(sizes, SIZE_EDGES, bins)
        aggregate.add_sizes(self._sizes.codes(day, bins), sizes, self._sizes.arrays[0])
        mixed = np.empty(sizes.shape[0], np.uint64)
        aggregate.mix_numbers(sizes, *self._mix, mixed)
        self._count_distinct(day, 2, mixed)
        framed = sizes >= RESIDUE_MIN_BYTES
        if framed.any():
            groups = self._residues.codes(day[framed], np.zeros(int(framed.sum()), np.int64))
            aggregate.add_residues(groups, sizes[framed], _MODULI, self._residues.arrays[0])

    def _add_samples(self, events: BlindEvents) -> None:
        sampled = (events.object_hash % np.uint64(SAMPLE_ONE_IN) == 0) & (events.object_hash != 0)
        sampled &= ~events.failed & (_LIFE_NUMBER[events.operation] >= 0)
        if sampled.any():
            rows = (events.stream, events.object_hash.view(np.int64), events.operation, events.time)
            stream, objects, operation, time = (column[sampled] for column in rows)
            self._samples.append((stream, objects, operation, time))

    def tables(self) -> dict[Table, pa.Table]:
        """Give what has been added as lake tables, sorted so that readers can skip; empty ones left out.

        Names are dictionary-encoded: a pseudonym is written once, not once per row.
        """
        names = self._blinder.streams()
        count = len(names[0])
        rank = np.empty(count, np.int64)
        rank[sorted(range(count), key=lambda code: [column[code] for column in names])] = np.arange(count)
        built = {
            Table.ACTIVITY: self._activity_table(),
            Table.SIZES: self._sizes_table(),
            Table.RESIDUES: self._residues_table(),
            Table.DISTINCT: self._distinct_table(),
            Table.SAMPLES: self._samples_table(),
        }
        found = {}
        for table, (streams, times, columns) in built.items():
            if streams.size:
                order = np.lexsort((times, rank[streams]))
                found[table] = self._arrow(table, names, streams[order], order, columns)
        return found

    def _arrow(
        self, table: Table, names: Sequence[list[str]], streams: Ints, order: Ints, columns: _Columns
    ) -> pa.Table:
        codes = pa.array(streams.astype(np.int32))
        arrays: dict[str, pa.Array] = {
            "source": pa.DictionaryArray.from_arrays(pa.array(np.zeros_like(order, np.int32)), [self._source])
        }
        for name, values in zip(("subscription", "bucket", "shape"), names, strict=True):
            arrays[name] = _dictionary(codes, values)
        for name, column in columns.items():
            if isinstance(column, _Words):
                arrays[name] = _dictionary(pa.array(column.numbers[order].astype(np.int32)), column.words)
            elif isinstance(column, pa.Array):
                arrays[name] = column.take(pa.array(order))
            elif column.ndim == 1:
                arrays[name] = pa.array(column[order])
            else:
                flat = column[order]
                ends = np.arange(flat.shape[0] + 1, dtype=np.int32) * flat.shape[1]
                arrays[name] = pa.ListArray.from_arrays(ends, flat.reshape(-1))
        schema = SCHEMAS[table]
        coded = {name for name, array in arrays.items() if pa.types.is_dictionary(array.type)}
        fields = [
            (name, arrays[name].type if name in coded else schema.field(name).type) for name in schema.names
        ]
        return pa.table({name: arrays[name] for name in schema.names}, schema=pa.schema(fields))

    def _activity_table(self) -> tuple[Ints, Ints, _Columns]:
        index, totals, minutes = self._activity.index, self._activity.dense(0), self._activity.dense(1)
        hours, words = index.first >> _BITS, index.second
        columns: _Columns = {
            "hour": hours.astype(np.int32),
            "service": _Words(SERVICES, words >> 16),
            "operation": _Words(OPERATIONS, (words >> 8) & 0xFF),
            "region": _Words(REGIONS, words & 0xFF),
            "events": totals[:, 0],
            "errors": totals[:, 1],
            "bytes_in": totals[:, 2],
            "bytes_out": totals[:, 3],
            "minutes": minutes,
        }
        return index.first & _LOW, hours, columns

    def _sizes_table(self) -> tuple[Ints, Ints, _Columns]:
        index, totals = self._sizes.index, self._sizes.dense(0)
        days = index.first >> _BITS
        columns: _Columns = {
            "day": days.astype(np.int32),
            "bin": index.second.astype(np.int16),
            "objects": totals[:, 0],
            "bytes": totals[:, 1],
        }
        return index.first & _LOW, days, columns

    def _residues_table(self) -> tuple[Ints, Ints, _Columns]:
        index, counts = self._residues.index, self._residues.dense(0)
        groups = np.repeat(np.arange(len(index)), len(_MODULI))
        days = (index.first >> _BITS)[groups]
        ends = np.concatenate((np.zeros(1, np.int32), np.cumsum(np.tile(_MODULI, len(index)))))
        columns: _Columns = {
            "day": days.astype(np.int32),
            "modulus": np.tile(_MODULI, len(index)).astype(np.int16),
            "objects": counts[:, : RESIDUE_MODULI[0]].sum(axis=1, dtype=np.int64)[groups],
            "counts": pa.ListArray.from_arrays(ends.astype(np.int32), counts.reshape(-1).astype(np.int64)),
        }
        return (index.first & _LOW)[groups], days, columns

    def _distinct_table(self) -> tuple[Ints, Ints, _Columns]:
        index, registers = self._distinct.index, self._distinct.dense(0)
        groups, places = np.nonzero(registers)
        days = (index.first >> _BITS)[groups]
        columns: _Columns = {
            "day": days.astype(np.int32),
            "kind": _Words(_KINDS, index.second[groups]),
            "register": places.astype(np.int16),
            "rank": registers[groups, places].astype(np.int8),
        }
        return (index.first & _LOW)[groups], days, columns

    def _samples_table(self) -> tuple[Ints, Ints, _Columns]:
        empty = np.empty(0, np.int64)
        gathered = [np.concatenate(column) for column in zip(*self._samples, strict=True)] or [empty] * 4
        stream, objects, operation, time = gathered
        columns: _Columns = {
            "object": objects,
            "event": _Words(_LIVES, _LIFE_NUMBER[operation]),
            "time": time,
        }
        return stream, time, columns


@dataclass(frozen=True, slots=True)
class _Words:
    """A column of numbers into a closed vocabulary."""

    words: Sequence[str]
    numbers: Ints


_Columns: TypeAlias = dict[str, "npt.NDArray[Any] | pa.Array | _Words"]


def _dictionary(codes: pa.Array, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(codes, pa.array([str(word) for word in words], pa.string()))
