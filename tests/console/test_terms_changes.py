"""What changed in the terms: from version to version of a clause, and between two packs."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest
from django.utils import translation
from tests.console.people import LANGUAGES, foreign_words, look, member, signed_in

from mithaq.console.web.office.changes import differences, items_changed, words_changed
from mithaq.people.permissions import Role
from mithaq.terms import Pack, load_pack


def other_pack(folder: Path) -> Path:
    """Write a pack that differs from the default in the text of one clause and lacks another."""
    with resources.as_file(resources.files("mithaq.terms") / "packs" / "default") as default:
        shutil.copytree(default, folder)
    (folder / "T11.yaml").unlink()
    clause = folder / "T5.yaml"
    text = clause.read_text("utf-8")
    title = load_pack().clauses["T5"].title.en
    clause.write_text(text.replace(title, f"{title} at scale"), "utf-8")
    return folder


def test_words_that_went_and_came_stand_where_they_were() -> None:
    pieces = words_changed("keep calls for ninety days", "keep calls of customers for thirty days")
    assert [(piece.change, piece.text.strip()) for piece in pieces] == [
        ("same", "keep calls"),
        ("new", "of customers"),
        ("same", "for"),
        ("gone", "ninety"),
        ("new", "thirty"),
        ("same", "days"),
    ]
    assert "".join(piece.text for piece in pieces if piece.change != "gone") == (
        "keep calls of customers for thirty days"
    )


def test_items_of_a_list_stay_go_or_come() -> None:
    assert [(piece.change, piece.text) for piece in items_changed(["a", "b"], ["b", "c"])] == [
        ("same", "b"),
        ("new", "c"),
        ("gone", "a"),
    ]


def test_a_clause_that_did_not_change_has_no_differences() -> None:
    clause = load_pack().clauses["T5"]
    with translation.override("en"):
        assert differences(clause, clause) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_packs_are_compared_clause_by_clause(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = other_pack(tmp_path / "ours")
    monkeypatch.setenv("MITHAQ_TERMS", str(ours))
    default: Pack = load_pack()
    client = signed_in(member(Role.AUDITOR), language)
    answer = client.get("/terms/changes/", {"from": default.digest, "to": load_pack(ours).digest})
    seen = look(answer.content)
    assert (answer.status_code, seen.inline) == (200, [])
    page = answer.content.decode()
    assert {link for link in seen.links if link.startswith("/terms/T")} >= {"/terms/T5/", "/terms/T11/"}
    assert "/terms/T4/" not in seen.links
    if language == "en":
        assert "at scale</ins>" in page
    else:
        assert foreign_words(seen) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_with_one_pack_the_page_says_what_it_could_compare(language: str) -> None:
    seen = look(signed_in(member(Role.AUDITOR), language).get("/terms/changes/").content)
    assert foreign_words(seen) == []
    assert "/terms/" in seen.links


@pytest.mark.django_db
def test_a_pack_that_is_not_here_is_compared_with_nothing() -> None:
    answer = signed_in(member(Role.AUDITOR)).get("/terms/changes/?from=sha256:0&to=x")
    assert answer.status_code == 200
