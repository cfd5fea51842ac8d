"""`mithaq worker`: what has to happen without anybody asking."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from pathlib import Path
from threading import Event

import typer

from mithaq.cli.database import HOME_HELP, NoDatabase, open_database
from mithaq.cli.output import print_document
from mithaq.console.home import home_from
from mithaq.kernel.clock import clock_from


def worker(
    home: Path | None = typer.Option(None, "--home", file_okay=False, help=HOME_HELP),
    once: bool = typer.Option(False, "--once", help="Do every job once, and end; 1 if any failed."),
    as_json: bool = typer.Option(False, "--json", help="With --once: print one JSON document."),
) -> None:
    """Publish the ledger and keep times and periods, until stopped."""
    open_database(home)
    # The tables exist only once the settings are chosen, so nothing that has any is imported before.
    from mithaq.console.service import jobs, logs, startup  # noqa: PLC0415  # as said above
    from mithaq.console.service.worker import Worker  # noqa: PLC0415  # as said above

    if startup.migrations_missing():
        raise NoDatabase(
            "the database's tables are not those of this version", hint="Run mithaq serve --prepare first."
        )
    logs.write_logs(sys.stderr)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    setting = jobs.setting_from(
        os.environ, home_from(os.environ), clock=clock_from(os.environ), entropy=secrets.token_bytes
    )
    running = Worker(setting)
    if not once:
        running.run(stop)
        return
    went = running.round(stop)
    if as_json:
        rows = [{"job": done.job, "outcome": done.outcome, "found": done.found} for done in went]
        print_document({"mithaq": "worker/v1", "jobs": rows})
    else:
        for done in went:
            typer.echo(f"{done.job}: {done.outcome}")
    if any(done.outcome == "failed" for done in went):
        raise typer.Exit(1)
