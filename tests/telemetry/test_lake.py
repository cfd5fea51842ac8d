"""The lake keeps lives for their window only and merges files without changing a sum."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.conftest import Mithaq
from tests.telemetry import logs
from tests.telemetry.children import FILES_PER_COMMIT, Child
from tests.telemetry.lakes import leftovers, rows, sums, total

from mithaq.telemetry.lake.commits import CommitLog
from mithaq.telemetry.lake.reader import LakeReader
from mithaq.telemetry.lake.schema import SAMPLE_ONE_IN, SCHEMAS, Table

OBJECTS = 1500
DAY = timedelta(days=1)


def week(first: int, objects: int = OBJECTS) -> bytes:
    """A week of objects: each created, read an hour later; every second one deleted five days later."""
    lines = []
    for number in range(objects):
        key = f"calls/{first}/{number:06d}.wav"
        created = logs.START + first * DAY + number * timedelta(seconds=60)
        lines.append(logs.s3_line(created, key=key))
        lines.append(logs.s3_line(created + timedelta(hours=1), key=key, operation="REST.GET.OBJECT"))
        if number % 2:
            lines.append(logs.s3_line(created + 5 * DAY, key=key, operation="REST.DELETE.OBJECT"))
    return logs.text(lines)


def lifecycle(lake: Path) -> dict[tuple[str, int, int], int]:
    """Objects by (measure, day, bin)."""
    found: dict[tuple[str, int, int], int] = {}
    for row in rows(lake, Table.LIFECYCLE):
        key = (row["measure"], row["day"], row["bin"])
        found[key] = found.get(key, 0) + row["objects"]
    return found


def ingest(mithaq: Mithaq, path: Path, content: bytes, lake: Path) -> None:
    path.write_bytes(content)
    done = mithaq("ingest", "s3-access-log", path, "--lake", lake, "--json")
    assert (done.code, done.document["files"]) == (0, 1)


def listing(day: int) -> bytes:
    """A log of a later day that follows no object: one that named an object would do so in one lake of 64."""
    return logs.text([logs.s3_line(logs.START + day * DAY, key="-", operation="REST.GET.BUCKET")])


@pytest.fixture
def one_week(mithaq: Mithaq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MITHAQ_NOW", "2027-06-01T00:00:00Z")
    ingest(mithaq, tmp_path / "week", week(0), tmp_path / "lake")
    return tmp_path / "lake"


def test_about_one_object_in_64_is_followed_from_creation_to_deletion(one_week: Path) -> None:
    seen = lifecycle(one_week)
    by_measure = {name: sum(count for key, count in seen.items() if key[0] == name) for name in LAGS}
    created = by_measure["created"]
    assert 0.4 * OBJECTS / SAMPLE_ONE_IN < created < 2 * OBJECTS / SAMPLE_ONE_IN
    assert by_measure["read-lag"] == created
    assert 0 < by_measure["deletion-age"] < created
    for measure, lag in LAGS.items():
        assert {key[2] for key in seen if key[0] == measure} == {lag}


LAGS = {"created": 0, "read-lag": 47, "deletion-age": 74}
"""floor(4 * log2(seconds + 1)) of nothing, of an hour and of five days."""


def test_once_their_window_has_passed_lives_are_histograms_and_the_totals_stay(
    mithaq: Mithaq, tmp_path: Path, one_week: Path
) -> None:
    before, lives = lifecycle(one_week), rows(one_week, Table.SAMPLES)
    assert lives
    ingest(mithaq, tmp_path / "later", listing(60), one_week)
    assert lifecycle(one_week) == before
    assert rows(one_week, Table.SAMPLES) == []
    # Not only out of sight: no object number is left in any file.
    assert leftovers(one_week) == []
    assert [path for path in one_week.rglob("*.parquet") if "object" in pq.read_schema(path).names] == []


def test_lives_still_in_their_window_stay_and_are_counted_all_the_same(
    mithaq: Mithaq, tmp_path: Path, one_week: Path
) -> None:
    before, lives = lifecycle(one_week), rows(one_week, Table.SAMPLES)
    ingest(mithaq, tmp_path / "later", listing(30), one_week)
    assert lifecycle(one_week) == before
    assert rows(one_week, Table.SAMPLES) == lives


def test_week_by_week_or_at_once_the_lives_say_the_same(
    mithaq: Mithaq, tmp_path: Path, one_week: Path
) -> None:
    weeks = [week(7 * number, 400) for number in range(1, 13)]
    for number, content in enumerate(weeks):
        ingest(mithaq, tmp_path / f"week-{number}", content, one_week)
    at_once = tmp_path / "at-once"
    (tmp_path / "all").write_bytes(week(0) + b"".join(weeks))
    key = one_week.with_name("lake.key")
    done = mithaq("ingest", "s3-access-log", tmp_path / "all", "--lake", at_once, "--key", key, "--json")
    assert done.code == 0
    assert lifecycle(at_once) == lifecycle(one_week)
    assert total(at_once) == total(one_week)


def test_an_object_deleted_after_its_window_counts_as_created_only_however_it_was_ingested(
    mithaq: Mithaq, tmp_path: Path, one_week: Path
) -> None:
    late = logs.text(
        logs.s3_line(logs.START + 50 * DAY, key=f"calls/0/{number:06d}.wav", operation="REST.DELETE.OBJECT")
        for number in range(0, OBJECTS, 2)
    )
    before = lifecycle(one_week)
    ingest(mithaq, tmp_path / "late", late, one_week)
    assert lifecycle(one_week) == before


def test_merging_many_files_changes_no_sum_and_leaves_none_behind(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    commits = 51
    for number in range(commits * FILES_PER_COMMIT):
        lines = [
            logs.s3_line(logs.START + timedelta(minutes=number), key=f"k/{number}-{n}") for n in range(20)
        ]
        (folder / f"{number:03d}").write_bytes(logs.text(lines))
    lake = tmp_path / "lake"
    command = ("ingest", "s3-access-log", folder, "--key", tmp_path / "key", "--json")
    merged = Child(tmp_path / "scratch", *command, "--lake", lake).wait()
    assert merged.document["files"] == commits * FILES_PER_COMMIT
    state = CommitLog.open(lake).state()
    assert state.number > commits
    assert len(state.paths(Table.ACTIVITY)) == 1
    assert leftovers(lake) == []
    (tmp_path / "all").mkdir()
    for half in range(2):  # two files at once stay below what is merged
        pieces = [path.read_bytes() for path in sorted(folder.iterdir())][half::2]
        (tmp_path / "all" / str(half)).write_bytes(b"".join(pieces))
    command = ("ingest", "s3-access-log", tmp_path / "all", "--key", tmp_path / "key", "--json")
    assert Child(tmp_path / "scratch", *command, "--lake", tmp_path / "plain").wait().code == 0
    plain, many = sums(tmp_path / "plain"), sums(lake)
    # Coverage also counts files, of which there were fewer here.
    covered = [{key: value[0] for key, value in side.pop("coverage").items()} for side in (many, plain)]
    assert covered[0] == covered[1]
    assert many == plain


def test_the_reader_gives_every_table_in_the_columns_of_its_schema(one_week: Path) -> None:
    reader = LakeReader.open(one_week)
    for table in Table:
        found = reader.rows(table)
        assert found.schema.names == SCHEMAS[table].names
        for name in found.schema.names:
            assert found.schema.field(name).type == SCHEMAS[table].field(name).type, (table, name)
    assert [entry.source for entry in reader.inputs(0, 10**6)] == ["s3-access-log"]
    assert reader.inputs(0, 100) == []


def test_what_a_reader_has_opened_stays_until_it_is_done(
    mithaq: Mithaq, tmp_path: Path, one_week: Path
) -> None:
    reader = LakeReader.open(one_week)
    expected = len(rows(one_week, Table.SAMPLES))
    ingest(mithaq, tmp_path / "later", listing(60), one_week)
    assert reader.rows(Table.SAMPLES).num_rows == expected
    assert leftovers(one_week) != []
    del reader
    ingest(mithaq, tmp_path / "more", logs.text([logs.s3_line(logs.START + 61 * DAY, key="more")]), one_week)
    assert leftovers(one_week) == []


@pytest.mark.parametrize("damage", ["lake.json", "commits/0000000001.json", "format"])
def test_a_damaged_lake_is_refused_and_not_written_to(
    mithaq: Mithaq, tmp_path: Path, one_week: Path, damage: str
) -> None:
    if damage == "format":
        path = one_week / "lake.json"
        path.write_text(path.read_text().replace("lake/v1", "lake/v9"))
    else:
        (one_week / damage).write_bytes(b"{half")
    before = {path: path.read_bytes() for path in one_week.rglob("*.parquet")}
    (tmp_path / "new").write_bytes(logs.text(logs.s3_lines(3)))
    told = mithaq("ingest", "s3-access-log", tmp_path / "new", "--lake", one_week, "--json")
    assert (told.code, told.document["code"]) == (1, "bad-lake")
    assert told.document["file"]
    assert {path: path.read_bytes() for path in one_week.rglob("*.parquet")} == before


def test_activity_adds_up_in_minutes_sizes_residues_and_coverage(one_week: Path) -> None:
    created = rows(one_week, Table.SIZES)
    assert sum(row["objects"] for row in created) == OBJECTS
    assert sum(row["bytes"] for row in created) == 54_321 * OBJECTS
    assert total(one_week, "bytes_in") == 54_321 * OBJECTS
    for row in rows(one_week, Table.ACTIVITY):
        assert len(row["minutes"]) == 60
        assert sum(row["minutes"]) == row["events"]
    for row in rows(one_week, Table.RESIDUES):
        assert len(row["counts"]) == row["modulus"]
        assert row["counts"][54_321 % row["modulus"]] == row["objects"] == sum(row["counts"])
    assert total(one_week) == total(one_week, table=Table.COVERAGE)
