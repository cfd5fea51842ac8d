"""`mithaq unlock result`: what an opened request found, for either of the two."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from mithaq.cli.client import client_from
from mithaq.cli.unlock.documents import KEY_HELP, found_by, print_found
from mithaq.cli.unlock.online import REQUEST_HELP, Unlocking
from mithaq.identity.personalkey import load_personal_key


def result(
    request: str = typer.Argument(help=REQUEST_HELP),
    key: Path = typer.Option(..., "--key", readable=False, help=KEY_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Fetch the result, which leaves an entry, and open it here with one's personal key."""
    private = load_personal_key(key).private
    unlocking = Unlocking(client_from(os.environ))
    asked = unlocking.asked(request)
    person = unlocking.halves(asked.epoch).person
    print_found(asked, found_by(asked, unlocking.result(asked.request), person, private), as_json=as_json)
