"""`mithaq backup`: a copy of the state, made while Mithaq runs."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from mithaq.cli.database import HOME_HELP, open_database
from mithaq.cli.output import print_document
from mithaq.console.home import home_from
from mithaq.kernel.clock import clock_from


def backup(
    out: Path = typer.Argument(help="Folder for the copy; must not exist yet."),
    home: Path | None = typer.Option(None, "--home", file_okay=False, help=HOME_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Copy the database and the published ledger; keys and the lake are not in the copy."""
    open_database(home)
    # The tables exist only once the settings are chosen, so nothing that has any is imported before.
    from mithaq.console.service.copies import make_copy  # noqa: PLC0415  # as said above
    from mithaq.ledger.publication import folder_from  # noqa: PLC0415  # as said above

    ledger = folder_from(os.environ, home_from(os.environ))
    copy = make_copy(out.absolute(), ledger, now=clock_from(os.environ)())
    if as_json:
        print_document(
            {
                "mithaq": "backup/v1",
                "made_at": copy.made_at,
                "version": copy.version,
                "database": copy.database,
                "entries": copy.entries,
                "files": dict(copy.files),
            }
        )
        return
    typer.echo(f"{out}: {copy.database}, {copy.entries:,} acts. Keys and the lake are not in it.")
