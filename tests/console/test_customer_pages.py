"""Customers, contracts and subscriptions as the register has them, and how they come into it."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.console.people import LANGUAGES, NOW, foreign_words, look, member, signed_in

from mithaq.people.acting import Acting
from mithaq.people.permissions import Role
from mithaq.people.queries import acting
from mithaq.register import acts
from mithaq.register.acts import ContractTerms, NegotiatedTerm
from mithaq.register.models import ContractRecord, Customer, SubscriptionRecord
from mithaq.register.reader import read_register

pytestmark = pytest.mark.django_db

BOOKS = b"""customer,account,declared_purpose,home_region,tier,contract
Blue Harbour,aws:111122223333,call-centre,eu-west-1,gold,C-1
Blue Harbour,aws:444455556666,,eu-west-1,,C-1
Stone Bridge,aws:777788889999,web-hosting,me-south-1,,
"""


def keeper() -> Acting:
    return acting(member(Role.REGISTER_KEEPER), clock=lambda: NOW, entropy=secrets.token_bytes)


def kept_books() -> Acting:
    who = keeper()
    acts.import_register(who, read_register(BOOKS, "books.csv"), sha256="0" * 64)
    terms = ContractTerms(
        reference="C-1",
        customer="Blue Harbour",
        terms="2025 edition",
        declared_purpose="call-centre",
        home_region="eu-west-1",
        overrides=(NegotiatedTerm("T5", "Calls may be kept for ninety days.", "en"),),
    )
    acts.record_contract(who, terms, valid_from=datetime(2026, 3, 1, tzinfo=UTC))
    return who


def page_of(name: str) -> str:
    return f"/customers/{Customer.objects.get(name=name).pk}/"


def upload(client: Client, raw: bytes, **more: str) -> tuple[int, str]:
    file = SimpleUploadedFile("books.csv", raw, content_type="text/csv")
    answer = client.post("/customers/import/", {"file": file, **more})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_register_speaks_its_language_and_holds_no_script(language: str) -> None:
    client = signed_in(kept_books().account, language)
    here = page_of("Blue Harbour")
    for address in (
        "/customers/",
        "/customers/?q=nothing",
        "/customers/?q=aws:111122223333",
        here,
        f"{here}?at=2026-01-01",
        f"{here}contracts/",
        "/customers/subscription/",
        "/customers/subscription/?of=aws:111122223333",
        "/customers/subscription/?of=aws:000000000000",
        "/customers/subscription/end/",
        "/customers/import/",
        "/customers/contracts/new/",
    ):
        answer = client.get(address)
        seen = look(answer.content)
        assert (address, answer.status_code, seen.inline) == (address, 200, [])
        assert (address, foreign_words(seen)) == (address, [])


def test_a_customer_is_found_by_a_part_of_the_name_and_by_a_subscription() -> None:
    client = signed_in(kept_books().account)
    links = look(client.get("/customers/?q=harb").content).links
    assert page_of("Blue Harbour") in links
    assert page_of("Stone Bridge") not in links
    found = look(client.get("/customers/?q=AWS:111122223333").content).links
    assert any("/customers/subscription/" in link for link in found)


def test_a_customers_page_shows_what_held_on_a_day_with_the_contract_in_its_own_words() -> None:
    client = signed_in(kept_books().account)
    here = page_of("Blue Harbour")
    now = client.get(here).content.decode()
    assert "2025 edition" in now
    assert "Calls may be kept for ninety days." in now
    assert "aws:111122223333" in now
    before = client.get(f"{here}?at=2026-02-28").content.decode()
    assert "2025 edition" not in before
    unknown = client.get(f"{here}?known=2026-09-20").content.decode()
    assert "2025 edition" not in unknown, "it was written down a day later"
    assert "2025 edition" in client.get(f"{here}contracts/").content.decode()


def test_a_subscription_shows_what_bound_it_and_all_that_was_written_down() -> None:
    who = kept_books()
    client = signed_in(who.account)
    address = "/customers/subscription/?of=aws:111122223333"
    shown = client.get(address).content.decode()
    assert "2025 edition" in shown
    assert "Calls may be kept" in shown
    form = {"subscription": "aws:111122223333", "valid_from": "2026-09-21"}
    assert client.post("/customers/subscription/end/", form).status_code == 303
    ended = client.get(address).content.decode()
    assert "or that it had ended" in ended
    assert SubscriptionRecord.objects.filter(subscription="aws:111122223333").count() == 2


def test_an_import_is_looked_at_first_and_writes_nothing_then_exactly_what_was_shown() -> None:
    client = signed_in(kept_books().account)
    changed = BOOKS.replace(b"web-hosting", b"data-lake") + b"Green Lamp,aws:123412341234,,,,\n"
    status, page = upload(client, changed, look="1")
    assert status == 200
    assert "Green Lamp" in page
    assert SubscriptionRecord.objects.count() == 3
    carried = re.search(r'name="carried" value="([^"]+)"', page)
    assert carried is not None
    answer = client.post("/customers/import/", {"carried": carried[1], "name": "books.csv"})
    assert answer.status_code == 303
    assert SubscriptionRecord.objects.count() == 5
    assert b"2 rows were written" in client.get("/customers/").content
    assert client.post("/customers/import/", {"carried": carried[1]}).status_code == 303
    assert SubscriptionRecord.objects.count() == 5, "the same file again changes nothing"


@pytest.mark.parametrize("button", ["look", "import"])
def test_a_file_with_a_mistake_is_refused_whole_with_line_and_field(button: str) -> None:
    client = signed_in(keeper().account)
    wrong = BOOKS.replace(b"aws:444455556666", b"somewhere")
    status, page = upload(client, wrong, **{button: "1"})
    assert status == 422
    assert "books.csv:3 (account)" in page
    assert not SubscriptionRecord.objects.exists()


def test_without_a_file_nothing_happens_and_the_page_says_so() -> None:
    answer = signed_in(keeper().account).post("/customers/import/", {"look": "1"})
    assert answer.status_code == 422
    assert b"Choose a file." in answer.content
    tampered = signed_in(keeper().account).post("/customers/import/", {"carried": "???"})
    assert tampered.status_code == 422


CONTRACT = {
    "customer": "Blue Harbour",
    "reference": "C-2",
    "terms": "2026 edition",
    "declared_purpose": "call-centre",
    "home_region": "eu-west-1",
    "valid_from": "2026-09-01",
    "terms-TOTAL_FORMS": "2",
    "terms-INITIAL_FORMS": "0",
    "terms-0-clause": "T5",
    "terms-0-text": "تُحفظ المكالمات تسعين يومًا.",
    "terms-0-language": "ar",
    "terms-1-language": "en",
}


def test_a_contract_is_recorded_with_its_negotiated_terms_in_their_own_words() -> None:
    client = signed_in(kept_books().account)
    answer = client.post("/customers/contracts/new/", CONTRACT)
    assert answer["Location"] == page_of("Blue Harbour")
    row = ContractRecord.objects.get(reference="C-2")
    assert [(each.clause, each.language) for each in row.overrides.all()] == [("T5", "ar")]
    shown = client.get(page_of("Blue Harbour")).content.decode()
    assert '<blockquote lang="ar" dir="auto">تُحفظ المكالمات تسعين يومًا.</blockquote>' in shown


def test_a_customer_that_the_register_does_not_have_is_added_only_when_it_is_said_to_be_new() -> None:
    client = signed_in(kept_books().account)
    misspelt = {**CONTRACT, "customer": "Harbour"}
    answer = client.post("/customers/contracts/new/", misspelt)
    assert answer.status_code == 422
    assert b"<bdi>Blue Harbour</bdi>" in answer.content
    assert client.post("/customers/contracts/new/", {**misspelt, "new": "on"}).status_code == 303
    assert Customer.objects.filter(name="Harbour").exists()


def test_more_rows_are_given_without_losing_what_was_typed_and_half_a_row_is_refused() -> None:
    client = signed_in(kept_books().account)
    more = client.post("/customers/contracts/new/", {**CONTRACT, "more": "1"}).content.decode()
    assert 'name="terms-4-clause"' in more
    assert 'value="C-2"' in more
    half = client.post("/customers/contracts/new/", {**CONTRACT, "terms-1-clause": "T4"})
    assert half.status_code == 422
    assert b"Fill in both" in half.content
    assert not ContractRecord.objects.filter(reference="C-2").exists()


def test_who_only_reads_the_register_is_offered_no_act() -> None:
    kept_books()
    client = signed_in(member(Role.REVIEWER))
    for address in ("/customers/", page_of("Blue Harbour"), "/customers/subscription/?of=aws:111122223333"):
        links = look(client.get(address).content).links
        assert not [link for link in links if "new" in link or "import" in link or "end" in link]
    assert client.get("/customers/import/").status_code == 403
