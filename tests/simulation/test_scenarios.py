"""Scenarios: register, allegations, determinism, and what is refused."""

import hashlib
from pathlib import Path

import pytest
from tests.simulation.conftest import Demo, Heard
from tests.simulation.readers import log_files

from mithaq.register import load_register
from mithaq.simulation import (
    FolderNotEmpty,
    UnknownScenario,
    WriteFailed,
    population,
    scenario_named,
    write_scenario,
)
from mithaq.terms import ClaimKind, Purpose, load_allegation


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in log_files(folder)
    }


def test_equal_seeds_give_equal_bytes_and_others_do_not(tmp_path: Path) -> None:
    small = scenario_named("demo").changed(days=1, scale=0.02)
    write_scenario(small, tmp_path / "a", Heard())
    write_scenario(small, tmp_path / "b", Heard())
    write_scenario(small.changed(seed=5), tmp_path / "c", Heard())
    first = digests(tmp_path / "a")
    assert first == digests(tmp_path / "b")
    logs = {name: digest for name, digest in first.items() if name.startswith("logs/")}
    assert logs.items().isdisjoint(digests(tmp_path / "c").items())


def test_the_register_is_read_by_its_own_door_and_names_every_subscription(demo: Demo) -> None:
    register = load_register(demo.written.register)
    for customer in demo.written.customers:
        for subscription in customer.subscriptions:
            entry = register.subscription(subscription)
            assert entry is not None
            assert entry.customer == customer.spec.customer
            assert entry.declared_purpose == customer.spec.declared
            assert entry.home_region == customer.tenant.home_region


def test_the_violator_declares_another_purpose_and_lies_abroad(demo: Demo) -> None:
    vault = demo.written.customers[0]
    assert vault.tenant.workload.violating
    assert vault.spec.declared is Purpose.BACKUP
    assert vault.tenant.region != vault.tenant.home_region
    assert not any(customer.tenant.workload.violating for customer in demo.written.customers[1:])


def test_allegations_are_read_by_their_own_door_in_both_languages(demo: Demo) -> None:
    assert len(demo.written.allegations) == 4
    register = load_register(demo.written.register)
    kinds: set[ClaimKind] = set()
    for path in demo.written.allegations:
        allegation = load_allegation(path)
        assert allegation.start == demo.scenario.start
        assert (allegation.end - allegation.start).days == demo.scenario.days
        assert allegation.received > allegation.end
        if allegation.customer is not None:
            assert register.customer(allegation.customer)
        else:
            assert allegation.subscriptions
        for claim in allegation.claims:
            kinds.add(claim.kind)
            assert claim.text is not None
            assert claim.text.en.isascii()
            assert any("\u0600" <= letter <= "\u06ff" for letter in claim.text.ar)
    assert kinds == set(ClaimKind)


def test_progress_is_told_per_customer_and_day(demo: Demo) -> None:
    assert demo.heard.total == len(demo.heard.steps) == 6 * 4
    assert sum(events for events, _ in demo.heard.steps) == demo.written.events
    assert sum(size for _, size in demo.heard.steps) == demo.written.size


def test_what_was_written_is_counted(demo: Demo) -> None:
    files = log_files(demo.folder / "logs")
    assert demo.written.files == len(files)
    assert demo.written.size == sum(path.stat().st_size for path in files)
    assert demo.written.logs == ("cloudtrail", "s3-access-log")


def test_no_source_folder_holds_another_sources_files(demo: Demo) -> None:
    assert {path.name for path in (demo.folder / "logs").iterdir()} == {"s3-access-log", "cloudtrail"}


def test_the_demonstration_has_about_six_hundred_thousand_events(demo: Demo) -> None:
    whole = scenario_named("demo")
    share = 0.1 * demo.scenario.days / whole.days
    assert 500_000 < demo.written.events / share < 900_000


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("something")
    with pytest.raises(FolderNotEmpty, match="already holds something"):
        write_scenario(scenario_named("demo"), tmp_path, Heard())
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(WriteFailed, match="could not be written"):
        write_scenario(scenario_named("demo"), tmp_path / "file" / "out", Heard())


def test_unknown_scenarios_and_impossible_numbers_are_refused() -> None:
    with pytest.raises(UnknownScenario, match="not a scenario"):
        scenario_named("nothing")
    demo = scenario_named("demo")
    with pytest.raises(UnknownScenario, match="days"):
        demo.changed(days=0)
    with pytest.raises(UnknownScenario, match="scale"):
        demo.changed(scale=0.0)
    with pytest.raises(UnknownScenario, match="seed"):
        demo.changed(seed=-1)


def test_a_population_holds_nothing_but_the_workloads_own_requests(tmp_path: Path) -> None:
    scenario = population("voicemail", tenants=2, per_day=300, days=1, seed=9)
    written = write_scenario(scenario, tmp_path / "out", Heard())
    assert written.allegations == ()
    text = "".join(
        path.read_text(errors="replace")
        for path in log_files(tmp_path / "out" / "logs" / "s3-access-log" / "voicemail-0")
    )
    assert "REST.PUT.OBJECT" in text
    assert "REST.GET.BUCKET" not in text
    assert "svc:" not in text
