"""Dispatch: which sub-commands there are, and how a failure of any of them is told.

Sub-commands live in modules of their own. Only the one that is called is imported, so that
`mithaq sources` need not wait for compilers and engines.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import typer
from typer.main import get_command

from mithaq import __version__
from mithaq.cli.output import print_error
from mithaq.kernel.errors import MithaqError, UsageError

COMMANDS: Final = {
    "demo": "Run the whole main job on a pretend provider's logs, step by step.",
    "sources": "List the log sources that can be read.",
    "ingest": "Read logs into a lake without seeing content.",
    "pseudonym": "Show under which pseudonyms a subscription stands in a lake.",
    "review": "Test an allegation claim by claim and write the report.",
    "evaluate": "Measure the evidence model on simulated customers that it was not fitted on.",
    "serve": "Serve the console and the API; the first run makes two administrators.",
    "welcome": "Print new links for first administrators who have never come in.",
    "worker": "Publish the ledger and keep times and periods, until stopped.",
    "plan": "Have a measure planned: what is cut, what stays, every step and its inverse.",
    "apply": "Apply an approved plan, and show what probes find.",
    "confirm": "Confirm that what a measure handed over has been carried out by hand.",
    "probe": "Have a measure probed from every vantage.",
    "lift": "Lift a measure whose restriction has ended, and show what probes find.",
    "backup": "Copy the database and the published ledger while Mithaq runs.",
    "restore": "Put a copy back into an empty database, and compare it with the checkpoint kept outside.",
    "retention": "Remove rollups that are older than their retention and that no case pins.",
    "simulate": "Write logs of a pretend provider in the providers' own formats.",
}
"""Sub-commands and what they do, in the order of the help page."""

GROUPS: Final = {
    "gateway": {
        "prepare": "Make the folder in which a gateway's rules lie.",
        "serve": "Decide on each request for a gateway, by the rules in a folder.",
        "nginx": "Write the configuration of nginx that asks before it lets anything through.",
    },
    "ledger": {
        "verify": "Check a ledger or a proof from files alone, without a database.",
        "proof": "Write proofs that entries are in the signed ledger.",
        "fsck": "Derive the database's ledger and every projection again, and compare.",
    },
    "register": {
        "load": "Write down what a CSV file says differently from the register.",
    },
    "unlock": {
        "keygen": "Make a personal key on the machine where it is to stay.",
        "split": "Split the unlock key among approvers, so that any two open it and none alone.",
        "confirm": "Show that one's halves open.",
        "request": "Ask that one pseudonym be opened in one case.",
        "approve": "Approve a request as one of two, with one's personal key.",
        "open": "Open a request that two have approved, as the second of them, and show what it found.",
        "result": "Show what an opened request found, as the first of the two.",
        "seal": "Without a network: seal one's halves for one request, to approve or to open it.",
        "read": "Without a network: show what an opened request found, with one's personal key.",
    },
}
"""Sub-commands with sub-commands of their own, each in `mithaq.cli.<group>.<name>`."""

_GROUP_HELP: Final = {
    "gateway": "Stand in front of a store and refuse what a measure has closed.",
    "ledger": "Check the record of acts without trusting whoever keeps it.",
    "register": "Keep the books of customers and subscriptions.",
    "unlock": "Two people open one pseudonym; private keys never leave their machines.",
}

_ON_THE_DATABASE: Final = {("ledger", "fsck")}
"""Commands whose modules need the tables; all others start without Django."""

_INTERRUPTED: Final = 130


def _version(value: bool) -> None:
    if value:
        typer.echo(f"mithaq {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show it."),
) -> None:
    del version


def _not_called() -> None:
    """Stand for a sub-command on the help page."""


def build(called: Sequence[str]) -> typer.Typer:
    """Give the command line with the called sub-command in full and the others by name and help only.

    `called` are the first words of the command line that are no options.
    """
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        help="Enforce a provider's terms of service with due process, without reading customer content.",
    )
    app.callback()(_root)
    _add(app, COMMANDS, (), called)
    for name, commands in GROUPS.items():
        group = typer.Typer(add_completion=False, rich_markup_mode=None)
        _add(group, commands, (name,), called)
        app.add_typer(group, name=name, help=_GROUP_HELP[name])
    return app


def _add(
    app: typer.Typer, commands: Mapping[str, str], below: tuple[str, ...], called: Sequence[str]
) -> None:
    for name, summary in commands.items():
        path = (*below, name)
        function = _not_called
        if path == tuple(called[: len(path)]):
            if path in _ON_THE_DATABASE:
                importlib.import_module("mithaq.cli.database").open_database()
            function = getattr(importlib.import_module(".".join(("mithaq.cli", *path))), name)
        app.command(name, help=summary)(function)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code: 0 done, 1 refused or failed, 2 wrong command line."""
    arguments = arguments or ["--help"]
    as_json = "--json" in arguments
    called = [word for word in arguments if not word.startswith("-")][:2]
    command = " ".join(called[:2] if called[0:1] and called[0] in GROUPS else called[:1])
    try:
        code = get_command(build(called)).main(list(arguments), prog_name="mithaq", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _nobody_reads()
    except (typer.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except typer.TyperException as error:
        tell = getattr(error, "format_message", None)
        message = tell() if tell else str(error)
        usage = UsageError(message, hint=f"See mithaq {command} --help.".replace("  ", " "))
        print_error(usage, as_json=as_json)
        return usage.exit_code
    except MithaqError as error:
        print_error(error, as_json=as_json)
        return error.exit_code
    return code if isinstance(code, int) else 0


def _nobody_reads() -> int:
    """End quietly when whoever read has gone (`mithaq sources | head -1`); gives the exit code.

    A handler for SIGPIPE would do too, and would end a server at the first client that goes away. What is
    held back goes nowhere, or the interpreter complains as it ends.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return 1
