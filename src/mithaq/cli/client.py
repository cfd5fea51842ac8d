"""What commands that act share: the API of a console, as the person whose token they are given.

`MITHAQ_URL` says where the console is, `MITHAQ_TOKEN` holds a personal token: the same acts and rights as on
the console's pages.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import MappingProxyType
from typing import IO, Any, Final
from urllib.parse import urlsplit

from mithaq.kernel.errors import InputError, StateError

URL: Final = "MITHAQ_URL"
TOKEN: Final = "MITHAQ_TOKEN"  # noqa: S105  # the name of a variable, no secret
_SECONDS: Final = 60
_SECONDS_TO_UPLOAD: Final = 900
"""A register of some hundred thousand rows takes minutes to write down."""


class NoConsole(InputError):
    """Where the console is, or who asks, was not said."""

    code = "no-console"


class Unreachable(StateError):
    """The console does not answer, or not as Mithaq's API does."""

    code = "console-unreachable"


class RefusedByConsole(StateError):
    """The API refused; `code` is the problem document's own."""

    def __init__(self, problem: Mapping[str, Any], status: int) -> None:
        title = problem.get("title") or f"the console answered {status}"
        super().__init__(
            str(title), field=problem.get("field"), hint=str(problem.get("detail") or "See the code.")
        )
        self.status = status
        self.code = str(problem.get("code") or "refused")  # type: ignore[misc]  # one class for all codes of the API


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token to an address that nobody named."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        del req, fp, code, msg, headers, newurl


@dataclass(frozen=True, slots=True)
class Client:
    """A console's API, used with one personal token.

    `new_key` gives the idempotency key of a write: a write that is sent twice happens once.
    """

    url: str
    token: str = field(repr=False)
    new_key: Callable[[], str] = field(default=lambda: str(uuid.uuid4()), kw_only=True)

    def get(self, path: str) -> Any:  # noqa: ANN401  # any JSON
        """Read below `/api/v1`; raises Unreachable, RefusedByConsole."""
        return self._ask("GET", path)

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401  # any JSON
        """Write below `/api/v1`; raises Unreachable, RefusedByConsole."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": self.new_key()}
        return self._ask("POST", path, json.dumps(body or {}).encode(), headers)

    def upload(self, path: str, file: bytes, fields: Mapping[str, str]) -> Any:  # noqa: ANN401  # any JSON
        """Send a file with the fields of a form below `/api/v1`; raises Unreachable, RefusedByConsole.

        Without an idempotency key, for whose sake a console would hold the whole file in memory: it is for
        writes that change nothing when they are sent again. The file's own name is not sent.
        """
        boundary = uuid.uuid4().hex
        kind = f"multipart/form-data; boundary={boundary}"
        return self._ask(
            "POST", path, _form(boundary, file, fields), {"Content-Type": kind}, seconds=_SECONDS_TO_UPLOAD
        )

    def _ask(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        *,
        seconds: int = _SECONDS,
    ) -> Any:  # noqa: ANN401  # any JSON
        request = urllib.request.Request(  # noqa: S310  # the scheme was checked when the client was made
            f"{self.url}/api/v1{path}",
            data=data,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers},
            method=method,
        )
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise RefusedByConsole(_problem(error), error.code) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(
                "the console does not answer as it should",
                field=URL,
                hint=f"Is {self.url} right, and running?",
            ) from error


def client_from(environment: Mapping[str, str]) -> Client:
    """Give the client that the environment names; raises NoConsole.

    A token travels over plain http to this machine only.
    """
    url, token = environment.get(URL, "").rstrip("/"), environment.get(TOKEN, "").strip()
    if not url:
        raise NoConsole("where the console is was not said", field=URL, hint=f"Set {URL} to its address.")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NoConsole("this is no address of a console", field=URL, hint="It begins with https://.")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise NoConsole("a token is not sent over plain http", field=URL, hint="Use https://.")
    if not token or not token.isascii() or not token.isprintable():
        raise NoConsole("no personal token was given", field=TOKEN, hint=f"Set {TOKEN} to one of yours.")
    return Client(url, token)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _form(boundary: str, file: bytes, fields: Mapping[str, str]) -> bytes:
    """Write a form as RFC 7578 says: its fields, then the file."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return b"".join([*parts, head.encode(), file, f"\r\n--{boundary}--\r\n".encode()])


def _problem(error: urllib.error.HTTPError) -> Mapping[str, Any]:
    try:
        document = json.loads(error.read())
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
