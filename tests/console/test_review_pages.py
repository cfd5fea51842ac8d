"""The review as its pages show it: computed from a pretend provider's logs, in both languages."""

from __future__ import annotations

import hashlib
import json
import re
import time

import pytest
from django.test import Client
from tests.console.people import LANGUAGES, look, signed_in
from tests.console.reports import foreign_words
from tests.examined import Examined

from mithaq.ledger.models import Entry
from mithaq.people.acts import declare_recusal
from mithaq.people.models import Recusal
from mithaq.people.permissions import GRANTS, Permission, Role
from mithaq.review.runs.models import Exhibits, Run
from mithaq.review.runs.queries import RunState, state_of
from mithaq.review.runs.work import LEASE, renew, take_run

pytestmark = pytest.mark.django_db

CHART = re.compile(rb"<figure .*?</figure>", re.DOTALL)
WEIGHT = 150_000
"""Bytes that a page may have without its charts."""


def page(case: Examined, client: Client, rest: str = "") -> bytes:
    answer = client.get(f"/cases/{case.case}/review/{rest}")
    assert answer.status_code == 200, answer.content[:2000]
    content: bytes = answer.content
    return content


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evidence_stands_on_one_page_with_its_charts_in_the_page_s_language(
    indicated: Examined, language: str
) -> None:
    run = indicated.examined()
    content = page(indicated, signed_in(indicated.reviewer.account, language))
    seen = look(content)
    assert (seen.language, seen.inline, foreign_words(seen)) == (language, [], [])
    assert content.count(b'<svg class="chart"') >= 4
    assert content.count(b'direction="ltr"') >= 4
    for part in ("summary", "claims", "detail", "clauses", "consistency", "coverage", "provenance", "limits"):
        assert f'id="{language}-{part}"'.encode() in content, part
        assert part == "summary" or f"#{language}-{part}" in seen.links
    verdict = {"en": b"Supported", "ar": "مؤيَّد".encode()}[language]
    assert verdict in content
    assert f"/cases/{indicated.case}/review/runs/{run.run}/document/" in seen.links


def test_what_is_shown_is_what_the_worker_kept_and_its_fingerprint_is_in_the_ledger(
    indicated: Examined,
) -> None:
    run = indicated.examined()
    client = signed_in(indicated.reviewer.account)
    assert run.result.sha256.encode() in page(indicated, client)
    document = client.get(f"/cases/{indicated.case}/review/runs/{run.run}/document/").content
    assert hashlib.sha256(document).hexdigest() == run.result.sha256
    assert json.loads(document)["mithaq"] == "review/v1"
    entry = Entry.objects.get(case=indicated.case, kind="review:evidence:attached")
    sealed = dict(entry.sealed.values_list("field", "value"))
    assert sealed["exhibits"] == Exhibits.objects.get(result=run.result).sha256


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_light_without_its_charts_and_is_not_drawn_anew(
    indicated: Examined, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    indicated.examined()

    def draw(_spec: object) -> str:
        raise AssertionError("a chart was drawn for a page")

    monkeypatch.setattr("mithaq.evidence.report.figures.draw", draw)
    client = signed_in(indicated.reviewer.account, language)
    content = page(indicated, client)
    assert len(CHART.sub(b"", content)) < WEIGHT
    begun = time.process_time()
    page(indicated, client)
    assert time.process_time() - begun < 2  # a page that computed or drew would take longer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", sorted(Role))
def test_whoever_reads_cases_sees_the_review_and_only_who_may_act_is_offered_acts(
    undetermined: Examined, role: Role, language: str
) -> None:
    undetermined.examined()
    someone = undetermined.office.person(role)
    client = signed_in(someone.account, language)
    answer = client.get(f"/cases/{undetermined.case}/review/")
    if Permission.CASE_READ not in GRANTS[role]:
        assert answer.status_code == 403
        return
    seen = look(answer.content)
    assert (answer.status_code, seen.inline, foreign_words(seen)) == (200, [], [])
    asking = [link for link in seen.links if "/ask/" in link]
    assert bool(asking) == (Permission.CASE_RECORDS_REQUEST in GRANTS[role])
    assert f"/cases/{undetermined.case}/review/start/" not in seen.links  # not in charge, whoever it is


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_a_review_is_authorised_the_page_says_who_must_act_next(
    indicated: Examined, language: str
) -> None:
    seen = look(page(indicated, signed_in(indicated.reviewer.account, language)))
    assert foreign_words(seen) == []
    words = " ".join(text for _language, text in seen.words)
    assert {"en": "First an authoriser names", "ar": "على مُجيز المراجعات"}[language] in words


def test_the_reviewer_in_charge_starts_a_run_within_the_bounds_and_nobody_else_does(
    indicated: Examined,
) -> None:
    indicated.authorise()
    client = signed_in(indicated.reviewer.account)
    shown = page(indicated, client)
    assert b"A run examines what was authorised" in shown
    (acts,) = re.findall(rb'name="acts" value="(\d+)"', shown)
    start = f"/cases/{indicated.case}/review/start/"
    other = signed_in(indicated.office.person(Role.REVIEWER).account)
    assert b"Another reviewer is in charge" in other.get(start).content
    assert other.post(start, {"acts": acts.decode()}).status_code == 200
    assert signed_in(indicated.authoriser.account).post(start, {"acts": "1"}).status_code == 403
    assert Run.objects.count() == 0
    sent = client.post(start, {"acts": acts.decode()})
    assert (sent.status_code, sent["Location"]) == (303, f"/cases/{indicated.case}/review/")
    assert state_of(Run.objects.get()) is RunState.WAITING
    again = client.post(start, {"acts": acts.decode()})
    assert again.status_code == 200
    assert b"a run of this case has not ended yet" in again.content
    assert Run.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_progress_is_told_step_by_step_and_only_when_it_has_changed(
    indicated: Examined, language: str
) -> None:
    indicated.authorise()
    run = indicated.ask()
    client = signed_in(indicated.reviewer.account, language)
    content = page(indicated, client)
    assert (look(content).inline, foreign_words(look(content))) == ([], [])
    address = re.findall(rb'hx-get="([^"]+)"', content)[0].decode()
    assert client.get(address).status_code == 204
    taken = take_run(indicated.office.now, lambda size: b"x" * size)
    assert taken is not None
    renew(run, taken[1], "rollups", indicated.office.now)
    renew(run, taken[1], "claims", indicated.office.now)
    told = client.get(address)
    assert told.status_code == 200
    assert b'value="2"' in told.content
    assert b'aria-current="step"' in told.content
    assert client.get(re.findall(rb'hx-get="([^"]+)"', told.content)[0].decode()).status_code == 204
    indicated.office.later(seconds=LEASE.total_seconds() + 1)
    stopped = client.get(address).content
    assert {"en": b"has gone silent", "ar": "انقطع خبر العامل".encode()}[language] in stopped
    indicated.work()
    done = client.get(address).content
    assert b"hx-get" not in done
    assert f'href="/cases/{indicated.case}/review/"'.encode() in done


def test_a_run_that_no_worker_takes_says_that_the_worker_must_run(indicated: Examined) -> None:
    indicated.authorise()
    indicated.ask()
    client = signed_in(indicated.reviewer.account)
    assert b"mithaq worker" not in page(indicated, client)
    indicated.office.later(minutes=2)
    assert b"mithaq worker" in page(indicated, client)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failed_run_says_why_and_what_to_do(
    indicated: Examined, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    indicated.authorise()
    indicated.ask()
    monkeypatch.delenv("MITHAQ_LAKE")
    indicated.work()
    content = page(indicated, signed_in(indicated.reviewer.account, language))
    seen = look(content)
    assert foreign_words(seen) == []
    words = " ".join(text for _language, text in seen.words)
    assert {"en": "This Mithaq has no lake to look into.", "ar": "لا بحيرة بيانات"}[language] in words
    assert {"en": "What to do:", "ar": "ما العمل:"}[language] in words
    assert b'<svg class="chart"' not in content
    assert b'type="submit"' in content.split(b'id="start"')[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_runs_are_compared_in_words_and_an_earlier_one_is_still_shown(
    indicated: Examined, language: str
) -> None:
    first = indicated.examined()
    second = indicated.again()
    client = signed_in(indicated.reviewer.account, language)
    same = client.get(f"/cases/{indicated.case}/review/compare/", {"before": first.run, "after": second.run})
    said = {"en": b"Both say the same", "ar": "القولان متطابقان".encode()}[language]
    assert (same.status_code, said in same.content) == (200, True)
    earlier = page(indicated, client, f"?run={first.run}")
    assert {"en": b"evidence of an earlier run", "ar": "دليل دورة سابقة".encode()}[language] in earlier
    assert foreign_words(look(earlier)) == []
    # What makes runs differ is what was examined: a narrower period is authorised anew.
    indicated.authorise(days=5)
    third = indicated.again()
    told = client.get(f"/cases/{indicated.case}/review/compare/", {"before": third.run, "after": first.run})
    seen = look(told.content)
    assert foreign_words(seen) == []
    assert {"en": b"The bounds of the review have changed", "ar": "تغيّرت حدود المراجعة".encode()}[
        language
    ] in told.content
    shown = told.content.partition(b"<dl")[2]
    assert shown.index(first.run.encode()) < shown.index(third.run.encode())


@pytest.mark.parametrize(
    "rest",
    ["?run=r_none", "compare/", "compare/?before=x&after=y", "runs/r_none/progress/", "records/q_none/"],
)
def test_what_the_case_does_not_have_is_not_found(indicated: Examined, rest: str) -> None:
    indicated.examined()
    answer = signed_in(indicated.reviewer.account).get(f"/cases/{indicated.case}/review/{rest}")
    assert answer.status_code == 404


def test_who_is_recused_sees_neither_the_review_nor_the_findings(indicated: Examined) -> None:
    indicated.examined()
    declare_recusal(
        indicated.reviewer, kind=Recusal.Kind.PRIOR_WORK, value=indicated.case, reason="I sold it to them."
    )
    client = signed_in(indicated.reviewer.account)
    for rest in ("review/", "findings/", "review/start/"):
        assert client.get(f"/cases/{indicated.case}/{rest}").status_code == 403
