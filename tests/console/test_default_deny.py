"""Every address of the console names the permission it needs, or is one of a few that anybody may ask for."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.casework import Office
from tests.console.people import LANGUAGES, foreign_words, look, member, signed_in
from tests.console.reports import foreign_words as words_beside_a_report
from tests.console.test_customer_pages import BOOKS
from tests.ledger.database import publisher
from tests.measures.carrying import Carrying
from tests.review.desk import Casework

from mithaq.cli.app import run
from mithaq.console.web.second_factor import REQUIRED_OF
from mithaq.intake.acts import attach
from mithaq.measures.models import MadePlan
from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.models import Recusal
from mithaq.people.permissions import GRANTS, Permission, Role
from mithaq.register.acts import import_register
from mithaq.register.models import Customer
from mithaq.register.reader import read_register
from mithaq.review import acts as review
from mithaq.review.casefile import Appellant
from mithaq.review.runs.acts import Asked, RecordsKind, request_records, request_run
from mithaq.review.runs.work import work_one
from mithaq.simulation import write_s3_lines

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


PARTS = {"measure-now", "run-progress"}
"""Addresses that answer with a part of a page, which the page's own language holds for."""

REPORTS = {"review", "runs-compare"}
"""Pages that hold parts of the report, which writes some names in Latin letters on purpose."""

ABOUT_A_CASE = [each for each in OWN if "case" in each.pattern.converters]
"""Pages whose address names a case, and perhaps something in it."""

REST = [each for each in OWN if each.pattern.converters and "case" not in each.pattern.converters]
"""Pages whose address names something else: a person, a role, a customer, an entry."""


def address_of(page: URLPattern, values: Mapping[str, object]) -> str:
    """Give a page's address with these values in it; two runs to compare are named beside it."""
    address = reverse(str(page.name), kwargs={name: values[name] for name in page.pattern.converters})
    beside = f"?before={values['run']}&after={values['run']}" if page.name == "runs-compare" else ""
    return address + beside


def wrong_answers(role: Role, client: Client, addresses: dict[URLPattern, str]) -> dict[str, object]:
    """Give the pages that answer a role otherwise than the table of grants says, or not in its language."""
    wrong: dict[str, object] = {}
    language = client.cookies["mithaq_language"].value
    for page, address in addresses.items():
        answer = client.get(address)
        if permission_of(page) not in GRANTS[role]:
            as_it_must = answer.status_code == 403 and client.post(address).status_code in {403, 405}
        else:
            as_it_must = answer.status_code == 200
        if not as_it_must:
            wrong[f"{role} {address}"] = answer.status_code
        if "text/html" in answer.get("Content-Type", ""):
            seen = look(answer.content)
            part = page.name in PARTS and answer.status_code == 200
            foreign = (words_beside_a_report if page.name in REPORTS else foreign_words)(seen)
            if (seen.language != language and not part) or seen.inline or foreign:
                wrong[f"{role} {address}: its words"] = seen.inline + foreign
    return wrong


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_sees_the_pages_of_a_case_that_it_has_the_permission_for_and_no_others(
    office: Office, lake: Path, language: str
) -> None:
    office.monkeypatch.setenv("MITHAQ_LAKE", str(lake))
    values = of_a_case(Carrying(office))
    addresses = {page: address_of(page, values) for page in ABOUT_A_CASE}
    wrong: dict[str, object] = {}
    for role in sorted(Role):
        wrong |= wrong_answers(role, signed_in(office.person(role).account, language), addresses)
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_sees_the_pages_it_has_the_permission_for_and_no_others(role: Role, language: str) -> None:
    addresses = {page: reverse(str(page.name)) for page in PLAIN}
    assert wrong_answers(role, signed_in(member(role), language), addresses) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_sees_the_pages_about_a_person_a_customer_and_an_entry_that_it_may(
    office: Office, tmp_path: Path, role: Role, language: str
) -> None:
    who = office.person(role)
    values = things(office, who)
    publisher(tmp_path).publish()
    client = signed_in(who.account, language)
    addresses = {page: address_of(page, values) for page in REST}
    assert wrong_answers(role, client, addresses) == {}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that knows nothing of the case's subject: every claim about it stays undetermined."""
    folder = tmp_path_factory.mktemp("lake")
    write_s3_lines(folder / "a.log", 200, seed=1)
    assert run(["ingest", "s3-access-log", str(folder / "a.log"), "--lake", str(folder / "lake")]) == 0
    return folder / "lake"


def of_a_case(carrying: Carrying) -> dict[str, str]:
    """Examine a case and decide it, have its measure applied, and an appeal entered.

    Gives what addresses name in it.
    """
    examined = examination_of(carrying.work)
    work, measure = carrying.work, carrying.applied()
    decision, plan = carrying.decision_of(measure), MadePlan.objects.get()
    appeal = review.enter_appeal(
        work.reviewer,
        work.case,
        decision.key,
        appellant=Appellant.CUSTOMER,
        grounds="We do not.",
        received=work.office.now,
    )
    named = {"case": work.case, "decision": decision.key, "appeal": appeal.key, "clause": "T5", "claim": "c1"}
    carried = {"plan": plan.key, "measure": measure.key}
    return {**named, **carried, **examined, "by": "amend", "kind": "measures", "outcome": "upheld"}


def examination_of(work: Casework) -> dict[str, str]:
    """Attach a document and a run's evidence to a case, and ask for records about what that left open."""
    paper = attach(work.reviewer, work.case, data=b"a,b\n1,2\n", media_type="text/csv", name="books.csv")
    asked = request_run(work.reviewer, work.case)
    assert work_one(os.environ, clock=work.office.clock, entropy=secrets.token_bytes) == asked
    records = Asked(
        run=asked.run,
        claim="c1",
        kind=RecordsKind.BILLING,
        addressee="Billing desk",
        question="Which services were invoiced?",
        due=work.office.now + timedelta(days=7),
    )
    request = request_records(work.reviewer, work.case, records).request
    return {"attachment": paper.attachment, "run": asked.run, "records": request}


def things(office: Office, who: Acting) -> dict[str, object]:
    """Give one of everything that an address may name beside a case, by the name that addresses call it."""
    keeper, somebody = office.person(Role.REGISTER_KEEPER), office.account("ريم المرفأ")
    import_register(keeper, read_register(BOOKS, "books.csv"), sha256="0" * 64)
    until = office.now + timedelta(days=1)
    _text, token = acts.issue_token(who, label="a program", scopes=(Permission.TERMS_READ,), expires_at=until)
    recusal = acts.recuse_account(
        office.first, somebody, kind=Recusal.Kind.REGION, value="eu-west-1", reason="a house there"
    )
    return {
        "pseudonym": somebody.pseudonym,
        "grant": acts.propose_role(office.first, somebody, Role.APPROVER).pk,
        "recusal": recusal.pk,
        "customer": Customer.objects.order_by("pk")[0].pk,
        "token": token.pk,
        "seq": 0,
        "clause_id": "T5",
    }


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
