"""`mithaq ledger fsck`: the database's ledger, derived again from its entries."""

from __future__ import annotations

import os
from pathlib import Path

import typer
from django.conf import settings

from mithaq.cli.ledger.inputs import KEPT_HELP, KEY_HELP, read_kept, read_trust
from mithaq.cli.output import print_document
from mithaq.ledger.fsck import Report
from mithaq.ledger.fsck import fsck as check_everything
from mithaq.ledger.keeping import places_from
from mithaq.ledger.verify import Trust


def fsck(
    key: str | None = typer.Option(None, "--key", help=f"{KEY_HELP} Default: the one in MITHAQ_HOME."),
    kept: list[Path] = typer.Option([], "--kept", readable=False, help=KEPT_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Derive positions, tiles, checkpoints, personal values and all projections again, and compare."""
    places = places_from(os.environ, settings.HOME)
    if key is None and places.public_key.exists():
        key = str(places.public_key)
    trust = None if key is None else read_trust(key)
    here = [places.kept] if places.kept.exists() else []
    heads = [] if trust is None else read_kept([*here, *kept], trust)
    report = check_everything(trust, kept=heads)
    if as_json:
        print_document(_document(report, trust, [head.size for head in heads]))
    else:
        _tell(report, trust)
    if report.findings:
        raise typer.Exit(1)


def _document(report: Report, trust: Trust | None, kept: list[int]) -> dict[str, object]:
    return {
        "mithaq": "ledger-fsck/v1",
        "origin": None if trust is None else trust.origin,
        "entries": report.entries,
        "waiting": report.waiting,
        "integrated": report.integrated,
        "checkpoints": report.checkpoints,
        "kept": kept,
        "personal": report.personal,
        "erased": report.erased,
        "projections": report.projections,
        "findings": report.findings,
    }


def _tell(report: Report, trust: Trust | None) -> None:
    typer.echo(
        f"{report.entries:,} entries, {report.waiting:,} of them without a position yet; "
        f"{report.integrated:,} in the tree; {report.checkpoints:,} checkpoints; "
        f"{report.personal:,} personal values, {report.erased:,} of them erased."
    )
    typer.echo(f"Projections compared with the acts: {', '.join(report.projections) or 'none'}.")
    if trust is None:
        typer.echo("No public key is here: signatures and kept checkpoints were not judged. Name it: --key.")
    for finding in report.findings:
        typer.echo(f"  {finding}")
    typer.echo(f"{len(report.findings):,} differences." if report.findings else "Everything adds up.")
