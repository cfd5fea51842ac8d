"""`mithaq evaluate`: the evidence model against simulated populations that it was not fitted on."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from mithaq.cli.output import stderr_console
from mithaq.cli.review import write_both
from mithaq.evidence.evaluation import FULL, QUICK, evade
from mithaq.evidence.evaluation import evaluate as judge_tenants
from mithaq.evidence.figures_of_merit import evaluation_document
from mithaq.evidence.weighing.model import stored_model
from mithaq.kernel.canonical import pretty
from mithaq.terms import load_pack

SEED = 31_415_926
"""Another seed than the one that the model was fitted with."""


def evaluate(
    out: Path = typer.Option(..., "--out", help="Folder for evaluate.json."),
    seed: int = typer.Option(SEED, "--seed", help="Seed of the simulated populations."),
    terms: str = typer.Option("default", "--terms", help="Name or folder of the terms pack."),
    quick: bool = typer.Option(False, "--quick", help="A few dozen tenants of each workload."),
    as_json: bool = typer.Option(False, "--json", help="Print evaluate.json."),
) -> None:
    """Measure the evidence model on simulated populations that it was not fitted on."""
    console = stderr_console()
    model, pack, extent = stored_model(), load_pack(terms), QUICK if quick else FULL

    def tell(name: str, count: int) -> None:
        if console.is_terminal:
            console.print(f"{name}: {count} tenants")

    trials = list(judge_tenants(model, pack, seed, extent, tell))
    document = pretty(evaluation_document(model, seed, extent, trials, evade(model, pack, seed, extent)))
    write_both(out, {"evaluate.json": document})
    if as_json:
        sys.stdout.write(document)
    else:
        typer.echo(str(out / "evaluate.json"))
