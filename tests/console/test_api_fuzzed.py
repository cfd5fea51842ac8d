"""Whatever is sent to the API, by any role or by nobody: no server error, and no way past signing in."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypeAlias, TypeVar, cast

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, ignored_auth, status_code_conformance
from tests.casework import Office
from tests.review.desk import Casework
from tests.soaking import SOAK, first_seed, tell

from mithaq.console.api import api
from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.api import Needs
from mithaq.people.models import Recusal, RoleGrant, Token
from mithaq.people.permissions import GRANTS, Permission, Role

Operation: TypeAlias = "APIOperation[Any, Any, Any, Any]"
Request: TypeAlias = "Case[Any]"
T = TypeVar("T")

pytestmark = pytest.mark.django_db

REACHING, BARRED = (150, 10) if SOAK else (6, 1)
"""Requests to an operation by each who may call it, and by each who may not."""
CHECKS: Final = [not_a_server_error, ignored_auth, content_type_conformance, status_code_conformance]
SCHEMA: Final = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
SCHEMA.app = get_wsgi_application()


def operations() -> dict[str, list[Operation]]:
    """Give all operations of the API by room."""
    rooms: dict[str, list[Operation]] = defaultdict(list)
    for found in SCHEMA.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        rooms[operation.path.split("/")[3]].append(operation)
    return rooms


OPERATIONS: Final = operations()


@pytest.fixture(autouse=True)
def connection_of_the_test() -> Iterator[None]:
    """Let no request close the connection, which holds the test's transaction; Django's client is alike."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


class Crowd:
    """Somebody of every role with a token, somebody without a role, nobody; and names of what there is."""

    def __init__(self, office: Office) -> None:
        work = Casework(office)
        work.found()
        decision = work.proposed()
        them = {role.value: office.person(role) for role in sorted(Role)}
        former = office.person(Role.REVIEWER)
        grant = acts.propose_role(office.first, office.account(), Role.APPROVER)
        recusal = acts.declare_recusal(
            them["auditor"], kind=Recusal.Kind.CUSTOMER, value="cust-vale", reason="A friend works there."
        )
        self.headers = {name: _signed_in(office, who) for name, who in {**them, "no role": former}.items()}
        self.headers["nobody"] = {}
        acts.end_role(office.first, RoleGrant.objects.get(account=former.account))
        people = [who.account.pseudonym for who in (*them.values(), office.first)]
        people += [grant.account.pseudonym]
        self.known: Mapping[str, Sequence[object]] = {
            "pseudonym": people,
            "account": people,
            "reviewer": people,
            "grant_id": list(RoleGrant.objects.values_list("pk", flat=True)),
            "recusal_id": [recusal.pk],
            "token_id": list(Token.objects.values_list("pk", flat=True)),
            "case": [work.case, work.open().case],
            "decision": [decision.key],
            "digest": [decision.digest],
            "subscriptions": [["aws:111122223333"]],
        }


def _signed_in(office: Office, who: Acting) -> dict[str, str]:
    scopes = [each for each in Permission if who.may(each)]
    until = office.now + timedelta(days=300)
    text, _token = acts.issue_token(who, label="tests", scopes=scopes, expires_at=until)
    return {"Authorization": f"Bearer {text}"}


def may_reach(name: str, operation: Operation) -> bool:
    permission = operation.definition.raw.get("x-mithaq-permission")
    if permission is None or name not in set(Role):
        return permission is None
    return Permission(permission) in GRANTS[Role(name)]


def requests_to(operation: Operation) -> st.SearchStrategy[Request]:
    """Give requests as the description allows them, and for what takes anything, such as it forbids."""
    allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not (operation.body or operation.query or operation.path_parameters):
        return allowed
    return st.one_of(allowed, allowed, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


def naming(value: T, known: Mapping[str, Sequence[object]], chance: random.Random) -> T:
    """Put names of what there is in the place of most invented ones, so that a request comes further."""
    if isinstance(value, dict):
        named = {
            key: chance.choice(known[key])
            if key in known and chance.random() < 0.7
            else naming(inner, known, chance)
            for key, inner in value.items()
        }
        return cast("T", named)
    if isinstance(value, list):
        return cast("T", [naming(inner, known, chance) for inner in value])
    return value


def failures(operation: Operation, crowd: Crowd, name: str) -> list[str]:
    """Send requests to an operation as somebody; give in which ways they were answered wrongly."""
    headers = crowd.headers[name]

    @settings(
        max_examples=REACHING if may_reach(name, operation) else BARRED,
        deadline=None,
        database=None,
        derandomize=not SOAK,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(request=requests_to(operation), chance=st.randoms(use_true_random=False))
    def send(request: Request, chance: random.Random) -> None:
        request.path_parameters = naming(request.path_parameters, crowd.known, chance)
        request.body = naming(request.body, crowd.known, chance)
        with transaction.atomic():
            answer = request.call(headers=headers)
            try:
                request.validate_response(answer, checks=CHECKS, headers=headers)
            finally:
                transaction.set_rollback(True)

    try:
        (seed(first_seed())(send) if SOAK else send)()
    except FailureGroup as group:
        return [f"{operation.label} as {name}: {failure!r}" for failure in group.exceptions]
    return []


@pytest.mark.soak(minutes=5)
@pytest.mark.timeout(14_400 if SOAK else 300)
@pytest.mark.parametrize("room", sorted(OPERATIONS))
def test_no_request_by_anybody_meets_a_server_error_or_gets_past_signing_in(
    office: Office, room: str
) -> None:
    crowd = Crowd(office)
    found: list[str] = []
    for number, operation in enumerate(OPERATIONS[room]):
        for name in crowd.headers:
            found += failures(operation, crowd, name)
        tell(f"fuzzed {room}", operation.label, done=number + 1, of=len(OPERATIONS[room]))
    assert found == []


def operation_of(label: str) -> Operation:
    (found,) = (each for room in OPERATIONS.values() for each in room if each.label == label)
    return found


def test_a_server_error_that_is_planted_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError

    crowd = Crowd(office)
    monkeypatch.setattr(acts, "declare_recusal", broken)
    found = failures(operation_of("POST /api/v1/people/recusals"), crowd, Role.REVIEWER.value)
    assert any("ServerError" in each for each in found), found


def test_a_way_past_signing_in_that_is_planted_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Crowd(office)
    monkeypatch.setattr(Needs, "__call__", lambda _needs, _request: office.first)
    for name in ("nobody", Role.ADMINISTRATOR.value):
        found = failures(operation_of("GET /api/v1/people/accounts"), crowd, name)
        assert any("IgnoredAuth" in each for each in found), found
