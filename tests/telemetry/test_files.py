"""Which files are read, when a file is known, and what an ingest says of itself."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
import zstandard
from tests.conftest import Mithaq
from tests.telemetry import logs
from tests.telemetry.lakes import rows, total

from mithaq.telemetry.lake.schema import Table
from mithaq.telemetry.reading import Reading

INGEST_KEYS = [
    *("mithaq", "source", "files", "files_known", "files_rejected", "events", "kept", "excluded", "dropped"),
    *("bytes", "seconds", "from", "to"),
]
ERROR_KEYS = ["mithaq", "code", "message", "file", "line", "field", "hint"]


def log(path: Path, count: int = 1, bucket: str = "invented-bucket") -> bytes:
    """Write a log of so many lines, different for every bucket."""
    content = logs.text(logs.s3_lines(count, bucket=bucket))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return content


def test_folders_are_read_recursively_without_links_and_hidden_names(mithaq: Mithaq, tmp_path: Path) -> None:
    root = tmp_path / "logs"
    for number, name in enumerate(
        ("a", "b/c/d", "b/e.log", "z/_kept/x", "b/.hidden/x", ".x", "_x", "b/_x", "b/.x")
    ):
        log(root / name, 1, f"bucket-{number}")
    log(tmp_path / "elsewhere" / "f", 1, "linked")
    (root / "link-to-file").symlink_to(tmp_path / "elsewhere" / "f")
    (root / "link-to-folder").symlink_to(tmp_path / "elsewhere")
    (root / "link-to-itself").symlink_to(root)
    (root / "dangling").symlink_to(tmp_path / "nothing")
    done = mithaq("ingest", "s3-access-log", root, "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["files"], done.document["events"]) == (0, 3, 3)


def test_the_same_content_under_another_name_or_compression_is_known(mithaq: Mithaq, tmp_path: Path) -> None:
    content = log(tmp_path / "first", 200)
    lake = tmp_path / "lake"
    assert (
        mithaq("ingest", "s3-access-log", tmp_path / "first", "--lake", lake, "--json").document["files"] == 1
    )
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "copy").write_bytes(content)
    (tmp_path / "more" / "a.gz").write_bytes(gzip.compress(content))
    (tmp_path / "more" / "b.gz").write_bytes(gzip.compress(content, 1))
    (tmp_path / "more" / "c.zst").write_bytes(zstandard.compress(content))
    done = mithaq("ingest", "s3-access-log", tmp_path / "more", "--lake", lake, "--json")
    assert (done.code, done.document["files"], done.document["files_known"]) == (0, 0, 4)
    assert (done.document["events"], done.document["bytes"], done.document["from"]) == (0, 0, None)
    assert total(lake) == 200


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_compressed_file_that_is_known_is_not_decompressed_again(
    mithaq: Mithaq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    content = logs.text(logs.s3_lines(3000))
    packed = gzip.compress(content) if kind == "gz" else zstandard.compress(content)
    (tmp_path / "log").write_bytes(packed)
    lake = tmp_path / "lake"
    assert (
        mithaq("ingest", "s3-access-log", tmp_path / "log", "--lake", lake, "--json").document["files"] == 1
    )

    def refuse(reading: Reading) -> None:
        pytest.fail(f"{reading.path.name} is read whole")

    (tmp_path / "log").rename(tmp_path / "renamed")
    with monkeypatch.context() as patched:
        patched.setattr(Reading, "chunks", refuse)
        again = mithaq("ingest", "s3-access-log", tmp_path / "renamed", "--lake", lake, "--json")
    assert (again.code, again.document["files_known"], again.document["events"]) == (0, 1, 0)

    # One byte more behind the stream is another file: it is judged by what it holds.
    (tmp_path / "renamed").write_bytes(packed + b"\0")
    told = mithaq("ingest", "s3-access-log", tmp_path / "renamed", "--lake", lake, "--json").document
    assert told["files"] == 0
    assert total(lake) == 3000


def test_the_same_content_twice_in_one_run_counts_once(mithaq: Mithaq, tmp_path: Path) -> None:
    content = log(tmp_path / "logs" / "a", 7)
    (tmp_path / "logs" / "b").write_bytes(gzip.compress(content))
    arguments = (tmp_path / "logs", tmp_path / "logs" / "a")
    done = mithaq("ingest", "s3-access-log", *arguments, "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["files"], done.document["files_known"]) == (0, 1, 2)
    assert total(tmp_path / "lake") == 7


def test_a_repeated_event_id_counts_once_within_a_run_whoever_was_left_out(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    events = [logs.event(number) for number in range(5)]
    provider = logs.event(9, userIdentity={"type": "AWSService", "invokedBy": "delivery.service.example"})
    without = [logs.event(20, eventID=None), logs.event(20, eventID=None)]
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a").write_bytes(logs.document([*events, events[2], provider, *without]))
    (tmp_path / "logs" / "b").write_bytes(
        logs.per_line([provider, events[4], logs.event(6), events[1] | {"x": 1}])
    )
    done = mithaq("ingest", "cloudtrail", tmp_path / "logs", "--lake", tmp_path / "lake", "--json")
    assert done.code == 0
    assert done.document["kept"] == 5 + 2 + 1
    assert done.document["excluded"] == {"provider-principal": 1, "repeated-event-id": 4}
    assert done.document["events"] == 13


def test_the_document_of_an_ingest_is_the_contracts(mithaq: Mithaq, tmp_path: Path) -> None:
    content = log(tmp_path / "a", 40)
    done = mithaq("ingest", "s3-access-log", tmp_path / "a", "--lake", tmp_path / "lake", "--json")
    document = done.document
    assert list(document) == INGEST_KEYS
    assert (document["mithaq"], document["source"]) == ("ingest/v1", "s3-access-log")
    assert document["bytes"] == len(content)
    assert (document["from"], document["to"]) == ("2026-09-07T00:00:00Z", "2026-09-07T02:00:00Z")
    assert (document["files_rejected"], document["excluded"], document["dropped"]) == ([], {}, {})
    assert done.err == ""


def test_a_rejected_file_is_named_by_the_digest_of_its_content_only(mithaq: Mithaq, tmp_path: Path) -> None:
    content = logs.text([*logs.s3_lines(5), "half"])
    (tmp_path / "a.gz").write_bytes(gzip.compress(content))
    done = mithaq("ingest", "s3-access-log", tmp_path / "a.gz", "--lake", tmp_path / "lake", "--json")
    assert done.document["files_rejected"] == [
        {"sha256": hashlib.sha256(content).hexdigest(), "reason": "too-many-dropped"}
    ]


def test_in_words_an_ingest_says_the_same_and_stdout_holds_no_progress(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    log(tmp_path / "a", 40)
    done = mithaq("ingest", "s3-access-log", tmp_path / "a", "--lake", tmp_path / "lake")
    assert done.code == 0
    assert "1 files committed, 0 known already, 0 rejected." in done.out
    assert "40 events: 40 kept." in done.out


def test_operations_and_services_outside_the_vocabulary_are_kept_as_other(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(logs.text([logs.s3_line(operation="REST.INVENT.THING")]))
    (tmp_path / "t").write_bytes(
        logs.document([logs.event(eventSource="new.amazonaws.com", eventName="Ponder", awsRegion="xx-new-1")])
    )
    lake = tmp_path / "lake"
    assert mithaq("ingest", "s3-access-log", tmp_path / "a", "--lake", lake, "--json").document["kept"] == 1
    assert mithaq("ingest", "cloudtrail", tmp_path / "t", "--lake", lake, "--json").document["kept"] == 1
    found = {
        (row["source"], row["service"], row["operation"], row["region"]) for row in rows(lake, Table.ACTIVITY)
    }
    assert found == {
        ("s3-access-log", "storage", "other", "eu-west-1"),
        ("cloudtrail", "other", "other", "unknown"),
    }


def test_an_events_subscription_is_the_owners_never_the_callers(mithaq: Mithaq, tmp_path: Path) -> None:
    caller = {"type": "IAMUser", "arn": "arn:aws:iam::444455556666:user/x", "accountId": "444455556666"}
    (tmp_path / "trail").write_bytes(logs.document([logs.event(userIdentity=caller)]))
    (tmp_path / "access").write_bytes(logs.text([logs.s3_line(requester="444455556666")]))
    lake = tmp_path / "lake"
    for source, name in (("cloudtrail", "trail"), ("s3-access-log", "access")):
        done = mithaq("ingest", source, tmp_path / name, "--lake", lake, "--json")
        assert done.document["kept"] == 1

    def pseudonym(native: str) -> str:
        document = mithaq("pseudonym", native, "--lake", lake, "--json").document
        return str(document["pseudonyms"][0]["pseudonym"])

    found = {row["source"]: row["subscription"] for row in rows(lake, Table.ACTIVITY)}
    assert found == {
        "cloudtrail": pseudonym("aws:111122223333"),
        "s3-access-log": pseudonym(f"aws:{logs.OWNER}"),
    }
    assert pseudonym("aws:444455556666") not in found.values()


def test_refusals_are_one_error_document_on_stdout_or_words_on_stderr(mithaq: Mithaq, tmp_path: Path) -> None:
    log(tmp_path / "a", 4)
    (tmp_path / "full").mkdir()
    log(tmp_path / "full" / "something")
    lake = ("--lake", tmp_path / "lake")
    refused = {
        2: [
            ("ingest", "s3-acess-log", tmp_path / "a", *lake),
            ("ingest", "s3-access-log", tmp_path / "a", *lake, "--unheard-of"),
            ("ingest", "s3-access-log", *lake),
            ("ingest", "s3-access-log", tmp_path / "a"),
            ("ingests", "s3-access-log", tmp_path / "a", *lake),
        ],
        1: [
            ("ingest", "s3-access-log", tmp_path / "nothing", *lake),
            ("ingest", "s3-access-log", tmp_path / "a", "--lake", tmp_path / "full"),
            ("ingest", "s3-access-log", tmp_path / "a", "--lake", tmp_path / "a"),
            ("ingest", "s3-access-log", tmp_path / "a", *lake, "--key", tmp_path / "lake" / "key"),
            ("ingest", "s3-access-log", tmp_path / "a", *lake, "--key", tmp_path / "a"),
            ("pseudonym", "aws:111122223333", *lake),
        ],
    }
    for code, commands in refused.items():
        for command in commands:
            told = mithaq(*command, "--json")
            assert told.code == code, command
            assert list(told.document) == ERROR_KEYS
            assert told.document["mithaq"] == "error/v1"
            assert told.document["message"]
            assert told.document["hint"]
            assert told.err == ""
            said = mithaq(*command)
            assert (said.code, said.out) == (code, "")
            assert said.err
    assert "Did you mean s3-access-log?" in mithaq(*refused[2][0]).err


def test_every_command_says_what_it_does_and_exits_0(mithaq: Mithaq) -> None:
    for command in ("ingest", "pseudonym", "sources"):
        done = mithaq(command, "--help")
        assert (done.code, done.err) == (0, "")
        assert command in done.out


def test_a_clock_that_is_none_is_refused(
    mithaq: Mithaq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(tmp_path / "a", 4)
    monkeypatch.setenv("MITHAQ_NOW", "yesterday")
    told = mithaq("ingest", "s3-access-log", tmp_path / "a", "--lake", tmp_path / "lake", "--json")
    assert (told.code, told.document["field"]) == (1, "MITHAQ_NOW")
