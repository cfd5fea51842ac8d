"""The decision service: answers a gateway's question about each request, and reloads rules beside it.

    GET /decide    with X-Original-Method, X-Original-URI, X-Original-Host and the request's own headers:
                   204 go on, 403 refused by a measure, 500 rules that cannot be read
    GET /loaded    which content of which file is in use
    GET /healthz   200, or 503 with what cannot be read

What is decided is said in headers, from which the gateway writes its log and its refusal.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aiohttp import web

from mithaq.measures.targets.gateway.asked import Asked, read_request
from mithaq.measures.targets.gateway.deciding import NOTHING, Rules, Ruling, Seen, load
from mithaq.measures.targets.gateway.folder import Folder

EVERY: Final = 0.1
"""Seconds between two looks at the folder."""

MOST_HEADERS: Final = 128 * 1024
"""Bytes of one header line, more than any gateway lets through: its length alone must close nothing."""

_SAFE: Final = "/-_.~!*'()"
_log: Final = logging.getLogger("mithaq.gateway")


@dataclass(slots=True)
class Service:
    """Decides by the rules that are loaded; `hosts` are the names under which the store is reached."""

    folder: Folder
    hosts: Sequence[str] = ()
    refuse_unknown: bool = False
    """Whether a request is refused that nothing says whose it is."""
    rules: Rules = NOTHING
    _seen: Seen = field(default_factory=dict)

    def reload(self) -> bool:
        """Read what has changed; says whether anything had."""
        rules, self._seen = load(self.folder, self.rules, self._seen)
        changed = rules is not self.rules
        self.rules = rules  # one assignment: a request is decided by the old rules or by the new ones
        return changed

    def decide(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[Ruling, Asked]:
        """Decide on a request; names of headers are in lower case."""
        asked = read_request(method, target, headers, self.hosts)
        ruling = self.rules.decide(asked)
        if ruling.allowed and not ruling.owner and self.refuse_unknown:
            ruling = Ruling(allowed=False, case="-")
        return ruling, asked


def answer(ruling: Ruling, asked: Asked, headers: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Give the status and the headers by which a decision is told."""
    status = 204 if ruling.allowed else 500 if ruling.broken else 403
    size = headers.get("x-amz-decoded-content-length") or headers.get("x-original-length") or "-"
    told = {
        "X-Mithaq-Case": ruling.case,
        "X-Mithaq-Owner": ruling.owner,
        "X-Mithaq-Bucket": quote(asked.bucket, safe="", errors="replace") or "-",
        "X-Mithaq-Key": quote(asked.name, safe=_SAFE, errors="replace") or "-",
        "X-Mithaq-Operation": asked.word,
        "X-Mithaq-Requester": quote(asked.keys[0], safe="") if asked.keys and asked.keys[0] else "-",
        "X-Mithaq-Size": size if size.isdecimal() and asked.word.startswith("REST.P") else "-",
    }
    return status, told


def application(service: Service) -> web.Application:
    """Make the service's application; it looks at the folder for as long as it runs."""
    app = web.Application(handler_args={"max_line_size": MOST_HEADERS, "max_field_size": MOST_HEADERS})
    routes = _Routes(service)
    app.router.add_get("/decide", routes.decide)
    app.router.add_get("/loaded", routes.loaded)
    app.router.add_get("/healthz", routes.healthz)
    app.cleanup_ctx.append(routes.watching)
    return app


@dataclass(frozen=True, slots=True)
class _Routes:
    service: Service

    async def decide(self, request: web.Request) -> web.Response:
        headers = _plain(request.headers)
        headers["host"] = headers.get("x-original-host", "")
        method, target = headers.get("x-original-method", ""), headers.get("x-original-uri", "")
        if not method or not target:
            return web.Response(status=500, text="no request was told")
        ruling, asked = self.service.decide(method, target, headers)
        status, told = answer(ruling, asked, headers)
        return web.Response(status=status, headers=told)

    async def loaded(self, _request: web.Request) -> web.Response:
        rules = self.service.rules
        said = {"whole": rules.whole, "files": dict(rules.digests), "troubles": dict(rules.troubles)}
        return web.json_response(said)

    async def healthz(self, _request: web.Request) -> web.Response:
        rules = self.service.rules
        status = 200 if rules.whole and not rules.troubles else 503
        return web.json_response({"troubles": dict(rules.troubles)}, status=status)

    async def watching(self, _app: web.Application) -> AsyncIterator[None]:
        watch = asyncio.create_task(_watch(self.service))
        yield
        watch.cancel()


async def _watch(service: Service) -> None:
    """Look at the folder again and again, in a thread of its own, so that no request waits for it."""
    told: Mapping[str, str] = {}
    while True:
        await asyncio.to_thread(service.reload)
        if service.rules.troubles != told:
            told = service.rules.troubles
            _log.warning("rules cannot be read: %s", json.dumps(dict(told)))
        await asyncio.sleep(EVERY)


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Give headers by their names in lower case; of one that comes twice, all values."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found


def service_on(folder: Path, hosts: Sequence[str], *, refuse_unknown: bool) -> Service:
    """Make a service that has read its rules once."""
    found = Service(Folder(folder), tuple(host.lower().rstrip(".") for host in hosts), refuse_unknown)
    found.reload()
    return found
