"""A recused person walks through every operation of the API that touches a case, and gets nowhere.

The operations are found in the API itself, and their requests made from its own description, so a new one is
walked as soon as it is mounted. One whose request cannot be made like this fails the walk until it stands in
`SAID`; one that touches no case, until it stands in `UNBOUND` with the reason.
"""

from __future__ import annotations

import io
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.test import override_settings
from tests.casework import Answer, ApiClient, Office
from tests.identity.unlocking import LAKE, NATIVE
from tests.review.desk import BOOKS, SUBSCRIPTION, Casework

from mithaq.console.api import api
from mithaq.console.api.described import operations, permission_of
from mithaq.identity import acts as unlock
from mithaq.identity.keyring import make_keyring
from mithaq.identity.queries import access_dealing, current_key, halves_of
from mithaq.identity.sealing import fingerprint_of, public_of
from mithaq.identity.sharing import Holder, SealedHalf, open_half, proof_of, split
from mithaq.people import acts as people
from mithaq.people.acting import Acting
from mithaq.people.models import Recusal
from mithaq.people.permissions import Permission, Role
from mithaq.register import acts as register

CUSTOMER: Final = "Harbour Lines"
REGION: Final = "eu-west-1"

UNBOUND: Final[Mapping[tuple[str, str], str]] = {
    ("POST", "/unlock/keys"): "one's own personal key, whatever the case",
    ("POST", "/unlock/keys/end"): "one's own personal key, whatever the case",
    ("GET", "/unlock/splits/{epoch}/halves"): "one's own halves of the unlock key, whatever the case",
    ("POST", "/unlock/splits/{epoch}/confirm"): "one's own halves of the unlock key, whatever the case",
}
"""Operations with a permission over cases that touch none, each with the reason."""

LISTS: Final = {
    ("GET", "/cases"),
    ("GET", "/measures/alarms"),
    ("GET", "/review/overdue"),
    ("GET", "/review/records/overdue"),
}
"""Operations over all cases at once: a recused person may call them, and does not see theirs."""

OPENING: Final = {("POST", "/cases"), ("POST", "/cases/file")}
"""Operations that make a case: who is recused from the customer or its region does not make one of it."""

ALLEGATION: Final = {
    "mithaq": "allegation/v1",
    "received": "2026-09-21T09:00:00Z",
    "source": {"kind": "press"},
    "subject": {"customer": CUSTOMER},
    "period": {"from": "2026-09-07", "to": "2026-09-21"},
    "claims": [{"id": "c1", "kind": "stores", "what": "call-recordings"}],
    "clauses": ["T5"],
}
DIGEST: Final = "sha256:" + "0" * 64
SAID: Final[Mapping[tuple[str, str], object]] = {
    ("POST", "/cases"): ALLEGATION,
    ("POST", "/unlock/requests/{name}/open"): {"half": "AAAA"},
    ("POST", "/review/cases/{case}/decisions/{decision}/approve"): {"digest": DIGEST},
    ("POST", "/review/cases/{case}/answers/{decision}/approve"): {"digest": DIGEST},
}
"""Bodies that the description of the API does not say enough about."""

DESCRIBED: Final = json.loads(json.dumps(api.get_openapi_schema(path_prefix=""), default=str))
BARS: Final = ("customer", "region", "prior-work", "prior-work-for-the-customer")


def _described(method: str, path: str) -> dict[str, Any]:
    operation: dict[str, Any] = DESCRIBED["paths"][re.sub(r"\{\w+:", "{", path)][method.lower()]
    return operation


def _body(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {})
    return next(((kind, each["schema"]) for kind, each in content.items()), ("", {}))


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _touches_a_case(method: str, path: str, permission: Permission | None) -> bool:
    operation = _described(method, path)
    named = {each["name"] for each in operation.get("parameters", ())}
    named |= set(_resolved(_body(operation)[1]).get("properties", {}))
    return permission is not None and (
        permission.value.startswith(("case:", "measure:")) or "{case}" in path or "case" in named
    )


BOUND: Final = [
    (method, path, permission)
    for method, path, permission in ((m, p, permission_of(o)) for m, p, o in operations(api))
    if permission is not None and (method, path) not in UNBOUND and _touches_a_case(method, path, permission)
]


@dataclass(slots=True)
class Walk:
    """A case with its people and an unlock request in it, and what a request about it says."""

    work: Casework
    named: dict[str, str] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return self.work.office

    def people(self) -> list[Acting]:
        """Give three people who together hold every permission."""
        casework = sorted(set(Role) - {Role.ADMINISTRATOR, Role.AUDITOR})
        some = (casework, [Role.ADMINISTRATOR], [Role.AUDITOR])
        return [self.office.person(*roles) for roles in some]

    def send(self, them: ApiClient, method: str, path: str) -> Answer:
        """Make the request of an operation about the case, and send it."""
        operation = _described(method, path)
        address = "/api/v1" + re.sub(r"\{(?:\w+:)?(\w+)\}", lambda m: self.named.get(m[1], "999999"), path)
        query = {
            each["name"]: str(self.sample(each["schema"], each["name"]))
            for each in operation.get("parameters", ())
            if each["in"] == "query" and each.get("required")
        }
        if method == "GET":
            return them.get(address, **query)
        kind, schema = _body(operation)
        if kind == "multipart/form-data":
            return them.upload(address, file=self.file())
        body = SAID.get((method, path)) or (self.sample(schema, "") if schema else None)
        return them.post(address, body)

    def file(self) -> io.BytesIO:
        raw = io.BytesIO(json.dumps(ALLEGATION).encode())
        raw.name = "letter.txt"
        return raw

    def sample(self, schema: dict[str, Any], name: str) -> object:
        """Give the smallest value that a schema describes; ids of the case where a field is named so."""
        schema = _resolved(schema)
        if name in self.named:
            return self.named[name]
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self.sample(schema[several][0], name)
        if schema.get("type") == "object":
            of = schema.get("properties", {})
            return {each: self.sample(of[each], each) for each in schema.get("required", ())}
        if schema.get("type") == "array":
            return [self.sample(schema["items"], "")] * int(schema.get("minItems", 0))
        return _plain(schema, name)


def _plain(schema: dict[str, Any], name: str) -> object:
    if "enum" in schema:
        return schema["enum"][0]
    if name in {"reason", "reasons"}:
        return "because it is so"
    if schema.get("format") == "date-time":
        return "2026-09-22T12:00:00Z"
    return (
        schema.get("minimum", 1) if schema.get("type") == "integer" else "x" * int(schema.get("minLength", 1))
    )


def _unlock_request(work: Casework) -> dict[str, str]:
    """Split an unlock key among two approvers, and let the reviewer ask for one pseudonym in the case."""
    keyring, key = make_keyring(secrets.token_bytes)
    (pseudonym,) = keyring.pseudonyms(NATIVE)
    LAKE[pseudonym] = [keyring.seal(NATIVE)]
    private: dict[str, bytes] = {}
    holders = [work.approver, work.office.person(Role.APPROVER)]
    for holder in holders:
        private[holder.account.pseudonym] = secrets.token_bytes(32)
        unlock.register_key(holder, public_of(private[holder.account.pseudonym]))
    named = [Holder(name, public_of(raw)) for name, raw in private.items()]
    keys = {name: fingerprint_of(public_of(raw)) for name, raw in private.items()}
    dealt = split(key, named, epoch=1, entropy=secrets.token_bytes)
    unlock.offer_split(work.office.first, dealt, keys)
    dealing = access_dealing(1)
    for holder in holders:
        own = current_key(holder.account)
        assert own is not None
        name = holder.account.pseudonym
        proofs = {
            partner: proof_of(
                open_half(
                    SealedHalf(name, partner, bytes(half.sealed), half.check_digest),
                    private[name],
                    epoch=1,
                    unlock_public=bytes(dealing.unlock_public),
                )
            )
            for partner, half in halves_of(dealing, own).items()
        }
        unlock.confirm_halves(holder, 1, proofs)
    asked = unlock.propose_unlock(work.reviewer, case=work.case, pseudonym=pseudonym, reason="Whose is it?")
    return {"name": asked.name, "pseudonym": pseudonym}


@pytest.fixture
def walk(office: Office) -> Iterator[Walk]:
    with override_settings(UNLOCK_SEALED_IDS="tests.identity.unlocking.sealed"):
        work = Casework(office)
        keeper = office.person(Role.REGISTER_KEEPER)
        for entry in BOOKS.entries:
            register.record_subscription(keeper, entry, valid_from=datetime(2026, 1, 1, tzinfo=UTC))
        named = {"case": work.case, "other": work.case, **_unlock_request(work)}
        named |= {"reviewer": office.person(Role.REVIEWER).account.pseudonym, "subscription": SUBSCRIPTION}
        office.later(days=4)  # by now the case waits for long enough to stand in the lists of what is overdue
        yield Walk(work, named)
        LAKE.clear()


def recuse(walk: Walk, them: Acting, bar: str) -> None:
    kind, value = {
        "customer": (Recusal.Kind.CUSTOMER, CUSTOMER),
        "region": (Recusal.Kind.REGION, REGION),
        "prior-work": (Recusal.Kind.PRIOR_WORK, walk.work.case),
        "prior-work-for-the-customer": (Recusal.Kind.PRIOR_WORK, CUSTOMER),
    }[bar]
    people.declare_recusal(them, kind=kind, value=value, reason="Family.")


def barred(answer: Answer, operation: tuple[str, str], case: str) -> bool:
    """Say whether an answer shows nothing of the case to who is recused from it."""
    if operation in LISTS:
        return answer.status == 200 and case not in json.dumps(answer.document)
    glass = operation == ("GET", "/break-glass/cases/{case}")  # who could not break it is merely forbidden
    return answer.status == 403 and answer.code in ({"recused", "forbidden"} if glass else {"recused"})


def one_who_may(apis: list[tuple[Acting, ApiClient]], permission: Permission) -> ApiClient:
    return next(each for them, each in apis if them.may(permission))


@pytest.mark.parametrize("bar", BARS)
def test_a_recused_person_gets_nowhere_in_the_case_by_any_operation(walk: Walk, bar: str) -> None:
    some = walk.people()
    for them in some:
        recuse(walk, them, bar)
    apis = [(person, walk.office.api(person)) for person in some]
    got_through = []
    for method, path, permission in BOUND:
        if bar == "prior-work" and (method, path) in OPENING:
            continue  # work on one case bars from that case, and a new one is another
        answer = walk.send(one_who_may(apis, permission), method, path)
        if not barred(answer, (method, path), walk.work.case):
            got_through.append((method, path, answer.status))
    assert got_through == []


def test_the_same_requests_of_people_who_are_not_recused_meet_no_bar(walk: Walk) -> None:
    """Or the walk would show nothing: each request is one that reaches the case."""
    apis = [(person, walk.office.api(person)) for person in walk.people()]
    unmade = []
    for method, path, permission in BOUND:
        answer = walk.send(one_who_may(apis, permission), method, path)
        code = answer.document.get("code") if isinstance(answer.document, dict) else None
        if code in {"recused", "bad-input", "unknown-case"} or answer.status >= 500:
            unmade.append((method, path, answer.status, answer.document))
        if path in {"/cases", "/review/overdue"} and method == "GET":
            assert walk.work.case in json.dumps(answer.document), path
    assert unmade == []


def test_the_walk_meets_every_room_that_touches_cases() -> None:
    walked = {(method, path) for method, path, _permission in BOUND}
    assert walked >= LISTS | OPENING | set(SAID)
    assert {"cases", "break-glass", "review", "unlock"} <= {path.split("/")[1] for _method, path in walked}
    assert set(UNBOUND) <= {(method, path) for method, path, _operation in operations(api)}
