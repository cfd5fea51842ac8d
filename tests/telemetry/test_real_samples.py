"""Real logs that no one here wrote: every record is kept, excluded or dropped with a reason."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.conftest import Mithaq
from tests.telemetry.lakes import rows, total

from mithaq.telemetry.lake.schema import Table


def fate(record: dict[str, Any], seen: set[str]) -> str:
    """What should become of a record, by another reading of the contract than the product's."""
    identity = record.get("userIdentity")
    identity = identity if isinstance(identity, dict) else {}
    try:
        datetime.fromisoformat(record.get("eventTime", ""))
    except ValueError:
        return "bad-time"
    account = record.get("recipientAccountId")
    if not (isinstance(account, str) and account.isascii() and account.isalnum()):
        return "no-subscription"
    known = record.get("eventID") in seen
    if record.get("eventID"):
        seen.add(record["eventID"])
    if known:
        return "repeated-event-id"
    if identity.get("invokedBy") is not None or identity.get("type") == "AWSService":
        return "provider-principal"
    return "kept"


def count(records: list[dict[str, Any]]) -> Counter[str]:
    """Count fates in order of delivery."""
    seen: set[str] = set()
    return Counter(fate(record, seen) for record in records)


def told(document: dict[str, Any]) -> Counter[str]:
    """Give the fates that an ingest told of."""
    return Counter({"kept": document["kept"]} | document["excluded"] | document["dropped"])


def test_all_2900_records_of_a_lab_account_are_accounted_for(
    mithaq: Mithaq, tmp_path: Path, samples: Path
) -> None:
    folder = samples / "cloudtrail" / "invictus_ir"
    files = sorted(folder.iterdir())
    records = [record for path in files for record in json.loads(path.read_bytes())["Records"]]
    invoked = sum("invokedBy" in record["userIdentity"] for record in records)
    assert (len(records), invoked) == (2900, 353)

    lake = tmp_path / "lake"
    done = mithaq("ingest", "cloudtrail", folder, "--lake", lake, "--json")
    assert (done.code, done.document["files"]) == (0, len(files))
    assert done.document["events"] == 2900
    assert told(done.document) == count(records)
    assert done.document["excluded"]["provider-principal"] == 353
    assert done.document["bytes"] == sum(path.stat().st_size for path in files)

    kept = [record for record in records if "invokedBy" not in record["userIdentity"]]
    assert total(lake) == len(kept)
    assert total(lake, "errors") == sum("errorCode" in record for record in kept)
    assert total(lake, service="identity") == sum(
        record["eventSource"] in {"iam.amazonaws.com", "sts.amazonaws.com", "signin.amazonaws.com"}
        for record in kept
    )
    regions = Counter(record["awsRegion"] for record in kept)
    assert {region: total(lake, region=region) for region in regions} == regions
    hours = Counter(int(datetime.fromisoformat(record["eventTime"]).timestamp()) // 3600 for record in kept)
    by_hour: Counter[int] = Counter()
    minutes = 0
    for row in rows(lake, Table.ACTIVITY):
        by_hour[row["hour"]] += row["events"]
        minutes += sum(row["minutes"])
    assert by_hour == hours
    assert minutes == len(kept)


def test_all_14_lines_of_an_archives_log_are_kept_the_badly_quoted_ones_too(
    mithaq: Mithaq, tmp_path: Path, samples: Path
) -> None:
    path = samples / "s3_access" / "dandi_s3_log_parser.log"
    lines = path.read_text().splitlines()
    assert len(lines) == 14
    assert len(set(lines)) < 14

    lake = tmp_path / "lake"
    done = mithaq("ingest", "s3-access-log", path, "--lake", lake, "--json")
    assert (done.code, done.document["events"], done.document["kept"]) == (0, 14, 14)
    assert (done.document["excluded"], done.document["dropped"]) == ({}, {})
    # Read by eye: bytes sent and status of each line; one 404 with a badly quoted URI, one 304 without bytes.
    assert total(lake, "bytes_out") == 5 * 512 - 512 + 3 * 1_526_223 + 4 * 1443 + 6_616_308 + 272
    assert total(lake, "errors") == 1
    assert total(lake, "events", operation="read", service="storage") == 14


def test_records_that_rule_authors_edited_are_accounted_for(
    mithaq: Mithaq, tmp_path: Path, samples: Path
) -> None:
    path = samples / "cloudtrail" / "panther_tests.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(records) == 537
    lake = tmp_path / "lake"
    refused = mithaq("ingest", "cloudtrail", path, "--lake", lake, "--json")
    assert (refused.code, refused.document["files_rejected"][0]["reason"]) == (1, "too-many-dropped")

    done = mithaq("ingest", "cloudtrail", path, "--lake", lake, "--accept-drops", "--json")
    assert (done.code, done.document["events"]) == (0, 537)
    assert told(done.document) == count(records)
    assert total(lake) == done.document["kept"]


def test_logs_of_another_kind_are_refused_for_what_they_are(
    mithaq: Mithaq, tmp_path: Path, samples: Path
) -> None:
    for name in (
        "cloudtrail/panther_tests.jsonl",
        "swift_proxy/chorus_os_swift.log",
        "focus/focus_sample_1000.csv",
    ):
        done = mithaq("ingest", "s3-access-log", samples / name, "--lake", tmp_path / "lake", "--json")
        assert (done.code, done.document["files"]) == (1, 0)
        reason = "wrong-source" if name.startswith("cloudtrail") else "too-many-dropped"
        assert [entry["reason"] for entry in done.document["files_rejected"]] == [reason]
