"""The pages of measures in a real browser: no fault on any, in both languages, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from tests.casework import Office
from tests.console.people import LANGUAGES
from tests.measures.carrying import Carrying
from tests.servers.desks import Desk, sit

from mithaq.measures import acts
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Operation
from mithaq.measures.models import MadePlan

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_measures_has_a_fault(
    browser: Browser, live_server: LiveServer, desks: list[Desk], office: Office, language: str
) -> None:
    carrying = Carrying(office)
    carrying.shelf.leaks = {(Vantage.ANONYMOUS, Operation.WRITE)}
    measure = carrying.applied(carrying.alarm_only())
    gate = next(each for each in carrying.shelf.state if each.kind == "gate")
    carrying.shelf.state[gate] = "propped open"
    carrying.reconciled()
    here = f"/cases/{carrying.case}/measures/"
    plan = MadePlan.objects.get()
    desk = sit(browser, live_server, desks, language, carrying.operator.account)
    faults: dict[str, list[str]] = {}

    def look(*places: str) -> None:
        for place in places:
            desk.go(f"{here}{place}")
            faults.update({place: wrong} if (wrong := desk.faults()) else {})

    look(
        "",
        "plans/new/",
        f"plans/{plan.key}/",
        f"plans/{plan.key}/apply/",
        f"{measure.key}/",
        f"{measure.key}/lift/",
    )
    acts.ask_probe(carrying.operator, carrying.case, measure.key)
    look(f"{measure.key}/")
    # That page asks again and again as long as it is open, which must not go on after the test.
    desk.go(here)
    assert faults == {}
