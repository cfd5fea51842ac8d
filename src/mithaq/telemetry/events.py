"""The shape of what a source may hand on: columns for the catalogue's fields and for nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mithaq.telemetry.kernels.jit import Bytes, Ints


class Fate(StrEnum):
    """What becomes of a record: kept, left out on purpose, or unreadable; each with its reason."""

    KEPT = "kept"
    PROVIDER_PRINCIPAL = "provider-principal"
    INTERNAL_SUBREQUEST = "internal-subrequest"
    REPEATED_EVENT_ID = "repeated-event-id"
    BAD_RECORD = "bad-record"
    BAD_TIME = "bad-time"
    BEFORE_2006 = "before-2006"
    FUTURE_TIME = "future-time"
    NO_SUBSCRIPTION = "no-subscription"
    TOO_LONG = "too-long"


FATES: Final = tuple(Fate)
"""Fates by their number in a column."""

FATE: Final = {fate: number for number, fate in enumerate(FATES)}

EXCLUDED: Final = frozenset({Fate.PROVIDER_PRINCIPAL, Fate.INTERNAL_SUBREQUEST, Fate.REPEATED_EVENT_ID})
"""Fates of records that are left out on purpose; what is neither kept nor excluded is dropped."""


@dataclass(frozen=True, slots=True)
class Text:
    """A column of byte strings inside one buffer. A negative length stands for *no value*."""

    buf: Bytes
    starts: Ints
    lengths: Ints

    @classmethod
    def of(cls, values: Iterable[bytes | None]) -> Text:
        """Lay values out in a buffer of their own."""
        listed = list(values)
        lengths = np.array([-1 if value is None else len(value) for value in listed], np.int64)
        ends = np.cumsum(np.maximum(lengths, 0))
        starts = ends - np.maximum(lengths, 0)
        joined = b"".join(value for value in listed if value)
        return cls(np.frombuffer(joined or b"\0", np.uint8), starts.astype(np.int64), lengths)

    def where(self, rows: npt.NDArray[np.bool_]) -> Text:
        """Keep some rows; the buffer is shared."""
        return Text(self.buf, self.starts[rows], self.lengths[rows])


@dataclass(frozen=True, slots=True)
class RawEvents:
    """Records of one piece of a log, one row each. The only thing that leaves a source.

    Its columns are the catalogue (see `catalogue.py`, and the test that compares the two). `operation`,
    `service` and `region` are positions in the closed vocabularies; times are seconds since the epoch;
    sizes and byte counts are bytes, a size of -1 is unknown. Rows whose fate is not KEPT carry no values
    beyond `fate`, `time` and `event_id`.
    """

    fate: npt.NDArray[np.uint8]
    time: Ints
    service: Ints
    operation: Ints
    region: Ints
    failed: npt.NDArray[np.bool_]
    object_size: Ints
    bytes_in: Ints
    bytes_out: Ints
    subscription: Text
    bucket: Text
    principal: Text
    object_key: Text
    event_id: Text

    def __len__(self) -> int:
        return int(self.fate.shape[0])

    def with_dropped(self, fates: npt.NDArray[np.uint8]) -> RawEvents:
        """Append rows that are nothing but a fate: records too long to be looked at."""
        if not fates.size:
            return self
        none = np.full(fates.shape[0], -1, np.int64)
        added: dict[str, Any] = {"fate": np.concatenate((self.fate, fates))}
        for field in fields(self):
            column = getattr(self, field.name)
            if isinstance(column, Text):
                starts = np.concatenate((column.starts, none * 0))
                added[field.name] = Text(column.buf, starts, np.concatenate((column.lengths, none)))
            elif field.name != "fate":
                added[field.name] = np.concatenate((column, np.zeros(fates.shape[0], column.dtype)))
        return replace(self, **added)

    def where(self, rows: npt.NDArray[np.bool_]) -> RawEvents:
        """Keep some rows."""
        kept: dict[str, Any] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            kept[field.name] = column.where(rows) if isinstance(column, Text) else column[rows]
        return replace(self, **kept)
