"""Errors of the simulation room.

InputError
└── UnknownScenario       (also a UsageError: the command line names it)
StateError
├── FolderNotEmpty        logs would be mixed with what is there
└── WriteFailed           no room, no permission
"""

from __future__ import annotations

from mithaq.kernel.errors import StateError, UsageError


class UnknownScenario(UsageError):
    """The command line names a scenario that does not exist, or numbers it cannot have."""

    code = "unknown-scenario"


class FolderNotEmpty(StateError):
    """The folder to write to already holds something."""

    code = "folder-not-empty"


class WriteFailed(StateError):
    """The logs could not be written: no room, no permission."""

    code = "write-failed"
