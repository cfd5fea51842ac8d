"""When each job of the worker had its turn last, and how it went: a small file a job, in the home.

    note(home, "ledger-publication", "done", at=clock())
    {each.job: each.outcome for each in lately(home)}

It is what the metrics and the page of settings show of the worker, from processes that share the home. It is
no record: whoever loses the files loses nothing that is not written anew within the hour.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from mithaq.kernel.clock import format_instant, parse_instant
from mithaq.kernel.errors import InputError

_FOLDER: Final = "turns"


@dataclass(frozen=True, slots=True)
class Turn:
    """The last turn of a job: `done` or `failed`."""

    job: str
    outcome: str
    at: datetime


def note(home: Path, job: str, outcome: str, *, at: datetime) -> None:
    """Note that a job has had its turn; raises OSError where the home cannot be written."""
    folder = home / _FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    new = folder / f".{job}.{os.getpid()}"
    new.write_text(json.dumps({"outcome": outcome, "at": format_instant(at)}), "ascii")
    new.replace(folder / f"{job}.json")


def lately(home: Path) -> list[Turn]:
    """Give the last turn of every job that had one, by name; what cannot be read is left out."""
    folder = home / _FOLDER
    if not folder.is_dir():
        return []
    turns = (_read(path) for path in sorted(folder.glob("[a-z]*.json")))
    return [turn for turn in turns if turn is not None]


def _read(path: Path) -> Turn | None:
    try:
        said = json.loads(path.read_text("ascii"))
        return Turn(path.stem, str(said["outcome"]), parse_instant(said["at"], field="at"))
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return None
