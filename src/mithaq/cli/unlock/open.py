"""`mithaq unlock open`: the second of the two opens what both have approved."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from mithaq.cli.client import client_from
from mithaq.cli.unlock.documents import KEY_HELP, found_by, print_found, sealed_for
from mithaq.cli.unlock.online import REQUEST_HELP, YES_HELP, Unlocking, be_sure
from mithaq.identity.errors import DoesNotOpen, UnlockNotReady
from mithaq.identity.personalkey import load_personal_key


def open(  # noqa: A001  # the name of the command
    request: str = typer.Argument(help=REQUEST_HELP),
    key: Path = typer.Option(..., "--key", readable=False, help=KEY_HELP),
    yes: bool = typer.Option(False, "--yes", help=YES_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Open it, fetch what was found, and show it: the result is sealed to this machine's key."""
    private = load_personal_key(key).private
    unlocking = Unlocking(client_from(os.environ))
    asked = unlocking.asked(request)
    be_sure(asked, "Open it?", yes=yes, as_json=as_json)
    held = unlocking.halves(asked.epoch)
    halves = sealed_for(asked, held, private)
    first = asked.approved_by[0] if asked.approved_by else ""
    if first not in halves:
        raise UnlockNotReady(
            "there is no first approver with whom you share the key",
            hint="Another approves first; then approve, and open it.",
        )
    opened = unlocking.open(asked.request, halves[first])
    if opened.state != "opened":
        raise DoesNotOpen(f"the request is {opened.state}", hint="Its entry in the ledger says so; ask anew.")
    found = found_by(asked, unlocking.result(asked.request), held.person, private)
    print_found(asked, found, as_json=as_json)
