"""The terms pack as people browse it: every clause in both languages, as it is applied."""

from __future__ import annotations

import pytest
from tests.console.people import LANGUAGES, foreign_words, look, member, signed_in

from mithaq.people.permissions import Role
from mithaq.terms import load_pack

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_leads_to_every_clause_and_each_says_its_text(language: str) -> None:
    client = signed_in(member(Role.AUDITOR), language)
    listed = look(client.get("/terms/").content)
    assert foreign_words(listed) == []
    for clause in load_pack().clauses.values():
        address = f"/terms/{clause.id}/"
        assert address in listed.links
        answer = client.get(address)
        seen = look(answer.content)
        assert (answer.status_code, seen.language, seen.inline) == (200, language, [])
        assert foreign_words(seen) == []
        said = {" ".join(text.split()) for _language, text in seen.words}
        assert " ".join(clause.text.in_("ar" if language == "ar" else "en").split()) in said


def test_the_place_one_is_at_is_marked_in_the_navigation() -> None:
    page = signed_in(member(Role.AUDITOR)).get("/terms/").content.decode()
    assert '<a href="/terms/" aria-current="page">Terms</a>' in page


def test_a_clause_that_does_not_exist_is_not_found() -> None:
    assert signed_in(member(Role.AUDITOR)).get("/terms/T999/").status_code == 404
