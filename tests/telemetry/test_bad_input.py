"""Whatever is wrong with a file: it is told, nothing is half-committed, and the good files go in."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from tests.conftest import Mithaq
from tests.telemetry import logs
from tests.telemetry.lakes import leftovers, rows, total

from mithaq.telemetry.lake.schema import Table

LINES = 300


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of logs with one good file."""
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "good.log").write_bytes(logs.text(logs.s3_lines(LINES)))
    return folder


@pytest.mark.parametrize("cut", [1, 2, 9, 11, 200, -9, -1])
@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_truncated_compressed_file_is_rejected_whole(
    mithaq: Mithaq, folder: Path, tmp_path: Path, kind: str, cut: int
) -> None:
    plain = logs.text(logs.s3_lines(LINES, bucket="other-bucket"))
    packed = gzip.compress(plain) if kind == "gz" else zstandard.compress(plain)
    bad = folder / f"bad.{kind}"
    bad.write_bytes(packed[:cut])
    lake = tmp_path / "lake"
    done = mithaq("ingest", "s3-access-log", folder, "--lake", lake, "--json")
    assert done.code == 1
    assert done.document["events"] == done.document["kept"] == LINES
    (rejected,) = done.document["files_rejected"]
    # With fewer bytes than the format's mark there is nothing that says what it is a piece of.
    marked = cut < 0 or cut >= (2 if kind == "gz" else 4)
    assert rejected["reason"] == ("truncated" if marked else "too-many-dropped")
    assert total(lake) == LINES
    assert leftovers(lake) == []

    bad.write_bytes(packed)
    again = mithaq("ingest", "s3-access-log", folder, "--lake", lake, "--json")
    assert (again.code, again.document["kept"], again.document["files_known"]) == (0, LINES, 1)
    assert total(lake) == 2 * LINES


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_damaged_compressed_file_is_rejected_whole(
    mithaq: Mithaq, folder: Path, tmp_path: Path, kind: str
) -> None:
    plain = logs.text(logs.s3_lines(LINES, bucket="other-bucket"))
    packed = bytearray(
        gzip.compress(plain)
        if kind == "gz"
        else zstandard.ZstdCompressor(write_checksum=True).compress(plain)
    )
    packed[len(packed) // 2] ^= 0x5A
    (folder / f"bad.{kind}").write_bytes(packed)
    done = mithaq("ingest", "s3-access-log", folder, "--lake", tmp_path / "lake", "--json")
    assert done.code == 1
    assert [entry["reason"] for entry in done.document["files_rejected"]] == ["corrupt"]
    assert total(tmp_path / "lake") == LINES


def test_gzip_members_and_zstd_frames_one_behind_the_other_are_one_log(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    lines = logs.s3_lines(40)
    for kind, compress in (("gz", gzip.compress), ("zst", zstandard.compress)):
        path = tmp_path / f"log.{kind}"
        path.write_bytes(compress(logs.text(lines[:25])) + compress(logs.text(lines[25:])))
        done = mithaq("ingest", "s3-access-log", path, "--lake", tmp_path / kind, "--json")
        assert (done.code, done.document["kept"]) == (0, 40)


def test_a_log_in_compressed_bytes_is_known_by_its_bytes_not_by_its_name(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(gzip.compress(logs.text(logs.s3_lines(5))))
    done = mithaq("ingest", "s3-access-log", path, "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["kept"]) == (0, 5)


def test_every_byte_at_which_a_line_may_be_cut_gives_a_record_or_a_reason(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    whole = logs.s3_line()
    pieces = [whole[:cut] for cut in range(1, len(whole))]
    (tmp_path / "log").write_bytes(logs.text(pieces))
    done = mithaq(
        "ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake", "--accept-drops", "--json"
    )
    document = done.document
    assert document["events"] == len(pieces)
    assert document["kept"] + sum(document["dropped"].values()) == len(pieces)
    assert document["kept"] == len(whole) - len(logs.s3_line(fields=17))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("uri", '"GET /a?x="quoted"&y=""z" HTTP/1.1"'),
        ("uri", '"GET /a" 200 - 1 2 HTTP/1.1"'),
        ("uri", '"GET /" HTTP/1.1" "'),
        ("referer", '"https://site.example/?q="a b" c""'),
        ("user_agent", '""Mozilla/5.0 (X11; Linux)"'),
        ("user_agent", '"Mozilla "five" (a "b" c)"'),
        ("user_agent", '"""'),
        ("key", 'a"b'),
        ("requester", 'arn:aws:iam::111122223333:user/a"b'),
    ],
)
def test_unescaped_quotes_shift_no_field(mithaq: Mithaq, tmp_path: Path, field: str, value: str) -> None:
    line = logs.s3_line(size="7777", **{field: value})
    (tmp_path / "log").write_bytes(logs.text([line]))
    done = mithaq("ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["kept"]) == (0, 1)
    (row,) = rows(tmp_path / "lake", Table.ACTIVITY)
    assert (row["bytes_in"], row["errors"], row["region"]) == (7777, 0, "eu-west-1")


@pytest.mark.parametrize("fields", range(17, 28))
def test_seventeen_to_twenty_seven_fields_are_read(mithaq: Mithaq, tmp_path: Path, fields: int) -> None:
    (tmp_path / "log").write_bytes(logs.text([logs.s3_line(fields=fields, size="7777")]))
    done = mithaq("ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["kept"]) == (0, 1)
    (row,) = rows(tmp_path / "lake", Table.ACTIVITY)
    assert (row["bytes_in"], row["operation"]) == (7777, "create")
    assert row["region"] == ("eu-west-1" if fields >= 23 else "unknown")


@pytest.mark.parametrize("field", logs.S3_FIELDS)
def test_a_dash_in_any_field_is_no_value_not_a_fault(mithaq: Mithaq, tmp_path: Path, field: str) -> None:
    (tmp_path / "log").write_bytes(logs.text([logs.s3_line(**{field: "-"})]))
    done = mithaq(
        "ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake", "--accept-drops", "--json"
    )
    reasons = {"owner": {"no-subscription": 1}, "time": {"bad-time": 1}}
    assert done.code == 0
    assert done.document["dropped"] == reasons.get(field, {})
    assert done.document["kept"] == (0 if field in reasons else 1)


@pytest.mark.parametrize("field", [name for name in logs.S3_FIELDS if name not in {"owner", "time"}])
def test_bytes_that_are_no_utf8_are_read_as_they_are_in_an_access_log(
    mithaq: Mithaq, tmp_path: Path, field: str
) -> None:
    quoted = field in {"uri", "referer", "user_agent"}
    marked = logs.s3_line(**{field: '"%%%"' if quoted else "%%%"}).encode().replace(b"%%%", b"\xff\xfe\x80")
    (tmp_path / "log").write_bytes(marked + b"\n")
    done = mithaq(
        "ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake", "--accept-drops", "--json"
    )
    numeric = field in {"status", "sent", "size", "total", "turn_around"}
    assert (done.code, done.document["events"]) == (0, 1)
    assert done.document["dropped"] == ({"bad-record": 1} if numeric else {})


@pytest.mark.parametrize(
    "field", ["userAgent", "eventName", "eventSource", "eventID", "eventTime", "recipientAccountId"]
)
def test_bytes_that_are_no_utf8_drop_a_trail_record_or_are_in_a_field_never_looked_at(
    mithaq: Mithaq, tmp_path: Path, field: str
) -> None:
    records = [json.dumps(logs.event(number)).encode() for number in range(200)]
    value = json.dumps(logs.event(5)[field]).encode()
    records[5] = records[5].replace(value, b'"\xff\xfe' + value[1:], 1)
    (tmp_path / "log").write_bytes(b"\n".join(records))
    done = mithaq("ingest", "cloudtrail", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["events"]) == (0, 200)
    assert done.document["dropped"] in ({"bad-record": 1}, {})
    assert done.document["kept"] == 200 - sum(done.document["dropped"].values())


def test_duplicate_json_keys_that_differ_in_case_confuse_nothing(mithaq: Mithaq, tmp_path: Path) -> None:
    record = json.dumps(logs.event(additionalEventData={"bytesTransferredIn": 7777}))
    for extra in (
        '"EventName":"DeleteObject"',
        '"eventsource":7',
        '"RecipientAccountId":"444455556666"',
        '"TAGGING":1,"tagging":2',
    ):
        record = "{" + extra + "," + record[1:-1] + "," + extra.swapcase() + "}"
    (tmp_path / "log").write_text(record)
    done = mithaq("ingest", "cloudtrail", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["kept"]) == (0, 1)
    (row,) = rows(tmp_path / "lake", Table.ACTIVITY)
    assert (row["operation"], row["service"], row["bytes_in"]) == ("create", "storage", 7777)


def test_an_empty_file_is_rejected_by_name_of_its_fault(mithaq: Mithaq, folder: Path, tmp_path: Path) -> None:
    (folder / "a").write_bytes(b"")
    (folder / "b.gz").write_bytes(gzip.compress(b""))
    (folder / "c").write_bytes(b"\n\n\r\n")
    done = mithaq("ingest", "s3-access-log", folder, "--lake", tmp_path / "lake", "--json")
    assert done.code == 1
    assert [entry["reason"] for entry in done.document["files_rejected"]] == ["empty-file"] * 3
    assert done.document["kept"] == LINES


@pytest.mark.parametrize("content", [b'{"Records":[]}', b'{"Records": []}\n{"Records":[]}'])
def test_a_trail_document_without_records_holds_nothing_to_commit(
    mithaq: Mithaq, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "log").write_bytes(content)
    done = mithaq("ingest", "cloudtrail", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert [entry["reason"] for entry in done.document["files_rejected"]] == ["empty-file"]


@pytest.mark.parametrize("flags", [[], ["--accept-drops"]])
@pytest.mark.parametrize("layout", ["document", "lines"])
def test_naming_the_wrong_source_commits_nothing(
    mithaq: Mithaq, tmp_path: Path, flags: list[str], layout: str
) -> None:
    records = [logs.event(number) for number in range(3)]
    trail = logs.document(records) if layout == "document" else logs.per_line(records)
    (tmp_path / "trail").write_bytes(trail)
    (tmp_path / "access").write_bytes(logs.text(logs.s3_lines(3)))
    for source, name in (("s3-access-log", "trail"), ("cloudtrail", "access")):
        lake = tmp_path / f"lake-{name}"
        done = mithaq("ingest", source, tmp_path / name, "--lake", lake, *flags, "--json")
        assert (done.code, done.document["files"]) == (1, 0)
        assert [entry["reason"] for entry in done.document["files_rejected"]] == ["wrong-source"]
        assert rows(lake, Table.ACTIVITY) == []


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (datetime(2005, 12, 31, 23, 59, 59, tzinfo=UTC), "before-2006"),
        (datetime(1970, 1, 1, tzinfo=UTC), "before-2006"),
        (datetime(2006, 1, 1, tzinfo=UTC), None),
        (datetime(2026, 9, 22, 12, 0, 0, tzinfo=UTC), None),
        (datetime(2026, 9, 22, 12, 0, 1, tzinfo=UTC), "future-time"),
        (datetime(9999, 12, 31, tzinfo=UTC), "future-time"),
    ],
)
@pytest.mark.parametrize("source", ["s3-access-log", "cloudtrail"])
def test_dates_before_2006_or_in_the_future_are_dropped(
    mithaq: Mithaq, tmp_path: Path, source: str, moment: datetime, reason: str | None
) -> None:
    odd = logs.s3_line(moment) if source == "s3-access-log" else json.dumps(logs.event(500, at=moment))
    good = (
        logs.s3_lines(LINES)
        if source == "s3-access-log"
        else [json.dumps(logs.event(n)) for n in range(LINES)]
    )
    (tmp_path / "log").write_bytes(logs.text([*good, odd]))
    done = mithaq("ingest", source, tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert done.code == 0
    assert done.document["dropped"] == ({reason: 1} if reason else {})


@pytest.mark.parametrize(
    "written",
    [
        "[31/Feb/2026:00:00:00 +0000]", "[00/Sep/2026:00:00:00 +0000]", "[07/Foo/2026:00:00:00 +0000]",
        "[07/Sep/2026:24:00:00 +0000]", "[07/Sep/2026:00:60:00 +0000]", "[07/Sep/20x6:00:00:00 +0000]",
        "[07-Sep-2026:00:00:00 +0000]", "[29/Feb/2025:00:00:00 +0000]", "[31/Apr/2026:00:00:00 +0000]",
        "[07/Sep/2026:00:00:00 *0000]",
    ],
)  # fmt: skip
def test_a_date_that_does_not_exist_is_dropped(mithaq: Mithaq, tmp_path: Path, written: str) -> None:
    (tmp_path / "log").write_bytes(logs.text([logs.s3_line(written)]))
    done = mithaq(
        "ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake", "--accept-drops", "--json"
    )
    assert (done.code, done.document["dropped"]) == (0, {"bad-time": 1})


@pytest.mark.parametrize(
    "value", ["", "yesterday", "2026-13-01T00:00:00Z", 1789000000, "2026-09-07T00:00:00+99:00"]
)
def test_a_trail_time_that_is_none_is_dropped(mithaq: Mithaq, tmp_path: Path, value: object) -> None:
    records = [logs.event(number) for number in range(LINES)]
    (tmp_path / "log").write_bytes(logs.document([*records, logs.event(999, eventTime=value)]))
    done = mithaq("ingest", "cloudtrail", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["kept"]) == (0, LINES)
    assert sum(done.document["dropped"].values()) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"Records":[%s', "truncated"),
        (b'{"Records":[%s]', "truncated"),
        (b'{"Records":[%s,', "truncated"),
        (b'{"Records":[%s,{"eventID":"half', "truncated"),
        (b'{"Records":[%s]} trailing words', "truncated"),
        (b'{"Records":[{"a":[1},%s]}', "truncated"),
        (b'{"Records":[%s,7]}', "corrupt"),
        (b'{"Records":[%s,"word"]}', "corrupt"),
        (b'{"Records":[%s,null]}', "corrupt"),
        (b'{"Records":[junk %s]}', "corrupt"),
    ],
)
def test_a_trail_document_that_is_none_to_its_end_is_rejected_whole(
    mithaq: Mithaq, tmp_path: Path, content: bytes, reason: str
) -> None:
    records = logs.document([logs.event(number) for number in range(LINES)])[12:-2]
    (tmp_path / "log").write_bytes(content.replace(b"%s", records))
    done = mithaq("ingest", "cloudtrail", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert done.code == 1
    assert [entry["reason"] for entry in done.document["files_rejected"]] == [reason]
    assert rows(tmp_path / "lake", Table.ACTIVITY) == []


@pytest.mark.parametrize("element", ["[]", '{"eventTime":{}}', "{}", '{"userIdentity":"root"}'])
def test_an_element_that_is_no_record_is_dropped_and_its_neighbours_are_kept(
    mithaq: Mithaq, tmp_path: Path, element: str
) -> None:
    records = logs.document([logs.event(number) for number in range(LINES)])[12:-2]
    (tmp_path / "log").write_bytes(b'{"Records":[' + element.encode() + b"," + records + b"]}")
    done = mithaq("ingest", "cloudtrail", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert done.code == 0
    assert done.document["kept"] == LINES
    assert sum(done.document["dropped"].values()) == 1


def test_sizes_no_store_can_have_do_not_overflow_a_sum(mithaq: Mithaq, tmp_path: Path) -> None:
    lines = [logs.s3_line(size="9" * 18, sent="9" * 18, operation="REST.GET.OBJECT")] * 40
    (tmp_path / "log").write_bytes(logs.text(lines))
    done = mithaq(
        "ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake", "--accept-drops", "--json"
    )
    assert done.code == 0
    assert done.document["kept"] + sum(done.document["dropped"].values()) == 40
    assert all(row["bytes_out"] >= 0 for row in rows(tmp_path / "lake", Table.ACTIVITY))


# A file that has grown

HEAD = 4096


@pytest.mark.parametrize("length", [1, 300, HEAD - 1, HEAD, HEAD + 1, 3 * HEAD + 5])
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_begins_with_a_known_one_has_grown_and_is_rejected(
    mithaq: Mithaq,
    tmp_path: Path,
    length: int,
    packed: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    content = logs.text(logs.s3_lines(LINES))
    lake, path = tmp_path / "lake", tmp_path / "log"
    path.write_bytes(content[:length])
    first = mithaq("ingest", "s3-access-log", path, "--lake", lake, "--accept-drops", "--json")
    assert (first.code, first.document["files"]) == (0, 1)
    before = total(lake)

    path.write_bytes(gzip.compress(content) if packed else content)
    grown = mithaq("ingest", "s3-access-log", path, "--lake", lake, "--json")
    assert (grown.code, grown.document["files"]) == (1, 0)
    assert [entry["reason"] for entry in grown.document["files_rejected"]] == ["grown-file"]
    assert total(lake) == before


@pytest.mark.parametrize("length", [300, HEAD, 3 * HEAD])
def test_a_file_that_only_shares_its_first_bytes_with_a_known_one_has_not_grown(
    mithaq: Mithaq, tmp_path: Path, length: int
) -> None:
    content = logs.text(logs.s3_lines(LINES))
    changed = content[: length - 20] + b"x" + content[length - 19 :] + logs.text([logs.s3_line()])
    lake = tmp_path / "lake"
    for number, piece in enumerate((content[:length], changed)):
        (tmp_path / f"log{number}").write_bytes(piece)
        done = mithaq(
            "ingest", "s3-access-log", tmp_path / f"log{number}", "--lake", lake, "--accept-drops", "--json"
        )
        assert (done.code, done.document["files"]) == (0, 1)


# What lies on the command line


def test_a_folder_without_logs_is_refused(mithaq: Mithaq, tmp_path: Path) -> None:
    empty = tmp_path / "logs"
    (empty / "_inner").mkdir(parents=True)
    (empty / ".hidden").write_bytes(logs.text(logs.s3_lines(1)))
    done = mithaq("ingest", "s3-access-log", empty, "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["code"]) == (1, "no-logs")
    assert not (tmp_path / "lake").exists()


def test_a_path_that_is_neither_file_nor_folder_is_refused_and_not_waited_for(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = mithaq("ingest", "s3-access-log", pipe, "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["code"], done.document["field"]) == (1, "no-logs", "PATH")


def test_more_than_one_percent_dropped_rejects_the_file_and_the_others_commit(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "one-percent").write_bytes(logs.text([*logs.s3_lines(99), "half a line"]))
    (folder / "two-percent").write_bytes(logs.text([*logs.s3_lines(98, bucket="b"), "half", "a line"]))
    lake = tmp_path / "lake"
    done = mithaq("ingest", "s3-access-log", folder, "--lake", lake, "--json")
    assert (done.code, done.document["files"], done.document["kept"]) == (1, 1, 99)
    assert done.document["dropped"] == {"bad-record": 1}
    assert [entry["reason"] for entry in done.document["files_rejected"]] == ["too-many-dropped"]
    assert total(lake) == 99

    accepted = mithaq("ingest", "s3-access-log", folder, "--lake", lake, "--accept-drops", "--json")
    assert (accepted.code, accepted.document["files"], accepted.document["files_known"]) == (0, 1, 1)
    assert accepted.document["dropped"] == {"bad-record": 2}
    assert total(lake) == 99 + 98


def test_carriage_returns_and_a_missing_last_line_end_make_no_difference(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    lines = logs.s3_lines(20)
    (tmp_path / "log").write_bytes("\r\n".join(lines).encode())
    done = mithaq("ingest", "s3-access-log", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["kept"], done.document["dropped"]) == (0, 20, {})
    spread = {row["hour"] for row in rows(tmp_path / "lake", Table.COVERAGE)}
    assert done.document["from"] == "2026-09-07T00:00:00Z"
    assert len(spread) == 1 + int(timedelta(seconds=97 * 19).total_seconds() // 3600)
