"""Who is at a lake: its files may be deleted only by a process that is there alone.

Readers and ingests hold a shared lock on `lake.json` while they work, whatever ends them. Who is about to
leave may ask to hold it alone; nobody can come in while it is held so.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from pathlib import Path


class Presence:
    """A shared lock on a lake, from construction to `leave` or the end of the object."""

    def __init__(self, root: Path) -> None:
        self._descriptor = os.open(root / "lake.json", os.O_RDONLY)
        self.leave = weakref.finalize(self, os.close, self._descriptor)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def alone(self) -> bool:
        """Try to be the only one here. Call it last: if others are here, the shared lock is lost."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
