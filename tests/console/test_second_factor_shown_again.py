"""What restricts, destroys, cannot be taken back or gives rights asks for a second factor shown just now."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.casework import Office
from tests.console.casepages import Browser, sits
from tests.console.people import LANGUAGES, have_an_app, stale
from tests.console.test_decision_pages import MAIN, answers
from tests.review.desk import Casework

from mithaq.ledger.models import Entry
from mithaq.people.acting import Acting
from mithaq.people.models import Token
from mithaq.people.permissions import GRANTS, SHOWN_AGAIN, Permission, Role
from mithaq.review.models import Decision

TOKEN = {"label": "a program", "scopes": "terms:pack:read", "days": "7"}


def sat_too_long(work: Casework, who: Acting, language: str = "en") -> Browser:
    """Give the browser of somebody who showed a second factor an hour ago."""
    browser = sits(work, who, language)
    stale(browser.client)
    return browser


def final_acts(work: Casework) -> list[tuple[Acting, str, dict[str, Any]]]:
    """Give who does what cannot be taken back, where, and what they type."""
    reason = {"reason": "As the law has it."}
    return [
        (work.authoriser, "cancel/", reason),
        (work.authoriser, "words/erase/", reason),
        (work.authoriser, "watch/end/", reason),
        (work.authoriser, "/me/tokens/new/", TOKEN),
    ]


def test_who_has_a_second_factor_is_asked_for_it_and_nothing_is_done_before(work: Casework) -> None:
    for who, place, typed in final_acts(work):
        have_an_app(who.account) if place == "cancel/" else None
        browser, before = sat_too_long(work, who), Entry.objects.count()
        shown = browser.fill(place, **typed)
        assert shown.response.redirect_chain[0][0].startswith(reverse("mfa_reauthenticate")), place
        assert Entry.objects.count() == before, place


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_none_is_told_to_set_one_up_and_what_was_typed_stays(work: Casework, language: str) -> None:
    for who, place, typed in final_acts(work):
        before = Entry.objects.count()
        shown = sat_too_long(work, who, language).fill(place, **typed)
        assert reverse("mfa_index") in shown.page.links, place
        assert shown.stray == [], place
        assert next(iter(typed.values())) in str(shown.fields), place
        assert Entry.objects.count() == before, place


def test_a_proposal_that_restricts_asks_before_it_is_sent_and_what_was_composed_stays(work: Casework) -> None:
    work.found()
    browser = sat_too_long(work, work.reviewer)
    looked = browser.fill(MAIN, **answers(work), step="preview")
    told = browser.send(MAIN, dict(looked.fields), step="send")
    assert "This asks for your second factor, and you have none yet" in told.text
    assert told.fields["proportionality.aim"] == ["To end the use."]
    have_an_app(work.reviewer.account)
    asked = browser.send(MAIN, dict(looked.fields), step="send")
    assert asked.response.redirect_chain[0][0].startswith(reverse("mfa_reauthenticate"))
    assert Decision.objects.count() == 0


def test_a_proposal_that_restricts_nothing_and_changes_nothing_is_sent_without(work: Casework) -> None:
    work.found()
    browser, place = sat_too_long(work, work.reviewer), "decisions/new/main/no-action/"
    words = {name: value for name, value in answers(work).items() if name[:5] in {"facts", "groun"}}
    looked = browser.fill(place, **words, clauses=["T5"], step="preview")
    browser.send(place, dict(looked.fields), step="send")
    assert Decision.objects.get().kind == "no-action"


def test_a_session_does_by_the_api_what_asks_again_only_when_it_was_just_shown(office: Office) -> None:
    work, until = Casework(office), "2026-10-01T00:00:00Z"
    body = {"label": "a program", "scopes": ["terms:pack:read"], "expires_at": until}
    for age, status in ((stale, 401), (lambda client: client, 201)):
        browser = sits(work, work.reviewer)
        age(browser.client)
        answer = browser.client.post("/api/v1/people/tokens", body, content_type="application/json")
        assert answer.status_code == status, answer.content
        assert browser.client.get("/api/v1/people/tokens").status_code == 200
    assert Token.objects.count() == 1


def test_every_right_of_a_role_that_decides_alone_asks_again() -> None:
    alone = GRANTS[Role.APPROVER] | GRANTS[Role.APPEALS_OFFICER] | GRANTS[Role.ADMINISTRATOR]
    harmless = {each for each in alone if each.endswith((":read", ":declare"))}
    assert alone - harmless <= SHOWN_AGAIN
    assert Permission.CASE_READ not in SHOWN_AGAIN
