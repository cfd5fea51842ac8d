"""The written CloudTrail records, read as plain JSON."""

from collections import Counter
from typing import Any

import pytest
from tests.simulation.conftest import Demo
from tests.simulation.readers import log_files, records_of

NEEDED = {
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
    "userAgent", "requestParameters", "responseElements", "requestID", "eventID", "readOnly", "eventType",
    "managementEvent", "recipientAccountId", "eventCategory",
}  # fmt: skip


@pytest.fixture(scope="module")
def records(demo: Demo) -> list[dict[str, Any]]:
    return records_of(demo.folder / "logs" / "cloudtrail")


def test_records_have_the_members_of_real_ones(records: list[dict[str, Any]]) -> None:
    assert len(records) > 3_000
    assert all(record.keys() >= NEEDED for record in records)


def test_files_lie_where_the_provider_delivers_them(demo: Demo) -> None:
    for path in log_files(demo.folder / "logs" / "cloudtrail"):
        parts = path.relative_to(demo.folder / "logs" / "cloudtrail").parts
        assert parts[0] == "AWSLogs"
        assert parts[2] == "CloudTrail"
        assert path.name.startswith(f"{parts[1]}_CloudTrail_{parts[3]}_{''.join(parts[4:7])}T")
        assert path.read_bytes()[4:8] == bytes(4), "a moment in the header would make equal runs differ"


def test_event_ids_are_met_once(records: list[dict[str, Any]]) -> None:
    assert len({record["eventID"] for record in records}) == len(records)


def test_subscriptions_are_account_numbers(demo: Demo, records: list[dict[str, Any]]) -> None:
    accounts = {record["recipientAccountId"] for record in records}
    assert accounts == {customer.account for customer in demo.written.customers}
    assert all(len(account) == 12 and account.isdigit() for account in accounts)


def test_calls_of_services_are_as_many_as_the_story_says(demo: Demo, records: list[dict[str, Any]]) -> None:
    vault = demo.written.customers[0]
    names = Counter(r["eventName"] for r in records if r["recipientAccountId"] == vault.account)
    objects = vault.spec.per_day * demo.scenario.days
    assert names["StartTranscriptionJob"] == pytest.approx(0.6 * objects, rel=0.15)
    assert names["TranslateText"] == pytest.approx(0.1 * objects, rel=0.25)
    cameras = demo.written.customers[3]
    assert "StartTranscriptionJob" not in {
        record["eventName"] for record in records if record["recipientAccountId"] == cameras.account
    }


def test_storage_requests_are_data_events_with_their_bytes(demo: Demo, records: list[dict[str, Any]]) -> None:
    lake = demo.written.customers[5]
    assert lake.spec.storage_log == "cloudtrail"
    assert lake.subscriptions == (f"aws:{lake.account}",)
    data = [record for record in records if record["eventCategory"] == "Data"]
    assert {record["recipientAccountId"] for record in data} == {lake.account}
    writes = [record for record in data if record["eventName"] == "PutObject" and "errorCode" not in record]
    assert len(writes) == pytest.approx(lake.spec.per_day * demo.scenario.days, rel=0.6)
    for record in writes:
        assert record["managementEvent"] is False
        assert record["additionalEventData"]["bytesTransferredIn"] >= 0
        assert record["requestParameters"]["bucketName"] in lake.buckets
    reads = [record for record in data if record["eventName"] == "GetObject"]
    assert sum(record["additionalEventData"]["bytesTransferredOut"] for record in reads) > 0


def test_some_records_are_the_doing_of_the_providers_services(records: list[dict[str, Any]]) -> None:
    by_services = [record for record in records if record["userIdentity"]["type"] == "AWSService"]
    assert by_services
    assert all("invokedBy" in record["userIdentity"] for record in by_services)
    assert not any("invokedBy" in record["userIdentity"] for record in records if record not in by_services)


def test_management_events_are_there(records: list[dict[str, Any]]) -> None:
    names = {record["eventName"] for record in records if record["managementEvent"]}
    assert {"DescribeInstances", "GetBucketAcl", "AssumeRole"} <= names
