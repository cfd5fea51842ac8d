"""`mithaq unlock keygen`: a personal key, made on the machine where it is to stay."""

from __future__ import annotations

import secrets
from pathlib import Path

import typer

from mithaq.cli.output import stderr_console
from mithaq.cli.unlock.documents import print_body, text_of
from mithaq.identity.personalkey import make_personal_key


def keygen(
    file: Path = typer.Argument(help="Where to keep it (0600). Nothing that lies there is replaced."),
    as_json: bool = typer.Option(False, "--json", help="Print only the body of POST /unlock/keys."),
) -> None:
    """Make a personal key, and print the body that registers its public half."""
    made = make_personal_key(file, secrets.token_bytes)
    if not as_json:
        stderr_console().print(f"fingerprint {made.fingerprint}: read it aloud when the key is split")
    print_body({"public": text_of(made.public)})
