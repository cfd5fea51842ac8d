"""Asking for a plan in pages, and the decision that names it: from the form to what probes find."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.casework import Office
from tests.console.casepages import sits
from tests.console.people import LANGUAGES
from tests.console.test_decision_pages import MAIN, answers, errors
from tests.measures.carrying import Carrying
from tests.review.desk import SUBSCRIPTION

from mithaq.measures.models import AppliedMeasure, Errand, MadePlan
from mithaq.measures.planning import MOST_NOTICE
from mithaq.measures.status import Status
from mithaq.people.permissions import Role
from mithaq.review.acts import issue_reasons
from mithaq.review.content import read
from mithaq.review.models import Decision

pytestmark = pytest.mark.django_db

NEW = "measures/plans/new/"


@pytest.fixture
def carrying(office: Office) -> Carrying:
    """A case that was found upon, whose subscription lives on a shelf."""
    return Carrying(office)


def wish(carrying: Carrying, **more: object) -> dict[str, Any]:
    """Give what is typed into the form of a plan."""
    until = carrying.office.now + timedelta(days=30)
    return {
        "measures[0].subscription": SUBSCRIPTION,
        "measures[0].measure": "storage:create+part",
        "measures[0].until": f"{until:%Y-%m-%dT%H:%M}",
        "measures[0].review_on": "",
        **more,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_is_asked_for_decided_upon_and_applied_in_pages_alone(
    carrying: Carrying, language: str
) -> None:
    work = carrying.work
    reviewer = sits(work, work.reviewer, language)
    form = reviewer.get(NEW)
    assert (form.status, form.stray) == (200, [])
    asked = reviewer.send(NEW, dict(form.fields), **wish(carrying), step="ask")
    waiting = Errand.objects.get()
    assert (asked.stray, waiting.key in asked.text) == ([], True)
    carrying.work_off()
    made = MadePlan.objects.get()
    page = reviewer.get(f"measures/plans/{made.key}/")
    assert page.stray == []
    (place,) = (link for link in page.page.links if "plan=" in link)
    begun = dict(reviewer.get(place).fields)
    assert begun["plan"] == [made.digest]
    typed = {name: said for name, said in answers(work).items() if not name.startswith("measures")}
    looked = reviewer.send(place, begun, **typed, step="preview")
    assert (looked.stray, made.digest in looked.text) == ([], True)
    reviewer.send(place, dict(looked.fields), step="send")
    decision = Decision.objects.get()
    assert read(decision.content).plan_digest == made.digest
    work.approve(decision)
    issue_reasons(carrying.operator, carrying.case, decision.key)
    sits(work, carrying.operator, language).fill(f"measures/plans/{made.key}/apply/")
    carrying.work_off()
    assert carrying.status(AppliedMeasure.objects.get()) is Status.IN_FORCE


def test_a_decision_names_only_a_plan_of_just_what_it_restricts(carrying: Carrying) -> None:
    plan, work = carrying.plan(), carrying.work
    reviewer = sits(work, work.reviewer)
    looked = reviewer.fill(MAIN, **answers(work), plan=plan.digest, step="preview")
    assert errors(looked) == ["plan"]
    assert looked.fields["facts.en"] == ["Recordings by the million."]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"measures[0].measure": ""}, "measures[0].measure"),
        ({"measures[0].subscription": "aws:nobody"}, "measures[0].subscription"),
        ({"measures[0].until": "some day"}, "measures[0].until"),
        ({"notice_hours": str(MOST_NOTICE + 1)}, "notice_hours"),
        ({"only": "ab"}, "only"),
    ],
)
def test_what_is_wrong_with_a_wish_is_said_at_its_field_and_what_was_typed_stays(
    carrying: Carrying, wrong: dict[str, str], field: str
) -> None:
    typed = wish(carrying, only="recordings-1", notice_hours="48") | wrong
    shown = sits(carrying.work, carrying.work.reviewer).fill(NEW, **typed, step="ask")
    assert errors(shown) == [field]
    assert {name: shown.fields.get(name, [""])[0] for name in ("only", "notice_hours")} == {
        name: typed[name] for name in ("only", "notice_hours")
    }
    assert Errand.objects.count() == 0


def test_rows_are_added_without_script_and_a_plan_that_could_not_be_made_says_why(carrying: Carrying) -> None:
    reviewer = sits(carrying.work, carrying.work.reviewer)
    typed = wish(carrying) | {"measures[0].measure": "translation:infer"}
    more = reviewer.fill(NEW, **typed, step="add:measures")
    assert (more.fields["measures"], more.fields["measures[0].measure"]) == (["2"], ["translation:infer"])
    fewer = reviewer.send(NEW, dict(more.fields), step="drop:measures:1")
    assert fewer.fields["measures"] == ["1"]
    reviewer.send(NEW, dict(fewer.fields), step="ask")
    carrying.work_off()
    said = reviewer.get("measures/").text
    assert ("could not be made" in said, MadePlan.objects.count()) == (True, 0)


@pytest.mark.parametrize("role", Role)
def test_only_who_may_plan_is_offered_the_form(carrying: Carrying, role: Role) -> None:
    person = carrying.office.person(role)
    answer = sits(carrying.work, person).client.get(f"/cases/{carrying.case}/{NEW}")
    assert (answer.status_code == 200) == (role in {Role.REVIEWER, Role.OPERATOR})
