"""The web server: gunicorn around the console, on a socket that is open before it starts."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from mithaq.kernel.errors import StateError

_SECONDS_TO_END = 20


class PortTaken(StateError):
    """The port to serve on is in use or not allowed."""

    code = "port-taken"


class _PlainLogger(Logger):  # type: ignore[misc]  # the library ships no annotations
    """Leaves to the process's own log what gunicorn would write by itself."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401  # gunicorn's configuration
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers[:] = []
            log.propagate = True


class _Console(BaseApplication):  # type: ignore[misc]  # as above
    """Gunicorn with our settings and none from its own files or variables."""

    def __init__(self, settings: dict[str, object]) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return WSGIHandler()


def listen(host: str, port: int) -> socket.socket:
    """Open the socket, 0 for any free port; raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise PortTaken(
            f"{host} port {port} cannot be served on",
            field="--port",
            hint="Choose another, or 0 for any free one.",
        ) from error
    listening.listen(2048)
    return listening


def address_of(listening: socket.socket) -> str:
    """Give the address that a browser on this machine opens."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def count_together() -> Path:
    """Let the processes of this server count their requests in one folder of their own, gone when it ends.

    The library that counts looks for it once, when it is first imported: call this before anything is.
    """
    folder = Path(tempfile.mkdtemp(prefix="mithaq-metrics-"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: Path, owner: int) -> None:
    """Remove the folder when the server ends, and not when one of the processes does that it has forked."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def serve_on(listening: socket.socket, *, processes: int, threads: int, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, which let what is under way end; leaves by SystemExit.

    `ready` is called once, when requests are taken.
    """

    def told(_arbiter: object) -> None:
        ready()

    connections.close_all()  # a forked process must not share them
    _Console(
        {
            "bind": f"fd://{listening.detach()}",
            "workers": processes,
            "worker_class": "gthread",
            "threads": threads,
            "graceful_timeout": _SECONDS_TO_END,
            "timeout": 60,
            "logger_class": _PlainLogger,
            "when_ready": told,
            "proc_name": "mithaq",
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # which proxies are trusted is MITHAQ_PROXIES, read by Django
        }
    ).run()
