"""What ends by itself is recorded by the worker, once, whoever else is at it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from django.db import connection
from tests.casework import Office
from tests.review.desk import Casework

from mithaq.console.service.jobs import JOBS, Setting, setting_from
from mithaq.console.service.worker import Worker
from mithaq.ledger.models import Entry
from mithaq.people.models import Account
from mithaq.people.queries import worker_account
from mithaq.review import acts
from mithaq.review.casefile import Appellant
from mithaq.review.measures import Path as ByPath
from mithaq.review.models import CaseAct, Decision, Ruling
from mithaq.review.queries import at_their_end, check_projection, state_of, timeline

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work(office: Office) -> Casework:
    return Casework(office)


@pytest.fixture
def setting(office: Office, tmp_path: Path) -> Setting:
    (tmp_path / "home").mkdir()
    return setting_from({}, tmp_path / "home", clock=office.clock, entropy=secrets.token_bytes)


def expired(setting: Setting) -> int:
    """Let a worker do its job of ending what has ended, and say how many it ended."""
    (job,) = [job for job in JOBS if job.name == "decisions-at-their-end"]
    (done,) = Worker(setting, [job]).round(Event())
    assert done.outcome == "done", done
    found = done.found["expired"]
    assert isinstance(found, int)
    return found


def test_the_worker_records_the_end_that_was_decided_when_it_has_come_and_once(
    work: Casework, setting: Setting
) -> None:
    decision = work.decided()
    assert expired(setting) == 0
    assert worker_account() is None
    work.office.later(days=30)
    assert expired(setting) == 1
    assert expired(setting) == 0
    row = timeline(work.case)[-1]
    assert (row.kind, row.by.pseudonym, row.role) == ("review:decision:expired", "worker", "worker")
    entry = json.loads(bytes(Entry.objects.get(leaf_hash=row.leaf_hash).leaf))
    assert entry["actor"] == {"pseudonym": "worker", "role": "worker"}
    ending = Decision.objects.get(previous=decision)
    assert (ending.path, ending.restricts, ending.ruling.outcome) == ("expire", False, "expired")
    assert list(check_projection()) == []


def test_an_interim_measure_ends_after_seven_days_though_nobody_does_anything(
    work: Casework, setting: Setting
) -> None:
    interim = work.decided(work.content(ByPath.INTERIM, days=7))
    work.office.later(days=6, hours=23)
    assert expired(setting) == 0
    work.office.later(hours=1)
    assert expired(setting) == 1
    assert Decision.objects.get(previous=interim).interim


def test_what_a_person_has_ended_lifted_or_overridden_is_left_alone(work: Casework, setting: Setting) -> None:
    decision = work.decided()
    lifting = work.proposed(work.ending(ByPath.LIFT, decision.key))
    work.approve(lifting)
    work.office.later(days=30)
    assert expired(setting) == 0
    other = Casework(work.office)
    ended = other.decided()
    work.office.later(days=30)
    acts.expire(other.operator, other.case, ended.key)
    assert expired(setting) == 0


def test_the_end_leaves_the_appeal_open_and_makes_nobody_involved(work: Casework, setting: Setting) -> None:
    decision = work.decided()
    before = state_of(work.the_case()).hands
    work.office.later(days=30)
    assert expired(setting) == 1
    assert state_of(work.the_case()).hands == before
    appeal = acts.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="We never did.",
        received=work.office.now,
    )
    assert appeal.pk


@contextmanager
def altered(key: str) -> Iterator[None]:
    """Let a decision's content be damaged for a while, past the trigger that keeps it."""
    trigger = "review_decision_append_only_update"
    content = Decision.objects.get(key=key).content

    def put(text: str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                cursor.execute("UPDATE review_decision SET content = %s WHERE key = %s", [text, key])
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [trigger])
            ((creating,),) = cursor.fetchall()
            cursor.execute(f"DROP TRIGGER {trigger}")
            cursor.execute("UPDATE review_decision SET content = %s WHERE key = %s", [text, key])
            cursor.execute(creating)

    put("{}")
    try:
        yield
    finally:
        put(content)


def test_a_decision_that_cannot_be_ended_keeps_none_of_the_others(work: Casework, setting: Setting) -> None:
    work.decided()
    Casework(work.office).decided()
    work.office.later(days=30)
    (job,) = [job for job in JOBS if job.name == "decisions-at-their-end"]
    with altered(at_their_end(work.office.now)[0][1]):
        (done,) = Worker(setting, [job]).round(Event())
    assert (done.outcome, done.found) == ("failed", {"code": "bad-decision"})
    assert Ruling.objects.filter(outcome="expired").count() == 1
    assert expired(setting) == 1


def test_many_ends_are_recorded_in_one_round(work: Casework, setting: Setting) -> None:
    cases = [work, *(Casework(work.office) for _ in range(3))]
    for each in cases:
        each.decided()
    work.office.later(days=30)
    assert expired(setting) == len(cases)
    kinds = CaseAct.objects.filter(kind="review:decision:expired")
    assert {row.case for row in kinds} == {each.case for each in cases}
    assert Account.with_worker.filter(pseudonym="worker").count() == 1
