"""The pages beside the cases in a real browser: no fault on any, in both languages, wide and narrow."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from tests.console.people import LANGUAGES, member
from tests.console.test_customer_pages import BOOKS
from tests.servers.desks import Desk, sit

from mithaq.kernel.clock import clock_from
from mithaq.people import acts as people
from mithaq.people.acting import Acting
from mithaq.people.models import Account, Recusal, RoleGrant
from mithaq.people.permissions import Permission, Role
from mithaq.people.queries import acting
from mithaq.register import acts as register
from mithaq.register.acts import ContractTerms, NegotiatedTerm
from mithaq.register.models import Customer
from mithaq.register.reader import read_register

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MITHAQ_NOW")


def doing(account: Account) -> Acting:
    return acting(account, clock=clock_from({}), entropy=secrets.token_bytes)


def founders() -> tuple[Account, Account]:
    one, two = RoleGrant.objects.filter(founder__isnull=False).order_by("founder").select_related("account")
    return one.account, two.account


def faults(desk: Desk, addresses: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for address in addresses:
        desk.go(address)
        found[address] = desk.faults()
    return {address: wrong for address, wrong in found.items() if wrong}


def people_pages() -> tuple[Account, list[str]]:
    """Give an administrator, and the addresses of the pages about people with something on each."""
    account = member(Role.REVIEWER, name="ريم المرفأ")
    one, two = founders()
    first = doing(one)
    grant = people.propose_role(first, account, Role.APPROVER)
    recusal = people.recuse_account(
        first, account, kind=Recusal.Kind.CUSTOMER, value="Blue Harbour", reason="a cousin"
    )
    closed = people.disable_account(first, member(Role.AUDITOR, name="Tamsin Ford"))
    expires = first.now + timedelta(days=9)
    _secret, token = people.issue_token(
        doing(two), label="a script", scopes=[Permission.PEOPLE_ACCOUNT_MANAGE], expires_at=expires
    )
    here = f"/people/{account.pseudonym}/"
    pages = [
        "/people/",
        "/people/?q=nobody",
        "/people/new/",
        here,
        f"{here}link/",
        f"{here}close/",
        f"/people/{closed.pseudonym}/open/",
        f"{here}sessions/end/",
        f"{here}roles/new/",
        f"{here}recusals/new/",
        f"/roles/{grant.pk}/approve/",
        f"/roles/{grant.pk}/end/",
        f"/recusals/{recusal.pk}/end/",
        "/me/recusals/",
        "/me/recusals/new/",
        "/me/tokens/",
        "/me/tokens/new/",
        f"/me/tokens/{token.pk}/revoke/",
        "/settings/",
        "/terms/changes/",
    ]
    return two, pages


def register_pages() -> tuple[Account, list[str]]:
    """Give a register keeper, and the addresses of the pages of the register with something on each."""
    keeper = member(Role.REGISTER_KEEPER)
    who = doing(keeper)
    register.import_register(who, read_register(BOOKS, "books.csv"), sha256="0" * 64)
    terms = ContractTerms(
        reference="C-1",
        customer="Blue Harbour",
        terms="2025 edition",
        declared_purpose="call-centre",
        home_region="eu-west-1",
        overrides=(NegotiatedTerm("T5", "تُحفظ المكالمات تسعين يومًا.", "ar"),),
    )
    register.record_contract(who, terms, valid_from=who.now)
    here = f"/customers/{Customer.objects.get(name='Blue Harbour').pk}/"
    subscription = "/customers/subscription/?of=aws:111122223333"
    return keeper, [
        "/customers/",
        "/customers/?q=nothing",
        here,
        f"{here}contracts/",
        "/customers/subscription/",
        subscription,
        "/customers/subscription/end/",
        "/customers/import/",
        "/customers/contracts/new/",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_about_people_has_a_fault(
    browser: Browser, live_server: LiveServer, desks: list[Desk], language: str
) -> None:
    account, pages = people_pages()
    assert faults(sit(browser, live_server, desks, language, account), pages) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_register_has_a_fault(
    browser: Browser, live_server: LiveServer, desks: list[Desk], language: str
) -> None:
    account, pages = register_pages()
    assert faults(sit(browser, live_server, desks, language, account), pages) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ledgers_filter_and_check_have_no_fault(
    browser: Browser, live_server: LiveServer, desks: list[Desk], language: str
) -> None:
    desk = sit(browser, live_server, desks, language, member(Role.AUDITOR))
    assert faults(desk, ["/ledger/?case=c_none", "/ledger/check/"]) == {}


def test_two_administrators_grant_a_role_with_the_keyboard_alone(
    browser: Browser, live_server: LiveServer, desks: list[Desk]
) -> None:
    account = member()
    one, two = founders()
    first = sit(browser, live_server, desks, "en", one, axe=False)
    first.go(f"/people/{account.pseudonym}/roles/new/")
    first.page.get_by_label("Role").focus()
    first.page.keyboard.type("approver")
    first.page.get_by_role("button", name="Propose the role").focus()
    first.page.keyboard.press("Enter")
    first.page.get_by_text("The role was proposed.").wait_for()
    second = sit(browser, live_server, desks, "en", two, axe=False)
    second.go("/people/")
    second.page.get_by_role("link", name="Look and approve").focus()
    second.page.keyboard.press("Enter")
    second.page.get_by_role("button", name="Approve the role").focus()
    second.page.keyboard.press("Enter")
    second.page.get_by_text("The role is in force.").wait_for()
    assert first.said + second.said == []
