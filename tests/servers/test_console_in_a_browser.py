"""The console as a person uses it: in a real browser, under its policy, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer
from tests.console.people import LANGUAGES, PASSWORD, member, signed_in

from mithaq.people.models import Account
from mithaq.people.permissions import Role

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MITHAQ_NOW")


@dataclass(slots=True)
class Desk:
    """One browser window of one person."""

    context: BrowserContext
    page: Page
    server: str
    said: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        self.said.clear()
        self.page.goto(f"{self.server}{address}")

    def faults(self) -> list[str]:
        """Give what axe finds, what the console says, and whether anything stands outside a narrow page."""
        found = [
            f"axe {violation['id']}: {json.dumps([node['html'] for node in violation['nodes']])}"
            for violation in Axe().run(self.page, options=RULES).response["violations"]
        ]
        for width in (390, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            over = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            found += [f"{over} pixels outside at {width}"] if over > 0 else []
        return found + self.said


@pytest.fixture
def desks() -> Iterator[list[Desk]]:
    opened: list[Desk] = []
    yield opened
    for desk in opened:
        desk.context.close()


def sit(
    browser: Browser,
    server: LiveServer,
    desks: list[Desk],
    language: str,
    account: Account | None = None,
    *,
    axe: bool = True,
) -> Desk:
    """Open a window, signed in as this person; `axe` lifts the policy, which rightly refuses its script."""
    context = browser.new_context(bypass_csp=axe, viewport={"width": 1280, "height": 900})
    cookies = {"mithaq_language": language}
    if account is not None:
        client = signed_in(account, language)
        cookies["mithaq_session"] = client.cookies["mithaq_session"].value
    context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies.items()]
    )
    desk = Desk(context, context.new_page(), server.url)
    desk.page.on("console", lambda message: desk.said.append(message.text))
    desks.append(desk)
    return desk


SIGNED_OUT = ("/me/sign-in/", "/me/account-closed/")
OWN = (
    "/",
    "/me/sign-out/",
    "/me/password/",
    "/me/confirm/",
    "/me/second-factor/",
    "/me/second-factor/app/",
    "/me/second-factor/keys/",
    "/me/second-factor/keys/add/",
    "/me/sessions/",
    "/terms/",
    "/terms/T5/",
    "/ledger/",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_signing_in_has_a_fault(
    browser: Browser, live_server: LiveServer, desks: list[Desk], language: str, scheme: str
) -> None:
    desk = sit(browser, live_server, desks, language, member(Role.REVIEWER))
    desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    faults: dict[str, list[str]] = {}
    for address in OWN:
        desk.go(address)
        faults[address] = desk.faults()
    out = sit(browser, live_server, desks, language)
    out.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in SIGNED_OUT:
        out.go(address)
        faults[address] = out.faults()
    assert {address: found for address, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_is_broken_by_no_page(
    browser: Browser, live_server: LiveServer, desks: list[Desk], language: str
) -> None:
    desk = sit(browser, live_server, desks, language, member(Role.REVIEWER), axe=False)
    said: list[str] = []
    for address in OWN:
        desk.go(address)
        said += desk.said
    assert said == []


def test_the_keyboard_reaches_the_content_first(
    browser: Browser, live_server: LiveServer, desks: list[Desk]
) -> None:
    desk = sit(browser, live_server, desks, "en", member(Role.REVIEWER))
    desk.go("/")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "content"


def test_a_security_key_is_added_and_opens_the_account(
    browser: Browser, live_server: LiveServer, desks: list[Desk]
) -> None:
    account = member(Role.APPROVER)
    desk = sit(browser, live_server, desks, "en", axe=False)
    desk.server = desk.server.replace("127.0.0.1", "localhost")
    page = desk.page
    devices = desk.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "usb",
        "isUserVerified": True,
        "hasUserVerification": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})

    desk.go("/me/sign-in/")
    sign_in(page, account)
    page.wait_for_url("**/me/second-factor/")
    page.get_by_role("link", name="Add a security key").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name of the key").fill("Blue key")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_text("Write them down now").wait_for()
    assert Authenticator.objects.filter(user=account, type="webauthn").count() == 1

    desk.go("/me/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/me/sign-in/")
    sign_in(page, account)
    page.get_by_role("button", name="Use a security key").click()
    page.get_by_role("heading", name="Your place").wait_for()
    assert desk.said == []


def sign_in(page: Page, account: Account) -> None:
    page.get_by_label("Email").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
