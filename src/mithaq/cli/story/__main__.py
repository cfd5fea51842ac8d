"""`python -m mithaq.cli.story HOME PROVIDER`: one JSON line on stdout, its steps on stderr."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import typer

from mithaq.cli.database import begin
from mithaq.kernel.clock import clock_from


def main(home: Path, provider: Path) -> None:
    """Tell the story into the home and print what came of it."""
    begin(home)
    from mithaq.cli.story.telling import tell_story  # noqa: PLC0415  # its tables need the settings first

    typer.echo(json.dumps(tell_story(home, provider, clock_from(os.environ))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
