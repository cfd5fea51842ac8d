"""`mithaq retention`: remove rollups that are older than their retention and that no case pins."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.progress import Progress

from mithaq.cli.database import HOME_HELP, open_database
from mithaq.cli.output import print_document, stderr_console
from mithaq.console.home import home_from
from mithaq.kernel.clock import clock_from, format_instant

if TYPE_CHECKING:
    from mithaq.telemetry.lake.retention import Bounds, Removed


def retention(
    days: int | None = typer.Option(
        None, "--days", help="Keep this many days, instead of MITHAQ_RETENTION_DAYS."
    ),
    lake: Path | None = typer.Option(
        None, "--lake", file_okay=False, help="The lake, instead of MITHAQ_LAKE."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be removed, and remove nothing."),
    home: Path | None = typer.Option(None, "--home", file_okay=False, help=HOME_HELP),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Remove what the worker would remove, now; the intent is an entry before, the outcome one after."""
    open_database(home)
    # The tables exist only once the settings are chosen, so nothing that has any is imported before.
    from mithaq.console.service.jobs import setting_from  # noqa: PLC0415  # as said above
    from mithaq.console.service.retention import TURN, RemovalUnderWay, retention_from  # noqa: PLC0415  # as above
    from mithaq.console.service.turns import turn  # noqa: PLC0415  # as above
    from mithaq.intake.errors import NoRetention  # noqa: PLC0415  # as above
    from mithaq.intake.retention import DAYS, days_from  # noqa: PLC0415  # as above
    from mithaq.people.permissions import Permission  # noqa: PLC0415  # as above

    environment = {**os.environ, **({"MITHAQ_LAKE": str(lake.absolute())} if lake else {})}
    kept = days_from(environment, days)
    if kept is None:
        raise NoRetention("nobody said how long rollups are kept", field=DAYS, hint="Set it, or give --days.")
    clock, folder = clock_from(os.environ), home_from(os.environ)
    here = retention_from(environment, kept, clock=clock)
    bounds = here.bounds()
    if dry_run:
        _tell(bounds, here.would_remove(), dry_run=True, as_json=as_json)
        return
    setting = setting_from(environment, folder, clock=clock, entropy=secrets.token_bytes)
    with turn(TURN, folder) as mine:
        if not mine:
            raise RemovalUnderWay("the worker is removing rollups right now", hint="Wait until it is done.")
        with _progress(here.rows_ahead()) as advance:
            removed = here.remove(lambda: setting.acting(Permission.LAKE_REMOVE), advance)
    _tell(bounds, removed, dry_run=False, as_json=as_json)


@contextmanager
def _progress(rows: int) -> Iterator[Callable[[int], None]]:
    """Show how many rows were looked at, on a terminal."""
    console = stderr_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("rows", total=rows)
        yield lambda some: bar.advance(task, some)


def _tell(bounds: Bounds, found: Removed, *, dry_run: bool, as_json: bool) -> None:
    from mithaq.evidence.coverage import moment_of  # noqa: PLC0415  # loads the engine

    before = format_instant(moment_of(bounds.before))
    if as_json:
        print_document(
            {
                "mithaq": "retention/v1",
                "dry_run": dry_run,
                "before": before,
                "rows": {name: found.removed[name] for name in sorted(found.removed)},
                "pinned_rows": found.kept_pinned,
            }
        )
        return
    what = "would be removed" if dry_run else "removed"
    typer.echo(f"before {before}: {found.rows:,} rows {what}, {found.kept_pinned:,} kept by open cases")
