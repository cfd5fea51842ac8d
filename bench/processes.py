"""Running whole processes: how long they took and how much memory they held at most."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_LAUNCH: Final = Path(__file__).with_name("launch.py")

THREADS: Final = 4
"""In each process that several clients share: as many as `mithaq serve` starts."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end."""

    seconds: float
    """Wall time, interpreter start included."""
    cpu_seconds: float
    """Processor time of all its threads; says more than wall time when other work runs on the machine."""
    peak_bytes: int
    """Largest resident set."""
    output: str
    """Standard output."""

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.cpu_seconds:.1f} s of processor time)"


class ProcessFailed(RuntimeError):
    """A benchmarked process ended with another exit code than 0."""


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Run:
    """Run one process to its end; raises ProcessFailed."""
    with TemporaryDirectory() as folder:
        result = Path(folder) / "taken.json"
        done = subprocess.run(  # noqa: S603  # our own fixed commands
            [sys.executable, "-I", _LAUNCH, result, *(str(word) for word in command)],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, **(environment or {})},
        )
        if done.returncode:
            raise ProcessFailed(f"{command[0]} ended with exit code {done.returncode}")
        return Run(**json.loads(result.read_text("utf-8")), output=done.stdout)


def median_of(count: int, once: Callable[[], Run]) -> Run:
    """Run several times; returns the run of median time, with medians of both times and the highest peak."""
    runs = sorted((once() for _ in range(count)), key=lambda entry: entry.seconds)
    middle = runs[(count - 1) // 2]
    return Run(
        statistics.median(entry.seconds for entry in runs),
        statistics.median(entry.cpu_seconds for entry in runs),
        max(entry.peak_bytes for entry in runs),
        middle.output,
    )
