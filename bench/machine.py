"""On what a run was made: processor, memory, system, versions, and how busy the machine was besides."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("duckdb", "ibis-framework", "numba", "numpy", "pyarrow", "msgspec", "isal")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine at the start of a run."""

    processor: str
    cores: int
    memory_bytes: int
    system: str
    versions: dict[str, str]
    load: float
    """Processes that wanted to run in the minute before (load average)."""


def this_machine() -> Machine:
    """Look at this machine."""
    return Machine(
        processor=_first("/proc/cpuinfo", "model name"),
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        system=f"{platform.system()} {platform.release().split('-')[0]}",
        versions={
            "Python": platform.python_version(),
            "mithaq": version("mithaq"),
            **{name: version(name) for name in _PACKAGES},
        },
        load=os.getloadavg()[0],
    )


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text("utf-8").splitlines():
        if line.startswith(name):
            return line.split(":", 1)[1].strip()
    return "unknown processor"
