"""`mithaq serve`, `worker`, `backup` and `restore` on PostgreSQL."""

from __future__ import annotations

import json
import time
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from tests.service.copying import Place, tell_the_story
from tests.service.running import environment, served, started, stop, workers

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]


@pytest.fixture
def places(postgres_url: str, tmp_path: Path) -> list[Place]:
    """Three homes, each with an empty database of its own."""
    found = []
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for number in range(3):
            name = f"service_{number}"
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
            found.append(Place(tmp_path / f"home-{number}", f"{postgres_url.rpartition('/')[0]}/{name}"))
    return found


def test_after_a_restore_nothing_is_signed_until_the_ledger_continues_what_was_given_out(
    places: list[Place], tmp_path: Path
) -> None:
    first, second, third = places
    tell_the_story(first, second, third, tmp_path / "copies")
    here = Place(tmp_path / "embedded").mithaq("restore", tmp_path / "copies" / "new")
    assert (here.code, here.document["code"]) == (1, "bad-copy")
    without = places[0].mithaq("backup", tmp_path / "never", PATH=str(tmp_path))
    assert (without.code, without.document["code"]) == (1, "no-postgresql-client")
    assert "apt install postgresql-client" in without.document["hint"]
    assert not (tmp_path / "never").exists()


def test_it_serves_and_two_workers_publish_one_history(places: list[Place]) -> None:
    place = places[0]
    checkpoint = place.home / "ledger" / "checkpoint"
    logs = [place.home.with_name(f"log-{number}") for number in (1, 2)]
    with served(place.home, DATABASE_URL=place.url) as running:
        assert len(running.document["links"]) == 2
        assert urlopen(f"{running.document['address']}/readyz").status == 200
        variables = environment(place.home, DATABASE_URL=place.url, MITHAQ_LEDGER_EVERY="1")
        with workers(logs, variables) as both:
            place.begin_to_live_on(20, signing=False).communicate(timeout=120)
            until = time.monotonic() + 60
            while (
                not started(logs)
                or not checkpoint.exists()
                or checkpoint.read_text("utf-8").splitlines()[1] != "21"
            ):
                assert time.monotonic() < until
                time.sleep(0.1)
            assert stop(both) == [0, 0]
        for log in logs:
            # Cases are open and no lake is named, so that the watch over what leaves must say so.
            lines = map(json.loads, log.read_text("utf-8").splitlines())
            assert {line["code"] for line in lines if line["event"] == "job-failed"} <= {"no-lake"}
        assert running.stop() == 0
    assert place.mithaq("ledger", "fsck").document["findings"] == []
