"""`mithaq sources`: the log sources that can be read."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from mithaq.cli.output import print_document
from mithaq.telemetry.sources.base import sources as known_sources


def sources(as_json: bool = typer.Option(False, "--json", help="Print one JSON document.")) -> None:
    """List the log sources that can be read."""
    rows = [
        {
            "name": name,
            "provider": source.mapping.provider,
            "title": dict(source.mapping.title),
            "fields": dict(source.mapping.fields),
        }
        for name, source in known_sources().items()
    ]
    if as_json:
        print_document({"mithaq": "sources/v1", "sources": rows})
        return
    for row in rows:
        typer.echo(f"{row['name']:<16} {source_title(row)}")


def source_title(row: Mapping[str, object]) -> str:
    """Give a source's title in both languages."""
    title = row["title"]
    return f"{title['en']} · {title['ar']}" if isinstance(title, dict) else str(title)
