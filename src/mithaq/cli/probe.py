"""`mithaq probe`: what is open and what is closed now, asked from every vantage."""

from __future__ import annotations

import typer

from mithaq.cli.measures import CASE_HELP, MEASURE_HELP, WAIT, carried_out, console, print_measure


def probe(
    case: str = typer.Argument(..., help=CASE_HELP),
    measure: str = typer.Argument(..., help=MEASURE_HELP),
    wait: int = typer.Option(WAIT, "--wait", min=1, help="Seconds to wait for the worker."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Have a measure probed, and show the matrix."""
    client = console()
    carried_out(client, case, client.post(f"/measures/cases/{case}/measures/{measure}/probe"), wait)
    print_measure(client, case, measure, as_json=as_json)
