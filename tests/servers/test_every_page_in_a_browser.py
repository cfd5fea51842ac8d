"""Every page × role × language in a real browser: each role sees what it may, and of the rest a refusal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import URLPattern
from playwright.sync_api import Browser, Error
from pytest_django.live_server_helper import LiveServer
from tests.casework import Office
from tests.console.people import LANGUAGES
from tests.console.test_default_deny import OWN, PARTS, address_of, lake, of_a_case, permission_of, things
from tests.ledger.database import publisher
from tests.measures.carrying import Carrying
from tests.servers.desks import Desk, sit

from mithaq.people import acts
from mithaq.people.permissions import GRANTS, Permission, Role

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]

__all__ = ["lake"]  # the fixture, with which pages about evidence have some

DIRECTIONS = {"ar": "rtl", "en": "ltr"}


def wrong_at(desk: Desk, page: URLPattern, address: str, role: Role, language: str) -> list[str]:
    """Give what is wrong with a page as a role has it before its eyes."""
    allowed = permission_of(page) in GRANTS[role]
    try:
        status = desk.go(address)
    except Error as error:  # a file, which a browser keeps instead of showing it
        return [] if allowed and "Download is starting" in error.message else [error.message]
    wrong = [] if status == (200 if allowed else 403) else [f"answered {status}"]
    if page.name in PARTS and allowed:
        return wrong
    root = desk.page.locator("html")
    shown = (root.get_attribute("lang"), root.get_attribute("dir"))
    wrong += [] if shown == (language, DIRECTIONS[language]) else [f"shown as {shown}"]
    # That the page itself was refused is what the browser says of every refusal.
    return wrong + [said for said in desk.said if allowed or "403" not in said]


def test_a_server_beside_a_test_has_a_connection_of_its_own(live_server: LiveServer) -> None:
    """Two threads on one of `sqlite3` stop for ever when a query calls a function of Python's."""
    assert live_server.thread.connections_override == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_sees_the_pages_that_it_may_and_of_the_others_only_that_it_may_not(
    browser: Browser,
    live_server: LiveServer,
    desks: list[Desk],
    office: Office,
    lake: Path,
    tmp_path: Path,
    role: Role,
    language: str,
) -> None:
    office.monkeypatch.setenv("MITHAQ_LAKE", str(lake))
    who = office.person(role)
    values = of_a_case(Carrying(office)) | things(office, office.person(Role.ADMINISTRATOR))
    publisher(tmp_path).publish()
    until = office.now + timedelta(days=1)
    _text, token = acts.issue_token(who, label="own", scopes=(Permission.TERMS_READ,), expires_at=until)
    desk = sit(browser, live_server, desks, language, who.account, axe=False)
    wrong: dict[str, list[str]] = {}
    for page in OWN:
        address = address_of(page, values | {"token": token.pk})
        if found := wrong_at(desk, page, address, role, language):
            wrong[address] = found
    assert wrong == {}
