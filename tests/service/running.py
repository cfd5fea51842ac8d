"""A Mithaq of the tests' own, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.outcome import Outcome

MITHAQ = [str(Path(sys.executable).with_name("mithaq"))]
PEOPLE = ("Amal Quarry <amal@provider.example>", "Idris Vale <idris@provider.example>")
ADMINISTRATORS = tuple(word for person in PEOPLE for word in ("--administrator", person))


def environment(home: Path, **changes: str) -> dict[str, str]:
    """Give a process's environment with a home and nothing of Mithaq's that the machine has set."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("MITHAQ_", "DJANGO_"))}
    return plain | {"MITHAQ_HOME": str(home), "DATABASE_URL": "", **changes}


def command(home: Path, *arguments: str | Path, **changes: str) -> Outcome:
    """Run one command to its end."""
    words = [*MITHAQ, *map(str, arguments)]
    done = subprocess.run(
        words, env=environment(home, **changes), capture_output=True, text=True, check=False, timeout=120
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(slots=True)
class Served:
    """A running `mithaq serve`: what it printed, and where it logs to."""

    process: subprocess.Popen[str]
    document: dict[str, Any]
    log: Path

    def stop(self) -> int:
        """End it as a service manager does; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def lines(self) -> list[dict[str, Any]]:
        """Everything it has logged; fails if a line is no JSON document."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@contextmanager
def served(home: Path, *arguments: str, **changes: str) -> Iterator[Served]:
    """Serve on any free port, and stop at the end."""
    log = home.with_name(f"{home.name}.log")
    words = [*MITHAQ, "serve", "--port", "0", "--processes", "1", "--json", *arguments]
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(
            words, env=environment(home, **changes), stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert process.stdout is not None
        document = _first_document(process.stdout)
        assert document, log.read_text("utf-8")[-4000:]
        yield Served(process, document, log)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()


def _first_document(stream: IO[str]) -> dict[str, Any]:
    text = ""
    for line in stream:
        text += line
        if line == "}\n":
            break
    return json.loads(text) if text else {}


@contextmanager
def workers(logs: Sequence[Path], variables: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Let as many workers work as there are files for their logs; none outlives the block."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        for log in logs:
            with log.open("wb") as errors:
                running.append(subprocess.Popen([*MITHAQ, "worker"], env=variables, stderr=errors))
        yield running
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=30)


def started(logs: Sequence[Path]) -> bool:
    """Say whether all workers listen to signals by now; before, one that is told to stop just dies."""
    return all("worker-started" in log.read_text("utf-8") for log in logs)


def stop(running: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """End workers as a service manager does; gives their exit codes."""
    for process in running:
        process.send_signal(signal.SIGTERM)
    return [process.wait(timeout=30) for process in running]
