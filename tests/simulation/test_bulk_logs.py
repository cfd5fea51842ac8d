"""Bulk logs: readable, spread like real ones, and the same every time."""

from collections import Counter
from pathlib import Path

import pytest
from tests.simulation.readers import Request, read_line, records_of

from mithaq.simulation import write_cloudtrail_records, write_s3_lines

LINES = 30_000


@pytest.fixture(scope="module")
def bulk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bulk") / "access.log"
    size = write_s3_lines(path, LINES, seed=3)
    assert size == path.stat().st_size
    return path


@pytest.fixture(scope="module")
def read(bulk: Path) -> list[Request]:
    return [read_line(line) for line in bulk.read_text().splitlines()]


def test_there_are_as_many_lines_as_asked_for_in_order_of_time(read: list[Request]) -> None:
    assert len(read) == LINES
    seconds = [request.second for request in read]
    assert seconds == sorted(seconds)
    assert 6.9 * 86400 < seconds[-1] - seconds[0] < 7 * 86400


def test_lines_are_as_long_as_real_ones(bulk: Path) -> None:
    assert bulk.stat().st_size / LINES == pytest.approx(560, abs=40)


def test_ids_are_spread_like_those_of_a_large_provider(read: list[Request]) -> None:
    owners = Counter(request.fields["owner"] for request in read)
    assert 850 < len(owners) <= 1_000
    assert max(owners.values()) > 10 * LINES / 1_000
    assert len({request.fields["requester"] for request in read}) > 12_000
    keys = [request.fields["key"] for request in read if request.fields["key"] != "-"]
    assert 0.7 < len(set(keys)) / len(keys) < 0.9
    assert len({request.fields["request"] for request in read}) == LINES


def test_the_key_of_the_request_is_the_key_of_the_line(read: list[Request]) -> None:
    for request in read:
        key, uri = request.fields["key"], request.fields["uri"]
        if key != "-" and uri != "-":
            assert uri.split()[1] == f"/{key}"


def test_no_mark_is_left_in_any_byte(bulk: Path) -> None:
    data = bulk.read_bytes()
    assert not any(bytes([mark]) in data for mark in range(10))


def test_equal_arguments_give_equal_bytes(tmp_path: Path) -> None:
    first, again, other = (tmp_path / name for name in ("first.log", "again.log", "other.log"))
    for path, seed in ((first, 3), (again, 3), (other, 4)):
        write_s3_lines(path, 2_000, seed)
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes()[:64] != other.read_bytes()[:64]


def test_records_come_in_files_of_the_size_asked_for(tmp_path: Path) -> None:
    paths = write_cloudtrail_records(tmp_path / "a", 2_500, seed=3, per_file=1_000)
    assert [len(records_of_one(path)) for path in paths] == [1_000, 1_000, 500]
    again = write_cloudtrail_records(tmp_path / "b", 2_500, seed=3, per_file=1_000)
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in again]


def records_of_one(path: Path) -> list[dict[str, object]]:
    only = path.parent / f"only-{path.stem}"
    only.mkdir()
    (only / path.name).write_bytes(path.read_bytes())
    return records_of(only)


def test_records_have_ids_of_their_own_and_go_forward_in_time(tmp_path: Path) -> None:
    write_cloudtrail_records(tmp_path, 3_000, seed=3)
    records = records_of(tmp_path)
    assert len({record["eventID"] for record in records}) == 3_000
    moments = [record["eventTime"] for record in records]
    assert moments == sorted(moments)
    names = {record["eventName"] for record in records}
    assert {"PutObject", "GetObject", "StartTranscriptionJob"} <= names
    assert any("invokedBy" in record["userIdentity"] for record in records)
