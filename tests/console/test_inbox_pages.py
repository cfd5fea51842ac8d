"""The first page after signing in: what is expected of me, and nothing that is not; and the queues."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.casework import Office
from tests.console.people import LANGUAGES, foreign_words, look, signed_in
from tests.review.desk import Casework

from mithaq.intake.models import Allegation
from mithaq.ledger.projections import registered
from mithaq.people.acting import Acting
from mithaq.people.acts import declare_recusal, propose_role
from mithaq.people.models import Recusal
from mithaq.people.permissions import Role
from mithaq.review import acts
from mithaq.review.casefile import Appellant, Outcome
from mithaq.review.models import Expected, Waiting
from mithaq.review.stages import Duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(office: Office) -> Casework:
    return Casework(office)


def browser(who: Acting, language: str = "en") -> Client:
    return signed_in(who.account, language)


def tasks(who: Acting) -> list[str]:
    """Give the cases of what is expected of a person, as the page lists them."""
    page = browser(who).get("/").content.decode()
    listed = page.partition('aria-labelledby="tasks"')[2].partition("</section>")[0]
    return [part.partition("/")[0] for part in listed.split('href="/cases/')[1:]]


def test_a_case_is_expected_of_one_after_the_other_as_it_goes_on(work: Casework) -> None:
    everybody = (work.authoriser, work.reviewer, work.approver, work.operator, work.appeals_officer)

    def waits_for() -> list[Acting]:
        return [who for who in everybody if work.case in tasks(who)]

    assert waits_for() == [work.authoriser]
    work.authorise()
    assert waits_for() == [work.reviewer]
    acts.make_finding(
        work.reviewer, work.case, clause="T5", outcome=Outcome.VIOLATED, reasons="Three records."
    )
    assert waits_for() == [work.reviewer]
    decision = work.proposed()
    assert waits_for() == [work.approver]
    work.approve(decision)
    assert waits_for() == [work.operator]
    acts.issue_reasons(work.operator, work.case, decision.key)
    assert waits_for() == []
    acts.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="It is a hotline.",
        received=work.office.now,
    )
    assert waits_for() == [work.appeals_officer]


def test_who_proposed_or_is_in_another_s_place_is_not_asked(work: Casework) -> None:
    both = work.office.person(Role.REVIEWER, Role.APPROVER)
    bystander = work.office.person(Role.REVIEWER)
    work.authorise(reviewer=both)
    assert (tasks(bystander), tasks(both)) == ([], [work.case])
    acts.make_finding(both, work.case, clause="T5", outcome=Outcome.VIOLATED, reasons="Three records.")
    work.proposed(by=both)
    assert (tasks(both), tasks(work.approver)) == ([], [work.case])


def test_what_is_late_says_so_and_a_hold_makes_nothing_late(work: Casework) -> None:
    assert b"is-late" not in browser(work.authoriser).get("/").content
    work.office.later(days=4)
    assert b"is-late" in browser(work.authoriser).get("/").content
    acts.hold(work.authoriser, work.case, reason="Records are on their way.")
    assert tasks(work.authoriser) == []
    work.office.later(days=30)
    acts.release(work.authoriser, work.case, reason="They came.")
    assert tasks(work.authoriser) == [work.case]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("customer", "Harbour Lines"), ("region", "eu-west-1"), ("prior-work", "Harbour Lines")],
)
def test_a_case_from_which_one_is_recused_stands_in_no_list_and_no_number(
    work: Casework, kind: str, value: str
) -> None:
    barred = work.office.person(Role.AUTHORISER)
    assert tasks(barred) == [work.case]
    declare_recusal(barred, kind=Recusal.Kind(kind), value=value, reason="My brother works there.")
    for address in ("/", "/cases/", "/cases/?stage=opened"):
        page = browser(barred).get(address)
        assert work.case.encode() not in page.content, address
    assert b"<strong>1</strong>" not in browser(barred).get("/").content
    assert work.case.encode() in browser(work.authoriser).get("/cases/?stage=opened").content


def test_other_days_for_a_duty_move_what_is_expected_already(work: Casework) -> None:
    opened = Allegation.objects.get(case=work.case).opened_at
    acts.set_days(work.office.first, Duty.AUTHORISE, 9)
    assert (Expected.objects.get(case=work.case).due - opened).days == 9
    assert [*registered()["review_waiting"]()] == []


def test_the_queues_are_compared_with_the_acts(work: Casework) -> None:
    work.found()
    check = registered()["review_waiting"]
    assert [*check()] == []
    Expected.objects.filter(case=work.case).update(role="auditor")
    assert [*check()] == [f"{work.case}: what is expected is not what its acts lead to"]
    Expected.objects.all().delete()
    Waiting.objects.filter(case=work.case).update(stage="opened")
    assert len([*check()]) == 2


def test_cases_are_listed_page_by_page_and_each_once(work: Casework) -> None:
    cases = [work.case]
    for _ in range(60):
        work.office.later(minutes=1)
        cases.append(work.open().case)
    client = browser(work.reviewer)
    seen: list[str] = []
    address = "/cases/?stage=opened"
    while address:
        page = look(client.get(address).content)
        seen += [link.split("/")[2] for link in page.links if link.startswith("/cases/c_")]
        onward = [link for link in page.links if "after=" in link]
        address = f"/cases/{onward[0]}" if onward else ""
    assert seen == cases[::-1]
    assert client.get("/cases/?after=c_nothing").status_code == 404
    assert client.get("/cases/?stage=nowhere").status_code == 404


def test_only_those_in_my_charge(work: Casework) -> None:
    other = work.open().case
    work.authorise()
    page = browser(work.reviewer).get("/cases/?mine=1").content.decode()
    assert (work.case in page, other in page) == (True, False)


def test_an_administrator_finds_roles_to_approve_but_not_those_of_their_own(office: Office) -> None:
    account = office.account("Salma Field")
    propose_role(office.first, account, Role.APPROVER)
    waits = "Salma Field"
    assert waits in browser(office.second).get("/").content.decode()
    assert waits not in browser(office.first).get("/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", sorted(Role))
def test_the_page_says_who_one_is_and_what_an_empty_place_is_for(
    office: Office, role: Role, language: str
) -> None:
    answer = browser(office.person(role), language).get("/")
    seen = look(answer.content)
    assert (seen.language, seen.inline, foreign_words(seen)) == (language, [], [])
    assert len(seen.headings) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_inbox_is_whole_in_both_languages(work: Casework, language: str) -> None:
    work.office.later(days=4)
    for address in ("/", "/cases/"):
        answer = browser(work.authoriser, language).get(address)
        seen = look(answer.content)
        assert (seen.inline, foreign_words(seen)) == ([], [])
    assert "Harbour Lines" in answer.content.decode()
