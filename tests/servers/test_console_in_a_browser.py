"""The console as a person uses it: in a real browser, under its policy, in both languages."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from tests.console.people import LANGUAGES, PASSWORD, member
from tests.servers.desks import Desk, sign_in, sit

from mithaq.people.permissions import Role

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MITHAQ_NOW")


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
def test_no_page_of_signing_in_has_a_fault(
    browser: Browser, live_server: LiveServer, desks: list[Desk], language: str
) -> None:
    desk = sit(browser, live_server, desks, language, member(Role.REVIEWER))
    faults: dict[str, list[str]] = {}
    for address in OWN:
        desk.go(address)
        faults[address] = desk.faults()
    out = sit(browser, live_server, desks, language)
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
    page.get_by_role("heading", name="Inbox").wait_for()
    assert desk.said == []
