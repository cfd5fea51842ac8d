"""`mithaq pseudonym`: under which pseudonyms a subscription stands in a lake."""

from __future__ import annotations

from pathlib import Path

import typer

from mithaq.cli.keys import key_path
from mithaq.cli.output import print_document
from mithaq.identity import load_keyring
from mithaq.telemetry.lake.commits import CommitLog
from mithaq.terms.subscription import read_subscription


def pseudonym(
    value: str = typer.Argument(help="A subscription: <provider>:<native id>."),
    lake: Path = typer.Option(..., "--lake", readable=False, help="The lake."),
    key: Path | None = typer.Option(None, "--key", readable=False, help="The lake's key file."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Show under which pseudonyms a subscription stands in a lake."""
    keyring = load_keyring(key_path(lake, key))
    CommitLog.open(lake, key_id=keyring.key_id)
    native = read_subscription(value)
    rows = [
        {"epoch": epoch.epoch, "pseudonym": name}
        for epoch, name in zip(keyring.epochs, keyring.pseudonyms(native), strict=True)
    ]
    if as_json:
        print_document({"mithaq": "pseudonym/v1", "value": value, "pseudonyms": rows})
        return
    for row in rows:
        typer.echo(f"{row['pseudonym']}  (epoch {row['epoch']})")
