"""`mithaq ledger verify`: a whole ledger, or one proof, from files alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import typer
from rich.progress import Progress

from mithaq.cli.ledger.inputs import KEPT_HELP, KEY_HELP, WITNESS_HELP, read_file, read_kept, read_trust
from mithaq.cli.output import print_document, stderr_console
from mithaq.kernel.clock import format_instant
from mithaq.kernel.errors import InputError, UsageError
from mithaq.ledger.checkpoint import Checkpoint
from mithaq.ledger.cosignature import cosigned_at
from mithaq.ledger.entries import parse_entry
from mithaq.ledger.errors import NotProven
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.proof import parse_proof
from mithaq.ledger.text import to_base64
from mithaq.ledger.verify import Trust, verify_ledger


def verify(
    path: Path = typer.Argument(help="A ledger's folder, or a proof (.tlog-proof)."),
    key: str = typer.Option(..., "--key", help=KEY_HELP),
    kept: list[Path] = typer.Option([], "--kept", readable=False, help=KEPT_HELP),
    witness: list[str] = typer.Option([], "--witness", help=WITNESS_HELP),
    entry: Path | None = typer.Option(
        None, "--entry", readable=False, help="The entry, if a proof carries none."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Check a ledger or a proof from files alone: no database, and no trust in whoever wrote them."""
    trust = read_trust(key, witness)
    if path.is_dir():
        if entry is not None:
            raise UsageError("--entry belongs to a proof, and this is a folder", field="--entry")
        _verify_folder(path, kept, trust, as_json=as_json)
        return
    if kept:
        raise UsageError("--kept is compared with a ledger's folder, not with a proof", field="--kept")
    _verify_proof(path, entry, trust, as_json=as_json)


def _verify_folder(path: Path, kept: list[Path], trust: Trust, *, as_json: bool) -> None:
    heads = read_kept(kept, trust)
    console = stderr_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("tiles", total=None)
        verified = verify_ledger(
            LedgerFolder(path),
            trust,
            kept=heads,
            progress=lambda done, count: bar.update(task, completed=done, total=count),
        )
    if as_json:
        counts = {"entries": verified.entries, "tiles": verified.tiles, "kept": list(verified.kept)}
        head = _head("ledger-verify/v1", verified.checkpoint)
        print_document({**head, **counts, "cosigned": _cosigned(verified.cosigned)})
        return
    _tell_head(verified.checkpoint, verified.cosigned)
    read = f"{verified.entries:,} entries" if verified.entries else "no entries (this copy holds hashes only)"
    typer.echo(f"{verified.tiles:,} tiles and {read} lead to this root.")
    for size in verified.kept:
        typer.echo(f"It continues the checkpoint of {size:,} entries that was kept.")
    if not kept:
        typer.echo("No older checkpoint was given: name one with --kept to find out what was changed since.")


def _verify_proof(path: Path, entry: Path | None, trust: Trust, *, as_json: bool) -> None:
    raw = read_file(path)
    try:
        proof = parse_proof(raw)
        leaf = proof.extra if entry is None else read_file(entry)
        if leaf is None:
            raise NotProven("the proof does not carry its entry", hint="Name the entry's file with --entry.")
        checkpoint, note = proof.verify(leaf, trust.keys, origin=trust.origin)
        body = parse_entry(leaf)
        cosigned = cosigned_at(note, trust.witnesses)
    except InputError as error:
        error.file = error.file or str(path)
        raise
    if as_json:
        said = {"index": proof.index, "entry": msgspec.to_builtins(body), "cosigned": _cosigned(cosigned)}
        print_document({**_head("ledger-proof-verify/v1", checkpoint), **said})
        return
    _tell_head(checkpoint, cosigned)
    typer.echo(f"Entry {proof.index:,} is one of them:")
    typer.echo(leaf.decode())


def _head(kind: str, checkpoint: Checkpoint) -> dict[str, object]:
    root = to_base64(checkpoint.root)
    return {"mithaq": kind, "origin": checkpoint.origin, "size": checkpoint.size, "root": root}


def _cosigned(times: Mapping[str, int]) -> list[dict[str, str]]:
    return [{"witness": name, "at": _instant(seconds)} for name, seconds in sorted(times.items())]


def _tell_head(checkpoint: Checkpoint, cosigned: Mapping[str, int]) -> None:
    root = to_base64(checkpoint.root)
    typer.echo(f"{checkpoint.origin} has signed {checkpoint.size:,} entries with the root {root}.")
    for name, seconds in sorted(cosigned.items()):
        typer.echo(f"{name} cosigned it at {_instant(seconds)}.")


def _instant(seconds: int) -> str:
    return format_instant(datetime.fromtimestamp(seconds, UTC))
