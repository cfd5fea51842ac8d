"""Ingests in processes of their own, which a test may kill at any moment or put under limits.

The children are forked from a server that has imported and compiled everything, so that three hundred of
them cost no minute. They commit every few files instead of every thousand, so that there are more moments
at which to be killed.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

from tests.outcome import NOW, Outcome

from mithaq.cli.app import run
from mithaq.telemetry import batch

FILES_PER_COMMIT: Final = 2

_numbers = itertools.count()
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.telemetry.warm"])

_STEPS = frozenset(
    {
        *("open", "os.link", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir"),
        *("fcntl.flock", "os.truncate", "os.chmod"),
    }
)


def _at_step(number: int, act: Callable[[], None]) -> None:
    """Act when the process is about to take its so-manieth step in the file system."""
    left = number

    def watch(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        reads_code = name == "open" and str(arguments[0]).endswith(
            (".py", ".pyc", ".nbi", ".nbc", ".toml", ".so")
        )
        if name in _STEPS and not reads_code:
            left -= 1
            if left == 0:
                act()

    sys.addaudithook(watch)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _work(arguments: list[str], out: str, settings: dict[str, int], environment: dict[str, str]) -> None:
    os.environ.update(MITHAQ_NOW=NOW, **environment)
    batch._FILES_PER_COMMIT = FILES_PER_COMMIT  # type: ignore[misc]  # Final for the product, not for its tests
    for number, path in ((1, f"{out}.out"), (2, f"{out}.err")):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), number)
    if "file_bytes" in settings:
        resource.setrlimit(resource.RLIMIT_FSIZE, (settings["file_bytes"], settings["file_bytes"]))
    if "user" in settings:
        os.setgroups([])
        os.setgid(settings["user"])
        os.setuid(settings["user"])
    if settings.get("steps"):
        _at_step(settings["steps"], _die)
    if settings.get("stops"):
        _at_step(settings["stops"], _stop)
    code = run(arguments)
    sys.stdout.flush()
    os._exit(code)


class Child:
    """One `mithaq` command in a process of its own."""

    def __init__(
        self,
        scratch: Path,
        *arguments: str | Path,
        environment: dict[str, str] | None = None,
        **settings: int,
    ) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        scratch.chmod(0o777)
        self._out = scratch / f"child-{next(_numbers)}"
        words = [str(argument) for argument in arguments]
        self._process: ForkServerProcess = _context.Process(
            target=_work, args=(words, str(self._out), settings, environment or {})
        )
        self._process.start()

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        self._process.kill()

    def stopped(self) -> bool:
        """Wait until it stops by itself at the step it was told; False if it ended before it came there."""
        while self._process.exitcode is None:
            with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                state = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()[0]
                if state == "T":
                    return True
            time.sleep(0.002)
        return False

    def ended_within(self, seconds: float) -> bool:
        """Wait for its end, but no longer than this."""
        self._process.join(seconds)
        return self._process.exitcode is not None

    def go_on(self) -> None:
        """Let it go on after it has stopped."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def wait(self, seconds: float = 60) -> Outcome:
        """Wait for its end; the code is negative if a signal ended it."""
        self._process.join(seconds)
        assert self._process.exitcode is not None, "the ingest hangs"
        out, err = (
            Path(f"{self._out}.{end}").read_text() if Path(f"{self._out}.{end}").exists() else ""
            for end in ("out", "err")
        )
        return Outcome(self._process.exitcode, out, err)


def together(children: Sequence[Child]) -> list[Outcome]:
    """Wait for all of them."""
    return [child.wait() for child in children]
