"""Pages of measures: a plan with its inverse, how far it came, what probes found, drift, and lifting."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from tests.casework import Office
from tests.console.people import LANGUAGES, foreign_words, have_an_app, look, signed_in, stale
from tests.measures.carrying import Carrying, by_hand

from mithaq.console.web.measuring.words import MEANINGS, STATUSES
from mithaq.measures.errors import TargetRefuses
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Operation
from mithaq.measures.models import AppliedMeasure
from mithaq.measures.status import Status
from mithaq.people.acting import Acting
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrying(office: Office) -> Carrying:
    """A case that was found upon, whose subscription lives on a shelf."""
    return Carrying(office)


@pytest.fixture
def carrying_by_hand(office: Office, tmp_path: Path) -> Carrying:
    """A case whose subscription is restricted by files that a person carries out."""
    return by_hand(office, tmp_path)


def read(carrying: Carrying, place: str, who: Acting | None = None, language: str = "en") -> str:
    """Give the words of a page of the case, which must be all in its language and without inline code."""
    client = signed_in((who or carrying.operator).account, language)
    answer = client.get(f"/cases/{carrying.case}/measures/{place}")
    assert answer.status_code == HTTPStatus.OK, answer.content[:2000]
    seen = look(answer.content)
    assert (seen.language, seen.inline, foreign_words(seen)) == (language, [], [])
    return " ".join(" ".join(text for _language, text in seen.words).split())


def ask(carrying: Carrying, place: str, who: Acting | None = None) -> tuple[int, str]:
    """Send the form of a page; gives the status and what it says then."""
    client = signed_in((who or carrying.operator).account, "en")
    address = f"/cases/{carrying.case}/measures/{place}"
    acts = re.findall(r'name="acts" value="(\d+)"', client.get(address).content.decode())
    answer = client.post(address, {"acts": acts[0] if acts else "0"})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_tell_a_measure_from_its_plan_to_its_lifting(carrying: Carrying, language: str) -> None:
    assert read(carrying, "", language=language)
    plan = carrying.plan()
    decision = carrying.decided(plan)
    said = read(carrying, f"plans/{plan.key}/", language=language)
    for word in (plan.digest, decision.key, "probe-kit", "gate", "shut"):
        assert word in said
    assert ask(carrying, f"plans/{plan.key}/apply/")[0] == HTTPStatus.SEE_OTHER
    measure = AppliedMeasure.objects.get()
    waits = read(carrying, f"{measure.key}/", language=language)
    assert ("waits for the worker" in waits) == (language == "en")
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE
    said = read(carrying, f"{measure.key}/", language=language)
    assert ("everything as decided" in said) == (language == "en")
    assert read(carrying, "", language=language)
    for name in ("lift", "probe", "finish", "roll-back"):
        assert read(carrying, f"{measure.key}/{name}/", language=language)


def test_a_plan_is_applied_only_when_two_have_decided_on_it_and_the_refusal_says_so(
    carrying: Carrying,
) -> None:
    plan = carrying.plan()
    status, said = ask(carrying, f"plans/{plan.key}/apply/")
    assert (status, AppliedMeasure.objects.count()) == (HTTPStatus.OK, 0)
    assert "approval does not cover" in said or "does not cover this plan" in said or "plan" in said
    carrying.approved(plan)
    status, _said = ask(carrying, f"plans/{plan.key}/apply/")
    assert (status, AppliedMeasure.objects.count()) == (HTTPStatus.OK, 0)


def test_a_measure_is_lifted_from_the_page_only_after_two_people_ended_it(carrying: Carrying) -> None:
    measure = carrying.applied()
    place = f"/cases/{carrying.case}/measures/{measure.key}/lift/"
    client = signed_in(carrying.operator.account, "en")
    assert place not in client.get(f"/cases/{carrying.case}/measures/{measure.key}/").content.decode()
    status, said = ask(carrying, f"{measure.key}/lift/")
    assert status == HTTPStatus.OK
    assert "may not be lifted now" in said
    carrying.ended(carrying.decision_of(measure))
    assert place in client.get(f"/cases/{carrying.case}/measures/{measure.key}/").content.decode()
    assert ask(carrying, f"{measure.key}/lift/")[0] == HTTPStatus.SEE_OTHER
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert "after the lifting" in read(carrying, f"{measure.key}/")


def test_what_leaks_stands_first_and_is_never_called_in_force(carrying: Carrying) -> None:
    carrying.shelf.leaks = {(Vantage.ANONYMOUS, Operation.WRITE)}
    measure = carrying.applied()
    said = read(carrying, f"{measure.key}/")
    assert "not shown by probes" in said
    assert said.index("leak: still open") < said.index("the owner")
    assert "not everything as decided" in said
    assert ask(carrying, f"{measure.key}/probe/")[0] == HTTPStatus.SEE_OTHER
    carrying.shelf.leaks = set()
    carrying.work_off()
    first = measure.probes.filter(stage="applied").first()
    assert first is not None
    assert "leak: still open" not in read(carrying, f"{measure.key}/").partition("Comes to")[2]
    assert "leak: still open" in read(carrying, f"{measure.key}/?round={first.pk}").partition("Comes to")[2]


def test_drift_is_listed_with_what_was_found(carrying: Carrying) -> None:
    measure = carrying.applied(carrying.alarm_only())
    setting = next(each for each in carrying.shelf.state if each.kind == "gate")
    carrying.shelf.state[setting] = "propped open"
    carrying.reconciled()
    said = read(carrying, f"{measure.key}/")
    assert "has drifted" in said
    assert "propped open" in said


def test_a_partial_measure_says_how_far_it_came_and_is_finished_or_rolled_back(carrying: Carrying) -> None:
    def refuses_the_room(_number: int, what: str) -> None:
        if what == "write" and "shut" in carrying.shelf.state.values():
            raise TargetRefuses("the shelf refuses")

    measure = carrying.asked()
    carrying.shelf.at_call = refuses_the_room
    carrying.work_off()
    said = read(carrying, f"{measure.key}/")
    for words in ("stopped on the way", "done and read back", "Finish it", "Roll it back"):
        assert words in said
    carrying.shelf.at_call = lambda _number, _what: None
    assert ask(carrying, f"{measure.key}/roll-back/")[0] == HTTPStatus.SEE_OTHER
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED


def test_the_browser_asks_again_while_it_goes_on_and_is_sent_only_what_is_new(carrying: Carrying) -> None:
    measure = carrying.asked()
    client = signed_in(carrying.operator.account, "en")
    page = client.get(f"/cases/{carrying.case}/measures/{measure.key}/").content.decode()
    again = re.findall(r'hx-get="([^"]+)"', page)
    assert len(again) == 1
    assert client.get(again[0]).status_code == HTTPStatus.NO_CONTENT
    carrying.work_off()
    answer = client.get(again[0])
    assert answer.status_code == HTTPStatus.OK
    assert "hx-get" not in answer.content.decode()


def test_who_may_only_read_is_offered_nothing_and_who_may_not_sees_nothing(carrying: Carrying) -> None:
    measure = carrying.applied()
    carrying.ended(carrying.decision_of(measure))
    assert "Lift the measure" not in read(carrying, f"{measure.key}/", carrying.work.approver)
    answer = signed_in(carrying.work.approver.account, "en").post(
        f"/cases/{carrying.case}/measures/{measure.key}/lift/", {"acts": "0"}
    )
    assert answer.status_code == HTTPStatus.FORBIDDEN
    officer = signed_in(carrying.work.appeals_officer.account, "en")
    assert officer.get(f"/cases/{carrying.case}/measures/").status_code == HTTPStatus.FORBIDDEN
    assert "Measures" not in officer.get(f"/cases/{carrying.case}/").content.decode()


def test_applying_asks_for_a_second_factor_shown_just_now(carrying: Carrying) -> None:
    plan = carrying.plan()
    carrying.decided(plan)
    have_an_app(carrying.operator.account)
    client = stale(signed_in(carrying.operator.account, "en"))
    place = f"/cases/{carrying.case}/measures/plans/{plan.key}/apply/"
    acts = re.findall(r'name="acts" value="(\d+)"', client.get(place).content.decode())
    answer = client.post(place, {"acts": acts[0]})
    assert (answer.status_code, AppliedMeasure.objects.count()) == (HTTPStatus.FOUND, 0)


def test_every_status_of_a_measure_has_a_word_and_a_meaning() -> None:
    assert set(STATUSES) == set(MEANINGS) == set(Status)


def test_what_was_carried_out_by_hand_is_confirmed_on_its_page(carrying_by_hand: Carrying) -> None:
    carrying = carrying_by_hand
    speech = replace(
        carrying.wanted().measures[0],
        service=RestrictedService.SPEECH_TO_TEXT,
        operation=RestrictedOperation.INFER,
    )
    measure = carrying.applied(replace(carrying.wanted(), measures=(speech,)))
    for language in LANGUAGES:
        assert read(carrying, f"{measure.key}/", language=language)
    said = read(carrying, f"{measure.key}/")
    assert "handed over, not confirmed" in said
    assert "Probe now" not in said, "no request could show anything"
    assert ask(carrying, f"{measure.key}/confirm/")[0] == HTTPStatus.SEE_OTHER
    assert carrying.status(measure) is Status.CONFIGURED
    assert "Confirm that it was done by hand" not in read(carrying, f"{measure.key}/")
    carrying.ended(carrying.decision_of(measure))
    assert ask(carrying, f"{measure.key}/lift/")[0] == HTTPStatus.SEE_OTHER
    carrying.work_off()
    said = read(carrying, f"{measure.key}/")
    assert "handed back, not confirmed" in said
    assert "Lift the measure" not in said
