"""`mithaq register load`: a CSV file into the register, with a comparison of what it changes."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from mithaq.cli.client import client_from
from mithaq.cli.output import print_document
from mithaq.kernel.clock import format_instant, parse_instant
from mithaq.register import RegisterError, read_register
from mithaq.register.reader import MAX_UPLOAD
from mithaq.terms.files import read_bytes
from mithaq.terms.problems import Problem


def load(
    file: Path = typer.Argument(..., readable=False, help="A register in CSV."),
    valid_from: str | None = typer.Option(
        None, "--valid-from", help="From when the file holds (RFC 3339). Default: changes from now."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would change, and change nothing."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Write down what a file says differently from the register, through the API as whoever's token it is."""
    raw = read_bytes(file, limit=MAX_UPLOAD)
    if isinstance(raw, Problem):
        raise RegisterError(raw.message, hint=raw.hint, file=str(file))
    read_register(raw, str(file))  # a mistake is told with its file and line, and nothing is sent
    since = None if valid_from is None else parse_instant(valid_from, field="--valid-from")
    client = client_from(os.environ)
    fields = {} if since is None else {"valid_from": format_instant(since)}
    path = "/register/imports/preview" if dry_run else "/register/imports"
    counts = client.upload(path, raw, fields)["counts"]
    if as_json:
        print_document({"mithaq": "register-import/v1", "dry_run": dry_run, **counts})
    else:
        typer.echo(", ".join(f"{count} {what}" for what, count in counts.items()))
