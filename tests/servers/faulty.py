"""A proxy in front of a real server that lets it seem down, slow, broken, or not to know us."""

from __future__ import annotations

import socket
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock, Thread
from typing import Final
from urllib.parse import urlsplit

_PATIENCE: Final = 120.0
_CHANGES: Final = frozenset({b"PUT", b"POST", b"DELETE"})


class Fault(StrEnum):
    """What is wrong."""

    DOWN = "closes the connection without an answer"
    SLOW = "answers later than anybody waits"
    BROKEN = "answers 500"
    REFUSES = "answers 403"
    LOST = "does what it is asked, and its answer is lost"
    TORN = "does what it is asked, and its answer breaks off in the middle"


@dataclass(slots=True)
class Weather:
    """Which fault befalls which requests: `times` of them, after so many have gone well."""

    fault: Fault | None = None
    after: int = 0
    times: int = 0
    hit: int = 0
    seen: int = 0
    at_request: Callable[[int], object] = lambda _number: None
    lock: Lock = field(default_factory=Lock)

    def turns(self, fault: Fault, *, after: int = 0, times: int = 1_000_000) -> None:
        """Let a fault begin after so many requests; where answers are lost, only changes count."""
        self.fault, self.after, self.times, self.hit, self.seen = fault, after, times, 0, 0

    def clears(self) -> None:
        """Let all go well from now on."""
        self.fault = None

    def befalls(self, method: bytes) -> Fault | None:
        """Say what befalls a request."""
        with self.lock:
            if self.fault is Fault.LOST and method not in _CHANGES:
                return None
            self.seen += 1
            self.at_request(self.seen)
            if self.fault is None or self.seen <= self.after or self.hit >= self.times:
                return None
            self.hit += 1
            return self.fault


class _Handler(socketserver.BaseRequestHandler):
    """One connection, which is one request of ours."""

    server: _Proxy

    def handle(self) -> None:
        request = _whole(self.request)
        if not request:
            return
        fault = self.server.weather.befalls(request.split(b" ", 1)[0])
        if fault is Fault.SLOW:
            self.request.settimeout(_PATIENCE)
            with suppress(OSError):
                self.request.recv(1)  # until whoever asks has had enough
        elif fault in {Fault.BROKEN, Fault.REFUSES}:
            status = b"500 Broken" if fault is Fault.BROKEN else b"403 Forbidden"
            self.request.sendall(
                b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        elif fault is not Fault.DOWN:
            answer = _passed_on(self.server.to, request)
            if fault is Fault.TORN:
                answer = answer[: len(answer) // 2]
            if fault is not Fault.LOST:
                self.request.sendall(answer)


class _Proxy(socketserver.ThreadingTCPServer):
    """Listens on a free port; whoever is refused there has a server that is down."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, to: tuple[str, int], weather: Weather) -> None:
        self.to, self.weather = to, weather
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked has gone away: that is what some of the faults are about."""
        del request, client_address


def _whole(connection: socket.socket) -> bytes:
    """Read one request, with its body."""
    connection.settimeout(_PATIENCE)
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    length = next((int(value) for name, _, value in lines if name.lower() == b"content-length"), 0)
    while len(body) < length:
        more = connection.recv(65_536)
        if not more:
            return b""
        body += more
    return head + b"\r\nConnection: close\r\n\r\n" + body


def _passed_on(to: tuple[str, int], request: bytes) -> bytes:
    with socket.create_connection(to, timeout=_PATIENCE) as there:
        there.sendall(request)
        answer = b""
        while more := there.recv(65_536):
            answer += more
        return answer


@contextmanager
def before(address: str, weather: Weather) -> Iterator[str]:
    """Stand before a server; gives the address at which it seems to be."""
    parts = urlsplit(address)
    with _Proxy((str(parts.hostname), int(parts.port or 80)), weather) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}{parts.path}"
        proxy.shutdown()
