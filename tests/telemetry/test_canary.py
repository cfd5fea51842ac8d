"""Reading without seeing: a canary in any field, id, key or file name is in no byte that Mithaq writes."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.telemetry import logs

CANARY = "zqcanary"
"""Begins every planted word; no word of ours holds it."""

S3_NUMBERS = ("time", "status", "sent", "size", "total", "turn_around")
"""Fields of an access log that hold no text: a line with a canary there cannot be read."""

MITHAQ = [sys.executable, "-c", "import mithaq.cli; mithaq.cli.main()"]


def planted(place: str) -> str:
    return f"{CANARY}{place.replace('_', '').replace('.', '')}"


def s3_log() -> bytes:
    """Lines with a canary in every field that may hold text, one place at a time and all at once."""
    places = [name for name in logs.S3_FIELDS if name not in S3_NUMBERS]
    lines = [logs.s3_line(**{name: planted(name)}) for name in S3_NUMBERS]
    for number in range(300):
        at = logs.START + timedelta(minutes=7 * number)
        marked = places if number % 3 == 0 else [places[number % len(places)]]
        values = {name: planted(name) for name in marked}
        for name in ("uri", "referer", "user_agent"):
            if name in values:
                values[name] = f'"{values[name]} "{values[name]}" x"' if number % 2 else f'"{values[name]}"'
        if "key" in values:
            values["key"] = f"{planted('key')}/{planted('key')}{number}/{planted('key')}.{planted('ext')}"
        if "host" in values:
            values["host"] = f"{planted('host')}.s3.{planted('region')}.amazonaws.com"
        if "operation" in values:
            values["operation"] = f"REST.PUT.{planted('operation').upper()}"
        lines.append(logs.s3_line(at, fields=27, **values))
    return logs.text(lines)


def trail() -> bytes:
    records = []
    for number in range(300):
        record = logs.event(number)
        record["userIdentity"] = {
            "type": "IAMUser",
            "arn": f"arn:aws:iam::111122223333:user/{planted('arn')}",
            "principalId": planted("principal"),
            "userName": planted("user"),
            "sessionContext": {"attributes": {"note": planted("session")}},
        }
        record["requestParameters"] = {
            "bucketName": planted("bucket"),
            "key": f"{planted('key')}/{number}.{planted('ext')}",
            "tagging": planted("tagging"),
            "Tagging": planted("tagging"),
        }
        for name in ("userAgent", "sourceIPAddress", "requestID", "eventID", "errorMessage", "sharedEventID"):
            record[name] = f"{planted(name)}{number}"
        record["responseElements"] = {"secret": planted("response")}
        record["tlsDetails"] = {"clientProvidedHostHeader": planted("host")}
        record["resources"] = [{"ARN": planted("resource")}]
        record[planted("unlisted")] = planted("unlisted")
        if number % 5 == 0:
            record["eventName"] = planted("operation")
        if number % 7 == 0:
            record["eventSource"] = f"{planted('service')}.amazonaws.com"
        if number % 11 == 0:
            record["awsRegion"] = planted("awsregion")
            record["recipientAccountId"] = planted("account")
        if number % 13 == 0:
            record["errorCode"] = planted("error")
        records.append(record)
    for name in ("eventTime", "readOnly", "additionalEventData", "requestParameters", "userIdentity"):
        records.append(logs.event(300 + len(records)) | {name: planted(name)})
    for name in ("bytesTransferredIn", "bytesTransferredOut"):
        records.append(logs.event(300 + len(records), additionalEventData={name: planted(name)}))
    return logs.document(records)


def everything_written(lake: Path) -> bytes:
    """All bytes below a folder, with the columns of Parquet files decompressed, and every file's name."""
    found = bytearray()
    for path in sorted(lake.rglob("*")):
        found += path.relative_to(lake).as_posix().encode()
        if path.is_file():
            found += path.read_bytes()
            if path.suffix == ".parquet":
                found += str(pq.read_table(path).to_pydict()).encode()
    return bytes(found)


ALLEGATION = """\
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {{kind: press, reference: "{reference}"}}
subject: {{subscriptions: ["aws:{account}"]}}
period: {{from: 2026-09-07, to: 2026-09-14}}
claims:
  - {{id: c1, kind: stores, what: call-recordings}}
  - {{id: c2, kind: pattern, is: population}}
  - {{id: c3, kind: scale, at_least: 10, unit: objects-per-day}}
  - {{id: c4, kind: region, in: [eu-west-1]}}
  - {{id: c5, kind: processes, with: speech-to-text}}
  - {{id: c6, kind: moves-out, at_least: 10, unit: bytes, within_days: 5}}
"""


def mithaq(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*MITHAQ, *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, "MITHAQ_NOW": "2026-09-21T12:00:00Z"},
    )


@pytest.mark.parametrize(
    ("source", "content", "account"),
    [("s3-access-log", s3_log(), logs.OWNER), ("cloudtrail", trail(), "111122223333")],
)
def test_a_canary_is_in_no_byte_that_is_written_or_said(
    tmp_path: Path, source: str, content: bytes, account: str
) -> None:
    assert content.lower().count(CANARY.encode()) > 300
    folder = tmp_path / "logs" / planted("folder")
    folder.mkdir(parents=True)
    half = len(content) // 2
    files = {
        f"{planted('good')}.log": content,
        f"{planted('packed')}.gz": gzip.compress(content + content[:half].rpartition(b"\n")[0] + b"\n"),
        f"{planted('cut')}.gz": gzip.compress(content)[: len(gzip.compress(content)) // 2],
        f"{planted('other')}.log": f"{CANARY} is no log at all\n".encode() * 50,
        f"{planted('empty')}.log": b"",
    }
    for name, written in files.items():
        (folder / name).write_bytes(written)
    said = b""
    for flags in (["--json"], ["--accept-drops"], []):
        done = mithaq(tmp_path, "ingest", source, tmp_path / "logs", "--lake", tmp_path / "lake", *flags)
        assert done.returncode == 1, "some files are planted to be rejected"
        said += done.stdout + done.stderr
    written = everything_written(tmp_path / "lake")
    assert len(written) > 10_000
    for byte_string in (written, said):
        assert CANARY.encode() not in byte_string.lower()
    # An id could leak in another dress: in hexadecimal, or as the account number that stands in each record.
    for dressed in (CANARY.encode().hex().encode(), logs.OWNER.encode(), b"111122223333"):
        assert dressed not in written + said
    reported = review(tmp_path, account)
    assert CANARY.encode() not in reported.lower()
    assert CANARY.encode().hex().encode() not in reported


def review(folder: Path, account: str) -> bytes:
    """Give every byte of a review about an account: its two files and what it says."""
    (folder / "allegation.yaml").write_text(
        ALLEGATION.format(reference=planted("reference"), account=account), "utf-8"
    )
    done = mithaq(
        folder, "review", folder / "allegation.yaml", "--lake", folder / "lake", "--out", folder / "report"
    )
    assert done.returncode == 0, done.stderr
    document = json.loads((folder / "report" / "review.json").read_bytes())
    assert document["coverage"]["events"] > 100, "the report is of the events with the canaries"
    assert any(claim["observations"] for claim in document["claims"])
    return done.stdout + done.stderr + everything_written(folder / "report")


def test_the_canary_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x" + CANARY.upper().encode())
    assert re.search(CANARY.encode(), everything_written(tmp_path).lower())
