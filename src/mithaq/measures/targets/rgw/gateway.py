"""Requests to a RADOS Gateway: signed, presigned, anonymous, and what their answers mean for us."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from mithaq.measures.errors import TargetRefuses, TargetUnreachable

SECONDS: Final = 10.0
"""How long one request may take; shorter than an errand's lease, so that no request outlives it."""

_FIRST_ERROR: Final = 400
_FIRST_FAULT: Final = 500
_NOT_FOUND: Final = 404
_BUSY: Final = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Keys:
    """An S3 access key with its secret."""

    access: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway answered; names of headers are in lower case."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class _BodyUnsigned(S3SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """Signs a request without its body: the admin operations of 16.2 answer 501 to a signed one."""

    def payload(self, request: AWSRequest) -> str:
        """Say so where the body's digest would stand."""
        del request
        return "UNSIGNED-PAYLOAD"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway's address, and the credentials of a system user.

    The driver needs its capabilities `users=*;buckets=*;user-policy=*`.
    """

    endpoint: str
    region: str
    admin: Keys
    seconds: float = SECONDS

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        keys: Keys | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request, signed by `keys` or by nobody; raises TargetUnreachable."""
        url = self._url(path, query or {})
        request = AWSRequest(method=method, url=url, data=body, headers=dict(headers or {}))
        if keys is not None:
            credentials = Credentials(keys.access, keys.secret)
            sign = _BodyUnsigned if path.startswith("/admin/") else S3SigV4Auth
            sign(credentials, "s3", self.region).add_auth(request)
        return self.send(method, url, headers=dict(request.headers.items()), body=body)

    def presigned(self, method: str, path: str, query: Mapping[str, str], keys: Keys, seconds: int) -> str:
        """Give a link that does one thing for whoever has it, for so many seconds."""
        request = AWSRequest(method=method, url=self._url(path, query))
        credentials = Credentials(keys.access, keys.secret)
        S3SigV4QueryAuth(credentials, "s3", self.region, expires=seconds).add_auth(request)
        return str(request.url)

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request as it is; raises TargetUnreachable."""
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self.seconds)
        try:
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request(method, target, body=body or None, headers=dict(headers or {}))
            got = connection.getresponse()
            return Answer(got.status, got.read(), {name.lower(): value for name, value in got.getheaders()})
        except (OSError, http.client.HTTPException) as error:
            raise TargetUnreachable(
                f"the gateway does not answer: {type(error).__name__}",
                hint="Is it up, and its address right?",
            ) from error
        finally:
            connection.close()

    def admin_call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        absent: bool = False,
    ) -> Answer:
        """Send a request as the administrator; with `absent`, 404 is an answer and no error.

        Raises TargetUnreachable, TargetRefuses.
        """
        answer = self.ask(method, path, query, keys=self.admin, body=body, headers=headers)
        if answer.status >= _FIRST_FAULT or answer.status in _BUSY:
            raise TargetUnreachable(
                f"the gateway answered {answer.status}", hint="It is asked again; look at its log."
            )
        if answer.status >= _FIRST_ERROR and not (absent and answer.status == _NOT_FOUND):
            raise TargetRefuses(
                f"the gateway refuses a request of ours: {answer.status} {code_of(answer)}",
                hint="Do the administrator's key and its capabilities still stand?",
            )
        return answer

    def document(self, path: str, query: Mapping[str, str]) -> Any:  # noqa: ANN401  # any JSON
        """Read a JSON document as the administrator; None where there is none. Raises as `admin_call`."""
        answer = self.admin_call("GET", path, query, absent=True)
        if answer.status == _NOT_FOUND:
            return None
        try:
            return json.loads(answer.body)
        except ValueError as error:
            raise TargetUnreachable(
                "the gateway's answer is no JSON", hint="Is there something else at its address?"
            ) from error

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        coded = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(query.items())
        )
        return f"{self.endpoint}{quote(path, safe='/-_.~')}{'?' if coded else ''}{coded}"


def code_of(answer: Answer) -> str:
    """Give the error's code, a word of the gateway, or nothing."""
    text = answer.body.decode("utf-8", "replace")
    for begin, end in (("<Code>", "</Code>"), ('"Code":"', '"')):
        if begin in text:
            return text.split(begin, 1)[1].split(end, 1)[0][:60]
    return ""
