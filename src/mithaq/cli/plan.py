"""`mithaq plan`: what a measure would change, before anybody decides on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import typer

from mithaq.cli.measures import CASE_HELP, WAIT, carried_out, console
from mithaq.cli.output import print_document
from mithaq.kernel.errors import InputError


def plan(
    case: str = typer.Argument(..., help=CASE_HELP),
    wanted: Path = typer.Argument(
        ..., readable=False, help="JSON: measures, keep, only, notice_hours, on_drift."
    ),
    wait: int = typer.Option(WAIT, "--wait", min=1, help="Seconds to wait for the worker."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Have a plan made, and show what is cut, what stays, and every step with its inverse."""
    try:
        body = msgspec.json.decode(wanted.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror}", file=str(wanted), hint="Name it."
        ) from error
    except msgspec.DecodeError as error:
        raise InputError(
            f"this is no JSON object: {error}", file=str(wanted), hint="See docs/measures.md."
        ) from error
    client = console()
    errand = carried_out(client, case, client.post(f"/measures/cases/{case}/plans", body), wait)
    made = client.get(f"/measures/cases/{case}/plans/{errand['plan']}")
    if as_json:
        print_document({"mithaq": "plan/v1", **made})
        return
    typer.echo(f"{made['plan']}  {made['digest']}")
    content = made["content"]
    for title, name in (("Cut", "cut"), ("Stays", "stays"), ("Stays open all the same", "gaps")):
        typer.echo(f"{title}:")
        for line in content[name]:
            typer.echo(f"  {line['en']}")
    for each in content["obstacles"]:
        typer.echo(f"In the way: contract {each['contract']}, clause {each['clause']}: {each['text']}")
    typer.echo(f"Steps ({len(content['steps'])}):")
    for number, step in enumerate(content["steps"], 1):
        setting = step["setting"]
        where = " ".join(part for part in (setting["owner"], setting["name"]) if part)
        typer.echo(f"  {number}. {step['what']['en']} [{setting['kind']} {where}]")
        typer.echo(f"     from {_said(step['before'])}")
        typer.echo(f"     to   {_said(step['after'])}")
        typer.echo(f"     back to {_said(step['origin'])}")


def _said(value: object) -> str:
    return "not set" if value is None else str(value)
