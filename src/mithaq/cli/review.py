"""`mithaq review`: test an allegation claim by claim and write the report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from mithaq.cli.keys import key_path
from mithaq.cli.output import stderr_console
from mithaq.evidence.document import review_document
from mithaq.evidence.errors import OutputError
from mithaq.evidence.report import render_report
from mithaq.evidence.result import ReviewResult
from mithaq.evidence.review import run_review, silent
from mithaq.identity import load_keyring
from mithaq.kernel.canonical import pretty
from mithaq.kernel.clock import clock_from
from mithaq.register import load_register
from mithaq.telemetry.lake.reader import LakeReader
from mithaq.terms import load_allegation, load_pack


def review(
    allegation: Path = typer.Argument(help="The allegation, YAML."),
    lake: Path = typer.Option(..., "--lake", help="The lake to test it against."),
    register: Path | None = typer.Option(None, "--register", help="Customers and declared purposes, CSV."),
    terms: str = typer.Option("default", "--terms", help="Name or folder of the terms pack."),
    out: Path = typer.Option(..., "--out", help="Folder for review.json and review.html."),
    key: Path | None = typer.Option(None, "--key", help="The lake's key file."),
    as_json: bool = typer.Option(False, "--json", help="Print review.json."),
) -> None:
    """Test an allegation claim by claim and write the report."""
    clock = clock_from(os.environ)
    keyring = load_keyring(key_path(lake, key))
    tested = load_allegation(allegation)
    pack = load_pack(terms)
    result = run_review(
        tested,
        pack=pack,
        register=load_register(register) if register else None,
        lake=LakeReader.open(lake, key_id=keyring.key_id),
        pseudonyms=keyring.pseudonyms,
        clock=clock,
        progress=_teller(),
    )
    document = pretty(review_document(tested, result))
    page = render_report(tested, pack, result)
    write_both(out, {"review.json": document, "review.html": page})
    if as_json:
        sys.stdout.write(document)
    else:
        _summary(result, out)


def _teller() -> Callable[[str], None]:
    """Give who tells of the step that begins: on a terminal only."""
    if not sys.stderr.isatty():
        return silent
    console = stderr_console()
    return lambda step: console.print(f"review: {step}")


def write_both(out: Path, contents: dict[str, str]) -> None:
    """Write all files whole, or none: first all beside their places, then renamed; raises OutputError."""
    written: list[tuple[Path, Path]] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            beside = out / f".{name}.{os.getpid()}.tmp"
            written.append((beside, out / name))
            with beside.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        for beside, place in written:
            beside.replace(place)
    except OSError as error:
        for beside, _ in written:
            beside.unlink(missing_ok=True)
        raise OutputError(
            f"the review could not be written: {error.strerror or error}",
            file=str(error.filename or out),
            hint="Choose a folder that can be written, with room for a few megabytes.",
        ) from error


def _summary(result: ReviewResult, out: Path) -> None:
    for claim in result.claims:
        typer.echo(f"{claim.id}  {claim.kind}: {claim.verdict.value}")
    for clause in result.clauses:
        typer.echo(f"{clause.id}  {clause.assessment.value}")
    typer.echo(str(out / "review.html"))
