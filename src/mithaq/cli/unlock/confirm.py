"""`mithaq unlock confirm`: proofs that one's halves open."""

from __future__ import annotations

from pathlib import Path

import typer

from mithaq.cli.unlock.documents import KEY_HELP, Halves, print_body, read_answer
from mithaq.identity.personalkey import load_personal_key
from mithaq.identity.sharing import proof_of


def confirm(
    halves: Path = typer.Argument(readable=False, help="The answer of GET /unlock/splits/{epoch}/halves."),
    key: Path = typer.Option(..., "--key", readable=False, help=KEY_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document (it always is one)."),
) -> None:
    """Open one's halves, and print the body of POST /unlock/splits/{epoch}/confirm."""
    del as_json
    opened = read_answer(halves, Halves).opened(load_personal_key(key).private)
    print_body({"proofs": {partner: proof_of(half) for partner, half in opened.items()}})
