"""Settings: days of duties are acts of administrators; what the environment says is shown without secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.console.people import (
    LANGUAGES,
    foreign_words,
    have_an_app,
    look,
    member,
    signed_in,
    stale,
)

from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry
from mithaq.people.permissions import Role
from mithaq.review.queries import days_now
from mithaq.review.stages import Duty

pytestmark = pytest.mark.django_db


def days(**changes: int) -> dict[str, int]:
    return {duty.value: days_now()[duty] for duty in Duty} | {
        name.replace("_", "-"): number for name, number in changes.items()
    }


def acts_of_days() -> int:
    return Entry.objects.filter(kind=ActKind.REVIEW_DAYS_SET).count()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_its_language(language: str) -> None:
    answer = signed_in(member(Role.ADMINISTRATOR), language).get("/settings/")
    seen = look(answer.content)
    assert (answer.status_code, seen.inline, foreign_words(seen)) == (200, [], [])


def test_what_differs_is_set_each_as_an_act_and_the_rest_is_left_alone() -> None:
    client = signed_in(member(Role.ADMINISTRATOR))
    answer = client.post("/settings/", days(find=30, decide_appeal=20))
    assert answer.status_code == 303
    assert (days_now()[Duty.FIND], days_now()[Duty.DECIDE_APPEAL], acts_of_days()) == (30, 20, 2)
    client.post("/settings/", days())
    assert acts_of_days() == 2


@pytest.mark.parametrize("wrong", [-1, 367, "x", ""])
def test_a_number_of_days_that_cannot_be_sets_nothing_at_all(wrong: object) -> None:
    client = signed_in(member(Role.ADMINISTRATOR))
    answer = client.post("/settings/", {**days(find=30), "propose": wrong})
    assert answer.status_code == 422
    assert acts_of_days() == 0


def test_days_are_set_only_with_a_fresh_second_factor() -> None:
    administrator = member(Role.ADMINISTRATOR)
    have_an_app(administrator)
    client = stale(signed_in(administrator))
    assert client.post("/settings/", days(find=30))["Location"].startswith("/me/second-factor/")
    assert acts_of_days() == 0


def test_secrets_are_not_shown_nor_where_they_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MITHAQ_OIDC_SECRET_FILE", str(tmp_path / "the-oidc-secret"))
    monkeypatch.setenv("MITHAQ_KEY_FILE", str(tmp_path / "the-lake-key"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:their-password@db.example/mithaq")
    monkeypatch.setenv("MITHAQ_OIDC_SERVER", "https://sign-in.provider.example")
    page = signed_in(member(Role.ADMINISTRATOR)).get("/settings/").content.decode()
    for secret in ("the-oidc-secret", "the-lake-key", "their-password"):
        assert secret not in page
    assert "https://sign-in.provider.example" in page


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_nobody_but_administrators_sees_or_changes_them(role: Role) -> None:
    client = signed_in(member(role))
    assert client.get("/settings/").status_code == 403
    assert client.post("/settings/", days(find=1)).status_code == 403
