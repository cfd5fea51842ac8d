"""The pages of measures in a real browser: no fault on any, in both languages, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from tests.casework import Office
from tests.console.people import LANGUAGES
from tests.measures.carrying import Carrying, by_hand
from tests.servers.desks import Desk, sit

from mithaq.measures import acts
from mithaq.measures.errors import TargetRefuses
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Operation
from mithaq.measures.models import MadePlan
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]


@dataclass(slots=True)
class Walk:
    """An operator's window on the measures of a case, and what was wrong on the pages it went to."""

    desk: Desk
    here: str
    faults: dict[str, list[str]] = field(default_factory=dict)

    def look(self, *places: str) -> None:
        for place in places:
            status = self.desk.go(f"{self.here}{place}")
            wrong = self.desk.faults() + ([] if status == HTTPStatus.OK else [f"answered {status}"])
            self.faults |= {place: wrong} if wrong else {}


@pytest.fixture
def walk(
    browser: Browser, live_server: LiveServer, desks: list[Desk], language: str
) -> Callable[[Carrying], Walk]:
    def of(carrying: Carrying) -> Walk:
        desk = sit(browser, live_server, desks, language, carrying.operator.account)
        return Walk(desk, f"/cases/{carrying.case}/measures/")

    return of


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_measures_has_a_fault(office: Office, walk: Callable[[Carrying], Walk]) -> None:
    carrying = Carrying(office)
    carrying.shelf.leaks = {(Vantage.ANONYMOUS, Operation.WRITE)}
    measure = carrying.applied(carrying.alarm_only())
    gate = next(each for each in carrying.shelf.state if each.kind == "gate")
    carrying.shelf.state[gate] = "propped open"
    carrying.reconciled()
    plan = MadePlan.objects.get()
    walked = walk(carrying)
    walked.look("", "plans/new/", f"plans/{plan.key}/", f"plans/{plan.key}/apply/")
    walked.look(*(f"{measure.key}/{name}" for name in ("", "probe/", "lift/")))
    acts.ask_probe(carrying.operator, carrying.case, measure.key)
    walked.look(f"{measure.key}/")
    assert walked.faults == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_measure_that_stopped_on_the_way_has_a_fault(
    office: Office, walk: Callable[[Carrying], Walk]
) -> None:
    def refuses_the_second(_number: int, what: str) -> None:
        if what == "write" and "shut" in carrying.shelf.state.values():
            raise TargetRefuses("the shelf refuses")

    carrying = Carrying(office)
    measure = carrying.asked()
    carrying.shelf.at_call = refuses_the_second
    carrying.work_off()
    walked = walk(carrying)
    walked.look(*(f"{measure.key}/{name}" for name in ("", "finish/", "roll-back/")))
    assert walked.faults == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_measure_by_hand_has_a_fault(
    office: Office, tmp_path: Path, walk: Callable[[Carrying], Walk]
) -> None:
    carrying = by_hand(office, tmp_path)
    speech = replace(
        carrying.wanted().measures[0],
        service=RestrictedService.SPEECH_TO_TEXT,
        operation=RestrictedOperation.INFER,
    )
    measure = carrying.applied(replace(carrying.wanted(), measures=(speech,)))
    walked = walk(carrying)
    walked.look(*(f"{measure.key}/{name}" for name in ("", "confirm/")))
    assert walked.faults == {}
