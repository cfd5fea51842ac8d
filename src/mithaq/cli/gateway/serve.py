"""`mithaq gateway serve`: the decision service that nginx asks about each request."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from pathlib import Path

import typer
from aiohttp import web

from mithaq.kernel.errors import StateError
from mithaq.measures.targets.gateway.service import Service, application, service_on


class NotServed(StateError):
    """The decision service cannot begin."""

    code = "gateway-not-served"


def serve(
    folder: Path = typer.Argument(..., file_okay=False, help="The folder of the gateway's rules."),
    name: list[str] = typer.Option(
        [], "--name", help="A name under which the store is reached; buckets may stand in front of it."
    ),
    host: str = typer.Option("127.0.0.1", "--host", help="Listen here; nobody but nginx need reach it."),
    port: int = typer.Option(8099, "--port", min=0, max=65535, help="0 takes any free one."),
    refuse_unknown: bool = typer.Option(
        False, "--refuse-unknown", help="Refuse what nothing says whose it is, instead of letting it through."
    ),
) -> None:
    """Decide on each request until stopped; prints one JSON line with its address when it is ready."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    service = service_on(folder, name, refuse_unknown=refuse_unknown)
    if not service.rules.whole:
        raise NotServed(
            f"the rules cannot be read: {'; '.join(service.rules.troubles.values())}",
            file=str(folder),
            hint="Run `mithaq gateway prepare`, or see docs/measures.md.",
        )
    asyncio.run(_run(service, host, port))


async def _run(service: Service, host: str, port: int) -> None:
    runner = web.AppRunner(application(service), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise NotServed(f"it cannot listen: {error.strerror}", hint="Name another --port.") from error
        told = {"mithaq": "gateway/v1", "address": f"http://{host}:{runner.addresses[0][1]}"}
        typer.echo(json.dumps(told))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
    finally:
        await runner.cleanup()
