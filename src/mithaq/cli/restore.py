"""`mithaq restore`: a copy of the state, put back where there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mithaq.cli.database import HOME_HELP, begin
from mithaq.cli.ledger.inputs import read_kept, read_trust
from mithaq.cli.output import print_document
from mithaq.ledger.keeping import places_from

if TYPE_CHECKING:
    from mithaq.ledger.fsck import Report


def restore(
    copy: Path = typer.Argument(help="Folder that mithaq backup wrote."),
    home: Path | None = typer.Option(None, "--home", file_okay=False, help=HOME_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Put a copy back into an empty database, and compare it with the checkpoint kept outside."""
    folder = begin(home, connecting=False)
    # The tables exist only once the settings are chosen, so nothing that has any is imported before.
    from mithaq.console.service import copies, startup  # noqa: PLC0415  # as said above
    from mithaq.ledger.publication import folder_from  # noqa: PLC0415  # as said above

    found = copies.read_copy(copy)
    copies.check_free(found, folder)
    whole = copies.put_back(found, copy, folder_from(os.environ, folder))
    report = None if startup.migrations_missing() else _compared(folder)
    findings = [] if report is None else report.findings
    if as_json:
        print_document(
            {
                "mithaq": "restore/v1",
                "made_at": found.made_at,
                "version": found.version,
                "database": found.database,
                "entries": found.entries,
                "ledger_folder": "restored" if whole else "kept",
                "compared": report is not None,
                "findings": findings,
            }
        )
    else:
        typer.echo(f"Put back as of {found.made_at}: {found.entries:,} acts.")
        for finding in findings:
            typer.echo(f"  {finding}")
        if report is None:
            typer.echo("It is of another version: run mithaq serve --prepare, then mithaq ledger fsck.")
    if findings:
        raise typer.Exit(1)


def _compared(home: Path) -> Report:
    from mithaq.ledger.fsck import fsck  # noqa: PLC0415  # it needs the tables

    places = places_from(os.environ, home)
    if not places.public_key.exists():
        return fsck(None)
    trust = read_trust(str(places.public_key))
    return fsck(trust, kept=read_kept([places.kept] if places.kept.exists() else [], trust))
