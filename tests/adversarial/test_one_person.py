"""One person alone tries every way to a right that takes two, or that they no longer have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from tests.casework import PASSWORD, ApiClient, Office
from tests.console.people import signed_in

from mithaq.kernel.clock import format_instant
from mithaq.people import acts
from mithaq.people.errors import Recused
from mithaq.people.models import Account, Recusal, RoleGrant, Token
from mithaq.people.permissions import DECIDING, Permission, Role
from mithaq.people.queries import roles_of
from mithaq.register import Entry, Register
from mithaq.register import acts as register

PEOPLE = "/api/v1/people"
RECUSAL = {"kind": "customer", "value": "Harbour Lines", "reason": "I worked there."}


def nobody() -> ApiClient:
    return ApiClient(Client(), {})


def refreshed(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def propose(api: ApiClient, account: Account, role: Role) -> int:
    answer = api.post(f"{PEOPLE}/grants", {"account": account.pseudonym, "role": role.value})
    assert answer.status == 201, answer.document
    return int(answer.document["id"])


# Towards a deciding role.


@pytest.mark.parametrize("role", sorted(DECIDING))
def test_one_administrator_gives_an_account_of_their_own_making_no_deciding_role(
    office: Office, role: Role
) -> None:
    api, puppet = office.api(office.first), office.account()
    grant = propose(api, puppet, role)
    assert api.post(f"{PEOPLE}/grants/{grant}/approve").code == "bad-grant"
    assert api.post(f"{PEOPLE}/grants/{grant}/end").status == 200
    again = propose(api, puppet, role)
    assert api.post(f"{PEOPLE}/grants/{again}/approve").code == "bad-grant"
    assert roles_of(puppet) == frozenset()


def test_two_administrators_give_neither_of_themselves_a_role_beside_their_own(office: Office) -> None:
    one, two = office.api(office.first), office.api(office.second)
    for account in (office.first.account, office.second.account):
        asked = {"account": account.pseudonym, "role": Role.APPROVER.value}
        assert one.post(f"{PEOPLE}/grants", asked).code == "bad-grant"
        assert two.post(f"{PEOPLE}/grants", asked).code == "bad-grant"
    assert roles_of(office.first.account) == roles_of(office.second.account) == {Role.ADMINISTRATOR}


def test_an_administrator_who_has_stepped_down_approves_no_role_they_proposed_for_themselves_before(
    office: Office,
) -> None:
    third = office.person(Role.ADMINISTRATOR)
    before = office.api(third)
    acts.end_role(office.first, RoleGrant.objects.get(account=third.account))
    grant = propose(office.api(office.second), third.account, Role.APPROVER)
    assert before.post(f"{PEOPLE}/grants/{grant}/approve").code == "forbidden"
    assert roles_of(third.account) == frozenset()


def test_whoever_made_the_link_does_not_come_into_a_role_that_another_approved_for_the_person(
    office: Office,
) -> None:
    """One administrator adds a person, keeps the link, has the role approved, and signs in themselves."""
    one, two = office.api(office.first), office.api(office.second)
    added = one.post(f"{PEOPLE}/accounts", {"name": "Salma Reed", "email": "salma@provider.example"})
    account = Account.objects.get(pseudonym=added.document["pseudonym"])
    grant = propose(one, account, Role.APPROVER)
    refused = two.post(f"{PEOPLE}/grants/{grant}/approve")
    assert (refused.code, "link" in refused.document["title"]) == ("bad-grant", True)
    assert roles_of(account) == frozenset()
    used = {"secret": added.document["secret"], "password": PASSWORD}
    assert nobody().post(f"{PEOPLE}/links/use", used).status == 200
    assert two.post(f"{PEOPLE}/grants/{grant}/approve").status == 200


def test_a_link_for_somebody_who_decides_leads_to_an_account_that_no_longer_does(office: Office) -> None:
    approver = office.person(Role.APPROVER, Role.REVIEWER)
    one, two = office.api(office.first), office.api(office.second)
    link = one.post(f"{PEOPLE}/accounts/{approver.account.pseudonym}/link").document
    assert roles_of(approver.account) == {Role.REVIEWER}
    grant = propose(one, approver.account, Role.APPROVER)
    assert two.post(f"{PEOPLE}/grants/{grant}/approve").code == "bad-grant"
    used = {"secret": link["secret"], "password": "another slow green lamp"}
    assert nobody().post(f"{PEOPLE}/links/use", used).status == 200
    assert roles_of(approver.account) == {Role.REVIEWER}


def test_a_link_to_ones_own_account_is_made_by_somebody_else(office: Office) -> None:
    own = f"{PEOPLE}/accounts/{office.first.account.pseudonym}/link"
    assert office.api(office.first).post(own).code == "bad-account"


def test_an_administrator_whose_link_was_made_anew_is_none_until_two_say_so(office: Office) -> None:
    third = office.person(Role.ADMINISTRATOR)
    acts.issue_link(office.first, third.account)
    assert roles_of(third.account) == frozenset()


@pytest.mark.parametrize(
    "alias",
    [
        "SALMA@provider.example",
        " salma@provider.example ",
        "salma+approver@provider.example",
        "Salma+Two@Provider.example",
    ],
)
def test_one_mailbox_is_one_account_however_its_address_is_written(office: Office, alias: str) -> None:
    api = office.api(office.first)
    first = {"name": "Salma Reed", "email": "salma+one@provider.example"}
    assert api.post(f"{PEOPLE}/accounts", first).status == 201
    answer = api.post(f"{PEOPLE}/accounts", {"name": "S. Reed", "email": alias})
    assert (answer.code, answer.document["field"]) == ("bad-account", "email")
    other = {"name": "Salma Reedman", "email": "salmare@provider.example"}
    assert api.post(f"{PEOPLE}/accounts", other).status == 201


@pytest.mark.parametrize("role", sorted(DECIDING))
def test_a_password_alone_decides_nothing(office: Office, role: Role) -> None:
    """Neither on the pages nor through the API, which the same session reaches."""
    browser = signed_in(office.person(role).account, second_factor=False)
    assert browser.get(f"{PEOPLE}/me").status_code == 401
    assert browser.get("/").status_code == 302


# With a right that has ended.


def test_a_token_is_worth_what_its_owner_may_do_now(office: Office) -> None:
    approver = office.person(Role.APPROVER, Role.REVIEWER)
    api = office.api(approver)
    assert api.post("/api/v1/unlock/keys/end").code != "forbidden"
    acts.end_role(office.first, RoleGrant.objects.get(account=approver.account, role=Role.APPROVER))
    assert api.post("/api/v1/unlock/keys/end").code == "forbidden"
    assert api.get(f"{PEOPLE}/accounts").status == 200


def test_a_token_stays_revoked_when_a_disabled_account_is_opened_again_with_its_role(office: Office) -> None:
    reviewer = office.person(Role.REVIEWER)
    api = office.api(reviewer)
    acts.disable_account(office.first, reviewer.account)
    assert api.get(f"{PEOPLE}/me").code == "not-signed-in"
    acts.enable_account(office.first, reviewer.account)
    office.grant(reviewer.account, Role.REVIEWER)
    assert api.get(f"{PEOPLE}/me").code == "not-signed-in"


def test_a_session_stays_over_when_a_disabled_account_is_opened_again(office: Office) -> None:
    reviewer = office.person(Role.REVIEWER)
    browser = signed_in(reviewer.account)
    assert browser.get(f"{PEOPLE}/me").status_code == 200
    acts.disable_account(office.first, reviewer.account)
    assert browser.get(f"{PEOPLE}/me").status_code == 401
    office.grant(acts.enable_account(office.first, refreshed(reviewer.account)), Role.REVIEWER)
    assert browser.get(f"{PEOPLE}/me").status_code == 401


def test_who_had_the_account_before_a_link_was_used_has_neither_token_nor_session_after(
    office: Office,
) -> None:
    reviewer = office.person(Role.REVIEWER)
    api, browser = office.api(reviewer), signed_in(reviewer.account)
    secret, _link = acts.issue_link(office.first, reviewer.account)
    used = {"secret": secret, "password": "another slow green lamp"}
    assert nobody().post(f"{PEOPLE}/links/use", used).status == 200
    assert api.get(f"{PEOPLE}/me").code == "not-signed-in"
    assert browser.get(f"{PEOPLE}/me").status_code == 401


def test_a_link_of_a_disabled_account_opens_nothing_and_sets_no_password(office: Office) -> None:
    account, secret = acts.create_account(office.first, name="Lina Ford", email="lina@provider.example")
    acts.disable_account(office.second, account)
    used = {"secret": secret, "password": PASSWORD}
    assert nobody().post(f"{PEOPLE}/links/use", used).code == "link-not-valid"
    assert not Account.objects.get(pk=account.pk).has_usable_password()


def test_an_earlier_link_is_worth_nothing_once_there_is_a_newer_one(office: Office) -> None:
    account, earlier = acts.create_account(office.first, name="Lina Ford", email="lina@provider.example")
    newer, _link = acts.issue_link(office.second, account)
    used = {"secret": earlier, "password": PASSWORD}
    assert nobody().post(f"{PEOPLE}/links/use", used).code == "link-not-valid"
    assert nobody().post(f"{PEOPLE}/links/use", used | {"secret": newer}).status == 200


def test_an_expired_token_is_worth_nothing_and_issues_no_successor(office: Office) -> None:
    api = office.api(office.person(Role.REVIEWER))
    wanted = {
        "label": "a successor",
        "scopes": [Permission.TERMS_READ.value],
        "expires_at": format_instant(office.now + timedelta(days=300)),
    }
    office.later(days=365)
    assert api.post(f"{PEOPLE}/tokens", wanted).code == "not-signed-in"
    assert Token.objects.count() == 1


def test_a_token_issues_none_that_reaches_further_than_itself(office: Office) -> None:
    reviewer = office.person(Role.REVIEWER)
    narrow = office.api(reviewer, Permission.PEOPLE_TOKEN_OWN)
    wanted = {
        "label": "wider",
        "scopes": [Permission.CASE_READ.value],
        "expires_at": format_instant(office.now + timedelta(days=300)),
    }
    assert narrow.post(f"{PEOPLE}/tokens", wanted).code == "bad-token"


def test_a_token_of_another_person_is_not_found_let_alone_revoked(office: Office) -> None:
    victim, other = office.person(Role.REVIEWER), office.api(office.person(Role.APPROVER))
    office.api(victim)
    token = Token.objects.get(account=victim.account)
    assert other.post(f"{PEOPLE}/tokens/{token.pk}/revoke").code == "unknown-account"
    assert Token.objects.get(pk=token.pk).revoked_at is None


# With the idempotency key of somebody else.


def test_the_key_of_another_person_answers_nothing_of_theirs(office: Office) -> None:
    one, other = office.person(Role.REVIEWER), office.person(Role.REVIEWER)
    first = office.api(one).post(f"{PEOPLE}/recusals", RECUSAL, key="k-1")
    second = office.api(other).post(f"{PEOPLE}/recusals", RECUSAL, key="k-1")
    assert (first.status, second.status) == (201, 201)
    assert "idempotency-replayed" not in second.headers
    assert second.document["account"] == other.account.pseudonym
    assert Recusal.objects.count() == 2


def test_a_kept_answer_is_not_shown_to_a_token_that_could_not_have_asked(office: Office) -> None:
    reviewer = office.person(Role.REVIEWER)
    office.api(reviewer).post(f"{PEOPLE}/recusals", RECUSAL, key="k-1")
    narrow = office.api(reviewer, Permission.PEOPLE_TOKEN_OWN)
    assert narrow.post(f"{PEOPLE}/recusals", RECUSAL, key="k-1").code == "forbidden"


def test_a_kept_answer_is_not_shown_to_who_has_lost_the_right_to_ask(office: Office) -> None:
    administrator = office.person(Role.ADMINISTRATOR)
    api, account = office.api(administrator), office.account()
    body = {"account": account.pseudonym, "role": Role.REVIEWER.value}
    assert api.post(f"{PEOPLE}/grants", body, key="k-1").status == 201
    acts.end_role(office.first, RoleGrant.objects.get(account=administrator.account))
    assert api.post(f"{PEOPLE}/grants", body, key="k-1").code == "forbidden"


# Around a recusal.


def test_nobody_ends_their_own_recusal_not_even_as_administrator(office: Office) -> None:
    api = office.api(office.first)
    made = api.post(f"{PEOPLE}/recusals", RECUSAL).document
    assert api.post(f"{PEOPLE}/recusals/{made['id']}/end", {"reason": "I forgot."}).code == "bad-recusal"
    assert Recusal.objects.get().ended_at is None


def test_a_recusal_outlives_disabling_and_every_change_of_role(office: Office) -> None:
    reviewer = office.person(Role.REVIEWER)
    acts.declare_recusal(reviewer, kind=Recusal.Kind.CUSTOMER, value="Harbour Lines", reason="Family.")
    acts.disable_account(office.first, reviewer.account)
    acts.enable_account(office.first, reviewer.account)
    office.grant(reviewer.account, Role.REVIEWER)
    assert Recusal.objects.filter(account=reviewer.account, ended_at__isnull=True).count() == 1


@pytest.mark.parametrize("kind", sorted(Recusal.Kind))
def test_who_is_recused_from_a_customer_writes_nothing_into_the_register_about_it(
    office: Office, kind: str
) -> None:
    """What a customer declared, and which terms it negotiated away, weighs in every case about it."""
    keeper, other = office.person(Role.REGISTER_KEEPER), office.person(Role.REGISTER_KEEPER)
    value = "eu-west-1" if kind == Recusal.Kind.REGION else "Harbour Lines"
    acts.declare_recusal(keeper, kind=Recusal.Kind(kind), value=value, reason="Family.")
    theirs = Entry("Harbour Lines", "aws:111122223333", None, "eu-west-1", None, None)
    register.record_subscription(other, theirs)
    innocent = replace(theirs, customer="Quiet Fields", declared_purpose="call-centre", home_region=None)
    terms = register.ContractTerms(
        reference="C-1", customer="Harbour Lines", terms="2026", home_region="eu-west-1"
    )
    for write in (
        lambda: register.record_subscription(keeper, replace(theirs, declared_purpose="call-centre")),
        lambda: register.record_subscription(keeper, innocent),
        lambda: register.end_subscription(keeper, "aws:111122223333"),
        lambda: register.import_register(keeper, Register((innocent,)), sha256="0" * 64),
        lambda: register.record_contract(keeper, terms, valid_from=office.now),
    ):
        with pytest.raises(Recused):
            write()
    register.record_subscription(keeper, replace(innocent, subscription="aws:999988887777"))
