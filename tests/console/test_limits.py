"""What may be tried how often: codes of a second factor, confirmations, new passwords."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from tests.console.people import PASSWORD, member, signed_in
from tests.console.test_signing_in import app_set_up, code_for, sign_in

from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_after_five_wrong_codes_the_right_one_opens_nothing_for_a_while() -> None:
    account = member(Role.REVIEWER)
    secret = app_set_up(signed_in(account))
    cache.clear()
    client = Client()
    sign_in(client, account)
    for _ in range(5):
        client.post("/me/second-factor/sign-in/", {"code": wrong(code_for(secret))})
    answer = client.post("/me/second-factor/sign-in/", {"code": code_for(secret)})
    assert answer.get("Location") != "/"
    assert client.get("/").status_code == 302
    cache.clear()
    assert client.post("/me/second-factor/sign-in/", {"code": code_for(secret)})["Location"] == "/"


def test_confirming_with_wrong_passwords_is_stopped() -> None:
    client = signed_in(member(Role.REVIEWER))
    tried = [client.post("/me/confirm/", {"password": "wrong wrong"}).status_code for _ in range(11)]
    assert 429 in tried
    assert client.post("/me/confirm/", {"password": PASSWORD}).get("Location") is None


def test_trying_out_ones_password_by_changing_it_is_stopped() -> None:
    client = signed_in(member(Role.REVIEWER))
    form = {"oldpassword": "wrong wrong", "password1": "nine quiet bridges over"}
    form["password2"] = form["password1"]
    tried = [client.post("/me/password/", form).status_code for _ in range(6)]
    assert tried == [200] * 5 + [429]
