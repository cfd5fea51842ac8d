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

    def clear(self) -> None:
        """Forget all groups, but keep the room."""
        for array in self.arrays:
            array[: len(self.index)] = 0
        self.index.clear()

    def dense(self, number: int) -> npt.NDArray[Any]:
        return self.arrays[number][: len(self.index)]


class Rollup:
    """Adds blind events up; `tables` gives what has been added, `clear` starts anew."""

    def __init__(self, source: str, blinder: Blinder) -> None:
        self._source = source
        self._blinder = blinder
        self._mix = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03))
        self._activity = _Groups(arrays=[np.zeros((64, 4), np.int64), np.zeros((64, 60), np.int32)])
        self._sizes = _Groups(arrays=[np.zeros((64, 2), np.int64)])
        self._residues = _Groups(arrays=[np.zeros((16, int(_MODULI.sum())), np.int32)])
        self._distinct = _Groups(arrays=[np.zeros((16, SKETCH_REGISTERS), np.uint8)])
        self._samples: list[tuple[Ints, Ints, Ints, Ints]] = []

    def clear(self) -> None:
        """Forget everything added so far, but keep the room for as much again."""
        for groups in (self._activity, self._sizes, self._residues, self._distinct):
            groups.clear()
        self._samples = []

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
            Table.ACTIVITY: self._activity_table(rank),
            Table.SIZES: self._sizes_table(rank),
            Table.RESIDUES: self._residues_table(rank),
            Table.DISTINCT: self._distinct_table(rank),
            Table.SAMPLES: self._samples_table(rank),
        }
        return {
            table: self._arrow(table, names, streams, columns)
            for table, (streams, columns) in built.items()
            if streams.size
        }

    def _arrow(self, table: Table, names: Sequence[list[str]], streams: Ints, columns: _Columns) -> pa.Table:
        codes = pa.array(streams.astype(np.int32))
        source = pa.array(np.zeros(streams.shape[0], np.int32))
        arrays: dict[str, pa.Array] = {"source": pa.DictionaryArray.from_arrays(source, [self._source])}
        for name, values in zip(("subscription", "bucket", "shape"), names, strict=True):
            arrays[name] = _dictionary(codes, values)
        for name, column in columns.items():
            if isinstance(column, _Words):
                arrays[name] = _dictionary(pa.array(column.numbers.astype(np.int32)), column.words)
            elif isinstance(column, np.ndarray) and column.ndim > 1:
                ends = np.arange(column.shape[0] + 1, dtype=np.int32) * column.shape[1]
                arrays[name] = pa.ListArray.from_arrays(ends, column.reshape(-1))
            else:
                arrays[name] = pa.array(column)
        schema = SCHEMAS[table]
        coded = {name for name, array in arrays.items() if pa.types.is_dictionary(array.type)}
        fields = [
            (name, arrays[name].type if name in coded else schema.field(name).type) for name in schema.names
        ]
        return pa.table({name: arrays[name] for name in schema.names}, schema=pa.schema(fields))

    def _activity_table(self, rank: Ints) -> tuple[Ints, _Columns]:
        groups = self._activity
        streams, hours, order = _in_order(groups.index.first, rank)
        words, totals = groups.index.second[order], groups.dense(0)[order]
        columns: _Columns = {
            "hour": hours.astype(np.int32),
            "service": _Words(SERVICES, words >> 16),
            "operation": _Words(OPERATIONS, (words >> 8) & 0xFF),
            "region": _Words(REGIONS, words & 0xFF),
            "events": totals[:, 0],
            "errors": totals[:, 1],
            "bytes_in": totals[:, 2],
            "bytes_out": totals[:, 3],
            "minutes": groups.dense(1)[order],
        }
        return streams, columns

    def _sizes_table(self, rank: Ints) -> tuple[Ints, _Columns]:
        groups = self._sizes
        streams, days, order = _in_order(groups.index.first, rank)
        totals = groups.dense(0)[order]
        columns: _Columns = {
            "day": days.astype(np.int32),
            "bin": groups.index.second[order].astype(np.int16),
            "objects": totals[:, 0],
            "bytes": totals[:, 1],
        }
        return streams, columns

    def _residues_table(self, rank: Ints) -> tuple[Ints, _Columns]:
        groups = self._residues
        streams, days, order = _in_order(groups.index.first, rank)
        counts = groups.dense(0)[order]
        each = len(_MODULI)
        ends = np.concatenate((np.zeros(1, np.int32), np.cumsum(np.tile(_MODULI, len(order)))))
        objects = counts[:, : RESIDUE_MODULI[0]].sum(axis=1, dtype=np.int64)
        columns: _Columns = {
            "day": np.repeat(days, each).astype(np.int32),
            "modulus": np.tile(_MODULI, len(order)).astype(np.int16),
            "objects": np.repeat(objects, each),
            "counts": pa.ListArray.from_arrays(ends.astype(np.int32), counts.reshape(-1).astype(np.int64)),
        }
        return np.repeat(streams, each), columns

    def _distinct_table(self, rank: Ints) -> tuple[Ints, _Columns]:
        groups = self._distinct
        streams, days, order = _in_order(groups.index.first, rank)
        registers = groups.dense(0)[order]
        rows, places = np.nonzero(registers)
        columns: _Columns = {
            "day": days[rows].astype(np.int32),
            "kind": _Words(_KINDS, groups.index.second[order][rows]),
            "register": places.astype(np.int16),
            "rank": registers[rows, places].astype(np.int8),
        }
        return streams[rows], columns

    def _samples_table(self, rank: Ints) -> tuple[Ints, _Columns]:
        empty = np.empty(0, np.int64)
        gathered = [np.concatenate(column) for column in zip(*self._samples, strict=True)] or [empty] * 4
        stream, objects, operation, time = gathered
        order = np.lexsort((time, rank[stream]))
        columns: _Columns = {
            "object": objects[order],
            "event": _Words(_LIVES, _LIFE_NUMBER[operation[order]]),
            "time": time[order],
        }
        return stream[order], columns


@dataclass(frozen=True, slots=True)
class _Words:
    """A column of numbers into a closed vocabulary."""

    words: Sequence[str]
    numbers: Ints


_Columns: TypeAlias = dict[str, "npt.NDArray[Any] | pa.Array | _Words"]


def _in_order(first: Ints, rank: Ints) -> tuple[Ints, Ints, Ints]:
    """Sort groups by rank of stream, then by hour or day; gives stream and time of each, and the order.

    `first` holds a time and a stream, as group codes are made of. Groups that tie stay as they are.
    """
    times, streams = first >> _BITS, first & _LOW
    count = first.shape[0]
    if not count:
        return streams, times, np.empty(0, np.int64)
    # Rank, time and place in one number sort several times faster than a column after the other.
    least = int(times.min())
    spans = (int(times.max()) - least + 1, count)
    if len(rank) * spans[0] * spans[1] < 1 << 63:
        keys = (rank[streams] * spans[0] + (times - least)) * count + np.arange(count)
        keys.sort()
        order = keys % count
    else:
        order = np.lexsort((times, rank[streams]))
    return streams[order], times[order], order


def _dictionary(codes: pa.Array, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(codes, pa.array([str(word) for word in words], pa.string()))
