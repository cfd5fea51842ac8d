"""`mithaq unlock read`: what was found, opened with one's personal key."""

from __future__ import annotations

from pathlib import Path

import typer

from mithaq.cli.unlock.documents import KEY_HELP, Request, Result, found_by, print_found, read_answer
from mithaq.identity.personalkey import load_personal_key


def read(
    request: Path = typer.Argument(readable=False, help="The answer of GET /unlock/requests/{request}."),
    result: Path = typer.Argument(
        readable=False, help="The answer of POST /unlock/requests/{request}/result."
    ),
    person: str = typer.Option(..., "--as", help="Your pseudonym: p_ and 26 characters."),
    key: Path = typer.Option(..., "--key", readable=False, help=KEY_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Show which subscription a pseudonym stands for."""
    asked = read_answer(request, Request)
    found = found_by(asked, read_answer(result, Result), person, load_personal_key(key).private)
    print_found(asked, found, as_json=as_json)
