"""Log records of our own invention, in the providers' formats."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

OWNER = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
START = datetime(2026, 9, 7, tzinfo=UTC)
"""When the invented logs begin, if a test does not say otherwise."""

S3_FIELDS = [
    *("owner", "bucket", "time", "remote_ip", "requester", "request_id", "operation", "key", "uri", "status"),
    *(
        "error",
        "sent",
        "size",
        "total",
        "turn_around",
        "referer",
        "user_agent",
        "version",
        "host_id",
        "signature",
    ),
    *("cipher", "authentication", "host", "tls", "access_point", "acl", "source_region"),
]
"""All 27 fields of 2026; the first 17 are those of 2010."""

_S3_DEFAULTS = {
    "owner": OWNER,
    "bucket": "invented-bucket",
    "remote_ip": "192.0.2.17",
    "requester": "arn:aws:iam::111122223333:user/writer",
    "request_id": "3E57427F33A59F07",
    "operation": "REST.PUT.OBJECT",
    "key": "calls/2026-09-07/8f3a.wav",
    "uri": '"PUT /calls/2026-09-07/8f3a.wav HTTP/1.1"',
    "status": "200",
    "error": "-",
    "sent": "-",
    "size": "54321",
    "total": "31",
    "turn_around": "12",
    "referer": '"-"',
    "user_agent": '"invented-agent/1.0"',
    "version": "-",
    "host_id": "aGVsbG8gd29ybGQ=",
    "signature": "SigV4",
    "cipher": "TLS_AES_128_GCM_SHA256",
    "authentication": "AuthHeader",
    "host": "invented-bucket.s3.eu-west-1.amazonaws.com",
    "tls": "TLSv1.3",
    "access_point": "-",
    "acl": "-",
    "source_region": "-",
}


def s3_time(moment: datetime) -> str:
    """Write a moment as an S3 access log does."""
    return moment.strftime("[%d/%b/%Y:%H:%M:%S +0000]")


def s3_line(at: datetime | str = START, *, fields: int | str = 26, **values: str) -> str:
    """Give one line without its end; `fields` is how many of the 27 it has."""
    moment = at if isinstance(at, str) else s3_time(at)
    filled = {**_S3_DEFAULTS, "time": moment, **values}
    return " ".join(filled[name] for name in S3_FIELDS[: int(fields)])


def s3_lines(
    count: int, *, seconds: int = 97, key: str = "k{}/{}.wav", bucket: str = "invented-bucket"
) -> list[str]:
    """Give so many different lines, one every `seconds`."""
    return [
        s3_line(
            START + timedelta(seconds=seconds * number),
            size=str(4096 + 320 * number % 90_000),
            key=key.format(number % 3, number),
            bucket=bucket,
        )
        for number in range(count)
    ]


def text(lines: Iterable[str]) -> bytes:
    """Join lines as a file holds them."""
    return "".join(f"{line}\n" for line in lines).encode()


def event(number: int = 0, *, at: datetime | None = None, **values: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    """Give one CloudTrail record with an event id of its own; a value of None removes a field."""
    moment = at or START + timedelta(seconds=61 * number)
    record = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAINVENTEDEXAMPLE",
            "arn": "arn:aws:iam::111122223333:user/writer",
            "accountId": "111122223333",
        },
        "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.17",
        "userAgent": "[invented-agent/1.0]",
        "requestParameters": {"bucketName": "invented-bucket", "key": f"calls/{number}.wav"},
        "responseElements": None,
        "additionalEventData": {"bytesTransferredIn": 4096.0 + number, "bytesTransferredOut": 0},
        "requestID": "3E57427F33A59F07",
        "eventID": f"00000000-0000-4000-8000-{number:012d}",
        "readOnly": False,
        "recipientAccountId": "111122223333",
        "eventCategory": "Data",
    } | values
    return {name: value for name, value in record.items() if value is not None}


def document(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Give records as a delivered file holds them."""
    return json.dumps({"Records": list(records)}, separators=(",", ":")).encode()


def per_line(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Give records one per line."""
    return text(json.dumps(record, separators=(",", ":")) for record in records)
