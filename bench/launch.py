"""Run one command and write down what it took: `python launch.py RESULT COMMAND …`.

A process of its own, and a small one, because Linux counts the memory that a parent ever held in the peak of
every child it starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Run the command with this process's standard streams; returns its exit code."""
    result, *command = sys.argv[1:]
    began = time.perf_counter()
    with subprocess.Popen(command) as process:  # noqa: S603  # our own fixed commands
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    taken = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * 1024,
    }
    Path(result).write_text(json.dumps(taken), encoding="utf-8")
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
