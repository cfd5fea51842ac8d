"""`mithaq unlock request`: ask that one pseudonym be opened."""

from __future__ import annotations

import os

import typer

from mithaq.cli.client import client_from
from mithaq.cli.unlock.online import Unlocking, tell


def request(
    pseudonym: str = typer.Argument(help="What to open: s, the epoch, an underscore and 26 characters."),
    case: str = typer.Option(..., "--case", help="The case that needs it: c_ and 26 characters."),
    reason: str = typer.Option(..., "--reason", help="Why it must be known. The two approvers read it."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Ask, as the person whose token MITHAQ_TOKEN is; two others approve."""
    tell(Unlocking(client_from(os.environ)).ask(case, pseudonym, reason), as_json=as_json)
