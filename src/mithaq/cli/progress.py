"""The progress line of an ingest on a terminal: files, MB/s, events/s, time left."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from mithaq.cli.output import stderr_console


class IngestProgress:
    """Shows an ingest on stderr; nothing at all when that is no terminal. Never shows a file's name."""

    def __init__(self) -> None:
        console = stderr_console()
        self._bar = Bar(
            TextColumn("{task.fields[files]}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[rates]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, files="", rates="")
        self._files = self._done = self._bytes = self._events = 0
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, files: int, size: int) -> None:
        """So many files with so many bytes are ahead."""
        self._files = files
        self._bar.update(self._task, total=size)
        self._show()

    def advance(self, size: int, events: int) -> None:
        """So many more bytes and events."""
        self._bytes += size
        self._events += events
        self._show()

    def file_done(self) -> None:
        """One more file is done."""
        self._done += 1
        self._show()

    def _show(self) -> None:
        seconds = max(time.monotonic() - self._began, 1e-3)
        self._bar.update(
            self._task,
            completed=self._bytes,
            files=f"{self._done}/{self._files} files",
            rates=f"{self._bytes / seconds / 1e6:.1f} MB/s  {self._events / seconds:,.0f} events/s",
        )
