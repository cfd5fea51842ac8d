"""Signing in: password, second factor, lock-out, sessions, and what a fresh second factor opens."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core import mail
from django.http import HttpRequest
from django.test import Client, override_settings
from tests.console.people import PASSWORD, member, signed_in

from mithaq.console.web.attempts import NOWHERE, place
from mithaq.people.models import Account
from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db


def sign_in(client: Client, account: Account, password: str = PASSWORD) -> str:
    """Send the sign-in form; gives where it leads, empty if it is shown again."""
    answer = client.post("/me/sign-in/", {"login": account.email, "password": password})
    return answer.get("Location", "")


def code_for(secret: str) -> str:
    """Give the code that an app shows now, and at least for the next two seconds."""
    left = 30 - time.time() % 30
    if left < 2:
        time.sleep(left)
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def app_set_up(client: Client) -> str:
    """Set an authenticator app up through the pages; gives its secret."""
    shown = client.get("/me/second-factor/app/").content.decode()
    found = re.search(r'<bdi class="id(?: short)?" dir="ltr" translate="no">([A-Z2-7]+)</bdi>', shown)
    assert found is not None
    secret = found[1]
    answer = client.post("/me/second-factor/app/", {"code": code_for(secret)})
    assert answer.get("Location") == "/me/second-factor/codes/"
    return secret


def test_the_right_password_leads_to_the_first_page() -> None:
    client = Client()
    assert sign_in(client, member(Role.REVIEWER)) == "/"
    assert client.get("/").status_code == 200


def test_an_address_may_be_typed_in_capitals() -> None:
    account = member(Role.REVIEWER)
    answer = Client().post("/me/sign-in/", {"login": account.email.upper(), "password": PASSWORD})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("email", ["", "nobody@provider.example"])
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(email: str) -> None:
    email = email or member(Role.REVIEWER).email
    answer = Client().post("/me/sign-in/", {"login": email, "password": "not this one at all"})
    assert answer.status_code == 200
    assert b"are not correct" in answer.content
    assert email.encode() in answer.content, "what was typed stays"
    assert b"not this one" not in answer.content, "but for the password"


def test_a_disabled_account_does_not_sign_in() -> None:
    account = member(Role.REVIEWER)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    client = Client()
    assert sign_in(client, account) != "/"
    assert client.get("/").status_code == 302


def test_five_wrong_passwords_shut_the_address_for_whoever_tried_and_name_nobody() -> None:
    account = member(Role.REVIEWER)
    client = Client()
    for _ in range(4):
        assert sign_in(client, account, "wrong wrong wrong") == ""
    answers = [
        client.post("/me/sign-in/", {"login": account.email, "password": password}).status_code
        for password in ("wrong wrong wrong", PASSWORD)
    ]
    assert answers == [429, 429]
    kept = str(list(AccessAttempt.objects.values()))
    assert account.email not in kept
    assert PASSWORD not in kept


def test_passwords_are_kept_as_argon2() -> None:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        assert get_hasher().algorithm == "argon2"
        account = member(Role.REVIEWER)
        assert account.password.startswith("argon2$argon2id$")
        assert sign_in(Client(), account) == "/"


def test_an_administrator_is_led_to_set_up_a_second_factor_and_works_after_showing_it() -> None:
    account = member(Role.ADMINISTRATOR)
    client = Client()
    assert sign_in(client, account) == "/"
    assert client.get("/")["Location"] == "/me/second-factor/"
    confirm = client.get("/me/second-factor/app/")["Location"]
    assert client.post(confirm, {"password": PASSWORD})["Location"] == "/me/second-factor/app/"
    secret = app_set_up(client)
    wanted = client.get("/")["Location"]
    assert wanted.startswith("/me/second-factor/confirm/")
    assert client.post(wanted, {"code": code_for(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_who_has_a_second_factor_is_asked_for_it_at_the_next_sign_in() -> None:
    account = member(Role.REVIEWER)
    secret = app_set_up(signed_in(account))
    client = Client()
    assert sign_in(client, account) == "/me/second-factor/sign-in/"
    assert client.get("/").status_code == 302
    wrong = f"{(int(code_for(secret)) + 1) % 10**6:06d}"
    assert b"Incorrect code" in client.post("/me/second-factor/sign-in/", {"code": wrong}).content
    assert client.post("/me/second-factor/sign-in/", {"code": code_for(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_the_secret_of_an_app_is_not_in_the_database() -> None:
    account = member(Role.REVIEWER)
    secret = app_set_up(signed_in(account))
    assert secret not in str(list(Authenticator.objects.values()))


def test_a_session_begun_elsewhere_with_a_password_alone_opens_nothing_to_who_has_a_second_factor() -> None:
    account = member(Role.REVIEWER)
    app_set_up(signed_in(account))
    answer = signed_in(account, second_factor=False).get("/")
    assert answer["Location"].startswith("/me/second-factor/confirm/")


def test_other_sessions_are_listed_and_ended_on_the_server() -> None:
    account = member(Role.REVIEWER)
    here, there = Client(), Client()
    assert [sign_in(client, account) for client in (here, there)] == ["/", "/"]
    assert b"End the other sessions" in here.get("/me/sessions/").content
    here.post("/me/sessions/")
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_a_new_password_is_long_and_not_a_common_one() -> None:
    client = signed_in(member(Role.REVIEWER))
    form = {"oldpassword": PASSWORD, "password1": "password1234", "password2": "password1234"}
    assert client.post("/me/password/", form).status_code == 200
    form |= dict.fromkeys(("password1", "password2"), "nine quiet bridges over")
    assert client.post("/me/password/", form).status_code == 302


def test_nobody_makes_an_account_for_themselves_and_no_mail_is_sent() -> None:
    assert Client().post("/me/sign-up/", {"email": "new@provider.example"}).status_code == 404
    assert mail.outbox == []


def test_a_form_without_its_token_is_refused_with_a_page() -> None:
    answer = Client(enforce_csrf_checks=True).post("/me/sign-in/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 403
    assert b"The form was too old" in answer.content


def test_cookies_are_kept_from_scripts_and_other_sites() -> None:
    account = member(Role.REVIEWER)
    client = Client()
    client.get("/me/sign-in/")
    sign_in(client, account)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "", "192.0.2.9"),
        (0, "203.0.113.5", "192.0.2.9"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        (2, "198.51.100.1, 203.0.113.5", "198.51.100.1"),
        (1, "", "192.0.2.9"),
        (1, "nonsense", NOWHERE),
    ],
)
def test_only_what_trusted_proxies_say_about_an_address_counts(
    proxies: int, forwarded: str, seen: str
) -> None:
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "192.0.2.9", "HTTP_X_FORWARDED_FOR": forwarded}
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=proxies):
        assert place(request) == seen
