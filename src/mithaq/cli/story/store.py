"""An S3 store behind Mithaq's gateway, for the demo: a stand-in from PyPI, said to be one.

The store is moto's server, which keeps objects in memory and checks no signature. What stands in front of it
is real: the decision service, and a proxy that asks it about each request.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Final

from aiohttp import web

from mithaq.kernel.errors import StateError
from mithaq.measures.targets.gateway.folder import OWNERS
from mithaq.measures.targets.gateway.proxy import Proxy
from mithaq.measures.targets.gateway.service import Service, application, service_on

_HOST: Final = "127.0.0.1"
_SECONDS: Final = 30


class NoStandIn(StateError):
    """The stand-in for a store is not installed."""

    code = "no-stand-in"


@dataclass(frozen=True, slots=True)
class Store:
    """A store behind a gateway; all are URLs but the folder."""

    folder: Path
    store: str
    service: Service
    decides: str
    gateway: str
    tokens: dict[str, str] = field(
        default_factory=lambda: {
            "access_key": "MITHAQPROBESOURS",
            "secret_key": "a-secret-of-the-stand-in",
            "other_access_key": "MITHAQPROBESOTHER",
            "other_secret_key": "another-secret-of-the-stand-in",
        }
    )

    def targets(self, place: Path) -> Path:
        """Write the file that MITHAQ_TARGETS names."""
        said = {
            "name": "edge",
            "kind": "gateway",
            "endpoint": self.gateway,
            "store": self.store,
            "folder": str(self.folder),
            "region": "us-east-1",
            "scheme": "aws",
            **self.tokens,
        }
        lines = [f'{name} = "{value}"' for name, value in said.items()]
        place.touch(mode=0o600)
        place.write_text("\n".join(["[[target]]", *lines, f'services = ["{self.decides}"]', ""]), "utf-8")
        return place

    def owners(self, *rows: tuple[str, str, str]) -> None:
        """Write the provider's table: kind, name, tenant; the service has read it when this ends."""
        text = "".join(f"{','.join(row)}\n" for row in (("kind", "name", "tenant"), *rows))
        new = self.folder / ".owners.new"
        new.write_text(text, "utf-8")
        new.replace(self.folder / OWNERS)
        self.service.reload()


def installed() -> bool:
    """Say whether the stand-in is there: it belongs to the demo, and not to Mithaq."""
    return importlib.util.find_spec("moto") is not None and importlib.util.find_spec("flask_cors") is not None


@contextmanager
def stand_in() -> Iterator[str]:
    """Run moto's server on a free port; gives its URL. Raises NoStandIn."""
    if not installed():
        raise NoStandIn("the stand-in for a store is not installed", hint="pip install 'moto[s3]' flask-cors")
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  # it is the demo's, and may not be there

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it logs every request
    server = ThreadedMotoServer(_HOST, 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def running(app: web.Application) -> Iterator[str]:
    """Serve an application from a thread of its own, on a free port; gives its URL."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = web.AppRunner(app, access_log=None)

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, _HOST, 0).start()
        return int(runner.addresses[0][1])

    try:
        port = asyncio.run_coroutine_threadsafe(start(), loop).result(_SECONDS)
        yield f"http://{_HOST}:{port}"
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(_SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_SECONDS)
        loop.close()


@contextmanager
def stored(folder: Path) -> Iterator[Store]:
    """Run a store behind a gateway whose rules lie in a folder, which must be whole; raises NoStandIn."""
    with ExitStack() as stack:
        store = stack.enter_context(stand_in())
        service = service_on(folder, (), refuse_unknown=False)
        decides = stack.enter_context(running(application(service)))
        gateway = stack.enter_context(running(Proxy(store, decides).application()))
        yield Store(folder, store, service, decides, gateway)
