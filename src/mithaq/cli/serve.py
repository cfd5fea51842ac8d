"""`mithaq serve`: the console and the API."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mithaq.cli.database import HOME_HELP, begin
from mithaq.cli.output import print_document
from mithaq.kernel.clock import clock_from, format_instant

if TYPE_CHECKING:
    from mithaq.console.service.startup import Link


def serve(
    port: int = typer.Option(8000, "--port", help="Port to serve on; 0 takes any free one."),
    host: str = typer.Option(
        "127.0.0.1", "--host", help="Address to serve on; by default this machine only."
    ),
    home: Path | None = typer.Option(None, "--home", file_okay=False, help=HOME_HELP),
    administrator: list[str] = typer.Option(
        [],
        "--administrator",
        metavar="'NAME <EMAIL>'",
        help="On the first run, given twice: who the first two administrators are.",
    ),
    processes: int = typer.Option(2, "--processes", min=1, help="Processes that answer."),
    threads: int = typer.Option(4, "--threads", min=1, help="Threads in each."),
    prepare: bool = typer.Option(
        False, "--prepare", help="Only bring the tables up to date and make what is missing; do not serve."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document, then serve."),
) -> None:
    """Serve the console and the API; on the first run, make two administrators and print their links."""
    folder = begin(home)
    # The tables exist only once the settings are chosen, so nothing that has any is imported before.
    from mithaq.console.service import logs, startup, webserver  # noqa: PLC0415  # as said above

    logs.write_logs(sys.stderr)
    if not prepare:
        webserver.count_together()
    people = startup.people_from(administrator)
    listening = None if prepare else webserver.listen(host, port)
    links = startup.prepare(
        os.environ,
        folder,
        people,
        clock=clock_from(os.environ),
        entropy=secrets.token_bytes,
    )
    address = webserver.address_of(listening) if listening else None
    base = (os.environ.get("MITHAQ_URL") or address or "").rstrip("/")

    def tell() -> None:
        document = links_document(address, base, links)
        if as_json:
            print_document(document)
        else:
            tell_links(base, links)
            _tell(address, base)
        sys.stdout.flush()

    if listening is None:
        tell()
        return
    webserver.serve_on(listening, processes=processes, threads=threads, ready=tell)


def links_document(address: str | None, base: str, links: tuple[Link, ...]) -> dict[str, object]:
    """Give what is printed with `--json`."""
    return {
        "mithaq": "serve/v1",
        "address": address,
        "links": [
            {
                "account": link.pseudonym,
                "email": link.email,
                "link": f"{base}{link.path}",
                "expires_at": format_instant(link.expires_at),
            }
            for link in links
        ],
    }


def tell_links(base: str, links: tuple[Link, ...]) -> None:
    """Print links for people."""
    if links:
        typer.echo("There are two first administrators. Each link works once, and lets its owner choose a")
        typer.echo(
            "password; give each to another person. · ينشئ التشغيل الأول مديرَين؛ كل رابط يُستعمل مرة واحدة."
        )
    for link in links:
        typer.echo(f"  {link.email}  {base}{link.path}  (until {format_instant(link.expires_at)})")


def _tell(address: str | None, base: str) -> None:
    if address:
        typer.echo(f"Open {base or address}/ (Ctrl-C ends it). · افتح {base or address}/")
