"""`mithaq apply`: an approved plan becomes a verified state of the world."""

from __future__ import annotations

import typer

from mithaq.cli.measures import CASE_HELP, WAIT, WAIT_HELP, carried_out, console, print_measure
from mithaq.cli.output import print_document


def apply(
    case: str = typer.Argument(..., help=CASE_HELP),
    plan: str = typer.Argument(..., help="The plan (mp_…)."),
    decision: str = typer.Argument(..., help="The decision that was approved with it (d_…)."),
    wait: int = typer.Option(WAIT, "--wait", min=0, help=WAIT_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Apply an approved plan, and show what probes find."""
    client = console()
    body = {"plan": plan, "decision": decision}
    errand = carried_out(client, case, client.post(f"/measures/cases/{case}/measures", body), wait)
    if wait:
        print_measure(client, case, errand["measure"], as_json=as_json)
    elif as_json:
        print_document({"mithaq": "errand/v1", **errand})
    else:
        typer.echo(errand["measure"])
