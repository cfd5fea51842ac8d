"""The language of the pages: chosen on any of them, kept with the person, brought to where they sign in."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.console.people import PASSWORD, look, member, signed_in

from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry
from mithaq.people.models import Account
from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db


def language_of(client: Client, address: str = "/") -> str:
    return look(client.get(address).content).language


def chosen() -> int:
    return Entry.objects.filter(kind=ActKind.PEOPLE_LANGUAGE_CHOSEN).count()


def test_the_switch_changes_the_page_the_person_and_the_ledger() -> None:
    account = member(Role.REVIEWER)
    client = signed_in(account)
    answer = client.post("/language/", {"language": "ar", "next": "/terms/"})
    assert answer["Location"] == "/terms/"
    assert language_of(client) == "ar"
    account.refresh_from_db()
    assert (account.locale, chosen()) == ("ar", 1)


def test_choosing_what_one_has_already_is_no_act() -> None:
    client = signed_in(member(Role.REVIEWER, locale="ar"))
    client.post("/language/", {"language": "ar"})
    assert chosen() == 0


def test_who_is_not_signed_in_changes_this_browser_alone() -> None:
    client = Client()
    client.post("/language/", {"language": "ar"})
    assert language_of(client, "/me/sign-in/") == "ar"
    assert chosen() == 0


def test_signing_in_brings_the_persons_own_language_to_the_browser() -> None:
    account = member(Role.REVIEWER, locale="ar")
    client = Client()
    client.post("/language/", {"language": "en"})
    client.post("/me/sign-in/", {"login": account.email, "password": PASSWORD})
    assert language_of(client) == "ar"


@pytest.mark.parametrize("code", ["", "xx", "ar-EG", "en\r\nSet-Cookie: a=b"])
def test_a_language_that_the_console_does_not_speak_changes_nothing(code: str) -> None:
    account = member(Role.REVIEWER)
    client = signed_in(account)
    assert client.post("/language/", {"language": code}).status_code == 302
    assert language_of(client) == "en"
    assert Account.objects.get(pk=account.pk).locale == "en"


def test_the_switch_leads_nowhere_but_into_the_console() -> None:
    client = signed_in(member(Role.REVIEWER))
    assert client.post("/language/", {"language": "ar", "next": "https://evil.example/"})["Location"] == "/"
