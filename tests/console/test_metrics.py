"""Numbers for Prometheus: complete, naming nobody, and only for who has the secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families
from tests.console.people import NOW, PASSWORD, member, signed_in
from tests.ledger.database import publisher, say_many

from mithaq.console.reached import metrics_token_from
from mithaq.console.service.lately import lately, note
from mithaq.kernel.errors import InputError
from mithaq.people.permissions import Role

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  # of this test
BEARER: Mapping[str, str] = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(METRICS_TOKEN=SECRET, HOME=tmp_path):
        yield tmp_path


def numbers() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Ask for the numbers, and read them as Prometheus does."""
    answer = Client().get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def of(found: dict[tuple[str, tuple[tuple[str, str], ...]], float], name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.mark.django_db
def test_without_a_secret_there_is_no_such_address() -> None:
    assert Client().get("/metrics").status_code == 404
    with override_settings(METRICS_TOKEN=""):
        assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("given", ["", f"Bearer {SECRET[:-1]}", f"Basic {SECRET}", SECRET, "Bearer ü"])
def test_only_who_has_the_secret_is_answered(given: str) -> None:
    answer = Client().get("/metrics", headers={"Authorization": given} if given else {})
    assert (answer.status_code, answer["WWW-Authenticate"], answer.content) == (401, "Bearer", b"")


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_requests_are_counted_by_method_route_and_status() -> None:
    client = signed_in(member(Role.AUDITOR))
    before = numbers()
    for _ in range(3):
        client.get("/ledger/entries/0/")
    client.get("/ledger/entries/999999/")
    after = numbers()
    route = "ledger/entries/<int:seq>/"
    for status, times in (("200", 3), ("404", 1)):
        labels = {"method": "GET", "route": route, "status": status}
        name = "mithaq_requests_total"
        assert of(after, name, **labels) - of(before, name, **labels) == times
    timed = "mithaq_request_seconds_count"
    assert of(after, timed, route=route) - of(before, timed, route=route) == 4


@pytest.mark.django_db
def test_the_ledger_the_cases_and_the_worker_are_told(home: Path) -> None:
    member(Role.AUDITOR)
    say_many(5)
    publisher(home).publish()
    note(home, "ledger-publication", "done", at=NOW - timedelta(seconds=4))
    note(home, "flights", "failed", at=NOW - timedelta(hours=2))
    found = numbers()
    assert of(found, "mithaq_database_up") == 1
    assert of(found, "mithaq_ledger_entries") == of(found, "mithaq_checkpoint_entries") > 5
    assert of(found, "mithaq_ledger_waiting") == 0
    assert of(found, "mithaq_checkpoint_age_seconds") == 0
    assert ("mithaq_cases_overdue", (("duty", "find"),)) in found
    assert of(found, "mithaq_evidence_runs_waiting") == 0
    assert of(found, "mithaq_worker_turn_age_seconds", job="ledger-publication") == 4
    assert of(found, "mithaq_worker_turn_failed", job="flights") == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_no_number_names_a_person_or_what_they_asked_for() -> None:
    account = member(Role.REVIEWER, name="Salma Reed")
    client = Client()
    client.post("/me/sign-in/", {"login": account.email, "password": PASSWORD})
    client.get(f"/people/{account.pseudonym}/")
    client.get("/welcome/a-secret-of-a-link/")
    client.get("/nothing/here/salma")
    client.get("/customers/?q=Blue+Harbour")
    told = Client().get("/metrics", headers=BEARER).content.decode().lower()
    for word in ("salma", account.email, account.pseudonym, "a-secret", "harbour", "127.0.0.1", "p_"):
        assert word not in told


def test_what_is_noted_of_turns_is_read_back_and_what_is_no_note_is_left_out(tmp_path: Path) -> None:
    assert lately(tmp_path) == []
    note(tmp_path, "flights", "done", at=NOW)
    note(tmp_path, "flights", "failed", at=NOW + timedelta(hours=1))
    (tmp_path / "turns" / "broken.json").write_text("{")
    assert [(turn.job, turn.outcome, turn.at) for turn in lately(tmp_path)] == [
        ("flights", "failed", NOW + timedelta(hours=1))
    ]


@pytest.mark.parametrize("content", [None, "short", "ä" * 40])
def test_a_secret_that_is_none_stops_the_start(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(InputError, match="secret of the metrics"):
        metrics_token_from({"MITHAQ_METRICS_TOKEN_FILE": str(file)})


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    assert metrics_token_from({"MITHAQ_METRICS_TOKEN_FILE": str(file)}) == SECRET
    assert metrics_token_from({}) == ""
