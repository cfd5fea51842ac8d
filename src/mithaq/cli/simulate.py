"""`mithaq simulate`: write logs of a pretend provider."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import typer
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from mithaq.cli.output import print_document, stderr_console
from mithaq.kernel.clock import format_instant
from mithaq.simulation import Scenario, Written, scenario_named, truth_document, write_scenario


class SimulationProgress:
    """Shows a simulation on stderr; nothing at all when that is no terminal."""

    def __init__(self) -> None:
        console = stderr_console()
        self._bar = Bar(
            TextColumn("writing logs"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[rates]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, rates="")
        self._events = self._size = 0
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, total: int) -> None:
        """So many customer days are ahead."""
        self._bar.update(self._task, total=total)

    def advance(self, events: int, size: int) -> None:
        """One more customer day is written."""
        self._events += events
        self._size += size
        seconds = max(time.monotonic() - self._began, 1e-3)
        rates = f"{self._size / seconds / 1e6:.1f} MB/s  {self._events / seconds:,.0f} events/s"
        self._bar.update(self._task, advance=1, rates=rates)


def simulate(
    out: Path = typer.Option(..., "--out", help="The folder to write to; new or empty."),
    scenario: str = typer.Option("demo", "--scenario", help="What happens."),
    seed: int | None = typer.Option(None, "--seed", help="Another seed than the scenario's own."),
    days: int | None = typer.Option(None, "--days", help="Another length than the scenario's own."),
    scale: float = typer.Option(1.0, "--scale", help="So many times the objects per day."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Write logs of a pretend provider in the providers' own formats."""
    chosen = scenario_named(scenario).changed(seed=seed, days=days, scale=scale)
    with SimulationProgress() as progress:
        written = write_scenario(chosen, out, progress)
    document = simulate_document(chosen, written, out)
    if as_json:
        print_document(document)
    else:
        _tell(document)


def simulate_document(scenario: Scenario, written: Written, out: Path) -> dict[str, Any]:
    """Give the `simulate/v1` document; `tenants` tell what each customer truly does."""
    return {
        "mithaq": "simulate/v1",
        "scenario": scenario.name,
        "seed": scenario.seed,
        "from": format_instant(scenario.start),
        "to": format_instant(scenario.start + timedelta(days=scenario.days)),
        "files": written.files,
        "events": written.events,
        "bytes": written.size,
        "logs": [{"source": source, "path": str(out / "logs" / source)} for source in written.logs],
        "register": str(written.register),
        "allegations": [str(path) for path in written.allegations],
        "tenants": truth_document(written),
    }


def _tell(document: dict[str, Any]) -> None:
    typer.echo(
        f"{document['events']:,} events in {document['files']} files, {document['bytes'] / 1e6:,.0f} MB."
    )
    for entry in document["logs"]:
        typer.echo(f"  {entry['source']}: {entry['path']}")
    typer.echo(f"Register: {document['register']}")
    for path in document["allegations"]:
        typer.echo(f"Allegation: {path}")
