"""Findings: the computed assessment and the reviewer's finding side by side, all of them for good."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.console.people import LANGUAGES, foreign_words, look, signed_in
from tests.examined import Examined

from mithaq.people.permissions import GRANTS, Permission, Role
from mithaq.review.models import Finding

pytestmark = pytest.mark.django_db


def find(
    case: Examined, client: Client, outcome: str, reasons: str = "", acts: str = ""
) -> tuple[int, bytes]:
    """Send the form as it is loaded; gives the answer."""
    address = f"/cases/{case.case}/findings/T5/"
    shown = client.get(address).content
    acts = acts or re.findall(rb'name="acts" value="(\d+)"', shown)[0].decode()
    sent = client.post(address, {"acts": acts, "outcome": outcome, "reasons": reasons})
    return sent.status_code, sent.content


def test_a_finding_that_agrees_needs_no_reasons_and_one_that_departs_does(indicated: Examined) -> None:
    run = indicated.examined()
    client = signed_in(indicated.reviewer.account)
    status, content = find(indicated, client, "not-violated")
    assert (status, b"This departs from the computed assessment" in content) == (200, True)
    assert not Finding.objects.exists()
    assert find(indicated, client, "violated")[0] == 303
    made = Finding.objects.get()
    assert (made.outcome, made.departs, made.evidence) == ("violated", False, f"sha256:{run.result.sha256}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_stand_beside_each_other_and_every_earlier_finding_stays(
    indicated: Examined, language: str
) -> None:
    run = indicated.examined()
    client = signed_in(indicated.reviewer.account, language)
    assert find(indicated, client, "violated")[0] == 303
    assert find(indicated, client, "inconclusive", "The books name another owner.")[0] == 303
    content = client.get(f"/cases/{indicated.case}/findings/").content
    seen = look(content)
    assert (seen.language, seen.inline, foreign_words(seen)) == (language, [], [])
    for state in (b"is-indicated", b"is-violated", b"is-inconclusive"):
        assert state in content
    assert b"The books name another owner." in content
    assert content.index(b"is-inconclusive") < content.index(b"is-violated")
    assert f"/cases/{indicated.case}/review/?run={run.run}" in seen.links
    departs = {"en": b"departs from what was computed", "ar": "تخالف ما حُسب".encode()}[language]
    assert content.count(departs) == 1


def test_without_a_run_every_clause_counts_as_undetermined(indicated: Examined) -> None:
    indicated.authorise()
    client = signed_in(indicated.reviewer.account)
    assert b"No run has assessed it" in client.get(f"/cases/{indicated.case}/findings/").content
    assert find(indicated, client, "violated")[0] == 200
    assert find(indicated, client, "violated", "Three witnesses, and the contract.")[0] == 303


def test_acts_of_others_meanwhile_are_told_and_what_was_typed_stays(indicated: Examined) -> None:
    indicated.examined()
    client = signed_in(indicated.reviewer.account)
    before = str(len(Finding.objects.all()))
    address = f"/cases/{indicated.case}/findings/T5/"
    loaded = re.findall(rb'name="acts" value="(\d+)"', client.get(address).content)[0].decode()
    assert find(indicated, client, "violated")[0] == 303
    status, content = find(indicated, client, "inconclusive", "A thought of mine.", acts=loaded)
    assert (before, status, Finding.objects.count()) == ("0", 200, 1)
    assert b"1 act was done in this case since you loaded the page" in content
    assert b"A thought of mine." in content


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", sorted(Role))
def test_every_role_that_reads_cases_sees_the_findings_and_none_but_the_one_in_charge_makes_them(
    indicated: Examined, role: Role, language: str
) -> None:
    indicated.examined()
    client = signed_in(indicated.office.person(role).account, language)
    answer = client.get(f"/cases/{indicated.case}/findings/")
    assert answer.status_code == (200 if Permission.CASE_READ in GRANTS[role] else 403)
    if answer.status_code == 200:
        seen = look(answer.content)
        assert (seen.inline, foreign_words(seen)) == ([], [])
        assert f"/cases/{indicated.case}/findings/T5/" not in seen.links
    form = client.get(f"/cases/{indicated.case}/findings/T5/")
    assert form.status_code == (200 if Permission.CASE_FINDING_MAKE in GRANTS[role] else 403)
    assert b'name="outcome"' not in form.content


def test_before_a_review_is_authorised_there_is_nothing_to_find(indicated: Examined) -> None:
    client = signed_in(indicated.reviewer.account)
    assert b"No review has been authorised yet" in client.get(f"/cases/{indicated.case}/findings/").content
    assert client.get(f"/cases/{indicated.case}/findings/T5/").status_code == 404
