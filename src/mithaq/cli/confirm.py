"""`mithaq confirm`: a person's word that what a measure handed over has been carried out."""

from __future__ import annotations

import typer

from mithaq.cli.measures import CASE_HELP, MEASURE_HELP, console, print_measure


def confirm(
    case: str = typer.Argument(..., help=CASE_HELP),
    measure: str = typer.Argument(..., help=MEASURE_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Confirm that the files of a measure, or those that undo it, have been carried out by hand."""
    client = console()
    client.post(f"/measures/cases/{case}/measures/{measure}/confirm")
    print_measure(client, case, measure, as_json=as_json)
