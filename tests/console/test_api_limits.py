"""How often the API answers: each token by itself, guesses by their place, and all again a little later."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client, override_settings
from tests.casework import ApiClient, Office
from tests.console.people import signed_in

from mithaq.console.api.limits import MOST_COUNTED, WRONG, Allowance
from mithaq.console.reached import api_rate_from
from mithaq.kernel.errors import InputError
from mithaq.people.permissions import Role

ME = "/api/v1/people/me"
RATE = 5


@pytest.fixture(autouse=True)
def standing_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time goes by while requests are counted, however slow the machine is."""
    monkeypatch.setattr("mithaq.console.api.limits.time", SimpleNamespace(monotonic=lambda: 0.0))


def again(office: Office, *roles: Role) -> ApiClient:
    return office.api(office.person(*roles))


@override_settings(API_A_MINUTE=RATE)
def test_who_asks_too_often_is_told_when_to_ask_again_and_others_are_not(office: Office) -> None:
    one, other = again(office, Role.REVIEWER), again(office, Role.REVIEWER)
    answers = [one.get(ME) for _ in range(RATE + 1)]
    assert [answer.status for answer in answers] == [200] * RATE + [429]
    assert answers[-1].code == "too-many-requests"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60 // RATE
    reviewer = office.person(Role.REVIEWER)
    elsewhere = ApiClient(one.client, office.api(reviewer).headers)
    assert elsewhere.get(ME).status == 200, "another token, in the same process"
    assert other.get(ME).status == 200


@override_settings(API_A_MINUTE=RATE)
def test_a_session_has_a_limit_of_its_own_and_the_pages_have_none(office: Office) -> None:
    browser = signed_in(office.person(Role.REVIEWER).account)
    assert [browser.get(ME).status_code for _ in range(RATE + 1)] == [200] * RATE + [429]
    assert browser.get("/").status_code == 200


@override_settings(API_A_MINUTE=1000)
def test_who_guesses_tokens_is_stopped_and_who_was_signed_in_is_not(office: Office) -> None:
    one = again(office, Role.REVIEWER)
    assert one.get(ME).status == 200
    guessed = [{"Authorization": f"Bearer {number}"} for number in range(WRONG + 1)]
    guesses = [one.client.get(ME, headers=each).status_code for each in guessed]
    assert guesses == [401] * WRONG + [429]
    assert one.get(ME).status == 200
    newcomer = ApiClient(one.client, office.api(office.person(Role.REVIEWER)).headers)
    assert newcomer.get(ME).status == 429


def test_without_a_limit_everything_is_answered(office: Office) -> None:
    one = again(office, Role.REVIEWER)
    assert {one.get(ME).status for _ in range(30)} == {200}
    assert {Client().get(ME).status_code for _ in range(2)} == {401}


def test_what_was_taken_comes_back_as_time_goes_by_and_never_more_than_a_minutes_worth() -> None:
    now = [0.0]
    allowance = Allowance(60, lambda: now[0])
    assert [allowance.wait("a") for _ in range(60)] == [0.0] * 60
    assert allowance.wait("a") == pytest.approx(1.0)
    assert allowance.wait("b") == 0.0
    now[0] = 2.5
    assert [allowance.wait("a") for _ in range(3)] == [0.0, 0.0, pytest.approx(0.5)]
    now[0] = 10_000
    assert [allowance.wait("a") for _ in range(61)].count(0.0) == 60


def test_only_so_many_are_remembered_and_who_is_forgotten_begins_anew() -> None:
    allowance = Allowance(1, lambda: 0.0)
    assert allowance.wait("first") == 0.0
    assert allowance.wait("first") > 0
    for number in range(MOST_COUNTED):
        allowance.wait(str(number))
    assert allowance.wait("first") == 0.0


@pytest.mark.parametrize(("said", "rate"), [({}, 1200), ({"MITHAQ_API_RATE": "0"}, 0)])
def test_the_limit_is_read_from_the_environment(said: dict[str, str], rate: int) -> None:
    assert api_rate_from(said) == rate


@pytest.mark.parametrize("said", ["", "-1", "many", "1.5", "\u0661"])
def test_a_limit_that_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(InputError) as refused:
        api_rate_from({"MITHAQ_API_RATE": said})
    assert refused.value.field == "MITHAQ_API_RATE"
