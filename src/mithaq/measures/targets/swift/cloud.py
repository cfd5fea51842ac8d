"""Requests to Keystone and Swift, as the provider's administrator and as whom probes are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from mithaq.measures.errors import TargetRefuses, TargetUnreachable
from mithaq.measures.server import SECONDS, Answer, Server
from mithaq.terms.vocabulary import RestrictedService

_FIRST_ERROR: Final = 400
_UNAUTHORISED: Final = 401
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_FIRST_FAULT: Final = 500
_BUSY: Final = 429


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the default domain, and the project that they sign in to."""

    user: str
    password: str = field(repr=False)
    project: Mapping[str, object] = field(default_factory=dict)
    """Keystone's own form: an id, or a name and a domain."""


@dataclass(frozen=True, slots=True)
class Service:
    """Another service that trusts the Keystone: the role that opens it, and where a token is tried."""

    role: str
    probe: str
    """A GET that only whoever holds the role is let through; `{project}` stands for the project's id."""

    def at(self, project: str) -> str:
        """Give where it is tried for one project."""
        return self.probe.replace("{project}", project)


@dataclass(frozen=True, slots=True)
class Cloud:
    """A Keystone and the Swift that trusts it. `role` is what lets a user of a project into its storage."""

    keystone: str
    swift: str
    admin: Login
    role: str
    prefix: str = "AUTH_"
    domain: str = "default"
    seconds: float = SECONDS
    services: Mapping[RestrictedService, Service] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """The administrator's token, until it is refused."""

    @property
    def s3(self) -> Server:
        """The S3 of the same proxies."""
        return Server(self.swift, "us-east-1", seconds=self.seconds)

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request as it is; raises TargetUnreachable."""
        sized = {"Content-Length": str(len(body))} if method in {"PUT", "POST"} else {}
        return self.s3.send(method, url, headers={**sized, **(headers or {})}, body=body)

    def url(self, project: str, *below: str) -> str:
        """Give the address of a project's account, or of what is in it."""
        return "/".join((f"{self.swift}/v1/{self.prefix}{project}", *below))

    def sign_in(self, login: Login) -> str:
        """Give a token; raises TargetRefuses, TargetUnreachable."""
        user = {"name": login.user, "domain": {"id": self.domain}, "password": login.password}
        identity = {"methods": ["password"], "password": {"user": user}}
        asked = {"auth": {"identity": identity, "scope": {"project": dict(login.project)}}}
        headers = {"Content-Type": "application/json"}
        answer = self.send(
            "POST", f"{self.keystone}/auth/tokens", headers=headers, body=json.dumps(asked).encode()
        )
        token = answer.headers.get("x-subject-token", "")
        if _may_pass(answer):
            raise TargetUnreachable(f"Keystone answered {answer.status}", hint="It is asked again.")
        if not token:
            raise TargetRefuses(
                f"Keystone lets somebody of ours not in: {answer.status}", hint="See the targets' file."
            )
        return token

    def call(
        self,
        method: str,
        url: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        data: bytes = b"",
        conflict: bool = False,
    ) -> Answer:
        """Send a request as the administrator; 404 is an answer, and with `conflict` 409 too.

        Raises TargetRefuses, TargetUnreachable.
        """
        if body is not None:
            headers, data = {"Content-Type": "application/json", **(headers or {})}, json.dumps(body).encode()
        answer = self._as_admin(method, url, headers or {}, data)
        if answer.status == _UNAUTHORISED:
            self.tokens.clear()
            answer = self._as_admin(method, url, headers or {}, data)
        if _may_pass(answer):
            raise TargetUnreachable(f"the cloud answered {answer.status}", hint="It is asked again.")
        known = {_NOT_FOUND, _CONFLICT} if conflict else {_NOT_FOUND}
        if answer.status >= _FIRST_ERROR and answer.status not in known:
            raise TargetRefuses(
                f"the cloud refuses a request of ours: {answer.status}",
                hint="Has the administrator the roles admin and ResellerAdmin?",
            )
        return answer

    def named(self, kind: str, name: str) -> str | None:
        """Give the id of a project, user or role of a name, None if there is none; raises as `call`."""
        words = {"name": name} if kind == "roles" else {"name": name, "domain_id": self.domain}
        rows = self.document(f"{self.keystone}/{kind}?{urlencode(words)}")[kind]
        return next((str(row["id"]) for row in rows), None)

    def document(self, url: str) -> Any:  # noqa: ANN401  # any JSON
        """Read a JSON document as the administrator; raises as `call`."""
        answer = self.call("GET", url)
        try:
            return json.loads(answer.body)
        except ValueError as error:
            raise TargetUnreachable(
                "Keystone's answer is no JSON", hint="Is its address the one that ends in /v3?"
            ) from error

    def has(self, url: str, method: str = "HEAD") -> bool:
        """Say whether something is there, as the administrator sees it; raises as `call`."""
        return self.call(method, url).status != _NOT_FOUND

    def _as_admin(self, method: str, url: str, headers: Mapping[str, str], data: bytes) -> Answer:
        if "admin" not in self.tokens:
            self.tokens["admin"] = self.sign_in(self.admin)
        return self.send(method, url, headers={**headers, "X-Auth-Token": self.tokens["admin"]}, body=data)


def _may_pass(answer: Answer) -> bool:
    return answer.status >= _FIRST_FAULT or answer.status == _BUSY
