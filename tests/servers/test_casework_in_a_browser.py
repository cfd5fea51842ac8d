"""A case's own pages in a real browser: no fault on any, each role's first page, and two people at one case.

The pages of examining, of deciding and beside the cases are walked in the modules of their names.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from tests.casework import Office
from tests.console.people import LANGUAGES
from tests.review.desk import Casework
from tests.servers.desks import Desk, sit

from mithaq.intake.acts import attach, link_cases
from mithaq.people.acting import Acting
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.queries import access_case

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]

REASON = "Records are on their way."


def pages_of(work: Casework) -> list[tuple[Acting, list[str]]]:
    """Give who looks at which pages of a case that has a document, a link, a hold before it, and a review."""
    other = work.open().case
    link_cases(work.reviewer, work.case, other)
    paper = attach(work.reviewer, work.case, data=b"a,b\n1,2\n", media_type="text/csv", name="سجلّ books.csv")
    here, there = f"/cases/{work.case}/", f"/cases/{other}/"
    acts.hold(work.authoriser, other, reason=REASON)
    work.authorise()
    acts.escalate(work.reviewer, work.case, reason="أكبر ممّا ظننّا c_1 (T5).")
    return [
        (
            work.reviewer,
            [
                "/",
                "/cases/",
                "/cases/?stage=cancelled",
                "/cases/new/",
                "/cases/new/file/",
                here,
                f"{here}egress/",
                f"{here}timeline/",
                f"{here}documents/new/",
                f"{here}link/",
                f"{here}escalate/",
                f"{here}hold/",
                f"{there}release/",
            ],
        ),
        (work.office.person(Role.REVIEWER), [f"{here}hand-over/", f"{here}step-in/"]),
        (
            work.authoriser,
            [
                "/",
                f"{here}authorise/",
                f"{here}cancel/",
                f"{here}documents/{paper.attachment}/erase/",
                f"{here}words/erase/",
                f"{here}watch/end/",
            ],
        ),
        (work.office.first, ["/", "/break-glass/"]),
        (work.approver, ["/"]),
        (work.appeals_officer, ["/"]),
        (work.operator, ["/"]),
        (work.office.person(Role.AUDITOR), ["/", "/ledger/", "/ledger/entries/1/"]),
        (work.office.person(Role.REGISTER_KEEPER), ["/"]),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_case_has_a_fault_and_neither_has_any_roles_first_page(
    browser: Browser, live_server: LiveServer, desks: list[Desk], office: Office, language: str
) -> None:
    work = Casework(office)
    found: dict[str, list[str]] = {}
    for who, addresses in pages_of(work):
        desk = sit(browser, live_server, desks, language, who.account)
        for address in addresses:
            answer = desk.go(address)
            found[f"{sorted(who.roles)} {address}"] = [
                *desk.faults(),
                *([] if answer == 200 else [f"answered {answer}"]),
            ]
    desk = desks[0]
    desk.go("/cases/new/")
    with desk.page.expect_navigation():
        desk.page.locator("main form button[type=submit]").last.click()
    found["an allegation with nothing in it"] = [
        each for each in desk.faults() if "status of 422" not in each
    ]
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_of_two_people_at_one_case_the_later_is_told_and_overwrites_nothing(
    browser: Browser, live_server: LiveServer, desks: list[Desk], office: Office
) -> None:
    work = Casework(office)
    work.authorise()
    first, second = (office.person(Role.REVIEWER) for _ in range(2))
    address = f"/cases/{work.case}/hand-over/"
    one = sit(browser, live_server, desks, "en", work.authoriser.account, axe=False)
    two = sit(browser, live_server, desks, "en", work.reviewer.account, axe=False)
    for desk in (one, two):
        desk.go(address)
    for desk, to in ((one, first), (two, second)):
        desk.page.locator("[name=reviewer]").select_option(str(to.account.pseudonym))
        desk.page.locator("[name=reason]").fill(f"{to.account.name} knows the customer.")
        desk.page.locator("main form button[type=submit]").last.click()
        desk.page.wait_for_load_state()
    two.page.get_by_text("1 act was done in this case since you loaded the page").wait_for()
    assert access_case(work.authoriser, work.case).state.in_charge == first.account.pseudonym
    assert two.page.locator("[name=reason]").input_value() == f"{second.account.name} knows the customer."
    assert one.said + two.said == []
