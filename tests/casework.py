"""People who do casework in the tests: made through the acts, signed in through the API."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import IO, Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from mithaq.kernel.clock import format_instant
from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.acts.setup import NewPerson
from mithaq.people.models import Account
from mithaq.people.permissions import DECIDING, Permission, Role
from mithaq.people.queries import acting

START = datetime(2026, 9, 21, 12, tzinfo=UTC)
"""When the tests' casework begins; the same moment as `NOW` of the conftest."""

PASSWORD = "slow green harbour lamp"  # noqa: S105  # of invented people

_NAMES = ("Rima", "Nadim", "Salma", "Karim", "Huda", "Yusra", "Tarek", "Lina", "Bashir", "Maysun")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered."""

    status: int
    document: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The `code` of a problem document."""
        assert self.headers["content-type"] == "application/problem+json", self.document
        return str(self.document["code"])


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A person's program: every request carries their personal token."""

    client: Client
    headers: dict[str, str]

    def get(self, path: str, **query: str | int) -> Answer:
        return _answer(self.client.get(path, query, headers=self.headers))

    def post(self, path: str, body: object = None, *, key: str | None = None) -> Answer:
        return self._write("POST", path, body, key)

    def put(self, path: str, body: object = None, *, key: str | None = None) -> Answer:
        return self._write("PUT", path, body, key)

    def patch(self, path: str, body: object = None, *, key: str | None = None) -> Answer:
        return self._write("PATCH", path, body, key)

    def delete(self, path: str, *, key: str | None = None) -> Answer:
        return self._write("DELETE", path, None, key)

    def upload(self, path: str, *, key: str | None = None, **parts: IO[bytes] | str) -> Answer:
        """Send a form with files (`multipart/form-data`)."""
        return _answer(self.client.post(path, parts, headers=self._headers(key)))

    def _headers(self, key: str | None) -> dict[str, str]:
        return self.headers | ({"Idempotency-Key": key} if key else {})

    def _write(self, method: str, path: str, body: object, key: str | None) -> Answer:
        headers = self._headers(key)
        data = b"" if body is None else json.dumps(body).encode()
        kind = "application/json"
        return _answer(self.client.generic(method, path, data, content_type=kind, headers=headers))


def _answer(response: HttpResponseBase) -> Answer:
    kind = response.headers.get("Content-Type", "")
    content = getattr(response, "content", b"")
    document = json.loads(content) if "json" in kind and content else content
    return Answer(response.status_code, document, {k.lower(): v for k, v in response.headers.items()})


@dataclass(slots=True)
class Office:
    """The people of a provider, beginning with its two administrators.

    `person(Role.REVIEWER)` gives somebody new in the act of doing something; `api(them)` signs them in;
    `later(days=3)` lets time pass for the acts and for the API.
    """

    monkeypatch: pytest.MonkeyPatch
    now: datetime = START
    first: Acting = field(init=False)
    second: Acting = field(init=False)

    def __post_init__(self) -> None:
        self.later()
        people = [
            NewPerson("Amal Quarry", "amal@provider.example"),
            NewPerson("Idris Vale", "idris@provider.example"),
        ]
        one, two = acts.set_up(people, clock=self.clock, entropy=secrets.token_bytes)
        self.first, self.second = self.acting(one.account), self.acting(two.account)

    def clock(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        """Let time pass: `later(days=3)`."""
        self.now += timedelta(**span)
        self.monkeypatch.setenv("MITHAQ_NOW", format_instant(self.now))

    def acting(self, account: Account) -> Acting:
        """Give the person with the roles they hold now."""
        return acting(Account.objects.get(pk=account.pk), clock=self.clock, entropy=secrets.token_bytes)

    def account(self, name: str = "") -> Account:
        """Add a person without any role, who has set their password."""
        number = Account.objects.count() - 2
        name = name or f"{_NAMES[number % len(_NAMES)]} {number}"
        email = f"person-{number}@provider.example"
        _account, link = acts.create_account(self.first, name=name, email=email)
        return acts.use_link(link, PASSWORD, clock=self.clock, entropy=secrets.token_bytes)

    def grant(self, account: Account, role: Role) -> None:
        """Grant a role as the two administrators do."""
        grant = acts.propose_role(self.first, account, role)
        if role in DECIDING:
            acts.approve_role(self.second, grant)

    def person(self, *roles: Role, name: str = "") -> Acting:
        """Add a person with these roles."""
        account = self.account(name)
        for role in roles:
            self.grant(account, role)
        return self.acting(account)

    def api(self, who: Acting, *scopes: Permission) -> ApiClient:
        """Sign a person in with a personal token; without scopes it allows all that their roles do."""
        wanted = scopes or tuple(permission for permission in Permission if who.may(permission))
        until = self.now + timedelta(days=365)
        text, _token = acts.issue_token(who, label="tests", scopes=wanted, expires_at=until)
        return ApiClient(Client(), {"Authorization": f"Bearer {text}"})
