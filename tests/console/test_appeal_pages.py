"""Appeals in pages: entered for the customer or the reporter, decided by people who had no part."""

from __future__ import annotations

from typing import Any

import pytest
from tests.console.casepages import Shown, sits
from tests.console.people import LANGUAGES
from tests.review.desk import REASONS, Casework

from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import AppealOutcome, Appellant
from mithaq.review.models import Appeal, AppealRuling, Decision
from mithaq.review.queries import access_case

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)

WORDS = {"reasons.en": "The facts do not bear it.", "reasons.ar": "لا تسند الوقائع ذلك."}


def entered(work: Casework, appellant: Appellant = Appellant.CUSTOMER) -> tuple[Decision, Appeal]:
    """Carry a case to an appeal that waits."""
    decision = work.decided()
    appeal = acts.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=appellant,
        grounds="We do not.",
        received=work.office.now,
    )
    return decision, appeal


def errors(shown: Shown) -> list[str]:
    return [name for name in shown.response.context["form"].errors if name != "__all__"]


def stands(work: Casework, decision: Decision) -> bool:
    return decision.key in access_case(work.approver, work.case).state.heads


@in_both_languages
def test_nothing_is_appealed_before_something_was_decided(work: Casework, language: str) -> None:
    shown = sits(work, work.reviewer, language).get("appeals/")
    assert (shown.status, shown.stray) == (200, [])
    assert not any(link.endswith("/appeal/") for link in shown.page.links)


@in_both_languages
def test_a_reviewer_enters_an_appeal_and_reads_that_others_decide_it(work: Casework, language: str) -> None:
    decision = work.decided()
    browser = sits(work, work.reviewer, language)
    place = f"decisions/{decision.key}/appeal/"
    assert f"/cases/{work.case}/{place}" in browser.get("appeals/").page.links
    form = browser.get(place)
    given = {"appellant": "reporter", "grounds": "It is too little.", "received": "2026-09-21T12:00"}
    done = browser.send(place, {**form.fields, **given})
    appeal = Appeal.objects.get()
    assert (appeal.appellant, appeal.grounds) == ("reporter", "It is too little.")
    assert form.stray == []
    assert done.stray == []
    assert "It is too little." in done.text
    assert not any(f"/appeals/{appeal.key}/" in link for link in done.page.links)


@in_both_languages
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"grounds": ""}, "grounds"),
        ({"appellant": ""}, "appellant"),
        ({"received": "yesterday"}, "received"),
        ({"received": "2026-09-21T12:01"}, "received"),
        ({"received": "2020-01-01T00:00"}, "received"),
    ],
)
def test_what_is_missing_in_an_appeal_is_said_at_its_field(
    work: Casework, language: str, given: dict[str, str], field: str
) -> None:
    decision = work.decided()
    typed = {"appellant": "customer", "grounds": "We do not.", "received": "2026-09-21T12:00", **given}
    shown = sits(work, work.reviewer, language).fill(f"decisions/{decision.key}/appeal/", **typed)
    assert errors(shown) == [field]
    assert shown.stray == []
    assert Appeal.objects.count() == 0


@in_both_languages
def test_an_appeals_officer_who_had_no_part_lets_the_decision_stand(work: Casework, language: str) -> None:
    decision, appeal = entered(work)
    officer = sits(work, work.appeals_officer, language)
    place = f"appeals/{appeal.key}/upheld/"
    assert f"/cases/{work.case}/{place}" in officer.get("appeals/").page.links
    page = officer.get(place)
    done = officer.send(place, {**page.fields, **WORDS})
    assert page.stray == []
    assert done.stray == []
    assert AppealRuling.objects.get().outcome == AppealOutcome.UPHELD.value
    assert stands(work, decision)
    assert "لا تسند الوقائع ذلك." in done.text


def test_reasons_are_given_in_both_languages_or_it_is_said_which_is_missing(work: Casework) -> None:
    _decision, appeal = entered(work)
    officer = sits(work, work.appeals_officer)
    place = f"appeals/{appeal.key}/upheld/"
    shown = officer.fill(place, **{**WORDS, "reasons.ar": " "})
    assert errors(shown) == ["reasons.ar"]
    assert shown.fields["reasons.en"] == [WORDS["reasons.en"]]
    assert AppealRuling.objects.count() == 0


def test_an_overturned_decision_ends_at_once(work: Casework) -> None:
    decision, appeal = entered(work)
    sits(work, work.appeals_officer).fill(f"appeals/{appeal.key}/overturned/", **WORDS)
    assert not stands(work, decision)
    assert Decision.objects.get(previous=decision).restricts is False


def test_deciding_an_appeal_asks_for_a_second_factor_shown_just_now(work: Casework) -> None:
    _decision, appeal = entered(work)
    officer = sits(work, work.appeals_officer)
    session = officer.client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    officer.fill(f"appeals/{appeal.key}/overturned/", **WORDS)
    assert AppealRuling.objects.count() == 0


def change(work: Casework, appeal: Appeal, language: str = "en", **more: object) -> Shown:
    """Look at a change on appeal, as the form begins but for what is given."""
    place = f"appeals/{appeal.key}/change/measures/"
    fields = {"grounds.en": "A shorter one does.", "grounds.ar": "تكفي مدة أقصر.", **WORDS, **more}
    return sits(work, work.appeals_officer, language).fill(place, **fields, step="preview")


@in_both_languages
def test_a_change_waits_for_a_second_officer_who_approves_exactly_it(work: Casework, language: str) -> None:
    decision, appeal = entered(work)
    looked = change(work, appeal, language, **{"measures[0].until": "2026-10-01T12:00"})
    assert looked.stray == []
    assert AppealRuling.objects.count() == 0
    place = f"appeals/{appeal.key}/change/measures/"
    sits(work, work.appeals_officer, language).send(place, dict(looked.fields), step="send")
    answer = AppealRuling.objects.get().decision
    assert answer is not None
    assert looked.fields["digest"] == [answer.digest]
    assert stands(work, decision)

    mine = sits(work, work.appeals_officer, language).get(f"decisions/{answer.key}/")
    assert not any("answer/approve" in link for link in mine.page.links)
    assert mine.stray == []
    second = sits(work, work.office.person(Role.APPEALS_OFFICER), language)
    approving = second.get(f"decisions/{answer.key}/answer/approve/")
    assert approving.stray == []
    second.send(f"decisions/{answer.key}/answer/approve/", dict(approving.fields))
    assert not stands(work, decision)
    assert access_case(work.approver, work.case).state.appeals[appeal.key].closed


def test_an_appeal_of_the_customer_makes_nothing_harsher(work: Casework) -> None:
    _decision, appeal = entered(work)
    shown = change(work, appeal, **{"measures[0].until": "2027-10-01T12:00"})
    assert errors(shown) == ["measures[0].measure"]
    assert "makes nothing harsher" in shown.text


def test_a_refused_change_leaves_the_appeal_open(work: Casework) -> None:
    decision, appeal = entered(work)
    place = f"appeals/{appeal.key}/change/measures/"
    looked = change(work, appeal, **{"measures[0].until": "2026-10-01T12:00"})
    sits(work, work.appeals_officer).send(place, dict(looked.fields), step="send")
    answer = AppealRuling.objects.get().decision
    assert answer is not None
    second = sits(work, work.office.person(Role.APPEALS_OFFICER))
    second.fill(f"decisions/{answer.key}/answer/refuse/", reasons="Too short.")
    assert stands(work, decision)
    shown = second.get("appeals/").text
    assert "You had a hand in this case" not in shown
    assert not access_case(work.approver, work.case).state.appeals[appeal.key].closed


def test_who_had_a_hand_reads_why_they_may_not_decide(work: Casework) -> None:
    work.approver = work.office.person(Role.APPROVER, Role.APPEALS_OFFICER)
    _decision, appeal = entered(work)
    shown = sits(work, work.approver).get("appeals/")
    assert "You had a hand in this case" in shown.text
    assert work.appeals_officer.account.name in shown.text
    assert not any(f"/appeals/{appeal.key}/" in link for link in shown.page.links)
    refused = sits(work, work.approver).fill(f"appeals/{appeal.key}/upheld/", **WORDS)
    assert "somebody else must do it" in refused.text
    assert AppealRuling.objects.count() == 0


def test_who_entered_an_appeal_does_not_decide_it(work: Casework) -> None:
    decision = work.decided()
    both = work.office.person(Role.REVIEWER, Role.APPEALS_OFFICER)
    acts.enter_appeal(
        both,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="We do not.",
        received=work.office.now,
    )
    assert "You entered it" in sits(work, both).get("appeals/").text


@in_both_languages
@pytest.mark.parametrize("role", sorted(Role))
def test_each_role_sees_and_does_with_appeals_what_its_rights_allow(
    work: Casework, language: str, role: Role
) -> None:
    decision, appeal = entered(work)
    browser = sits(work, work.office.person(role), language)
    shown = browser.get("appeals/")
    assert shown.status == (403 if role in {Role.ADMINISTRATOR, Role.REGISTER_KEEPER} else 200)
    assert shown.stray == []
    decides, enters = role is Role.APPEALS_OFFICER, role is Role.REVIEWER
    may: dict[str, Any] = {
        f"appeals/{appeal.key}/upheld/": decides,
        f"appeals/{appeal.key}/overturned/": decides,
        f"appeals/{appeal.key}/change/measures/": decides,
        f"decisions/{decision.key}/appeal/": enters,
    }
    found = {place: browser.get(place) for place in may}
    assert {place: page.status == 200 for place, page in found.items()} == may
    assert [page.stray for page in found.values()] == [[]] * 4
    links = [link for link in shown.page.links if f"/appeals/{appeal.key}/" in link]
    assert bool(links) == decides


def test_an_unknown_outcome_has_no_page(work: Casework) -> None:
    _decision, appeal = entered(work)
    officer = sits(work, work.appeals_officer)
    assert officer.get(f"appeals/{appeal.key}/changed/").status == 404
    assert officer.get(f"appeals/{appeal.key}/change/no-action/").status == 404
    assert officer.get("appeals/a_none/upheld/").status == 404


def test_an_answered_appeal_shows_its_reasons(work: Casework) -> None:
    _decision, appeal = entered(work)
    upheld = AppealOutcome.UPHELD
    acts.decide_appeal(work.appeals_officer, work.case, appeal.key, outcome=upheld, reasons=REASONS)
    assert REASONS.ar in sits(work, work.operator).get("appeals/").text
