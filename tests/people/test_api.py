"""The API as a person's program meets it: who may call what, repeated writes, pages, problems."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.casework import ApiClient, Office
from tests.console.people import signed_in

from mithaq.console.api import api
from mithaq.console.api.described import operations, permission_of
from mithaq.ledger.models import Entry
from mithaq.people import acts
from mithaq.people.models import Account, Recusal
from mithaq.people.permissions import GRANTS, Permission, Role

PUBLIC = {("POST", "/people/links/use")}
"""What somebody may call who is not signed in."""

OPERATIONS = [(method, path, permission_of(operation)) for method, path, operation in operations(api)]
RECUSAL = {"kind": "customer", "value": "cust-harbour", "reason": "I worked there."}


def address(path: str) -> str:
    """Fill a path with values that fit it and name nothing."""
    return "/api/v1" + re.sub(r"\{[^}]+\}", "999999", path)


def test_every_operation_names_a_permission_or_is_public_by_name() -> None:
    assert {(method, path) for method, path, permission in OPERATIONS if permission is None} == PUBLIC


@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_may_call_exactly_the_operations_whose_permission_it_holds(office: Office, role: Role) -> None:
    them = office.api(office.person(role))
    wrong = []
    for method, path, permission in OPERATIONS:
        if permission is None:
            continue
        answer = them.get(address(path)) if method == "GET" else them.post(address(path), {})
        barred = answer.status == 403 and f"permission {permission.value}" in answer.document["title"]
        if barred == (permission in GRANTS[role]) or answer.status in {401, 405} or answer.status >= 500:
            wrong.append((method, path, answer.status))
    assert wrong == []


def test_who_is_not_signed_in_may_call_nothing_but_what_is_public(office: Office) -> None:
    del office
    for headers in ({}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic bm86bm8="}):
        nobody = ApiClient(Client(), headers)
        for method, path, permission in OPERATIONS:
            if permission is None:
                continue
            answer = nobody.get(address(path)) if method == "GET" else nobody.post(address(path), {})
            assert (answer.status, answer.code) == (401, "not-signed-in"), (method, path)


def test_a_write_repeated_with_its_key_happens_once_and_is_answered_alike(office: Office) -> None:
    them = office.api(office.person(Role.REVIEWER))
    before = Entry.objects.count()
    first = them.post("/api/v1/people/recusals", RECUSAL, key="k-1")
    again = them.post("/api/v1/people/recusals", RECUSAL, key="k-1")
    assert (first.status, again.status) == (201, 201)
    assert again.document == first.document
    assert again.headers["idempotency-replayed"] == "true"
    assert Recusal.objects.count() == 1
    assert Entry.objects.count() == before + 1


def test_a_key_with_another_body_is_refused(office: Office) -> None:
    them = office.api(office.person(Role.REVIEWER))
    them.post("/api/v1/people/recusals", RECUSAL, key="k-1")
    other = them.post("/api/v1/people/recusals", {**RECUSAL, "value": "cust-vale"}, key="k-1")
    assert (other.status, other.code) == (422, "idempotency-key-reused")
    assert Recusal.objects.count() == 1


def test_a_write_that_failed_may_be_tried_again_with_its_key(office: Office) -> None:
    them = office.api(office.person(Role.REVIEWER))
    assert them.post("/api/v1/people/recusals", {**RECUSAL, "reason": " "}, key="k-1").status == 422
    assert them.post("/api/v1/people/recusals", RECUSAL, key="k-1").status == 201


def test_a_secret_is_shown_once_even_to_a_repeated_request(office: Office) -> None:
    them = office.api(office.first)
    body = {"name": "Salma Reed", "email": "salma@provider.example"}
    assert them.post("/api/v1/people/accounts", body, key="k-1").status == 201
    again = them.post("/api/v1/people/accounts", body, key="k-1")
    assert (again.status, again.code) == (409, "shown-once")


def test_pages_give_every_row_once(office: Office) -> None:
    for _ in range(3):
        office.account()
    them, seen, cursor = office.api(office.first), [], ""
    while True:
        page = them.get("/api/v1/people/accounts", limit=2, cursor=cursor).document
        seen += [person["pseudonym"] for person in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == list(Account.objects.order_by("pk").values_list("pseudonym", flat=True))
    assert them.get("/api/v1/people/accounts", cursor="nonsense").code == "bad-cursor"


def test_a_token_allows_its_scopes_until_it_ends(office: Office) -> None:
    them = office.api(office.first, Permission.PEOPLE_READ)
    assert them.get("/api/v1/people/accounts").status == 200
    assert them.get("/api/v1/people/tokens").status == 403
    office.later(days=366)
    assert them.get("/api/v1/people/accounts").status == 401


def test_a_disabled_persons_token_is_worth_nothing(office: Office) -> None:
    reviewer = office.person(Role.REVIEWER)
    them = office.api(reviewer)
    acts.disable_account(office.first, reviewer.account)
    assert them.get("/api/v1/people/me").status == 401


def test_a_one_time_link_sets_a_password_once_and_not_too_late(office: Office) -> None:
    nobody = ApiClient(Client(), {})
    account, secret = acts.create_account(office.first, name="Lina", email="lina@provider.example")
    body = {"secret": secret, "password": "slow green harbour lamp"}
    assert nobody.post("/api/v1/people/links/use", body).status == 200
    assert Account.objects.get(pk=account.pk).check_password(body["password"])
    assert nobody.post("/api/v1/people/links/use", body).code == "link-not-valid"
    _, late = acts.create_account(office.first, name="Hadi", email="hadi@provider.example")
    office.now += timedelta(hours=73)
    office.later()
    assert nobody.post("/api/v1/people/links/use", {**body, "secret": late}).code == "link-not-valid"


def test_a_session_writes_only_with_its_csrf_token(office: Office) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = signed_in(office.person(Role.REVIEWER).account).cookies
    answer = browser.post("/api/v1/people/recusals", RECUSAL, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf-failed")


def test_a_session_without_the_second_factor_it_needs_reaches_nothing(office: Office) -> None:
    with_one = signed_in(office.first.account)
    without = signed_in(office.first.account, second_factor=False)
    assert with_one.get("/api/v1/people/me").status_code == 200
    assert without.get("/api/v1/people/me").status_code == 401


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"{", "application/json", 400), (b"a=1", "text/plain", 415), (b'{"kind": 3}', "application/json", 422)],
)
def test_what_is_no_request_is_answered_with_a_problem(
    office: Office, body: bytes, kind: str, status: int
) -> None:
    them = office.api(office.person(Role.REVIEWER))
    answer = them.client.post("/api/v1/people/recusals", body, content_type=kind, headers=them.headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_an_unknown_address_of_the_api_is_answered_with_a_problem() -> None:
    answer = Client().get("/api/v1/nothing")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_description_is_openapi_3_1_and_names_each_permission() -> None:
    document = api.get_openapi_schema(path_prefix="")
    assert document["openapi"].startswith("3.1")
    named = {
        operation.get("x-mithaq-permission")
        for item in document["paths"].values()
        for operation in item.values()
    }
    assert named == {permission and permission.value for _method, _path, permission in OPERATIONS}
