"""Amazon S3 server access logs: one request per line, in the provider's own text format."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mithaq.telemetry.events import FATE, Fate, RawEvents, Text
from mithaq.telemetry.kernels.jit import Bytes, Ints
from mithaq.telemetry.kernels.tables import Interner
from mithaq.telemetry.regions import REGION_NUMBER, UNKNOWN
from mithaq.telemetry.sources.base import OPERATION_NUMBER, SERVICE_NUMBER, SourceMapping
from mithaq.telemetry.sources.framing import Frame, lines
from mithaq.telemetry.sources.s3_access_log import parse
from mithaq.telemetry.vocabulary import Operation, Service

_HEAD: Final = re.compile(
    rb"\A\s*\S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \S+ \S+ \S+ \S+ "
)

_UPLOADS: Final = frozenset({b"REST.PUT.OBJECT", b"REST.POST.OBJECT", b"REST.PUT.PART"})
"""Operations whose object size is what came in: a completed multipart upload would count its parts again."""


@dataclass
class _Words:
    """Native operations and region labels seen in one file, mapped once each."""

    mapping: SourceMapping
    names: Interner = field(default_factory=Interner)
    numbers: list[int] = field(default_factory=list)
    uploads: list[bool] = field(default_factory=list)
    labels: Interner = field(default_factory=Interner)
    regions: list[int] = field(default_factory=list)

    def operations(self, column: Text) -> tuple[Ints, Ints]:
        """Give each row its operation's number, and 1 where its object size is bytes in."""
        codes = self.names.codes(column.buf, column.starts, column.lengths)
        for code in range(len(self.numbers), len(self.names)):
            native = self.names.value(code)
            word = self.mapping.operation(native.decode("ascii", "replace"))
            self.numbers.append(OPERATION_NUMBER[word])
            self.uploads.append(native in _UPLOADS)
        # Code -1 (no operation) reads the entry behind the last.
        numbers = np.array([*self.numbers, OPERATION_NUMBER[Operation.OTHER]], np.int64)
        return numbers[codes], np.array([*self.uploads, False], np.int64)[codes]

    def region_numbers(self, column: Text) -> Ints:
        """Give each row its region's number."""
        codes = self.labels.codes(column.buf, column.starts, column.lengths)
        for code in range(len(self.regions), len(self.labels)):
            label = self.labels.value(code).decode("ascii", "replace")
            self.regions.append(REGION_NUMBER.get(label, REGION_NUMBER[UNKNOWN]))
        return np.array([*self.regions, REGION_NUMBER[UNKNOWN]], np.int64)[codes]


class S3AccessLog:
    """The `s3-access-log` source."""

    mapping = SourceMapping.load(__name__)

    def read(self, chunks: Iterable[Bytes], *, now: int) -> Generator[RawEvents, None, None]:
        """Parse line by line; a line that cannot be read becomes a dropped row with its reason."""
        words = _Words(self.mapping)
        for frame in lines(chunks):
            yield _events(frame, words, now)

    def recognises(self, head: bytes) -> bool:
        """Owner, bucket, a bracketed time and four more plain fields."""
        return _HEAD.match(head) is not None


def _events(frame: Frame, words: _Words, now: int) -> RawEvents:
    count = frame.starts.shape[0]
    fates = np.empty(count, np.uint8)
    spans = np.empty((count, 2 * parse.SPANS), np.int64)
    numbers = np.empty((count, parse.NUMBERS), np.int64)
    parse.parse_lines(frame.buf, frame.starts, frame.ends, now, fates, spans, numbers)
    kept = fates == FATE[Fate.KEPT]
    spans[~kept, 1::2] = -1
    numbers[~kept] = 0

    def text(column: int) -> Text:
        return Text(frame.buf, spans[:, 2 * column].copy(), spans[:, 2 * column + 1].copy())

    operation, uploaded = words.operations(text(parse.OPERATION))
    size = numbers[:, parse.SIZE].copy()
    failed = numbers[:, parse.FAILED].astype(np.bool_)
    dropped = np.full(frame.too_long, FATE[Fate.TOO_LONG], np.uint8)
    events = RawEvents(
        fate=fates,
        time=numbers[:, parse.TIME].copy(),
        service=np.full(count, SERVICE_NUMBER[Service.STORAGE], np.int64),
        operation=operation,
        region=words.region_numbers(text(parse.REGION)),
        failed=failed,
        object_size=size,
        bytes_in=np.where(failed, 0, np.maximum(size, 0)) * uploaded,
        bytes_out=numbers[:, parse.SENT].copy(),
        subscription=text(parse.OWNER),
        bucket=text(parse.BUCKET),
        principal=text(parse.REQUESTER),
        object_key=text(parse.KEY),
        event_id=Text(frame.buf, spans[:, 0].copy(), np.full(count, -1, np.int64)),
    )
    return events.with_dropped(dropped)


SOURCE: Final = S3AccessLog()
