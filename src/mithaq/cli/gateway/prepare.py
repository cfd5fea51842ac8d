"""`mithaq gateway prepare`: an empty folder for a gateway's rules."""

from __future__ import annotations

from pathlib import Path

import typer

from mithaq.measures.targets.gateway.folder import Folder


def prepare(
    folder: Path = typer.Argument(..., file_okay=False, help="Made if it is not there; nothing is replaced."),
) -> None:
    """Make the folder in which a gateway's rules lie, with a table of owners that names nobody yet."""
    Folder(folder).make()
    typer.echo(f"{folder}: say in owners.csv whose the buckets, keys and accounts are")
