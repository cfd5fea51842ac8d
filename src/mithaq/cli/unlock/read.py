"""`mithaq unlock read`: what was found, opened with one's personal key."""

from __future__ import annotations

from pathlib import Path

import typer

from mithaq.cli.output import print_document
from mithaq.cli.unlock.documents import KEY_HELP, Request, Result, raw, read_answer
from mithaq.identity.personalkey import load_personal_key
from mithaq.identity.sealing import open_sealed


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
    sealed = raw(read_answer(result, Result).sealed, "sealed")
    purpose = asked.errand().result(person)
    subscription = open_sealed(load_personal_key(key).private, sealed, purpose).decode()
    if as_json:
        print_document(
            {
                "mithaq": "unlock-result/v1",
                "request": asked.request,
                "case": asked.case,
                "pseudonym": asked.pseudonym,
                "subscription": subscription,
            }
        )
        return
    typer.echo(subscription)
