"""What every answer of the console carries, and what it says when something is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path
from tests.console.people import LANGUAGES, foreign_words, look, member, signed_in

from mithaq.console import urls
from mithaq.console.reached import oidc_from, reached_from
from mithaq.console.web import style
from mithaq.console.web.failures import bad_request, forbidden, locked_out, too_many, unexpected
from mithaq.kernel.errors import InputError, StateError
from mithaq.people.permissions import Role

pytestmark = pytest.mark.django_db


def test_the_policy_lets_nothing_in_but_what_this_server_sends() -> None:
    policy = Client().get("/me/sign-in/")["Content-Security-Policy"]
    given = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert given["default-src"] == "'none'"
    assert given["script-src"] == given["style-src"] == given["connect-src"] == "'self'"
    assert given["frame-ancestors"] == given["base-uri"] == "'none'"
    assert "unsafe" not in policy


def test_pages_are_framed_by_nobody_and_sniffed_by_nobody() -> None:
    answer = Client().get("/me/sign-in/")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_page_about_people_is_kept_by_no_cache() -> None:
    assert "no-store" in signed_in(member(Role.REVIEWER)).get("/")["Cache-Control"]


def test_the_style_sheet_is_one_and_kept_for_good() -> None:
    answer = Client().get(style.address())
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert Client().get("/style-0000000000000000.css").status_code == 404


def test_the_style_sheet_knows_no_left_and_no_right() -> None:
    ours = style.sheet().decode().split("/* The console,")[1]
    sides = ("margin-left", "margin-right", "padding-left", "padding-right", "border-left", "border-right")
    assert [side for side in sides if side in ours] == []


def test_static_files_have_an_address_of_their_own_for_each_version() -> None:
    page = Client().get("/me/sign-in/").content.decode()
    address = page.split('rel="icon" href="')[1].split('"')[0]
    answer = Client().get(address)
    answer.close()
    assert answer.status_code == 200
    assert "?v=" in address
    assert "immutable" in answer["Cache-Control"]


def _refuse(_request: HttpRequest) -> HttpResponse:
    raise StateError("the review has moved on", hint="Look again.")


def _misread(_request: HttpRequest) -> HttpResponse:
    raise BadRequest


def _break(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


class Broken:
    """The console's addresses and three that fail."""

    urlpatterns = (
        *urls.urlpatterns,
        path("refuse/", _refuse),
        path("misread/", _misread),
        path("break/", _break),
    )
    handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("address", "status"), [("/refuse/", 409), ("/misread/", 400), ("/break/", 500)])
def test_what_goes_wrong_is_said_in_the_page_s_language(address: str, status: int, language: str) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["mithaq_language"] = language
    with override_settings(ROOT_URLCONF=Broken):
        answer = client.get(address)
    assert answer.status_code == status
    seen = look(answer.content)
    assert (seen.language, seen.inline, foreign_words(seen)) == (language, [], [])
    assert b"ZeroDivision" not in answer.content


@pytest.mark.parametrize(
    ("say", "status"),
    [
        (lambda request: bad_request(request, BadRequest()), 400),
        (lambda request: forbidden(request, PermissionError()), 403),
        (locked_out, 429),
        (too_many, 429),
        (unexpected, 500),
    ],
)
def test_a_failure_is_a_whole_page(say: Callable[[HttpRequest], HttpResponse], status: int) -> None:
    request = RequestFactory().get("/")
    answer = say(request)
    assert answer.status_code == status
    assert look(answer.content).headings != []


def test_the_language_is_switched_on_any_page_and_kept() -> None:
    client = Client()
    answer = client.post("/language/", {"language": "ar", "next": "/me/sign-in/?next=/"})
    assert answer["Location"] == "/me/sign-in/?next=/"
    assert look(client.get("/me/sign-in/").content).direction == "rtl"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x"])
def test_the_language_switch_leads_nowhere_else(elsewhere: str) -> None:
    assert Client().post("/language/", {"language": "ar", "next": elsewhere})["Location"] == "/"


def test_a_person_s_own_language_stands_before_the_browser_s() -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(member(Role.REVIEWER, locale="ar"))
    assert look(client.get("/").content).language == "ar"


def test_a_browser_that_asks_for_arabic_gets_it() -> None:
    answer = Client().get("/me/sign-in/", headers={"Accept-Language": "ar-JO,ar;q=0.9,en;q=0.5"})
    assert look(answer.content).language == "ar"
    assert answer["Content-Language"] == "ar"


@pytest.mark.parametrize("wrong", [{"MITHAQ_URL": "mithaq.example"}, {"MITHAQ_PROXIES": "one"}])
def test_a_wrong_setting_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError) as told:
        reached_from(wrong)
    assert told.value.field == next(iter(wrong))


def test_a_console_reached_over_https_sends_its_cookies_over_nothing_else() -> None:
    assert reached_from({"MITHAQ_URL": "https://mithaq.provider.example/"}).secure
    assert not reached_from({}).secure


def test_half_a_setting_of_the_organisation_s_sign_in_is_refused() -> None:
    assert oidc_from({}) == []
    with pytest.raises(InputError) as told:
        oidc_from({"MITHAQ_OIDC_SERVER": "https://id.provider.example", "MITHAQ_OIDC_CLIENT": "mithaq"})
    assert told.value.field == "MITHAQ_OIDC_SECRET_FILE"
