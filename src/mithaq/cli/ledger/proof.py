"""`mithaq ledger proof`: proofs of entries, made from a ledger's files, to hand to whoever they concern."""

from __future__ import annotations

from pathlib import Path

import typer

from mithaq.cli.ledger.inputs import KEY_HELP, read_trust
from mithaq.cli.output import print_document
from mithaq.kernel.errors import UsageError
from mithaq.ledger.errors import NotProven
from mithaq.ledger.folder import LedgerFolder, write_durably
from mithaq.ledger.receipts import Receipt, ReceiptMaker


def proof(
    ledger: Path = typer.Argument(readable=False, help="A ledger's folder, with its entries."),
    key: str = typer.Option(..., "--key", help=KEY_HELP),
    index: list[int] = typer.Option([], "--index", help="The number of an entry, from 0. Repeatable."),
    case: str | None = typer.Option(None, "--case", help="Every entry of this case."),
    out: Path = typer.Option(Path(), "--out", writable=False, help="The folder to write the proofs to."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Write proofs that entries are in the signed ledger; mithaq ledger verify checks each by itself."""
    if bool(index) == (case is not None):
        raise UsageError("name either entries with --index or a case with --case", field="--index")
    trust = read_trust(key)
    maker = ReceiptMaker(LedgerFolder(ledger), trust)
    receipts = [maker.of(number) for number in index] if case is None else list(maker.of_case(case))
    if not receipts:
        raise NotProven(
            f"no entry of the case {case} is covered by the checkpoint",
            field="--case",
            hint="Check the id; a new entry is covered by the next checkpoint.",
        )
    written = [(receipt, _write(out, receipt)) for receipt in receipts]
    if as_json:
        rows = [_row(receipt, path) for receipt, path in written]
        document = {"mithaq": "ledger-proof/v1", "origin": trust.origin, "size": maker.size, "proofs": rows}
        print_document(document)
        return
    for receipt, path in written:
        typer.echo(f"{path}  {receipt.body.at}  {receipt.body.kind}")
    typer.echo(f"Anybody checks one with: mithaq ledger verify {written[0][1]} --key '{key}'")


def _write(out: Path, receipt: Receipt) -> Path:
    path = out / f"{receipt.proof.index}.tlog-proof"
    write_durably(path, receipt.proof.encode())
    return path


def _row(receipt: Receipt, path: Path) -> dict[str, object]:
    body = receipt.body
    return {
        "index": receipt.proof.index,
        "kind": body.kind,
        "at": body.at,
        "case": body.case,
        "file": str(path),
    }
