"""`mithaq ingest`: read logs into a lake."""

from __future__ import annotations

import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from mithaq.cli.keys import key_path
from mithaq.cli.output import print_document
from mithaq.cli.progress import IngestProgress
from mithaq.identity import load_keyring, load_or_make_keyring
from mithaq.kernel.clock import clock_from, format_instant
from mithaq.telemetry.ingest import IngestResult
from mithaq.telemetry.ingest import ingest as ingest_logs
from mithaq.telemetry.lake.commits import is_lake, totals
from mithaq.telemetry.reading import find_logs
from mithaq.telemetry.sources.base import source_named

_HOUR = 3600


def ingest(
    source: str = typer.Argument(help="The kind of log; see `mithaq sources`."),
    paths: list[Path] = typer.Argument(help="Files and folders.", metavar="PATH...", readable=False),
    lake: Path = typer.Option(..., "--lake", readable=False, help="The lake; made if it is not there."),
    key: Path | None = typer.Option(
        None, "--key", readable=False, help="The lake's key file; made by the first ingest."
    ),
    accept_drops: bool = typer.Option(
        False, "--accept-drops", help="Commit files even if more than 1 % of their records cannot be read."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Read logs into a lake without seeing content."""
    chosen = source_named(source)
    files = find_logs(paths)
    began = time.monotonic()
    path = key_path(lake, key)
    keyring = load_keyring(path) if is_lake(lake) else load_or_make_keyring(path, secrets.token_bytes)
    with IngestProgress() as progress:
        result = ingest_logs(
            chosen,
            files,
            lake,
            keyring=keyring,
            clock=clock_from(os.environ),
            entropy=secrets.token_bytes,
            accept_drops=accept_drops,
            progress=progress,
        )
    document = ingest_document(result, seconds=time.monotonic() - began)
    if as_json:
        print_document(document)
    else:
        _tell(document)
    if result.rejected:
        raise typer.Exit(1)


def ingest_document(result: IngestResult, *, seconds: float) -> dict[str, Any]:
    """Give the `ingest/v1` document; `from` and `to` are whole hours, the latter exclusive."""
    sums = totals(result.committed)
    return {
        "mithaq": "ingest/v1",
        "source": result.source,
        "files": len(result.committed),
        "files_known": result.known,
        "files_rejected": [
            {"sha256": entry.sha256, "reason": entry.reason.value} for entry in result.rejected
        ],
        "events": sums["events"],
        "kept": sums["kept"],
        "excluded": sums["excluded"],
        "dropped": sums["dropped"],
        "bytes": sums["bytes"],
        "seconds": round(seconds, 3),
        "from": None if sums["first"] is None else _instant(sums["first"] // _HOUR * _HOUR),
        "to": None if sums["last"] is None else _instant((sums["last"] // _HOUR + 1) * _HOUR),
    }


def _instant(seconds: int) -> str:
    return format_instant(datetime.fromtimestamp(seconds, UTC))


def _tell(document: dict[str, Any]) -> None:
    typer.echo(
        f"{document['files']} files committed, {document['files_known']} known already, "
        f"{len(document['files_rejected'])} rejected."
    )
    typer.echo(f"{document['events']:,} events: {document['kept']:,} kept.")
    for name in ("excluded", "dropped"):
        for reason, count in document[name].items():
            typer.echo(f"  {name}: {count:,} {reason}")
    for entry in document["files_rejected"]:
        typer.echo(f"  rejected: {entry['reason']} (SHA-256 {entry['sha256'] or 'unknown'})")
    if document["from"]:
        typer.echo(f"From {document['from']} to {document['to']}.")
