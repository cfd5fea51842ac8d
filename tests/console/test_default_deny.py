"""Every address of the console names the permission it needs, or is one of a few that anybody may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.casework import Office
from tests.console.people import LANGUAGES, foreign_words, look, member, signed_in
from tests.review.desk import Casework

from mithaq.console.web.second_factor import REQUIRED_OF
from mithaq.people.permissions import GRANTS, Permission, Role

PUBLIC = {"style", "language", "alive", "ready", "metrics", "ledger-checkpoint", "ledger-tile", "welcome"}
"""Addresses that say nothing about anybody: hashes, one word of the process. A link is a secret itself, and
the metrics ask for one of their own."""
SIGNING_IN = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_")
"""Addresses of signing in and of one's own account: they ask for a sign-in themselves where they need one."""


def patterns(of: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in of:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, here)
        else:
            yield here, each


def pages() -> list[tuple[str, URLPattern]]:
    found = patterns(get_resolver().url_patterns)
    return [(address, each) for address, each in found if not address.startswith("api/")]


def test_every_page_names_its_permission() -> None:
    unnamed = [
        address
        for address, each in pages()
        if not hasattr(each.callback, "permission")
        and each.name not in PUBLIC
        and not (each.name or "").startswith(SIGNING_IN)
    ]
    assert unnamed == []


def permission_of(page: URLPattern) -> Permission:
    permission = getattr(page.callback, "permission", None)
    assert isinstance(permission, Permission)
    return permission


OWN = [each for _address, each in pages() if hasattr(each.callback, "permission")]
PLAIN = [each for each in OWN if not each.pattern.converters]
"""Pages whose address names nothing: each must answer every role as the table of grants says."""


ABOUT_A_CASE = [each for each in OWN if "case" in each.pattern.converters]
"""Pages whose address names a case, and perhaps something in it."""


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_sees_the_pages_of_a_case_that_it_has_the_permission_for_and_no_others(
    office: Office, role: Role, language: str
) -> None:
    case = Casework(office).case
    client = signed_in(office.person(role).account, language)
    wrong: dict[str, object] = {}
    for page in ABOUT_A_CASE:
        values = {name: case if name == "case" else "1" for name in page.pattern.converters}
        answer = client.get(reverse(str(page.name), kwargs=values))
        permitted = permission_of(page) in GRANTS[role]
        if (answer.status_code != 403) != permitted:
            wrong[str(page.name)] = answer.status_code
        if "text/html" in answer.get("Content-Type", ""):
            seen = look(answer.content)
            if seen.language != language or seen.inline or foreign_words(seen):
                wrong[f"{page.name}: its words"] = seen.inline + foreign_words(seen)
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("page", PLAIN, ids=lambda page: page.name)
def test_a_role_sees_the_pages_it_has_the_permission_for_and_no_others(page: URLPattern, role: Role) -> None:
    answer = signed_in(member(role)).get(reverse(str(page.name)))
    permitted = permission_of(page) in GRANTS[role]
    assert answer.status_code == (200 if permitted else 403)


@pytest.mark.django_db
@pytest.mark.parametrize("page", OWN, ids=lambda page: page.name)
def test_nobody_sees_a_page_without_signing_in(page: URLPattern) -> None:
    values = dict.fromkeys(page.pattern.converters, "1")
    address = reverse(str(page.name), kwargs=values)
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
def test_who_has_no_role_sees_no_page() -> None:
    client = signed_in(member())
    assert {client.get(reverse(str(page.name))).status_code for page in PLAIN} == {403}


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_that_decides_works_only_with_a_second_factor(role: Role) -> None:
    answer = signed_in(member(role), second_factor=False).get("/")
    assert answer.status_code == (302 if role in REQUIRED_OF else 200)
