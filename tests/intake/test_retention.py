"""Rollups older than their retention go, those of open cases stay, and a review is not fooled by the gap."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from tests.casework import Office
from tests.conftest import Mithaq
from tests.telemetry import logs
from tests.telemetry.lakes import leftovers, rows, sums

from mithaq.console.service.jobs import JOBS, Setting, setting_from
from mithaq.console.service.retention import Retention, retention_from
from mithaq.console.service.worker import Worker
from mithaq.evidence.coverage import hour_number, read_coverage
from mithaq.intake.acts import end_watch, open_case
from mithaq.intake.acts.retention import begin_removal
from mithaq.intake.errors import NoRetention, PinnedMeanwhile
from mithaq.intake.models import Removal, RemovalEnd
from mithaq.intake.retention import days_from
from mithaq.kernel.clock import format_instant
from mithaq.ledger.models import Entry
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission, Role
from mithaq.register import Register
from mithaq.telemetry.ingest import ingest
from mithaq.telemetry.lake.commits import CommitLog
from mithaq.telemetry.lake.reader import LakeReader
from mithaq.telemetry.lake.retention import LEAST_DAYS, prepare
from mithaq.telemetry.lake.runs import Run
from mithaq.telemetry.lake.schema import Table
from mithaq.telemetry.progress import Silent
from mithaq.telemetry.reading import find_logs
from mithaq.telemetry.sources.base import source_named
from mithaq.terms import load_pack, parse_allegation

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = "f" * 64
MAY, JUNE, AUGUST = (datetime(2026, month, 10, 9, tzinfo=UTC) for month in (5, 6, 8))
SAID = f"""
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {{kind: press, reference: "a report"}}
subject: {{subscriptions: ["aws:{logs.OWNER}"]}}
period: {{from: 2026-06-01, to: 2026-09-01}}
claims:
  - {{id: c1, kind: stores, what: call-recordings}}
  - {{id: c2, kind: pattern, is: population}}
  - {{id: c3, kind: scale, at_least: 100000, unit: objects-per-day}}
"""


@pytest.fixture
def lake(tmp_path: Path, mithaq: Mithaq, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lake with rollups of two subscriptions in May, June and August, in two data files a table."""
    folder = tmp_path / "lake"
    monkeypatch.setenv("MITHAQ_LAKE", str(folder))
    for number, months in enumerate(((MAY, JUNE), (AUGUST,))):
        where = tmp_path / f"logs-{number}"
        where.mkdir()
        lines = [
            logs.s3_line(month + timedelta(minutes=minute), owner=owner)
            for month in months
            for owner in (logs.OWNER, OTHER)
            for minute in range(5)
        ]
        (where / "a.log").write_bytes(logs.text(lines))
        done = mithaq("ingest", "s3-access-log", where, "--lake", folder)
        assert done.code == 0, done.err
    return folder


@pytest.fixture
def setting(office: Office, lake: Path, tmp_path: Path) -> Setting:
    (tmp_path / "home").mkdir()
    environment = {"MITHAQ_LAKE": str(lake), "MITHAQ_RETENTION_DAYS": str(LEAST_DAYS)}
    return setting_from(environment, tmp_path / "home", clock=office.clock, entropy=secrets.token_bytes)


@pytest.fixture
def kept(setting: Setting) -> Retention:
    return retention_from(setting.environment, LEAST_DAYS, clock=setting.clock)


def by_the_worker(setting: Setting) -> dict[str, object]:
    (job,) = [job for job in JOBS if job.name == "retention"]
    (done,) = Worker(setting, [job]).round(Event())
    assert done.outcome == "done", done
    return {**done.found}


def acting(setting: Setting) -> Callable[[], Acting]:
    return lambda: setting.acting(Permission.LAKE_REMOVE)


def case_about_the_first(office: Office) -> str:
    reviewer = office.person(Role.REVIEWER)
    said = parse_allegation(SAID.encode())
    return open_case(reviewer, said, pack=load_pack("default"), register=Register(())).case


def hours_of(lake: Path, kept: Retention, owner: str) -> set[int]:
    (name,) = kept.keyring.pseudonyms(f"aws:{owner}")
    return {row["hour"] for row in rows(lake, Table.ACTIVITY) if row["subscription"] == name}


def entries(kind: str) -> list[dict[str, object]]:
    found = Entry.objects.filter(kind=kind).order_by("pk")
    return [json.loads(bytes(entry.leaf)) for entry in found]


def test_what_is_older_goes_and_what_an_open_case_pins_stays(
    office: Office, setting: Setting, lake: Path, kept: Retention
) -> None:
    may, june, august = map(hour_number, (month.replace(minute=0) for month in (MAY, JUNE, AUGUST)))
    case = case_about_the_first(office)
    assert hours_of(lake, kept, OTHER) == {may, june, august}
    found = by_the_worker(setting)
    assert found["rows"]
    assert hours_of(lake, kept, OTHER) == {august}
    assert hours_of(lake, kept, logs.OWNER) == {june, august}
    assert by_the_worker(setting) == {"rows": 0}
    end_watch(office.person(Role.AUTHORISER), case, reason="It is decided.")
    assert by_the_worker(setting)["rows"]
    assert hours_of(lake, kept, logs.OWNER) == {august}
    for table in (Table.SIZES, Table.RESIDUES, Table.DISTINCT):
        assert {row["day"] for row in rows(lake, table)} == {august // 24}
    assert leftovers(lake) == []


def test_the_intent_is_an_entry_before_and_the_outcome_one_after(setting: Setting, lake: Path) -> None:
    del lake
    rows_gone = by_the_worker(setting)["rows"]
    (begun,), (ended,) = entries("intake:removal:begun"), entries("intake:removal:ended")
    removal = Removal.objects.get()
    assert begun["actor"] == ended["actor"] == {"pseudonym": "worker", "role": "worker"}
    assert begun["facts"] == {"removal": removal.removal, "before": "2026-07-13T00:00:00Z", "pinned": 0}
    assert ended["facts"]["removal"] == removal.removal  # type: ignore[index]  # JSON
    assert sum(ended["facts"]["rows"].values()) == rows_gone == removal.end.rows  # type: ignore[index]  # JSON


def sealed_of(lake: Path, kept: Retention, owner: str) -> int:
    (name,) = kept.keyring.pseudonyms(f"aws:{owner}")
    return sum(row["subscription"] == name for row in rows(lake, Table.SEALED))


def test_a_sealed_id_goes_with_the_last_activity_unless_a_case_holds_on_to_it(
    office: Office, setting: Setting, lake: Path, kept: Retention
) -> None:
    case = case_about_the_first(office)
    by_the_worker(setting)
    assert (sealed_of(lake, kept, logs.OWNER), sealed_of(lake, kept, OTHER)) == (1, 1)
    office.later(days=LEAST_DAYS)
    would = kept.would_remove().removed
    assert by_the_worker(setting)["rows"] == sum(would.values())
    assert would["sealed"] == 1
    assert (sealed_of(lake, kept, logs.OWNER), sealed_of(lake, kept, OTHER)) == (1, 0)
    end_watch(office.person(Role.AUTHORISER), case, reason="It is decided.")
    by_the_worker(setting)
    assert rows(lake, Table.SEALED) == rows(lake, Table.ACTIVITY) == []
    assert leftovers(lake) == []


@pytest.fixture
def more(tmp_path: Path) -> Path:
    """A log with new activity of the second subscription, long after the rest has grown old."""
    log = tmp_path / "more.log"
    log.write_bytes(logs.text([logs.s3_line(AUGUST + timedelta(days=99), owner=OTHER)]))
    return log


def test_a_sealed_id_stays_where_activity_came_in_while_it_was_being_removed(
    office: Office, setting: Setting, lake: Path, kept: Retention, more: Path, mithaq: Mithaq,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from mithaq.intake import retention as room  # noqa: PLC0415  # its name is taken above

    def slowly(*given: object) -> object:
        prepared = prepare(*given)  # type: ignore[arg-type]  # handed through
        done = mithaq("ingest", "s3-access-log", more, "--lake", lake)
        assert done.code == 0, done.err
        return prepared

    office.later(days=LEAST_DAYS + 40)
    monkeypatch.setenv("MITHAQ_NOW", format_instant(office.clock()))
    monkeypatch.setattr(room, "prepare", slowly)
    found = by_the_worker(setting)
    assert found["rows"]
    (ended,) = entries("intake:removal:ended")
    assert "sealed" not in ended["facts"]["rows"]  # type: ignore[index]  # JSON
    assert (sealed_of(lake, kept, logs.OWNER), sealed_of(lake, kept, OTHER)) == (1, 1)
    monkeypatch.setattr(room, "prepare", prepare)
    assert by_the_worker(setting) == {"rows": 1}
    assert (sealed_of(lake, kept, logs.OWNER), sealed_of(lake, kept, OTHER)) == (0, 1)
    assert leftovers(lake) == []


def test_an_ingest_seals_anew_what_was_removed_before_it_could_commit(
    office: Office, setting: Setting, lake: Path, kept: Retention, more: Path
) -> None:
    class RemovedMeanwhile(Silent):
        def file_done(self) -> None:
            by_the_worker(setting)

    office.later(days=LEAST_DAYS + 40)
    assert sealed_of(lake, kept, OTHER) == 1
    result = ingest(
        source_named("s3-access-log"), find_logs([more]), lake,
        keyring=kept.keyring, clock=office.clock, entropy=secrets.token_bytes, progress=RemovedMeanwhile(),
    )  # fmt: skip
    assert len(result.committed) == 1
    assert RemovalEnd.objects.get().outcome == "removed"
    assert [row["events"] for row in rows(lake, Table.ACTIVITY)] == [1]
    assert (sealed_of(lake, kept, logs.OWNER), sealed_of(lake, kept, OTHER)) == (0, 1)
    assert leftovers(lake) == []


def test_a_dry_run_says_what_would_go_and_changes_nothing(
    setting: Setting, lake: Path, kept: Retention
) -> None:
    before = sums(lake)
    would = kept.would_remove()
    assert would.rows
    assert sums(lake) == before
    assert not Removal.objects.exists()
    assert kept.remove(acting(setting)).removed == would.removed


def test_hours_that_were_removed_are_not_covered_any_more_but_by_what_was_kept(
    office: Office, setting: Setting, lake: Path, kept: Retention
) -> None:
    """What was removed must not look like silence, or a claim would be refuted by the retention."""
    case_about_the_first(office)
    by_the_worker(setting)
    hours = range(hour_number(MAY.replace(hour=0)), hour_number(AUGUST.replace(hour=0)) + 48)

    def seen(*owners: str) -> set[int]:
        names = [name for owner in owners for name in kept.keyring.pseudonyms(f"aws:{owner}")]
        coverage = read_coverage(LakeReader.open(lake), hours, names)
        assert list(coverage.sources) == ["s3-access-log"]
        return set(coverage.seen_by_any())

    june, august = hour_number(JUNE), hour_number(AUGUST)
    assert seen(OTHER) == {august}
    assert seen(logs.OWNER) == {june, august}
    assert seen(logs.OWNER, OTHER) == {august}


def test_a_later_pin_brings_nothing_back(
    office: Office, setting: Setting, lake: Path, kept: Retention
) -> None:
    by_the_worker(setting)
    case_about_the_first(office)
    office.later(days=40)
    by_the_worker(setting)
    (name,) = kept.keyring.pseudonyms(f"aws:{logs.OWNER}")
    assert LakeReader.open(lake).first_hour([name]) == hour_number(datetime(2026, 7, 13, tzinfo=UTC))
    assert hours_of(lake, kept, logs.OWNER) == {hour_number(AUGUST)}
    assert hours_of(lake, kept, OTHER) == set()


def test_a_case_that_is_opened_meanwhile_keeps_its_rollups(
    office: Office, setting: Setting, lake: Path, kept: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mithaq.intake import retention as room  # noqa: PLC0415  # its name is taken above

    def slowly(*given: object) -> object:
        if not Removal.objects.filter(end__isnull=False).exists():
            case_about_the_first(office)
        return prepare(*given)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(room, "prepare", slowly)
    assert kept.remove(acting(setting)).rows
    assert hours_of(lake, kept, logs.OWNER) == {hour_number(JUNE), hour_number(AUGUST)}
    assert list(RemovalEnd.objects.values_list("outcome", flat=True)) == ["nothing", "removed"]
    assert leftovers(lake) == []


def test_cases_that_keep_being_opened_call_it_off_and_say_so(
    office: Office, setting: Setting, lake: Path, kept: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mithaq.intake import retention as room  # noqa: PLC0415  # its name is taken above

    months = iter((6, 5, 4))

    def slowly(*given: object) -> object:
        said = parse_allegation(SAID.replace("2026-06-01", f"2026-0{next(months)}-01").encode())
        reviewer = office.person(Role.REVIEWER)
        open_case(reviewer, said, pack=load_pack("default"), register=Register(()))
        return prepare(*given)  # type: ignore[arg-type]  # handed through

    before = sums(lake)
    monkeypatch.setattr(room, "prepare", slowly)
    with pytest.raises(PinnedMeanwhile):
        kept.remove(acting(setting))
    assert sums(lake) == before
    assert not Removal.objects.filter(end__isnull=True).exists()


@pytest.mark.parametrize("committed", [False, True])
def test_a_removal_that_was_killed_is_settled_by_the_next(
    setting: Setting, lake: Path, kept: Retention, *, committed: bool
) -> None:
    """Killed before the lake's commit nothing has gone; killed after it, only the entry is missing."""
    who, bounds = setting.acting(Permission.LAKE_REMOVE), kept.bounds()
    before = sums(lake)
    removal = begin_removal(who, bounds)
    run = Run.begin(CommitLog.open(lake), removal.removal, ingests=False)
    prepared = prepare(run, bounds)
    assert not committed or prepared.commit()
    run.abandon()
    assert (sums(lake) == before) is not committed
    by_the_worker(setting)
    removal.refresh_from_db()
    assert (removal.end.outcome, removal.end.rows) == (("removed", None) if committed else ("nothing", 0))
    assert Removal.objects.count() == (1 if committed else 2)
    assert hours_of(lake, kept, OTHER) == {hour_number(AUGUST)}


def test_an_ingest_that_was_interrupted_is_left_to_the_next_ingest(
    setting: Setting, lake: Path, kept: Retention
) -> None:
    interrupted = Run.begin(CommitLog.open(lake), "0011223344556677")
    interrupted.abandon()
    assert kept.remove(acting(setting)).rows
    assert (lake / "runs" / "0011223344556677").exists()


def test_without_a_number_of_days_nothing_is_removed_and_too_few_are_refused(
    setting: Setting, lake: Path
) -> None:
    before = sums(lake)
    unset = Setting({}, setting.home, setting.clock, setting.entropy, setting.publication)
    assert by_the_worker(unset) == {"rows": 0}
    assert sums(lake) == before
    assert days_from({}, None) is None
    for wrong in ("69", "-1", "many", "1e3"):
        with pytest.raises(NoRetention):
            days_from({"MITHAQ_RETENTION_DAYS": wrong})


def test_the_command_removes_what_its_dry_run_says_and_is_exact_about_it(
    setting: Setting, lake: Path, mithaq: Mithaq, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MITHAQ_HOME", str(setting.home))
    refused = mithaq("retention", "--json")
    assert (refused.code, refused.document["code"]) == (1, "no-retention")
    options = ("--days", str(LEAST_DAYS), "--lake", lake, "--json")
    dry = mithaq("retention", "--dry-run", *options).document
    assert (dry["mithaq"], dry["dry_run"], dry["before"]) == ("retention/v1", True, "2026-07-13T00:00:00Z")
    done = mithaq("retention", *options).document
    assert done["rows"] == dry["rows"]
    assert sum(mithaq("retention", *options).document["rows"].values()) == 0
