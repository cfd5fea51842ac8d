"""The pages on which people sign in and keep their second factor, in both languages."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.console.people import LANGUAGES, foreign_words, look, member, signed_in

from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db

OPEN = ("/me/sign-in/", "/me/account-closed/")
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
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [*OPEN, *OWN])
def test_a_page_speaks_one_language_in_its_direction_without_inline_code(address: str, language: str) -> None:
    client = signed_in(member(Role.REVIEWER), language) if address in OWN else Client()
    client.cookies["mithaq_language"] = language
    answer = client.get(address)
    assert answer.status_code == 200
    seen = look(answer.content)
    assert (seen.language, seen.direction) == (language, "rtl" if language == "ar" else "ltr")
    assert seen.inline == []
    assert len(seen.headings) == 1
    assert foreign_words(seen) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("address", "status"), [("/no-such-page/", 404), ("/me/sign-up/", 404)])
def test_an_error_is_told_in_both_languages(address: str, status: int, language: str) -> None:
    client = Client()
    client.cookies["mithaq_language"] = language
    answer = client.get(address)
    assert answer.status_code == status
    seen = look(answer.content)
    assert seen.language == language
    assert foreign_words(seen) == []
