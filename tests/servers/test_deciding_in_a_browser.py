"""Deciding as people do it: two browsers, each with a second factor, and then the appeal."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.sessions.backends.db import SessionStore
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.casework import Office
from tests.console.people import LANGUAGES
from tests.review.desk import Casework
from tests.servers.desks import Desk, sign_in, sit

from mithaq.people.acting import Acting
from mithaq.people.models import Account
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import Appellant
from mithaq.review.measures import Path
from mithaq.review.models import AppealRuling, Decision, Statement
from mithaq.review.queries import access_case

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)

ANSWERS = {
    "facts.en": "Recordings by the million.",
    "facts.ar": "تسجيلات بالملايين.",
    "grounds.en": "They follow the rhythm of a population.",
    "grounds.ar": "تتبع إيقاع سكان.",
    "measures[0].until": "2026-10-21T12:00",
    "proportionality.legality": "Clause T5.",
    "proportionality.aim": "To end the use.",
    "proportionality.milder_options[0].option": "A warning",
    "proportionality.milder_options[0].why_not": "One was ignored.",
    "proportionality.severity.why": "Many people.",
}
CHOSEN = {
    "measures[0].measure": "storage:create+part",
    "proportionality.severity.scale": "high",
    "proportionality.severity.scope": "extreme",
    "proportionality.severity.irremediability": "high",
}


@pytest.fixture
def work(office: Office) -> Casework:
    """One case that was opened, and one person for each part in it."""
    return Casework(office)


class App:
    """A person's authenticator app."""

    def __init__(self, account: Account) -> None:
        self.secret = generate_totp_secret()
        TOTP.activate(account, self.secret)

    def code(self) -> str:
        counter = next(iter(yield_hotp_counters_from_time()))
        return str(format_hotp_value(hotp_value(self.secret, counter)))


def show_code(page: Page, app: App, leads_to: str) -> None:
    """Type codes of the app until one is taken: at the turn of a half minute the first comes too late."""
    for _attempt in range(3):
        page.locator("[name=code]").fill(app.code())
        submit(page)
        page.wait_for_load_state()
        if "/second-factor/" not in page.url:
            break
    page.wait_for_url(leads_to)


def write(page: Page, answers: dict[str, str]) -> None:
    for name, text in answers.items():
        page.locator(f'[name="{name}"]').fill(text)


def press(page: Page, step: str) -> None:
    page.locator(f'main button[value="{step}"]:visible').last.click()


def submit(page: Page) -> None:
    """Press the button that does the act of a page."""
    page.locator("main form button[type=submit]:not(.second):not(.quiet)").last.click()


def stale(desk: Desk) -> None:
    """Let six minutes go by since the person showed a second factor."""
    key = next(each["value"] for each in desk.context.cookies() if each["name"] == "mithaq_session")
    session = SessionStore(key)
    for record in session["account_authentication_methods"]:
        record["at"] -= 360
    session.save()


def faults_of(desk: Desk, addresses: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for address in addresses:
        desk.go(address)
        found[address] = desk.faults()
    return {address: faults for address, faults in found.items() if faults}


@in_both_languages
def test_two_people_decide_each_with_a_second_factor(
    browser: Browser, live_server: LiveServer, desks: list[Desk], work: Casework, language: str
) -> None:
    work.found()
    case = f"/cases/{work.case}/"
    app = App(work.reviewer.account)
    proposer = sit(browser, live_server, desks, "en", axe=False)
    proposer.go("/me/sign-in/")
    sign_in(proposer.page, work.reviewer.account)
    show_code(proposer.page, app, f"{live_server.url}/")
    proposer.page.context.add_cookies(
        [{"name": "mithaq_language", "value": language, "url": live_server.url}]
    )

    proposer.go(f"{case}decisions/new/main/measures/")
    write(proposer.page, ANSWERS)
    for name, value in CHOSEN.items():
        proposer.page.locator(f'[name="{name}"]').select_option(value)
    press(proposer.page, "preview")
    digest = proposer.page.locator("main form bdi.id").inner_text()
    press(proposer.page, "send")
    proposer.page.wait_for_url(re.compile(r"/decisions/d_\w+/$"))
    decision = Decision.objects.get()
    assert decision.digest == digest
    assert proposer.page.get_by_role("link", name=re.compile("approving|الاعتماد")).count() == 0

    approver = sit(browser, live_server, desks, language, work.approver.account, axe=False)
    codes = App(work.approver.account)
    stale(approver)
    approver.go(f"{case}decisions/{decision.key}/approve/")
    expect(approver.page.locator("main form bdi.id").first).to_have_text(digest)
    submit(approver.page)
    approver.page.wait_for_url("**/me/second-factor/confirm/**")
    assert decision.key in access_case(work.approver, work.case).state.proposals
    show_code(approver.page, codes, f"**{case}decisions/{decision.key}/")
    assert decision.key in access_case(work.approver, work.case).state.decisions

    proposer.go(f"{case}decisions/{decision.key}/reasons/issue/")
    submit(proposer.page)
    proposer.page.wait_for_url("**/reasons/")
    assert Statement.objects.get().decision_id == decision.key
    assert proposer.said + approver.said == []


def test_a_security_key_is_the_second_factor_of_an_approval(
    browser: Browser, live_server: LiveServer, desks: list[Desk], work: Casework
) -> None:
    work.found()
    decision = work.proposed()
    desk = sit(browser, live_server, desks, "en", work.approver.account, axe=False)
    desk.server = desk.server.replace("127.0.0.1", "localhost")
    for cookie in desk.context.cookies():
        desk.context.add_cookies(
            [SetCookieParam(name=cookie["name"], value=cookie["value"], url=desk.server)]
        )
    devices = desk.context.new_cdp_session(desk.page)
    devices.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "usb",
        "isUserVerified": True,
        "hasUserVerification": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    desk.go("/me/second-factor/keys/add/")
    desk.page.get_by_label("Name of the key").fill("Blue key")
    desk.page.get_by_role("button", name="Add the key").click()
    desk.page.get_by_text("Write them down now").wait_for()
    assert Authenticator.objects.filter(user=work.approver.account, type="webauthn").exists()

    stale(desk)
    desk.go(f"/cases/{work.case}/decisions/{decision.key}/approve/")
    submit(desk.page)
    desk.page.wait_for_url("**/second-factor/**")
    if desk.page.get_by_role("link", name="Use a security key").count():
        desk.page.get_by_role("link", name="Use a security key").click()
    desk.page.get_by_role("button", name="Use a security key").click()
    desk.page.wait_for_url(f"**/cases/{work.case}/decisions/{decision.key}/")
    assert decision.key in access_case(work.approver, work.case).state.decisions


@in_both_languages
def test_an_appeal_is_changed_by_one_officer_and_approved_by_another(
    browser: Browser, live_server: LiveServer, desks: list[Desk], work: Casework, language: str
) -> None:
    decision = work.decided()
    case = f"/cases/{work.case}/"
    reviewer = sit(browser, live_server, desks, language, work.reviewer.account, axe=False)
    reviewer.go(f"{case}decisions/{decision.key}/appeal/")
    reviewer.page.locator("[name=appellant][value=customer]").check()
    reviewer.page.locator("[name=grounds]").fill("We do not.")
    submit(reviewer.page)
    reviewer.page.wait_for_url("**/appeals/")

    first = sit(browser, live_server, desks, language, work.appeals_officer.account, axe=False)
    codes = App(work.appeals_officer.account)
    stale(first)
    first.go(f"{case}appeals/")
    first.page.locator('a[href$="/change/measures/"]').click()
    shorter = {"measures[0].until": "2026-10-01T12:00", "grounds.en": "Less does.", "grounds.ar": "يكفي أقل."}
    reasons = {"reasons.en": "Less does.", "reasons.ar": "يكفي أقل."}
    write(first.page, {**shorter, **reasons})
    press(first.page, "preview")
    press(first.page, "send")
    first.page.wait_for_url("**/me/second-factor/confirm/**")
    show_code(first.page, codes, f"**{case}appeals/")
    answer = AppealRuling.objects.get().decision
    assert answer is not None

    officer = work.office.person(Role.APPEALS_OFFICER)
    place = f"{case}decisions/{answer.key}/answer/"
    for account, deeds in (
        (officer.account, ("approve", "refuse")),
        (work.appeals_officer.account, ("withdraw",)),
    ):
        looking = sit(browser, live_server, desks, language, account)
        assert faults_of(looking, [f"{place}{deed}/" for deed in deeds]) == {}
    second = sit(browser, live_server, desks, language, officer.account, axe=False)
    second.go(f"{case}decisions/{answer.key}/")
    second.page.locator('a[href$="/answer/approve/"]').click()
    submit(second.page)
    second.page.wait_for_url(f"**{case}decisions/{answer.key}/")
    assert list(access_case(work.approver, work.case).state.heads) == [answer.key]
    assert reviewer.said + first.said + second.said == []


@in_both_languages
def test_no_page_of_deciding_has_a_fault(
    browser: Browser, live_server: LiveServer, desks: list[Desk], work: Casework, language: str
) -> None:
    decision = work.decided()
    appeal = acts.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="We do not.",
        received=work.office.now,
    )
    proposal = work.proposed(work.content(path=Path.AMEND, previous=decision.key, days=9))
    case, older, newer = f"/cases/{work.case}/", f"decisions/{decision.key}/", f"decisions/{proposal.key}/"
    own: dict[str, tuple[Acting, list[str]]] = {
        "reviewer": (
            work.reviewer,
            [
                "decisions/",
                "decisions/new/main/measures/",
                older,
                newer,
                f"{older}then/amend/measures/",
                f"{older}appeal/",
                f"{newer}withdraw/",
            ],
        ),
        "approver": (work.approver, [newer, f"{newer}approve/", f"{newer}refuse/"]),
        "operator": (work.operator, [f"{older}reasons/", f"{older}reasons/issue/", f"{older}expire/"]),
        "officer": (
            work.appeals_officer,
            ["appeals/", f"appeals/{appeal.key}/upheld/", f"appeals/{appeal.key}/change/measures/"],
        ),
    }
    faults: dict[str, list[str]] = {}
    for who, places in own.values():
        desk = sit(browser, live_server, desks, language, who.account)
        faults |= faults_of(desk, [f"{case}{place}" for place in places])
    desk = sit(browser, live_server, desks, language, work.reviewer.account)
    desk.go(f"{case}{older}then/amend/measures/")
    press(desk.page, "add:measures")
    press(desk.page, "preview")
    faults |= {"form with faults": wrong} if (wrong := desk.faults()) else {}
    assert faults == {}


@in_both_languages
def test_a_decision_is_composed_with_the_keyboard_alone(
    browser: Browser, live_server: LiveServer, desks: list[Desk], work: Casework, language: str
) -> None:
    work.found()
    desk = sit(browser, live_server, desks, language, work.reviewer.account, axe=False)
    desk.go(f"/cases/{work.case}/decisions/new/main/warning/")
    page = desk.page
    page.locator("[name='clauses']").first.focus()
    for name in ("facts.en", "facts.ar", "grounds.en", "grounds.ar"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == name
        page.keyboard.type(ANSWERS[name])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "preview"
    page.keyboard.press("Enter")
    page.locator('button[value="send"]').wait_for()
    page.locator('button[value="send"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/decisions/d_\w+/$"))
    assert Decision.objects.get().kind == "warning"
