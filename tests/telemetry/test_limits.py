"""What the machine refuses: memory, disk, permission. It is told, and nothing is half-committed."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import Mithaq
from tests.outcome import NOW
from tests.telemetry import logs
from tests.telemetry.children import Child
from tests.telemetry.lakes import leftovers, total

from mithaq.telemetry.lake.schema import Table

NOBODY = 65_534
LONG = 200_000_000
ROOM = 1_200_000_000
"""Peak memory allowed for a line of 200 MB, bytes: a command without any logs takes about 400 MB."""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user or mount a disk")


def write_long(path: Path, source: str) -> None:
    """A log of 300 good records, one of 200 MB in between, and one good one behind it."""
    lines = logs.s3_lines(301) if source == "s3-access-log" else [""] * 301
    if source == "cloudtrail":
        lines = [logs.per_line([logs.event(number)]).decode().rstrip() for number in range(301)]
    with path.open("wb") as stream:
        stream.write(logs.text(lines[:300]))
        stream.write(lines[0].encode()[:-2])
        for _ in range(LONG // 1_000_000):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n' + logs.text(lines[300:]))


@pytest.mark.parametrize("source", ["s3-access-log", "cloudtrail"])
def test_a_line_of_200_mb_is_dropped_in_bounded_memory(tmp_path: Path, source: str) -> None:
    write_long(tmp_path / "log", source)
    command = [sys.executable, "-c", "import mithaq.cli; mithaq.cli.main()", "ingest", source]
    watched = [sys.executable, "-c", WATCH, *command, str(tmp_path / "log"), "--lake", str(tmp_path / "lake")]
    environment = {**os.environ, "MITHAQ_NOW": NOW}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(watched, capture_output=True, text=True, check=True, env=environment)
    assert "301 kept" in done.stdout
    assert "dropped: 1 too-long" in done.stdout
    assert int(done.stderr.split()[-1]) * 1024 < ROOM


WATCH = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""


def test_a_document_with_a_record_of_two_megabytes_drops_that_record_only(
    mithaq: Mithaq, tmp_path: Path
) -> None:
    records = [logs.event(number) for number in range(300)]
    records[7] = logs.event(7, userAgent="x" * 2_000_000)
    (tmp_path / "log").write_bytes(logs.document(records))
    done = mithaq("ingest", "cloudtrail", tmp_path / "log", "--lake", tmp_path / "lake", "--json")
    assert (done.code, done.document["kept"], done.document["dropped"]) == (0, 299, {"too-long": 1})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four files that need several commits."""
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}").write_bytes(logs.text(logs.s3_lines(500, bucket=f"bucket-{number}")))
    return folder


def told_and_completed(tmp_path: Path, folder: Path, lake: Path, refused: list[str], file_bytes: int) -> None:
    """Check that an ingest under a limit is refused in order, and that one without it makes all good."""
    key = tmp_path / "key"
    command = ("ingest", "s3-access-log", folder, "--lake", lake, "--key", key, "--json")
    hindered = Child(tmp_path / "scratch", *command, file_bytes=file_bytes).wait()
    assert hindered.code == 1, hindered
    assert hindered.document["mithaq"] == "error/v1"
    assert hindered.document["code"] in refused
    assert hindered.document["hint"]
    assert hindered.err == ""
    if (lake / "lake.json").exists():
        assert total(lake) % 500 == 0
        assert total(lake) == total(lake, table=Table.COVERAGE)
    done = Child(tmp_path / "scratch", *command).wait()
    assert (done.code, done.err) == (0, "")
    assert done.document["files"] + done.document["files_known"] == 4
    assert total(lake) == 2000
    assert leftovers(lake) == []


@pytest.mark.parametrize("room", [400, 500, 1_000, 2_000, 3_000])
def test_when_a_file_may_grow_no_further_it_is_told_and_a_second_run_completes(
    tmp_path: Path, folder: Path, room: int
) -> None:
    told_and_completed(
        tmp_path, folder, tmp_path / "lake", ["lake-write-failed", "bad-key-file"], file_bytes=room
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with 64 kB of room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)],  # noqa: S607  # where the system has it
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("this root may not mount a disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)  # noqa: S607  # as above


@needs_root
@pytest.mark.parametrize("taken", [0, 20, 40, 52, 60])
def test_a_full_disk_is_told_and_a_second_run_completes(
    tmp_path: Path, folder: Path, small_disk: Path, taken: int
) -> None:
    (small_disk / "taken").write_bytes(b"x" * taken * 1024)
    lake, key = small_disk / "lake", tmp_path / "key"
    command = ("ingest", "s3-access-log", folder, "--lake", lake, "--key", key, "--json")
    full = Child(tmp_path / "scratch", *command).wait()
    assert (full.code, full.document["code"], full.err) == (1, "lake-write-failed", "")
    assert "run the same command again" in full.document["hint"]
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)  # noqa: S607  # as above
    if (lake / "lake.json").exists():
        assert total(lake) % 500 == 0
    done = Child(tmp_path / "scratch", *command).wait()
    assert (done.code, done.document["files"] + done.document["files_known"]) == (0, 4)
    assert total(lake) == 2000
    assert leftovers(lake) == []


@needs_root
def test_a_file_that_may_not_be_read_is_rejected_and_the_others_commit(tmp_path: Path, folder: Path) -> None:
    open_to(NOBODY, tmp_path)
    (folder / "2").chmod(0)
    command = ("ingest", "s3-access-log", folder, "--lake", tmp_path / "lake", "--json")
    done = Child(tmp_path / "scratch", *command, user=NOBODY).wait()
    assert (done.code, done.document["files"], done.document["kept"]) == (1, 3, 1500)
    assert done.document["files_rejected"] == [{"sha256": None, "reason": "no-permission"}]
    (folder / "2").chmod(0o644)
    again = Child(tmp_path / "scratch", *command, user=NOBODY).wait()
    assert (again.code, again.document["files"], again.document["files_known"]) == (0, 1, 3)
    assert total(tmp_path / "lake") == 2000


REFUSED = {
    "folder": "no-logs",
    "inner": "no-logs",
    "outside": "no-logs",
    "lake": "lake-write-failed",
    "commits": "bad-lake",
    "key": "bad-key-file",
}


@needs_root
@pytest.mark.parametrize("place", [*REFUSED, "unsearchable"])
def test_where_one_may_not_go_it_is_told_and_nothing_is_half_done(
    tmp_path: Path, folder: Path, place: str
) -> None:
    open_to(NOBODY, tmp_path)
    lake, key = tmp_path / "lake", tmp_path / "key"
    command = ("ingest", "s3-access-log", folder, "--lake", lake, "--key", key, "--json")
    if place in ("commits", "key"):
        (folder / "first").mkdir()
        (folder / "first" / "log").write_bytes(logs.text(logs.s3_lines(500)))
        assert Child(tmp_path / "s", *command, user=NOBODY).wait().code == 0
        (folder / "first" / "log").write_bytes(logs.text(logs.s3_lines(500, bucket="new")))
    closed = {"folder": folder, "inner": folder / "inner", "unsearchable": folder, "lake": lake, "key": key}
    closed |= {"commits": lake / "commits", "outside": tmp_path}
    if place in ("inner", "lake"):
        closed[place].mkdir()
    owner = closed[place].stat()
    os.chown(closed[place], 0, 0)
    closed[place].chmod(0o644 if place in ("unsearchable", "outside") else 0o600 if place == "key" else 0o700)
    told = Child(tmp_path.parent / "scratch", *command, user=NOBODY).wait()
    assert told.code == 1, told
    if place == "unsearchable":
        assert {entry["reason"] for entry in told.document["files_rejected"]} == {"no-permission"}
    else:
        assert told.document["code"] == REFUSED[place]
    assert told.err == ""
    os.chown(closed[place], owner.st_uid, owner.st_gid)
    closed[place].chmod(owner.st_mode)
    open_to(NOBODY, tmp_path)
    assert Child(tmp_path / "s", *command, user=NOBODY).wait().code == 0
    assert leftovers(lake) == []


def open_to(user: int, folder: Path) -> None:
    """Give a test's folder to a user, and let the user reach it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)
    for parent in folder.parents:
        if parent.stat().st_mode & 0o005 != 0o005 and str(parent).startswith("/tmp/"):  # noqa: S108  # pytest's own
            parent.chmod(0o755)


def test_the_limit_of_the_child_is_not_ours() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
