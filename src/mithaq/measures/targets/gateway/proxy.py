"""A small gateway in Python: asks the decision service about each request, and forwards it or refuses.

It does what nginx does with the configuration of `nginx.py`, for the demo and for tests where there is no
nginx. It is no gateway for a provider's traffic.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web
from multidict import CIMultiDict
from yarl import URL

_HOP: Final = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
_OF_THE_GATEWAY: Final = ("x-original-", "x-mithaq-")
_NO_BODY: Final = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
SECONDS: Final = 30.0
_ASKING_SECONDS: Final = 5.0
_GO_ON: Final = 204
_REFUSED: Final = 403


@dataclass(frozen=True, slots=True)
class Proxy:
    """Forwards to `upstream` what the decision service at `service` lets through; both are URLs."""

    upstream: str
    service: str
    seconds: float = SECONDS

    def application(self) -> web.Application:
        """Make the proxy's application."""
        app = web.Application(client_max_size=0)
        routes = _Routes(self)
        app.cleanup_ctx.append(routes.connected)
        app.router.add_route("*", "/{path:.*}", routes.pass_on)
        return app


_SESSION: Final = web.AppKey("session", ClientSession)


@dataclass(frozen=True, slots=True)
class _Routes:
    proxy: Proxy

    async def connected(self, app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(
            connector=TCPConnector(limit=0), auto_decompress=False, cookie_jar=DummyCookieJar()
        ) as session:
            app[_SESSION] = session
            yield

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        session = request.app[_SESSION]
        refused = await self._asked(session, request)
        if refused is not None:
            return refused
        url = URL(self.proxy.upstream + request.raw_path, encoded=True)
        body = None if request.method in _NO_BODY and not request.can_read_body else request.content
        try:
            async with session.request(
                request.method,
                url,
                headers=_forwarded(request),
                data=body,
                allow_redirects=False,
                timeout=ClientTimeout(total=self.proxy.seconds),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            ) as got:
                kept = CIMultiDict(
                    (name, value) for name, value in got.headers.items() if name.lower() not in _HOP
                )
                said = web.StreamResponse(status=got.status, reason=got.reason, headers=kept)
                await said.prepare(request)
                async for piece in got.content.iter_chunked(64 * 1024):
                    await said.write(piece)
                await said.write_eof()
                return said
        except (ClientError, TimeoutError):
            return web.Response(status=502)

    async def _asked(self, session: ClientSession, request: web.Request) -> web.Response | None:
        """Ask the decision service; gives the refusal, None if the request may go on."""
        headers = _forwarded(request)
        for name in ("Content-Length", "Host"):
            headers.popall(name, None)
        headers["X-Original-Method"] = request.method
        headers["X-Original-URI"] = request.raw_path
        headers["X-Original-Host"] = request.headers.get("Host", "")
        headers["X-Original-Length"] = request.headers.get("Content-Length", "")
        timeout = ClientTimeout(total=_ASKING_SECONDS)
        try:
            async with session.get(f"{self.proxy.service}/decide", headers=headers, timeout=timeout) as got:
                status, case = got.status, got.headers.get("X-Mithaq-Case", "")
        except (ClientError, TimeoutError):
            return web.Response(status=500)  # nobody decides, so nobody passes
        if status == _REFUSED:
            return web.Response(
                status=_REFUSED,
                text=refusal(case),
                content_type="application/xml",
                headers={"X-Mithaq-Case": case},
            )
        return None if status == _GO_ON else web.Response(status=500)


def _forwarded(request: web.Request) -> CIMultiDict[str]:
    kept = (
        (name, value)
        for name, value in request.headers.items()
        if name.lower() not in _HOP and not name.lower().startswith(_OF_THE_GATEWAY)
    )
    return CIMultiDict(kept)


def refusal(case: str) -> str:
    """Write what whoever is refused reads: an error as S3 writes them, with the case to ask about."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
        f"<Message>Restricted by the provider under its terms of service. Case {escape(case)}.</Message>"
        f"<Case>{escape(case)}</Case></Error>"
    )
