"""Running whole processes: how long they took and how much memory they held at most."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


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
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  # our own fixed commands
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    ) as process:
        assert process.stdout is not None  # noqa: S101  # asked for above
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise ProcessFailed(f"{command[0]} ended with exit code {process.returncode}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output)


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
