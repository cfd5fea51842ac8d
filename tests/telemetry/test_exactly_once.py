"""Kill it at any moment, run it twice at once, run it again: the totals are those of one quiet ingest."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.soaking import SOAK, counted
from tests.telemetry import logs
from tests.telemetry.children import Child, together
from tests.telemetry.lakes import Sums, leftovers, sums, total

from mithaq.telemetry.lake.schema import Table

KILLS = 300 if SOAK else 30
RACES = 50 if SOAK else 5
FIRST_STEPS = 6
"""Steps in which a first ingest makes the lake."""
KILLED = -9


@dataclass(frozen=True, slots=True)
class Quiet:
    """Logs, the key, and what an undisturbed ingest of them leaves in a lake."""

    logs: Path
    key: Path
    seconds: float
    sums: Sums

    def ingest(self, scratch: Path, lake: Path, steps: int = 0) -> Child:
        return Child(
            scratch,
            "ingest",
            "cloudtrail",
            self.logs,
            "--lake",
            lake,
            "--key",
            self.key,
            "--json",
            steps=steps,
        )

    def killed_then_run_again(self, scratch: Path, lake: Path, steps: int = 0) -> int:
        """Give the exit code of the disturbed run, after checking that the next one makes all good."""
        code = self.ingest(scratch, lake, steps=steps).wait().code
        self.run_again(scratch, lake)
        return code

    def run_again(self, scratch: Path, lake: Path) -> None:
        again = self.ingest(scratch, lake).wait()
        assert again.code == 0, again.err
        assert again.document["files_rejected"] == []
        assert sums(lake) == self.sums
        assert leftovers(lake) == []


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Quiet:
    """Nine files in two layouts, with event ids that come again in the same and in other files."""
    root = tmp_path_factory.mktemp("quiet")
    folder = root / "logs"
    folder.mkdir()
    for number in range(9):
        first = 40 * number
        ids = [
            *range(first, first + 50),
            first + 3,
            max(first - 61, 0),
        ]  # ten of the next file's, one again, an old one
        events = [logs.event(event) for event in ids]
        content = logs.per_line(events) if number % 2 else logs.document(events)
        (folder / f"{number}.json").write_bytes(content)
    for number in range(64):  # objects enough that some are sampled, in both their creation and their end
        event = [
            logs.event(9000 + 2 * number + k, eventName=name)
            | {"requestParameters": {"bucketName": "b", "key": f"object-{number}"}}
            for k, name in enumerate(("PutObject", "DeleteObject"))
        ]
        with (folder / "9.json").open("ab") as stream:
            stream.write(logs.per_line(event))
    lake, key = root / "lake", root / "key"
    assert Child(root / "s", "ingest", "cloudtrail", folder, "--lake", lake, "--key", key).wait().code == 0
    plain = Quiet(folder, key, 0, sums(lake))
    began = time.monotonic()
    assert plain.ingest(root / "s", root / "again").wait().code == 0
    seconds = time.monotonic() - began
    assert sums(root / "again") == plain.sums
    assert leftovers(lake) == []
    # 9 files of 40 new events and 10 that come again in the next, of which the last has them for itself.
    assert total(lake) == 40 * 9 + 10 + 2 * 64
    assert plain.sums[Table.SAMPLES.value]
    return Quiet(folder, key, seconds, plain.sums)


@pytest.mark.soak(minutes=5)
@pytest.mark.timeout(3_600 if SOAK else 300)
def test_killed_at_any_moment_and_run_again_the_totals_are_as_if_nothing_had_happened(
    quiet: Quiet, tmp_path: Path
) -> None:
    chance = random.Random(20260907)  # noqa: S311  # moments, not secrets
    killed, span = 0, quiet.seconds
    for number in counted(range(KILLS), "killed ingests"):
        lake = tmp_path / f"lake-{number}"
        child = quiet.ingest(tmp_path / "scratch", lake)
        time.sleep(chance.uniform(0, span))
        child.kill()
        hit = child.wait().code == KILLED
        killed += hit
        # An ingest may be much quicker than the quiet one was: the machine was busy then, or is busy no more.
        span *= 1.05 if hit else 0.9
        quiet.run_again(tmp_path / "scratch", lake)
    assert killed >= KILLS // 2


@pytest.mark.soak(minutes=5)
@pytest.mark.timeout(3_600 if SOAK else 300)
def test_killed_before_any_single_step_in_the_file_system_the_next_run_makes_all_good(
    quiet: Quiet, tmp_path: Path
) -> None:
    step = killed = 0
    while True:
        step += 1 if SOAK else random.Random(step).randint(4, 16)  # noqa: S311  # which steps, not secrets
        code = quiet.killed_then_run_again(tmp_path / "scratch", tmp_path / f"lake-{step}", steps=step)
        if code != KILLED:
            break
        killed += 1
    assert code == 0
    assert killed > 8


@pytest.mark.soak(minutes=5)
@pytest.mark.timeout(3_600 if SOAK else 300)
def test_killed_again_and_again_it_still_counts_every_event_once(quiet: Quiet, tmp_path: Path) -> None:
    for step in counted(range(30, 150, 3 if SOAK else 17), "ingest killed again"):
        code = quiet.ingest(tmp_path / "scratch", tmp_path / "lake", steps=step).wait().code
        if code == 0:
            break
    quiet.run_again(tmp_path / "scratch", tmp_path / "lake")


def test_killed_while_it_makes_the_key_the_key_and_its_unlock_key_belong_together(
    quiet: Quiet, tmp_path: Path
) -> None:
    for step in range(10, 24, 1 if SOAK else 2):
        folder = tmp_path / f"at-{step}"
        folder.mkdir()
        command = ("ingest", "cloudtrail", quiet.logs, "--lake", folder / "lake", "--json")
        Child(tmp_path / "scratch", *command, steps=step).wait()
        again = Child(tmp_path / "scratch", *command).wait()
        assert again.code == 0, again.err
        assert (folder / "lake.key").stat().st_mode & 0o777 == 0o600
        assert (folder / "lake.key.unlock").stat().st_mode & 0o777 == 0o600


def twelve_files(folder: Path) -> list[Path]:
    """Write files of which none brings an event of another: no total depends on who takes which."""
    folder.mkdir()
    for number in range(12):
        events = [logs.event(100 * number + event) for event in range(60)]
        (folder / f"{number:02d}.json").write_bytes(logs.document(events))
    return sorted(folder.iterdir())


@pytest.mark.soak(minutes=5)
@pytest.mark.timeout(3_600 if SOAK else 300)
def test_two_ingests_of_overlapping_files_at_once_count_each_file_once(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    names = twelve_files(folder)
    scratch, key = tmp_path / "scratch", tmp_path / "key"
    command = ("--key", key, "--json")
    assert (
        Child(scratch, "ingest", "cloudtrail", folder, "--lake", tmp_path / "one", *command).wait().code == 0
    )
    for number in counted(range(RACES), "ingests at once"):
        lake = tmp_path / f"lake-{number}"
        shares = (names[:9], names[:2:-1], names[4:])
        outcomes = together(
            [Child(scratch, "ingest", "cloudtrail", *share, "--lake", lake, *command) for share in shares]
        )
        assert [outcome.code for outcome in outcomes] == [0, 0, 0], outcomes
        documents = [outcome.document for outcome in outcomes]
        assert sum(document["files"] for document in documents) == len(names)
        assert sum(document["kept"] for document in documents) == 60 * len(names)
        assert [document["files"] + document["files_known"] for document in documents] == [
            len(s) for s in shares
        ]
        assert sums(lake) == sums(tmp_path / "one")
        # Who left first may have had to leave its scraps to whoever came after.
        assert Child(scratch, "ingest", "cloudtrail", folder, "--lake", lake, *command).wait().code == 0
        assert leftovers(lake) == []


@pytest.mark.soak(minutes=5)
@pytest.mark.timeout(3_600 if SOAK else 300)
def test_another_whole_ingest_between_any_two_steps_of_an_ingest_changes_no_total(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    names = twelve_files(folder)
    command = ("ingest", "cloudtrail", folder, "--key", tmp_path / "key", "--json", "--lake")
    assert Child(tmp_path / "s", *command, tmp_path / "one").wait().code == 0
    step = between = 0
    while True:
        step += 1 if SOAK or step < FIRST_STEPS else random.Random(step).randint(8, 24)  # noqa: S311
        lake = tmp_path / f"lake-{step}"
        lake.mkdir()  # an empty folder, which whoever comes first makes a lake
        slow = Child(tmp_path / "s", *command, lake, stops=step)
        if not slow.stopped():
            break
        between += 1
        quick = Child(tmp_path / "s", *command, lake)
        quick.ended_within(3)  # or it waits for the slow one, which sweeps up and wants nobody in there
        slow.go_on()
        outcomes = (quick.wait(), slow.wait())
        assert [outcome.code for outcome in outcomes] == [0, 0], (step, outcomes)
        assert sum(outcome.document["files"] for outcome in outcomes) == len(names), step
        assert sums(lake) == sums(tmp_path / "one"), step
        assert Child(tmp_path / "s", *command, lake).wait().code == 0
        assert leftovers(lake) == []
    assert between > FIRST_STEPS


def test_a_second_ingest_of_the_same_files_changes_no_byte(quiet: Quiet, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    assert quiet.ingest(tmp_path / "scratch", lake).wait().code == 0
    before = {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()}
    again = quiet.ingest(tmp_path / "scratch", lake).wait()
    assert (again.document["files"], again.document["files_known"]) == (0, 10)
    assert again.document["events"] == 0
    assert {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()} == before


def test_event_ids_of_a_rejected_file_are_counted_by_the_next_that_brings_them(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    events = [logs.event(number) for number in range(50)]
    (folder / "a.json").write_bytes(logs.per_line(events) + b"half a record\n{\n")
    (folder / "b.json").write_bytes(logs.document(events))
    (folder / "c.json").write_bytes(logs.document([*events, logs.event(50)]))
    done = Child(tmp_path / "s", "ingest", "cloudtrail", folder, "--lake", tmp_path / "lake", "--json").wait()
    assert done.code == 1
    assert (done.document["kept"], done.document["excluded"]) == (51, {"repeated-event-id": 50})
    assert total(tmp_path / "lake") == 51


def test_lines_that_come_twice_in_an_access_log_count_as_delivered(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(logs.text([*logs.s3_lines(10), *logs.s3_lines(10)]))
    done = Child(tmp_path / "s", "ingest", "s3-access-log", log, "--lake", tmp_path / "lake", "--json").wait()
    assert (done.code, done.document["kept"], total(tmp_path / "lake")) == (0, 20, 20)


def test_the_same_event_in_two_runs_counts_in_both(tmp_path: Path) -> None:
    for number in range(2):
        log = tmp_path / f"log-{number}"
        log.write_bytes(logs.document([logs.event(7), logs.event(number)]))
        done = Child(
            tmp_path / "s", "ingest", "cloudtrail", log, "--lake", tmp_path / "lake", "--json"
        ).wait()
        assert (done.code, done.document["kept"]) == (0, 2)
    assert total(tmp_path / "lake") == 4
