"""`mithaq unlock seal`: one's halves, sealed anew for one request and nothing else."""

from __future__ import annotations

from pathlib import Path

import typer

from mithaq.cli.output import stderr_console
from mithaq.cli.unlock.documents import (
    KEY_HELP,
    BadDocument,
    Halves,
    Request,
    print_body,
    read_answer,
    sealed_for,
)
from mithaq.identity.personalkey import load_personal_key


def seal(
    request: Path = typer.Argument(readable=False, help="The answer of GET /unlock/requests/{request}."),
    halves: Path = typer.Argument(readable=False, help="The answer of GET /unlock/splits/{epoch}/halves."),
    key: Path = typer.Option(..., "--key", readable=False, help=KEY_HELP),
    partner: str | None = typer.Option(
        None, "--open-with", help="As the second: the body that opens, with the half for this first approver."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print only the body."),
) -> None:
    """Print the body of POST /unlock/requests/{request}/approve, or with --open-with that of …/open."""
    asked, held = read_answer(request, Request), read_answer(halves, Halves)
    if not as_json:
        stderr_console().print(f"{asked.pseudonym}, in case {asked.case}")
    bodies = sealed_for(asked, held, load_personal_key(key).private)
    if partner is None:
        print_body({"halves": bodies})
        return
    if partner not in bodies:
        raise BadDocument(
            f"you hold no half for the pair with {partner}",
            file=str(halves),
            field="--open-with",
            hint="Name the first of approved_by in the request.",
        )
    print_body({"half": bodies[partner]})
