"""People and their roles as administrators handle them: two for a role that decides, neither the grantee."""

from __future__ import annotations

import re
import secrets

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.console.people import (
    LANGUAGES,
    NOW,
    PASSWORD,
    foreign_words,
    have_an_app,
    look,
    member,
    signed_in,
    stale,
)
from tests.console.test_signing_in import app_set_up, code_for

from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Entry
from mithaq.people import acts
from mithaq.people.models import Account, Recusal, RoleGrant, Token
from mithaq.people.permissions import Permission, Role
from mithaq.people.queries import acting, roles_of

pytestmark = pytest.mark.django_db


def person_page(account: Account) -> str:
    return f"/people/{account.pseudonym}/"


def founders() -> list[Account]:
    grants = RoleGrant.objects.filter(founder__isnull=False).order_by("founder")
    return [grant.account for grant in grants.select_related("account")]


def proposed(role: Role = Role.APPROVER) -> tuple[RoleGrant, Account, Account]:
    """Give a proposed role, its proposer, and the other administrator."""
    account = member()
    one, two = founders()
    who = acting(one, clock=lambda: NOW, entropy=secrets.token_bytes)
    return acts.propose_role(who, account, role), one, two


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_about_people_speaks_its_language_and_holds_no_script(language: str) -> None:
    grant, one, two = proposed()
    account = grant.account
    recusal = acts.recuse_account(
        acting(one, clock=lambda: NOW, entropy=secrets.token_bytes),
        account,
        kind=Recusal.Kind.REGION,
        value="eu-west-1",
        reason="lived there",
    )
    client = signed_in(two, language)
    here = person_page(account)
    for address in (
        "/people/",
        "/people/?q=nobody+at+all",
        "/people/new/",
        here,
        f"{here}link/",
        f"{here}close/",
        f"{here}sessions/end/",
        f"{here}roles/new/",
        f"{here}recusals/new/",
        person_page(two),
        f"/roles/{grant.pk}/approve/",
        f"/roles/{grant.pk}/end/",
        f"/recusals/{recusal.pk}/end/",
        "/me/recusals/",
        "/me/recusals/new/",
        "/me/tokens/",
        "/me/tokens/new/",
    ):
        answer = client.get(address)
        seen = look(answer.content)
        assert (address, answer.status_code, seen.inline) == (address, 200, [])
        assert (address, foreign_words(seen)) == (address, [])
        assert seen.direction == ("rtl" if language == "ar" else "ltr")


def test_an_account_is_made_and_its_link_is_shown_once_and_lets_the_person_in() -> None:
    client = signed_in(member(Role.ADMINISTRATOR))
    form = {"name": "Salma Reed", "email": "salma@provider.example", "locale": "ar"}
    answer = client.post("/people/new/", form)
    found = re.search(r"http://testserver(/welcome/[^<]+)", answer.content.decode())
    assert answer.status_code == 200
    assert found is not None
    account = Account.objects.get(email="salma@provider.example")
    assert found[1] not in client.get(person_page(account)).content.decode()
    new = Client()
    new.post(found[1], {"password": PASSWORD, "again": PASSWORD})
    assert new.post("/me/sign-in/", {"login": account.email, "password": PASSWORD})["Location"] == "/"


def test_what_is_wrong_with_an_account_is_said_at_its_field_and_what_was_typed_stays() -> None:
    client = signed_in(member(Role.ADMINISTRATOR))
    taken = founders()[0].email
    answer = client.post("/people/new/", {"name": "Karim Dove", "email": taken, "locale": "en"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "there is an account with this address" in page
    assert 'value="Karim Dove"' in page
    assert not Account.objects.filter(name="Karim Dove").exists()


def test_a_role_that_decides_is_proposed_by_one_administrator_and_approved_by_another() -> None:
    account = member()
    one, two = founders()
    first = signed_in(one)
    done = first.post(f"{person_page(account)}roles/new/", {"role": "approver"})
    assert done["Location"] == person_page(account)
    grant = RoleGrant.objects.get(account=account)
    assert roles_of(account) == frozenset()
    assert f"/roles/{grant.pk}/approve/" in look(signed_in(two).get("/people/").content).links
    assert signed_in(two).post(f"/roles/{grant.pk}/approve/").status_code == 303
    assert roles_of(account) == {Role.APPROVER}


def test_whoever_proposed_a_role_reads_why_they_cannot_approve_it_and_who_may() -> None:
    grant, one, two = proposed()
    page = signed_in(one).get(person_page(grant.account)).content.decode()
    assert "you proposed it, and two people must agree" in page
    assert f"Who may approve: <bdi>{two.name}</bdi>" in " ".join(page.split())
    assert f"/roles/{grant.pk}/approve/" not in page
    refused = signed_in(one).post(f"/roles/{grant.pk}/approve/")
    assert refused.status_code == 422
    assert roles_of(grant.account) == frozenset()


def test_nobody_proposes_a_role_for_themselves() -> None:
    account = member(Role.ADMINISTRATOR)
    client = signed_in(account)
    assert b"Nobody has a hand in a role of their own" in client.get(person_page(account)).content
    assert client.post(f"{person_page(account)}roles/new/", {"role": "approver"}).status_code == 422
    assert roles_of(account) == {Role.ADMINISTRATOR}


def test_nobody_approves_a_role_while_a_one_time_link_is_open() -> None:
    member()
    one, two = founders()
    who = acting(one, clock=lambda: NOW, entropy=secrets.token_bytes)
    account, _link = acts.create_account(who, name="Huda Stone", email="huda@provider.example")
    grant = acts.propose_role(who, account, Role.APPROVER)
    client = signed_in(two)
    assert b"has not used their one-time link" in client.get(f"/roles/{grant.pk}/approve/").content
    assert client.post(f"/roles/{grant.pk}/approve/").status_code == 422


@pytest.mark.parametrize("act", ["approve", "end"])
def test_an_act_about_a_role_asks_for_the_second_factor_again_and_does_nothing_before(act: str) -> None:
    grant, _one, two = proposed()
    have_an_app(two)
    answer = stale(signed_in(two)).post(f"/roles/{grant.pk}/{act}/")
    assert answer["Location"].startswith("/me/second-factor/")
    grant.refresh_from_db()
    assert (grant.approved_at, grant.ended_at) == (None, None)


def test_a_role_in_force_ends_and_an_account_closes_with_all_its_roles() -> None:
    account = member(Role.REVIEWER, Role.APPROVER)
    one, _two = founders()
    client = signed_in(one)
    grant = RoleGrant.objects.get(account=account, role="reviewer")
    assert client.post(f"/roles/{grant.pk}/end/").status_code == 303
    assert roles_of(account) == {Role.APPROVER}
    shown = client.get(f"{person_page(account)}close/").content
    assert b"These roles end: approver" in b" ".join(shown.split())
    assert client.post(f"{person_page(account)}close/").status_code == 303
    account.refresh_from_db()
    assert (account.is_active, roles_of(account)) == (False, frozenset())
    assert client.post(f"{person_page(account)}open/").status_code == 303
    account.refresh_from_db()
    assert (account.is_active, roles_of(account)) == (True, frozenset())


def test_the_last_two_administrators_cannot_be_ended() -> None:
    member()
    one, two = founders()
    grant = RoleGrant.objects.get(account=two)
    answer = signed_in(one).post(f"/roles/{grant.pk}/end/")
    assert answer.status_code == 422
    assert b"Two administrators must remain" in answer.content


def test_a_new_link_says_which_roles_it_ends_and_ends_them() -> None:
    account = member(Role.APPROVER)
    one, _two = founders()
    client = signed_in(one)
    assert b"anew: approver" in b" ".join(client.get(f"{person_page(account)}link/").content.split())
    answer = client.post(f"{person_page(account)}link/")
    assert b"/welcome/" in answer.content
    assert roles_of(account) == frozenset()


def test_an_administrator_signs_a_person_out_everywhere_and_it_stands_in_the_ledger() -> None:
    account = member(Role.REVIEWER)
    one, _two = founders()
    there = Client()
    there.post("/me/sign-in/", {"login": account.email, "password": PASSWORD})
    assert there.get("/").status_code == 200
    client = signed_in(one)
    assert b"begun on" in client.get(person_page(account)).content
    assert client.post(f"{person_page(account)}sessions/end/").status_code == 303
    assert there.get("/").status_code == 302
    assert Entry.objects.filter(kind=ActKind.PEOPLE_SESSIONS_ENDED).count() == 1
    assert Session.objects.count() == 1, "that of the administrator"


def test_who_only_reads_people_sees_neither_addresses_nor_tokens_nor_sessions_of_others() -> None:
    account = member(Role.REVIEWER, name="Karim Dove")
    client = signed_in(member(Role.AUDITOR))
    page = client.get(person_page(account)).content.decode()
    assert account.email not in page
    assert "End all sessions" not in page
    assert 'id="tokens"' not in page
    assert account.name not in client.get(f"/people/?q={account.email}").content.decode()


def test_a_recusal_is_declared_by_the_person_and_ended_by_an_administrator() -> None:
    account = member(Role.REVIEWER)
    client = signed_in(account)
    form = {"kind": "customer", "value": "Blue Harbour", "reason": "a cousin works there"}
    assert client.post("/me/recusals/new/", form)["Location"] == "/me/recusals/"
    assert b"Blue Harbour" in client.get("/me/recusals/").content
    recusal = Recusal.objects.get(account=account)
    assert client.post(f"/recusals/{recusal.pk}/end/", {"reason": "over"}).status_code == 403
    one, _two = founders()
    ended = signed_in(one).post(f"/recusals/{recusal.pk}/end/", {"reason": "the cousin has left"})
    assert ended.status_code == 303
    recusal.refresh_from_db()
    assert recusal.ended_by == one
    assert b"cousin" not in signed_in(one).get(person_page(account)).content


def test_a_token_is_shown_once_opens_what_it_was_issued_for_and_is_revoked() -> None:
    account = member(Role.REVIEWER)
    client = signed_in(account)
    form = {"label": "nightly export", "scopes": ["terms:pack:read", "people:token:own"], "days": "7"}
    answer = client.post("/me/tokens/new/", form)
    text = re.search(r"mithaq_[A-Za-z0-9_-]+", answer.content.decode())
    assert text is not None
    assert text[0] not in client.get("/me/tokens/").content.decode()
    headers = {"Authorization": f"Bearer {text[0]}"}
    assert Client().get("/api/v1/people/tokens", headers=headers).status_code == 200
    assert Client().get("/api/v1/people/accounts", headers=headers).status_code == 403
    token = Token.objects.get(account=account)
    assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 303
    assert Client().get("/api/v1/people/tokens", headers=headers).status_code == 401


def test_a_token_is_offered_only_what_its_owner_may_do() -> None:
    client = signed_in(member(Role.REGISTER_KEEPER))
    page = client.get("/me/tokens/new/").content.decode()
    offered = set(re.findall(r'name="scopes" value="([^"]+)"', page))
    assert offered == {
        Permission.REGISTER_READ,
        Permission.REGISTER_WRITE,
        Permission.TERMS_READ,
        Permission.PEOPLE_TOKEN_OWN,
        Permission.PEOPLE_RECUSE_SELF,
    }
    forged = {"label": "x", "scopes": ["people:account:manage"], "days": "7"}
    assert client.post("/me/tokens/new/", forged).status_code == 422


def test_the_token_of_another_does_not_exist_for_who_manages_no_accounts() -> None:
    owner = member(Role.REVIEWER)
    who = acting(owner, clock=lambda: NOW, entropy=secrets.token_bytes)
    until = NOW.replace(year=2027)
    _text, token = acts.issue_token(who, label="mine", scopes=[Permission.TERMS_READ], expires_at=until)
    assert signed_in(member(Role.AUDITOR)).get(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    assert signed_in(founders()[0]).post(f"/me/tokens/{token.pk}/revoke/").status_code == 303


def test_a_form_that_waited_for_the_second_factor_is_carried_out_when_it_is_shown() -> None:
    grant, _one, two = proposed()
    client = signed_in(two)
    secret = app_set_up(client)
    asked = stale(client).post(f"/roles/{grant.pk}/approve/")["Location"]
    assert asked.startswith("/me/second-factor/confirm/")
    answer = client.post(asked, {"code": code_for(secret)})
    assert answer.status_code in {302, 303}
    assert roles_of(grant.account) == {Role.APPROVER}
