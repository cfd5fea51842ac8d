"""What an ingest tells of itself while it runs; a terminal, a test or nobody may listen."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Listens to an ingest."""

    def begin(self, files: int, size: int) -> None:
        """So many files with so many bytes on disk are ahead."""

    def advance(self, size: int, events: int) -> None:
        """So many more bytes on disk were read, and so many more events seen."""

    def file_done(self) -> None:
        """One more file is committed, known or rejected."""


class Silent:
    """Listens to nothing."""

    def begin(self, files: int, size: int) -> None:
        """Ignore it."""

    def advance(self, size: int, events: int) -> None:
        """Ignore it."""

    def file_done(self) -> None:
        """Ignore it."""
