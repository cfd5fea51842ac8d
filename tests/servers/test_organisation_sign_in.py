"""Signing in through an organisation's OpenID Connect provider: a real one, in a real browser."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer
from tests.console.people import member, signed_in
from tests.console.test_signing_in import app_set_up, code_for

from mithaq.people.models import Account
from mithaq.people.permissions import Role

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]


APP = {
    "provider_id": "organisation",
    "name": "Provider Example",
    "client_id": "mithaq",
    "secret": "a secret between the two",
}


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MITHAQ_NOW")


@pytest.fixture
def provider() -> Iterator[str]:
    """Give the address of a running provider, to which the console is bound."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(  # a program of the tests' own environment
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    app = {**APP, "settings": {"server_url": address, "oauth_pkce_enabled": True}}
    try:
        _wait_for(f"{address}/.well-known/openid-configuration")
        with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
            yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):  # http on this machine
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def known(provider: str, subject: str, **claims: object) -> None:
    """Let the provider know somebody."""
    request = urllib.request.Request(  # http on this machine
        f"{provider}/users/{quote(subject)}",
        data=json.dumps(claims).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=10):  # as above
        pass


@pytest.fixture
def window(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Give a browser under the console's policy, which fetches nothing from outside this machine."""
    context = browser.new_context()
    context.route("https://**", lambda route: route.abort())
    context.add_cookies([{"name": "mithaq_language", "value": "en", "url": live_server.url}])
    yield context
    context.close()


def sign_in_as(window: BrowserContext, server: LiveServer, subject: str, *, back: str = "/") -> Page:
    """Press the organisation's button, and tell its provider who one is."""
    page = window.new_page()
    page.goto(f"{server.url}/me/sign-in/?next={back}")
    page.get_by_role("button", name="Sign in with Provider Example").click()
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{server.url}/**")
    return page


def test_who_has_an_account_comes_in_and_the_page_they_wanted_opens(
    window: BrowserContext, live_server: LiveServer, provider: str
) -> None:
    account = member(Role.REVIEWER)
    known(provider, "employee-7", email=account.email, email_verified=True)
    page = sign_in_as(window, live_server, "employee-7", back="/terms/")
    page.wait_for_url(f"{live_server.url}/terms/")
    assert SocialAccount.objects.get().user_id == account.pk


def test_who_turns_back_at_the_organisation_is_told_so_and_may_try_again(
    window: BrowserContext, live_server: LiveServer, provider: str
) -> None:
    page = window.new_page()
    page.goto(f"{live_server.url}/me/sign-in/")
    page.get_by_role("button", name="Sign in with Provider Example").click()
    page.get_by_role("button", name="Deny").wait_for()
    # This provider forgets the state when it denies; others send it back with the word of the standard.
    state = parse_qs(urlsplit(page.url).query)["state"][0]
    back = f"{live_server.url}/me/organisation/organisation/back/"
    page.goto(f"{back}?{urlencode({'error': 'access_denied', 'state': state})}")
    page.get_by_role("heading", name="You did not sign in").wait_for()
    assert page.url == f"{live_server.url}/me/organisation/cancelled/"

    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Sign in with Provider Example").click()
    page.get_by_role("button", name="Deny").click()
    page.get_by_role("heading", name="The organisation's sign-in did not work").wait_for()
    assert page.url.startswith(back)
    known(provider, "employee-7", email=member(Role.REVIEWER).email, email_verified=True)
    sign_in_as(window, live_server, "employee-7").wait_for_url(f"{live_server.url}/")


@pytest.mark.parametrize("error", ["server_error", "invalid_scope"])
def test_an_error_of_the_organisations_provider_has_a_page(live_server: LiveServer, error: str) -> None:
    del live_server
    app = {**APP, "settings": {"server_url": "http://127.0.0.1:9"}}
    client = Client()
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        answer = client.get("/me/organisation/organisation/back/", {"error": error, "state": "unknown"})
    assert answer.status_code == 401
    assert b"sign-in did not work" in answer.content


def test_a_provider_that_cannot_be_reached_has_a_page_and_nobody_is_signed_in() -> None:
    app = {**APP, "settings": {"server_url": "http://127.0.0.1:9"}}
    client = Client()
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        answer = client.post("/me/organisation/organisation/")
    assert answer.status_code == 502
    assert b"sign-in cannot be reached" in answer.content
    assert client.get("/").status_code == 302


def test_the_persons_own_language_comes_with_them(
    window: BrowserContext, live_server: LiveServer, provider: str
) -> None:
    account = member(Role.REVIEWER, locale="ar")
    known(provider, "employee-8", email=account.email, email_verified=True)
    page = sign_in_as(window, live_server, "employee-8")
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_whom_no_administrator_made_an_account_for_does_not_come_in(
    window: BrowserContext, live_server: LiveServer, provider: str
) -> None:
    known(provider, "stranger", email="stranger@provider.example", email_verified=True)
    page = sign_in_as(window, live_server, "stranger")
    page.get_by_role("heading", name="You have no account here").wait_for()
    page.goto(f"{live_server.url}/")
    assert "/me/sign-in/" in page.url
    assert not Account.objects.filter(email="stranger@provider.example").exists()


def test_an_address_that_the_provider_has_not_verified_opens_nobodys_account(
    window: BrowserContext, live_server: LiveServer, provider: str
) -> None:
    account = member(Role.REVIEWER)
    known(provider, "pretender", email=account.email, email_verified=False)
    page = sign_in_as(window, live_server, "pretender")
    page.goto(f"{live_server.url}/")
    assert "/me/sign-in/" in page.url
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(
    window: BrowserContext, live_server: LiveServer, provider: str
) -> None:
    account = member(Role.REVIEWER)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    known(provider, "former", email=account.email, email_verified=True)
    page = sign_in_as(window, live_server, "former")
    page.goto(f"{live_server.url}/")
    assert "/me/sign-in/" in page.url


def test_a_role_that_decides_still_needs_a_second_factor_of_ours(
    window: BrowserContext, live_server: LiveServer, provider: str
) -> None:
    account = member(Role.APPROVER)
    known(provider, "approver", email=account.email, email_verified=True)
    page = sign_in_as(window, live_server, "approver")
    page.goto(f"{live_server.url}/")
    page.wait_for_url("**/me/second-factor/")


def test_who_has_a_second_factor_is_asked_for_it_after_the_organisation(
    window: BrowserContext, live_server: LiveServer, provider: str
) -> None:
    account = member(Role.REVIEWER)
    secret = app_set_up(signed_in(account))
    assert Authenticator.objects.filter(user=account, type="totp").exists()
    known(provider, "careful", email=account.email, email_verified=True)
    page = sign_in_as(window, live_server, "careful")
    page.wait_for_url("**/me/second-factor/sign-in/")
    page.get_by_label("Code").fill(code_for(secret))
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Inbox").wait_for()
