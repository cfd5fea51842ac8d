"""AWS CloudTrail: `{"Records": […]}` documents, or one record per line."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Final

import msgspec
import numpy as np

from mithaq.telemetry.events import FATE, Fate, RawEvents, Text
from mithaq.telemetry.kernels.jit import Bytes
from mithaq.telemetry.regions import REGION_NUMBER, UNKNOWN
from mithaq.telemetry.sources.base import OPERATION_NUMBER, SERVICE_NUMBER, SourceMapping
from mithaq.telemetry.sources.framing import Frame, lines, opens_document, records
from mithaq.telemetry.sources.limits import FIRST_SECOND, FUTURE_TOLERANCE

_NULL: Final = msgspec.Raw(b"null")


class _Identity(msgspec.Struct, gc=False):
    type: str | None = None
    arn: str | None = None
    principalId: str | None = None  # noqa: N815  # the provider's own field names
    invokedBy: str | None = None  # noqa: N815


class _Record(msgspec.Struct, gc=False):
    """The allow-list as a type: a field that is not here is skipped by the decoder, never built."""

    eventTime: str | None = None  # noqa: N815
    eventSource: str | None = None  # noqa: N815
    eventName: str | None = None  # noqa: N815
    awsRegion: str | None = None  # noqa: N815
    errorCode: str | None = None  # noqa: N815
    recipientAccountId: str | None = None  # noqa: N815
    eventID: str | None = None  # noqa: N815
    userIdentity: _Identity | None = None  # noqa: N815
    requestParameters: msgspec.Raw = _NULL  # noqa: N815
    additionalEventData: msgspec.Raw = _NULL  # noqa: N815


class _Parameters(msgspec.Struct, gc=False):
    bucketName: str | None = None  # noqa: N815
    key: str | None = None


class _Transfer(msgspec.Struct, gc=False):
    bytesTransferredIn: float | None = None  # noqa: N815
    bytesTransferredOut: float | None = None  # noqa: N815


_decode_record: Final = msgspec.json.Decoder(_Record).decode
_decode_parameters: Final = msgspec.json.Decoder(_Parameters | None).decode
_decode_transfer: Final = msgspec.json.Decoder(_Transfer | None).decode

_STORAGE: Final = "s3.amazonaws.com"
_NO_PARAMETERS: Final = _Parameters()
_NO_TRANSFER: Final = _Transfer()
_LARGEST: Final = float(1 << 53)


@lru_cache(maxsize=65_536)
def _seconds(text: str) -> int:
    """Seconds since the epoch of an ISO 8601 instant; raises ValueError. Seconds repeat, so it is kept."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _is_account(text: str | None) -> bool:
    return text is not None and 1 <= len(text) <= 128 and text.isascii() and text.isalnum()


class _Columns:
    """One frame's records, gathered column by column."""

    def __init__(self, mapping: SourceMapping, now: int) -> None:
        self._mapping = mapping
        self._latest = now + FUTURE_TOLERANCE
        self._words: dict[tuple[str, str], tuple[int, int]] = {}
        self.fates: list[int] = []
        self.numbers: list[tuple[int, int, int, int, bool, int, int, int]] = []
        self.texts: list[tuple[str | None, str | None, str | None, str | None, str | None]] = []

    def add(self, raw: bytes | memoryview) -> None:
        """Decode one record and append its row."""
        try:
            record = _decode_record(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._drop(Fate.BAD_RECORD)
        try:
            seconds = _seconds(record.eventTime or "")
        except (ValueError, OverflowError):
            return self._drop(Fate.BAD_TIME, record.eventID)
        if not FIRST_SECOND <= seconds <= self._latest:
            fate = Fate.BEFORE_2006 if seconds < FIRST_SECOND else Fate.FUTURE_TIME
            return self._drop(fate, record.eventID)
        if not _is_account(record.recipientAccountId):
            return self._drop(Fate.NO_SUBSCRIPTION, record.eventID)
        identity = record.userIdentity
        if identity is not None and (identity.invokedBy is not None or identity.type == "AWSService"):
            return self._drop(Fate.PROVIDER_PRINCIPAL, record.eventID, seconds)
        return self._keep(record, seconds)

    def _drop(self, fate: Fate, event_id: str | None = None, seconds: int = 0) -> None:
        self.fates.append(FATE[fate])
        self.numbers.append((seconds, 0, 0, 0, False, 0, 0, 0))
        self.texts.append((None, None, None, None, event_id))

    def _keep(self, record: _Record, seconds: int) -> None:
        source, name = record.eventSource or "", record.eventName or ""
        words = self._words.get((source, name))
        if words is None:
            service = SERVICE_NUMBER[self._mapping.service(source, name)]
            words = service, OPERATION_NUMBER[self._mapping.operation(name, source)]
            self._words[source, name] = words
        parameters, transfer = _NO_PARAMETERS, _NO_TRANSFER
        if source == _STORAGE:
            parameters, transfer = _storage_details(record)
        failed = bool(record.errorCode)
        bytes_in, bytes_out = _whole(transfer.bytesTransferredIn), _whole(transfer.bytesTransferredOut)
        single_upload = name in ("PutObject", "PostObject") and transfer.bytesTransferredIn is not None
        region = REGION_NUMBER.get(record.awsRegion or "", REGION_NUMBER[UNKNOWN])
        size = bytes_in if single_upload else -1
        identity = record.userIdentity or _Identity()
        self.fates.append(FATE[Fate.KEPT])
        self.numbers.append((seconds, *words, region, failed, size, 0 if failed else bytes_in, bytes_out))
        self.texts.append(
            (
                record.recipientAccountId,
                parameters.bucketName,
                identity.arn or identity.principalId,
                parameters.key,
                record.eventID,
            )
        )

    def events(self, too_long: int) -> RawEvents:
        """Give the rows as raw events."""
        numbers = np.array(self.numbers, np.int64).reshape(-1, 8)
        columns = zip(*self.texts, strict=True) if self.texts else ([], [], [], [], [])
        owner, bucket, principal, key, event_id = (
            Text.of(None if value is None else value.encode("utf-8", "surrogatepass") for value in column)
            for column in columns
        )
        time, service, operation, region, failed, size, bytes_in, bytes_out = numbers.T.copy()
        return RawEvents(
            fate=np.array(self.fates, np.uint8),
            time=time,
            service=service,
            operation=operation,
            region=region,
            failed=failed.astype(np.bool_),
            object_size=size,
            bytes_in=bytes_in,
            bytes_out=bytes_out,
            subscription=owner,
            bucket=bucket,
            principal=principal,
            object_key=key,
            event_id=event_id,
        ).with_dropped(np.full(too_long, FATE[Fate.TOO_LONG], np.uint8))


def _storage_details(record: _Record) -> tuple[_Parameters, _Transfer]:
    """Decode bucket, key and bytes; a value of another type than documented counts as not given."""
    parameters, transfer = _NO_PARAMETERS, _NO_TRANSFER
    try:
        parameters = _decode_parameters(record.requestParameters) or parameters
    except msgspec.ValidationError:
        parameters = _NO_PARAMETERS
    try:
        transfer = _decode_transfer(record.additionalEventData) or transfer
    except msgspec.ValidationError:
        transfer = _NO_TRANSFER
    return parameters, transfer


def _whole(value: float | None) -> int:
    return int(value) if value is not None and 0 <= value <= _LARGEST else 0


_BEGINNING: Final = 4096
"""Bytes that tell a document from records on lines."""


def _beginning(stream: Iterator[Bytes]) -> Bytes:
    """Take chunks until there is enough to tell by; a decompressor may begin with a short one."""
    first = np.empty(0, np.uint8)
    while first.size < _BEGINNING and (chunk := next(stream, None)) is not None:
        first = np.concatenate((first, chunk)) if first.size else chunk
    return first


class CloudTrail:
    """The `cloudtrail` source."""

    mapping = SourceMapping.load(__name__)

    def read(self, chunks: Iterable[Bytes], *, now: int) -> Generator[RawEvents, None, None]:
        """Decode record by record; one that cannot be decoded becomes a dropped row."""
        stream = iter(chunks)
        first = _beginning(stream)
        whole = chain([first], stream)
        document = opens_document(first[:_BEGINNING].tobytes())
        frames: Iterator[Frame] = records(whole) if document else lines(whole)
        for frame in frames:
            columns = _Columns(self.mapping, now)
            view = frame.buf.data
            for start, end in zip(frame.starts.tolist(), frame.ends.tolist(), strict=True):
                columns.add(view[start:end])
            yield columns.events(frame.too_long)

    def recognises(self, head: bytes) -> bool:
        """A `Records` document, or a JSON object with CloudTrail's own field names."""
        return opens_document(head) or (head.lstrip()[:1] == b"{" and b'"eventSource"' in head)


SOURCE: Final = CloudTrail()
