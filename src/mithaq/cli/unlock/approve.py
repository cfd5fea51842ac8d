"""`mithaq unlock approve`: one of the two parts in an unlock."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from mithaq.cli.client import client_from
from mithaq.cli.unlock.documents import KEY_HELP, sealed_for
from mithaq.cli.unlock.online import REQUEST_HELP, YES_HELP, Unlocking, be_sure, tell
from mithaq.identity.personalkey import load_personal_key


def approve(
    request: str = typer.Argument(help=REQUEST_HELP),
    key: Path = typer.Option(..., "--key", readable=False, help=KEY_HELP),
    yes: bool = typer.Option(False, "--yes", help=YES_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Seal one's halves for this request and nothing else, here, and hand them in."""
    private = load_personal_key(key).private
    unlocking = Unlocking(client_from(os.environ))
    asked = unlocking.asked(request)
    be_sure(asked, "Approve that it be opened?", yes=yes, as_json=as_json)
    halves = sealed_for(asked, unlocking.halves(asked.epoch), private)
    tell(unlocking.approve(asked.request, halves), as_json=as_json)
