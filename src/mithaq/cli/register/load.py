"""`mithaq register load`: a CSV file into the register, with a comparison of what it changes."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

import typer

from mithaq.cli.output import print_document
from mithaq.kernel.clock import clock_from, parse_instant
from mithaq.people.acting import Acting
from mithaq.people.errors import NotSignedIn
from mithaq.people.queries import acting, token_owner
from mithaq.register import Comparison, RegisterError, read_register
from mithaq.register.acts import import_register, preview
from mithaq.register.reader import MAX_BYTES
from mithaq.terms.files import read_bytes
from mithaq.terms.problems import Problem

TOKEN: Final = "MITHAQ_TOKEN"  # noqa: S105  # the name of a variable, no secret


def load(
    file: Path = typer.Argument(..., readable=False, help="A register in CSV."),
    valid_from: str | None = typer.Option(
        None, "--valid-from", help="From when the file holds (RFC 3339). Default: changes from now."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would change, and change nothing."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Write down what a file says differently from the register; MITHAQ_TOKEN says who asks."""
    raw = read_bytes(file, limit=MAX_BYTES)
    if isinstance(raw, Problem):
        raise RegisterError(raw.message, hint=raw.hint, file=str(file))
    books, who = read_register(raw, str(file)), _whoever_asks()
    since = None if valid_from is None else parse_instant(valid_from, field="--valid-from")
    if dry_run:
        found = preview(who, books, valid_from=since)
    else:
        found = import_register(who, books, sha256=hashlib.sha256(raw).hexdigest(), valid_from=since)
    if as_json:
        print_document({"mithaq": "register-import/v1", "dry_run": dry_run, **_counts(found)})
    else:
        typer.echo(", ".join(f"{count} {what}" for what, count in _counts(found).items()))


def _counts(found: Comparison) -> dict[str, int]:
    return {
        "added": len(found.added),
        "changed": len(found.changed),
        "absent": len(found.absent),
        "unchanged": found.unchanged,
    }


def _whoever_asks() -> Acting:
    text = os.environ.get(TOKEN, "")
    if not text:
        raise NotSignedIn(
            "nobody is signed in", field=TOKEN, hint="Set it to a personal token of a register keeper."
        )
    clock = clock_from(os.environ)
    account, scopes = token_owner(text, now=clock())
    return acting(account, clock=clock, entropy=secrets.token_bytes, scopes=scopes, via="cli")
