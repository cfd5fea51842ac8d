"""Finished reviews under the strictest policy that shows them, for a browser on this machine."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

HOST: Final = "127.0.0.1"
"""Reviews are nobody else's business: only this machine is served."""

_REST: Final = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def policy(page: str) -> str:
    """Give the strictest content security policy under which a page still shows: its own styles only."""
    hashes = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(page))
    styles = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
    allowed = styles or "'none'"
    return f"default-src 'none'; style-src {allowed}; {_REST}"


def server(pages: Mapping[str, str], port: int) -> ThreadingHTTPServer:
    """Make a server of whole pages by path. Port 0 takes any free one."""

    class Handler(BaseHTTPRequestHandler):
        server_version = "mithaq"
        sys_version = ""

        def do_GET(self) -> None:  # the name that http.server calls
            page = pages.get(self.path.partition("?")[0])
            status = HTTPStatus.OK if page is not None else HTTPStatus.NOT_FOUND
            body = (page or "").encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy(page or ""))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's own name
            """Keep no record of who reads what."""

    return ThreadingHTTPServer((HOST, port), Handler)
