"""`mithaq welcome`: new links for the first two administrators, while they have never come in."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import typer

from mithaq.cli.database import HOME_HELP, open_database
from mithaq.cli.output import print_document
from mithaq.cli.serve import links_document, tell_links
from mithaq.kernel.clock import clock_from


def welcome(
    home: Path | None = typer.Option(None, "--home", file_okay=False, help=HOME_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Print a link for each of the first two who has never come in; their earlier links end."""
    open_database(home)
    # The tables exist only once the settings are chosen, so nothing that has any is imported before.
    from mithaq.console.service.startup import new_links  # noqa: PLC0415  # as said above

    links = new_links(clock=clock_from(os.environ), entropy=secrets.token_bytes)
    base = os.environ.get("MITHAQ_URL", "").rstrip("/")
    if as_json:
        print_document(links_document(None, base, links))
    else:
        tell_links(base, links)
