"""From a finding to a measure in force, and out of it again: two people, each in a browser of their own.

The worker carries the measure out at Mithaq's own gateway, in front of a stand-in for a store.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.casework import Office
from tests.gateway.customers import Customer
from tests.measures.carrying import Carrying
from tests.review.desk import SUBSCRIPTION
from tests.servers.desks import Desk, sit
from tests.servers.test_deciding_in_a_browser import (
    ANSWERS,
    CHOSEN,
    App,
    press,
    show_code,
    stale,
    submit,
    write,
)

from mithaq.cli.story.store import stored
from mithaq.measures.models import AppliedMeasure, MadePlan
from mithaq.measures.targets.gateway.folder import Folder
from mithaq.people.permissions import Role
from mithaq.review.models import Decision

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customer(tmp_path: Path) -> Iterator[Customer]:
    """Give the customer of the case, with a bucket behind the gateway."""
    folder = tmp_path / "rules"
    Folder(folder).make()
    with stored(folder) as store:
        yield Customer.of(store, SUBSCRIPTION.removeprefix("aws:"))


def storing(customer: Customer) -> int:
    """Give what the gateway answers the customer who stores an object."""
    return customer.ask("PUT", f"/{customer.bucket}/later", body=b"b").status


def found(page: Page) -> dict[str, int]:
    """Give how many probes the page of a measure shows by each thing that they came to."""
    rows = page.locator("section:has(#probes) table tbody tr td:last-child").all_inner_texts()
    return {each: rows.count(each) for each in rows}


def test_a_measure_is_planned_decided_applied_and_lifted_by_two_people_in_their_browsers(
    browser: Browser, live_server: LiveServer, desks: list[Desk], office: Office, customer: Customer
) -> None:
    carrying = Carrying(office, driver=customer.driver)
    work, case = carrying.work, f"/cases/{carrying.case}/"
    office.grant(work.reviewer.account, Role.OPERATOR)
    codes = App(work.approver.account)
    one = sit(browser, live_server, desks, "en", work.reviewer.account, axe=False)
    two = sit(browser, live_server, desks, "ar", work.approver.account, axe=False)

    plan = planned(one, carrying, case)
    decision = proposed(one, case, plan)
    stale(two)
    approve(two, f"{case}decisions/{decision.key}/", codes)
    one.go(f"{case}decisions/{decision.key}/reasons/issue/")
    submit(one.page)
    one.page.wait_for_url("**/reasons/")

    assert storing(customer) == 200
    one.go(f"{case}measures/plans/{plan.key}/")
    one.page.locator('main a.button[href$="/apply/"]').click()
    submit(one.page)
    one.page.wait_for_url(re.compile(r"/measures/m_\w+/$"))
    measure = AppliedMeasure.objects.get()
    expect(one.page.locator(".progress .tag.is-waiting").first).to_be_visible()
    carrying.work_off()
    expect(one.page.locator(".progress .tag.is-stands").first).to_have_text("in force", timeout=20_000)
    one.page.reload()
    assert set(found(one.page)) == {"as decided"}
    assert storing(customer) == 403

    lift(one, two, f"{case}decisions/", decision)
    one.go(f"{case}measures/{measure.key}/")
    one.page.locator('main a.button[href$="/lift/"]').click()
    submit(one.page)
    one.page.wait_for_url(f"**{case}measures/{measure.key}/")
    carrying.work_off()
    one.page.reload()
    expect(one.page.locator(".progress .tag").first).to_have_text("lifted")
    assert set(found(one.page)) == {"as decided"}
    assert storing(customer) == 200
    assert one.said + two.said == []


def planned(desk: Desk, carrying: Carrying, case: str) -> MadePlan:
    """Ask for a plan, and let the worker make it."""
    desk.go(f"{case}measures/plans/new/")
    desk.page.locator('[name="measures[0].measure"]').select_option(CHOSEN["measures[0].measure"])
    until = f"{carrying.office.now + timedelta(days=30):%Y-%m-%dT%H:%M}"
    write(desk.page, {"measures[0].until": until})
    press(desk.page, "ask")
    desk.page.wait_for_url(f"**{case}measures/")
    carrying.work_off()
    desk.page.reload()
    return MadePlan.objects.get()


def proposed(desk: Desk, case: str, plan: MadePlan) -> Decision:
    """Go from the measures to the plan, and from there propose the decision that names it."""
    desk.page.locator(f'main a[href$="/plans/{plan.key}/"]').click()
    desk.page.locator('main a[href*="?plan="]').click()
    expect(desk.page.locator('[name="plan"]')).to_have_value(plan.digest)
    write(desk.page, {name: text for name, text in ANSWERS.items() if not name.startswith("measures")})
    for name, value in CHOSEN.items():
        desk.page.locator(f'[name="{name}"]').select_option(value)
    press(desk.page, "preview")
    expect(desk.page.get_by_text(plan.digest)).to_be_visible()
    press(desk.page, "send")
    desk.page.wait_for_url(re.compile(rf"{case}decisions/d_\w+/$"))
    return Decision.objects.get()


def lift(one: Desk, two: Desk, decisions: str, decision: Decision) -> None:
    """Propose that a decision's restriction end, and have that approved."""
    one.go(f"{decisions}{decision.key}/then/lift/no-action/")
    write(one.page, {name: text for name, text in ANSWERS.items() if name.startswith(("facts", "grounds"))})
    press(one.page, "preview")
    press(one.page, "send")
    one.page.wait_for_url(re.compile(rf"{decisions}d_\w+/$"))
    ending = Decision.objects.exclude(key=decision.key).get()
    approve(two, f"{decisions}{ending.key}/")


def approve(desk: Desk, decision: str, codes: App | None = None) -> None:
    """Approve a decision, showing a code of an app first if the session's second factor has grown old."""
    desk.go(f"{decision}approve/")
    submit(desk.page)
    if codes is not None:
        desk.page.wait_for_url("**/me/second-factor/confirm/**")
        show_code(desk.page, codes, f"**{decision}")
    desk.page.wait_for_url(f"**{decision}")
