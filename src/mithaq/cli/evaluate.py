"""`mithaq evaluate`: the evidence model against simulated populations that it was not fitted on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mithaq.cli.output import stderr_console
from mithaq.cli.review import write_both
from mithaq.evidence.evaluation import FULL, QUICK, Extent, Portion, portions
from mithaq.evidence.evaluation import evaluate as judge_tenants
from mithaq.evidence.evaluation_document import evaluation_document
from mithaq.evidence.measured import render
from mithaq.evidence.weighing.model import stored_model
from mithaq.kernel.canonical import pretty
from mithaq.terms import load_pack

SEED = 31_415_926
"""Another seed than the one that the model was fitted with."""


def evaluate(
    out: Path = typer.Option(..., "--out", help="Folder for evaluate.json and evaluate.html."),
    seed: int = typer.Option(SEED, "--seed", help="Seed of the simulated populations."),
    terms: str = typer.Option("default", "--terms", help="Name or folder of the terms pack."),
    quick: bool = typer.Option(False, "--quick", help="A few dozen tenants of each workload."),
    turning: int | None = typer.Option(
        None,
        "--turning",
        min=1,
        help="Tenants of each workload that a clause turns on, twice those of each evasion (full: 1000).",
    ),
    others: int | None = typer.Option(
        None, "--others", min=1, help="Tenants of each other workload (full: 200)."
    ),
    processes: int = typer.Option(
        0, "--processes", min=0, help="Processes to share the work (0: as many as processors)."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print evaluate.json."),
) -> None:
    """Measure the evidence model on simulated populations that it was not fitted on."""
    model, pack, whole = stored_model(), load_pack(terms), QUICK if quick else FULL
    extent = Extent(
        turning=turning or whole.turning,
        others=others or whole.others,
        evasions=turning // 2 if turning else whole.evasions,
    )
    work = portions(model, pack, seed, extent)
    console = stderr_console()
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("tenants", total=sum(portion.count for portion in work))

        def tell(portion: Portion) -> None:
            bar.update(task, advance=portion.count, description=portion.workload.id)

        found = list(judge_tenants(work, processes=processes or os.cpu_count() or 1, progress=tell))
    document = evaluation_document(model, seed, extent, found)
    text = pretty(document)
    write_both(out, {"evaluate.json": text, "evaluate.html": render(document)})
    if as_json:
        sys.stdout.write(text)
    else:
        typer.echo(str(out / "evaluate.html"))
