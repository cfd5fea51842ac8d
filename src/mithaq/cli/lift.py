"""`mithaq lift`: a restriction that has ended goes back, and probes show it."""

from __future__ import annotations

import typer

from mithaq.cli.measures import CASE_HELP, MEASURE_HELP, WAIT, WAIT_HELP, carried_out, console, print_measure
from mithaq.cli.output import print_document


def lift(
    case: str = typer.Argument(..., help=CASE_HELP),
    measure: str = typer.Argument(..., help=MEASURE_HELP),
    wait: int = typer.Option(WAIT, "--wait", min=0, help=WAIT_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Lift a measure whose restriction a decision, or its end, has ended."""
    client = console()
    asked = client.post(f"/measures/cases/{case}/measures/{measure}/lift")
    errand = carried_out(client, case, asked, wait)
    if wait:
        print_measure(client, case, measure, as_json=as_json)
    elif as_json:
        print_document({"mithaq": "errand/v1", **errand})
    else:
        typer.echo(errand["errand"])
