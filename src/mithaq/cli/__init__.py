"""The `mithaq` command: one module per sub-command."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mithaq.cli.app import run


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 refused or failed, 2 the command line itself is wrong."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))
