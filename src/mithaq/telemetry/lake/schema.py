"""The tables of the lake: one typed place for every column, its type, unit and meaning.

Rows are *partial* rollups: several rows with one key may exist (one per commit), and every reader adds
them up (`sum`; `max` for sketch registers). That is what makes commits, parallel ingests and engines
interchangeable. Times are integers since the Unix epoch in UTC, so that no engine can apply a time zone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import pyarrow as pa

SKETCH_REGISTERS: Final = 256
"""Registers per distinct-count sketch: standard error 1.04/sqrt(256) = 6.5 % (HyperLogLog, Flajolet 2007)."""

BINS_PER_DOUBLING: Final = 4
"""Size and lag bins per factor of two: edges at 2^(k/4), 19 % wide."""

RESIDUE_MODULI: Final = (20, 32, 33, 160, 320)
"""Frame lengths in bytes of G.729, AMR-NB 12.2, GSM-FR, G.711 20 ms and 16-bit PCM at 8 kHz 20 ms."""

RESIDUE_MIN_BYTES: Final = 2048
"""Objects below this are left out of the residue counts: too few frames to mean anything."""

SAMPLE_ONE_IN: Final = 64
"""Share of objects whose life is followed: a keyed hash of the object is 0 modulo this."""


class Table(StrEnum):
    """The tables of the lake, by folder name."""

    ACTIVITY = "activity"
    SIZES = "sizes"
    RESIDUES = "residues"
    DISTINCT = "distinct"
    SAMPLES = "samples"
    LIFECYCLE = "lifecycle"
    COVERAGE = "coverage"
    SEALED = "sealed"


_STREAM = [
    pa.field("source", pa.string()),
    pa.field("subscription", pa.string()),
    pa.field("bucket", pa.string()),
    pa.field("shape", pa.string()),
]

SCHEMAS: Final[dict[Table, pa.Schema]] = {
    # Hourly activity. `hour` = hours since the epoch; counts are requests, `events` includes `errors`;
    # `minutes` is 60 counts of requests that sum to `events`.
    Table.ACTIVITY: pa.schema(
        [
            *_STREAM,
            pa.field("hour", pa.int32()),
            pa.field("service", pa.string()),
            pa.field("operation", pa.string()),
            pa.field("region", pa.string()),
            pa.field("events", pa.int64()),
            pa.field("errors", pa.int64()),
            pa.field("bytes_in", pa.int64()),
            pa.field("bytes_out", pa.int64()),
            pa.field("minutes", pa.list_(pa.int32())),
        ]
    ),
    # Sizes of objects successfully created per day. `bin` = floor(4 * log2(size)), -1 for empty objects.
    Table.SIZES: pa.schema(
        [
            *_STREAM,
            pa.field("day", pa.int32()),
            pa.field("bin", pa.int16()),
            pa.field("objects", pa.int64()),
            pa.field("bytes", pa.int64()),
        ]
    ),
    # Sizes modulo a frame length, objects of at least RESIDUE_MIN_BYTES. `counts` has `modulus` entries.
    Table.RESIDUES: pa.schema(
        [
            *_STREAM,
            pa.field("day", pa.int32()),
            pa.field("modulus", pa.int16()),
            pa.field("objects", pa.int64()),
            pa.field("counts", pa.list_(pa.int64())),
        ]
    ),
    # Sketch registers: kind is subject, principal or size; merge rows of one key with max(rank).
    Table.DISTINCT: pa.schema(
        [
            *_STREAM,
            pa.field("day", pa.int32()),
            pa.field("kind", pa.string()),
            pa.field("register", pa.int16()),
            pa.field("rank", pa.int8()),
        ]
    ),
    # Lives of sampled objects while their window is open. `event` is create, read or delete; `time` in s.
    Table.SAMPLES: pa.schema(
        [
            *_STREAM,
            pa.field("object", pa.int64()),
            pa.field("event", pa.string()),
            pa.field("time", pa.int64()),
        ]
    ),
    # What is left of the lives once the window has passed. `day` = day of creation; `measure` is created
    # (bin 0), read-lag or deletion-age; `bin` = floor(4 * log2(seconds + 1)). An object without a read
    # (or deletion) in the window is in `created` only.
    Table.LIFECYCLE: pa.schema(
        [
            *_STREAM,
            pa.field("day", pa.int32()),
            pa.field("measure", pa.string()),
            pa.field("bin", pa.int16()),
            pa.field("objects", pa.int64()),
        ]
    ),
    # Hours that committed files speak of. `events` counts kept and excluded events of all subscriptions;
    # `files` counts files whose first-to-last event span touches the hour.
    Table.COVERAGE: pa.schema(
        [
            pa.field("source", pa.string()),
            pa.field("hour", pa.int32()),
            pa.field("events", pa.int64()),
            pa.field("files", pa.int32()),
        ]
    ),
    # Native subscription ids, HPKE-sealed for the two-person unlock.
    Table.SEALED: pa.schema(
        [
            pa.field("subscription", pa.string()),
            pa.field("epoch", pa.int16()),
            pa.field("sealed", pa.binary()),
        ]
    ),
}

TIME_OF: Final = {
    Table.ACTIVITY: "hour",
    Table.COVERAGE: "hour",
    Table.SIZES: "day",
    Table.RESIDUES: "day",
    Table.DISTINCT: "day",
    Table.LIFECYCLE: "day",
}
"""The column that says when, for the tables that are read by time: hours or days since the epoch."""


def in_types_of(schema: pa.Schema, rows: pa.Table) -> pa.Table:
    """Give rows in the types of a schema; where they have them, pyarrow's functions are not even imported."""
    return rows if rows.schema.equals(schema) else rows.cast(schema)
