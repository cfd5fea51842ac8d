"""A filter for the pipeline of a Swift proxy, which refuses what is closed on an account.

    pipeline = catch_errors gatekeeper healthcheck proxy-logging … symlink mithaq proxy-logging proxy-server

    [filter:mithaq]
    use = egg:mithaq#refusals

What is closed stands on the account, where customers can neither read nor write it: an administrator of the
reseller posts `X-Account-Mithaq-Refuse`, a JSON object of services (`s3`, `staticweb`, `swift`, `tempurl`)
and lists of operations (`read`, `write`, `delete`, `list`), with the id of a `case` that a refusal names. The
filter stands last, so that it also sees the requests that other filters make: a copy, a segment, the target
of a link. Such a one is refused where every service is closed. Administrators of the reseller are never
refused. If what is closed cannot be read, nobody is let through.

This module runs in Swift's own process: it imports Swift and the standard library, and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from swift.proxy.controllers.base import get_account_info

SERVICES: Final = ("s3", "staticweb", "swift", "tempurl")
OPERATIONS: Final = ("read", "write", "delete", "list")

_CASE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_S3: Final = "S3"
"""What Swift's `s3api` writes down as the source of the requests that it translates."""
_WEB: Final = "SW"
"""The same for `staticweb`."""
_HEADER: Final = "HTTP_X_ACCOUNT_MITHAQ_REFUSE"
_KEPT_AS: Final = "HTTP_X_ACCOUNT_SYSMETA_MITHAQ_REFUSE"
_SHOWN: Final = "X-Account-Mithaq-Refuse"
_SIGNED: Final = frozenset({".wsgi.formpost", ".wsgi.tempurl"})
# The head is closed to nobody: S3 asks for it before it deletes, and nobody is kept from erasing.
_ON_OBJECTS: Final = {
    "GET": ("read",),
    "PUT": ("write",),
    "POST": ("write",),
    "COPY": ("read", "write"),
    "DELETE": ("delete",),
}
_ACCOUNT: Final = 3
_CONTAINER: Final = 4
_OBJECT: Final = 5

Environ = dict[str, Any]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]


class Refusals:
    """Refuses what is closed on an account."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __call__(self, env: Environ, start: Start) -> Iterable[bytes]:
        """Pass on what is not closed."""
        parts = env.get("PATH_INFO", "").split("/", 4)
        if len(parts) < _ACCOUNT or not parts[2]:
            return self.app(env, start)
        if env.get("reseller_request"):
            return self._administered(env, start, on_account=not any(parts[3:]))
        env.pop(_HEADER, None)
        asked = _operations(env["REQUEST_METHOD"], parts)
        if not asked:
            return self.app(env, start)
        info = get_account_info(env, self.app, swift_source="MQ")
        closed = _closed(info)
        if closed is None:
            return _answer(start, "503 Service Unavailable", b"What is closed cannot be read now.\n")
        if any(_refuses(closed, env, each) for each in asked):
            case = str(closed.get("case", ""))
            words = f"Closed by the provider under its terms of service{f', case {case}' if case else ''}.\n"
            return _answer(start, "403 Forbidden", words.encode())
        return self.app(env, start)

    def _administered(self, env: Environ, start: Start, *, on_account: bool) -> Iterable[bytes]:
        """Keep what an administrator closes, and show them what is closed."""
        given = env.pop(_HEADER, None)
        if not on_account:
            return self.app(env, start)
        if given is not None:
            rules = _rules(given)
            if env["REQUEST_METHOD"] != "POST" or rules is None:
                return _answer(start, "400 Bad Request", b"No services and operations.\n")
            env[_KEPT_AS] = json.dumps(rules, sort_keys=True) if rules else ""

        def shown(status: str, headers: list[tuple[str, str]], *more: object) -> object:
            kept = {name.lower(): value for name, value in headers}.get("x-account-sysmeta-mithaq-refuse")
            return start(status, [*headers, (_SHOWN, kept or "{}")], *more)

        return self.app(env, shown)


def _operations(method: str, parts: list[str]) -> tuple[str, ...]:
    """Say what a request does to objects; making and changing containers is closed to nobody."""
    if len(parts) == _OBJECT and parts[4]:
        return _ON_OBJECTS.get(method, ())
    if len(parts) >= _CONTAINER and parts[3] and method == "GET":
        return ("list",)
    return ()


def _closed(info: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give what is closed, None if that cannot be known: an account that is not there closes nothing."""
    status = int(info.get("status") or 0)
    if status == 404:  # noqa: PLR2004  # Swift's own word for it
        return {}
    if not 200 <= status < 300:  # noqa: PLR2004  # as above
        return None
    kept = (info.get("sysmeta") or {}).get("mithaq-refuse")
    return _rules(kept) if kept else {}


def _rules(text: str) -> Mapping[str, Any] | None:
    """Read what is closed, None if it is nothing that could be closed."""
    try:
        rules = json.loads(text)
    except ValueError:
        return None
    if not isinstance(rules, dict) or not set(rules) <= {*SERVICES, "case"}:
        return None
    if not _CASE.fullmatch(str(rules.get("case", "none"))):
        return None
    named = [each for name, each in rules.items() if name != "case"]
    if not all(isinstance(each, list) and set(each) <= set(OPERATIONS) for each in named):
        return None
    return rules


def _refuses(closed: Mapping[str, Any], env: Environ, operation: str) -> bool:
    if env.get("swift.source", _S3) not in {_S3, _WEB}:
        # A filter asks on somebody's behalf, and by which way they came in is not known any more.
        return operation != "list" and all(operation in closed.get(each, ()) for each in SERVICES)
    return operation in closed.get(_service(env), ())


def _service(env: Environ) -> str:
    """Say by which way a request comes into the account."""
    if env.get("swift.source") == _S3:
        return "s3"
    if env.get("REMOTE_USER") in _SIGNED:
        return "tempurl"
    return "swift" if env.get("HTTP_X_AUTH_TOKEN") else "staticweb"


def _answer(start: Start, status: str, body: bytes) -> list[bytes]:
    start(
        status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), ("X-Mithaq", "closed")]
    )
    return [body]


def refusals_factory(_settings: Mapping[str, str], **_more: str) -> Callable[[App], Refusals]:
    """Make the filter that refuses (paste.filter_factory)."""
    return Refusals
