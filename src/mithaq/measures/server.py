"""Requests to a server that speaks HTTP, and S3 most of all: signed, presigned, anonymous, or as they are."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from mithaq.measures.errors import TargetUnreachable

SECONDS: Final = 10.0
"""How long one request may take; shorter than an errand's lease, so that no request outlives it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """An S3 access key with its secret."""

    access: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; names of headers are in lower case."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """A server's address, the region that its signatures name, and how long one request may take."""

    endpoint: str
    region: str
    seconds: float = field(default=SECONDS, kw_only=True)

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
            self._signs(path)(credentials, "s3", self.region).add_auth(request)
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
                f"the server does not answer: {type(error).__name__}",
                hint="Is it up, and its address right?",
            ) from error
        finally:
            connection.close()

    def _signs(self, path: str) -> type[S3SigV4Auth]:
        """Say how a request to a path is signed."""
        del path
        return S3SigV4Auth  # type: ignore[no-any-return]  # botocore has no types

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        coded = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(query.items())
        )
        return f"{self.endpoint}{quote(path, safe='/-_.~')}{'?' if coded else ''}{coded}"


def code_of(answer: Answer) -> str:
    """Give the error's code, a word of the server, or nothing."""
    text = answer.body.decode("utf-8", "replace")
    for begin, end in (("<Code>", "</Code>"), ('"Code":"', '"')):
        if begin in text:
            return text.split(begin, 1)[1].split(end, 1)[0][:60]
    return ""
