"""What every command shares: one document on stdout, everything else on stderr, and the exit codes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mithaq.kernel.canonical import pretty
from mithaq.kernel.errors import MithaqError

if TYPE_CHECKING:
    from rich.console import Console


def stderr_console() -> Console:
    """Give the console for people: progress and errors."""
    from rich.console import Console  # noqa: PLC0415  # most runs tell nothing, and need not wait for it

    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_document(document: Mapping[str, object]) -> None:
    """Print the one JSON document of a `--json` run."""
    sys.stdout.write(pretty(document))


def print_error(error: MithaqError, *, as_json: bool) -> None:
    """Tell of a failure: as an `error/v1` document on stdout, or in words on stderr."""
    if as_json:
        print_document(error.document())
        return
    sys.stderr.write(f"mithaq: {error}\n")
