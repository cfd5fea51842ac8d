"""The first two administrators get in though their first links ran out, and nobody else gets in that way."""

from __future__ import annotations

import json
import secrets

import pytest
from tests.casework import PASSWORD, Office

from mithaq.ledger.models import Entry
from mithaq.people import acts
from mithaq.people.acts.setup import Founder
from mithaq.people.errors import AlreadySetUp, BadAccount, LinkNotValid
from mithaq.people.models import Account, SignInLink
from mithaq.people.permissions import Role


def renewed(office: Office) -> tuple[Founder, ...]:
    return acts.renew_links(clock=office.clock, entropy=secrets.token_bytes)


def come_in(office: Office, secret: str) -> Account:
    return acts.use_link(secret, PASSWORD, clock=office.clock, entropy=secrets.token_bytes)


def test_links_that_ran_out_are_replaced_and_say_so_in_the_ledger(office: Office) -> None:
    office.later(days=4)
    one, two = renewed(office)
    assert [one.account, two.account] == [office.first.account, office.second.account]
    assert come_in(office, one.secret) == office.first.account
    said = [json.loads(bytes(entry.leaf)) for entry in Entry.objects.filter(kind="people:link:issued")]
    assert [(each["actor"]["pseudonym"], each["facts"]["account"]) for each in said] == [
        ("installer", office.first.account.pseudonym),
        ("installer", office.second.account.pseudonym),
    ]


def test_a_newer_link_ends_the_older_one(office: Office) -> None:
    older = renewed(office)[0].secret
    newer = renewed(office)[0].secret
    with pytest.raises(LinkNotValid):
        come_in(office, older)
    assert come_in(office, newer) == office.first.account


def test_only_who_has_never_come_in_gets_one_and_in_the_end_nobody(office: Office) -> None:
    come_in(office, renewed(office)[0].secret)
    (two,) = renewed(office)
    assert two.account == office.second.account
    come_in(office, two.secret)
    with pytest.raises(AlreadySetUp, match="both"):
        renewed(office)


def test_nobody_but_the_first_two_gets_in_that_way(office: Office) -> None:
    _account, _secret = acts.create_account(office.first, name="Lina Ford", email="lina@provider.example")
    office.person(Role.REVIEWER)
    assert {each.account for each in renewed(office)} == {office.first.account, office.second.account}


@pytest.mark.django_db
def test_before_the_first_run_there_is_nobody_to_let_in() -> None:
    assert not SignInLink.objects.exists()
    with pytest.raises(BadAccount, match="first run"):
        acts.renew_links(clock=lambda: pytest.fail("nothing is written"), entropy=secrets.token_bytes)
