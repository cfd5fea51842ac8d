"""A one-time link leads a new person in, once."""

from __future__ import annotations

import secrets

import pytest
from django.test import Client
from tests.console.people import LANGUAGES, NOW, foreign_words, look

from mithaq.people.acts import set_up
from mithaq.people.acts.setup import NewPerson

pytestmark = pytest.mark.django_db

CHOSEN = "nine quiet bridges over"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_sets_a_password_once_and_then_the_person_signs_in(language: str) -> None:
    people = [
        NewPerson("Amal Quarry", "amal@provider.example"),
        NewPerson("Idris Vale", "idris@provider.example"),
    ]
    one, _two = set_up(people, clock=lambda: NOW, entropy=secrets.token_bytes)
    client = Client()
    client.cookies["mithaq_language"] = language
    address = f"/welcome/{one.secret}/"
    seen = look(client.get(address).content)
    assert (seen.language, seen.inline, foreign_words(seen)) == (language, [], [])
    assert client.post(address, {"password": CHOSEN, "again": "another"}).status_code == 200
    assert client.post(address, {"password": "short", "again": "short"}).status_code == 200
    answer = client.post(address, {"password": CHOSEN, "again": CHOSEN})
    assert answer["Location"] == "/me/sign-in/"
    used = client.post(address, {"password": CHOSEN, "again": CHOSEN})
    assert used.status_code == 404
    assert foreign_words(look(used.content)) == []
    signed = client.post("/me/sign-in/", {"login": one.account.email, "password": CHOSEN})
    assert signed.status_code == 302
