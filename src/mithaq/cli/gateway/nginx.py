"""`mithaq gateway nginx`: the configuration by which nginx asks before it lets anything through."""

from __future__ import annotations

import typer

from mithaq.measures.targets.gateway.nginx import Front


def nginx(
    listen: str = typer.Option("80", "--listen", help="Where nginx listens: a port, or an address and one."),
    store: list[str] = typer.Option(..., "--store", help="Host and port of the store; several may be named."),
    service: list[str] = typer.Option(
        ["127.0.0.1:8099"], "--service", help="Host and port of `mithaq gateway serve`."
    ),
    name: list[str] = typer.Option([], "--name", help="A name under which the store is reached."),
    log: str = typer.Option("/var/log/nginx/mithaq-s3.log", "--log", help="Where the access log goes."),
) -> None:
    """Write the configuration to standard output; it belongs inside `http { … }`."""
    front = Front(listen=listen, stores=store, services=service, hosts=name, log=log)
    typer.echo(front.configuration(), nl=False)
