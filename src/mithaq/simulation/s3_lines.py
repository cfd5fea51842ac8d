"""Lines of an S3 server access log, in all the forms that real ones have had.

Field order and meaning: Amazon S3 user guide, *server access log format*. Lines grew from 17 fields (2010)
to 27; a few here are still shorter, and about one in 5,000 has a user agent with quotes of its own, which
the format does not escape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mithaq.evidence.hypotheses import NOBODY, OPERATIONS, EventBatch
from mithaq.simulation import ids
from mithaq.simulation.customers import Customer
from mithaq.simulation.requests import Keys
from mithaq.telemetry.vocabulary import Operation

FEWEST_FIELDS, MOST_FIELDS = 17, 27
_USUAL_FIELDS: Final = (26, 27)
_SHORTER: Final = 1 / 1000
"""Share of lines in one of the older forms."""

QUOTED_AGENT: Final = 1 / 5000
"""Share of lines whose user agent has quotes of its own."""

QUOTING: Final = 'Mozilla/5.0 (compatible; "Feldspar" uploader/2.1; "build 7")'

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Form:
    """How one operation shows in a line."""

    native: str
    verb: str
    status: int
    sends: bool = False
    """Whether the object's bytes leave."""


FORMS: Final = {
    Operation.CREATE: Form("REST.PUT.OBJECT", "PUT", 200),
    Operation.READ: Form("REST.GET.OBJECT", "GET", 200, sends=True),
    Operation.DELETE: Form("REST.DELETE.OBJECT", "DELETE", 204),
}


@dataclass(frozen=True, slots=True)
class Line:
    """The fields of one line that differ from request to request; the rest is the same for a bucket."""

    second: int
    """Seconds since the epoch."""
    bucket: str
    requester: str
    address: str
    agent: str
    native: str
    key: str
    uri: str
    """The request line within its quotes, `-` where the store acts on its own."""
    status: str
    error: str
    sent: str
    size: str
    milliseconds: int
    """0 where nobody waited."""


class LineWriter:
    """Writes the lines of one owner's buckets in one region."""

    def __init__(self, owner: str, region: str, rng: np.random.Generator) -> None:
        self._owner = owner
        self._region = region
        self._rng = rng
        self._days: dict[int, str] = {}
        self._usual = _USUAL_FIELDS[int(rng.integers(len(_USUAL_FIELDS)))]

    def lines(self, requests: list[Line]) -> list[str]:
        """Write the requests, in their order, without line ends."""
        count = len(requests)
        names, hosts = ids.request_ids(self._rng, count), ids.host_ids(self._rng, count)
        lengths = np.where(
            self._rng.random(count) < _SHORTER,
            self._rng.integers(FEWEST_FIELDS, MOST_FIELDS + 1, count),
            self._usual,
        ).tolist()
        return [
            self._line(request, name, host, fields)
            for request, name, host, fields in zip(requests, names, hosts, lengths, strict=True)
        ]

    def _line(self, line: Line, name: str, host_id: str, fields: int) -> str:
        """Write one line with so many fields."""
        took = f"{line.milliseconds} {max(line.milliseconds - 3, 1)}" if line.milliseconds else "- -"
        head = (
            f"{self._owner} {line.bucket} [{self._stamp(line.second)}] {line.address} {line.requester}"
            f' {name} {line.native} {line.key} "{line.uri}" {line.status} {line.error}'
            f' {line.sent} {line.size} {took} "-" "{line.agent}"'
        )
        if fields == FEWEST_FIELDS:
            return head
        if line.uri == "-":
            tail = ["-", host_id, "-", "-", "-", "-", "-", "-", "-", "-"]
        else:
            host = f"{line.bucket}.s3.{self._region}.amazonaws.com"
            tail = [
                "-", host_id, "SigV4", "ECDHE-RSA-AES128-GCM-SHA256", "AuthHeader", host, "TLSv1.2", "-", "-",
                self._region,
            ]  # fmt: skip
        return f"{head} {' '.join(tail[: fields - FEWEST_FIELDS])}"

    def _stamp(self, second: int) -> str:
        """Write a moment as the log does: `07/Sep/2026:00:00:38 +0000`."""
        day, rest = divmod(second, 86400)
        shown = self._days.get(day)
        if shown is None:
            year, month, date = str(np.datetime64(day, "D")).split("-")
            shown = self._days.setdefault(day, f"{date}/{_MONTHS[int(month) - 1]}/{year}")
        return f"{shown}:{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d} +0000"


def storage_requests(customer: Customer, batch: EventBatch, rng: np.random.Generator) -> list[Line]:
    """Give the storage requests of an hour, in order of time."""
    rows = np.flatnonzero(batch.stream != NOBODY).astype(np.int64)
    keys = Keys(customer).of(batch, rows)
    delays = rng.gamma(2.0, 20.0, rows.shape[0]).astype(np.int64) + 4
    quoted = rng.random(rows.shape[0]) < QUOTED_AGENT
    columns = zip(
        batch.time[rows].tolist(), batch.stream[rows].tolist(), batch.operation[rows].tolist(),
        batch.size[rows].tolist(), batch.bytes_out[rows].tolist(), batch.principal[rows].tolist(),
        batch.failed[rows].tolist(), keys, delays.tolist(), quoted.tolist(),
        strict=True,
    )  # fmt: skip
    made = []
    for second, place, code, size, sent, principal, failed, key, delay, odd in columns:
        bucket, operation = customer.buckets[place], OPERATIONS[code]
        if operation is Operation.EXPIRE:
            made.append(_expired(second, bucket, key, size))
            continue
        form, caller = FORMS[operation], customer.callers[place][principal]
        outcome = ("403", "AccessDenied", "243", "-") if failed else _outcome(form, size, sent)
        made.append(
            Line(
                second, bucket, caller.arn, caller.address, QUOTING if odd else caller.user_agent,
                form.native, key, f"{form.verb} /{key} HTTP/1.1", *outcome, delay,
            )
        )  # fmt: skip
    return made


def _outcome(form: Form, size: int, sent: int) -> tuple[str, str, str, str]:
    """Give status, error, bytes sent and object size of a request that succeeded."""
    status = 206 if form.sends and sent < size else form.status
    return str(status), "-", str(sent) if form.sends and sent else "-", str(size)


def _expired(second: int, bucket: str, key: str, size: int) -> Line:
    """Give the line of an object that a lifecycle rule removed."""
    return Line(
        second, bucket, "AmazonS3", "-", "-", "S3.EXPIRE.OBJECT", key, "-", "-", "-", "-", str(size), 0
    )
