"""Errors of the telemetry room.

    InputError
    ├── UnknownSource         (also a UsageError: the command line names it)
    ├── BadMapping            a source's own mapping file is wrong
    ├── NoLogs                nothing to read in the paths given
    └── FileRejected          one log file cannot be committed; carries the reason
    StateError
    ├── BadLake               the folder is no lake, or a damaged one
    ├── WrongKey              another key than the lake's
    └── LakeWriteFailed       no room, no permission

Each says what was wrong, where, and what to do next.
"""

from __future__ import annotations

from enum import StrEnum

from mithaq.kernel.errors import InputError, StateError, UsageError


class Rejection(StrEnum):
    """Why a whole file was not committed."""

    GROWN_FILE = "grown-file"
    TOO_MANY_DROPPED = "too-many-dropped"
    WRONG_SOURCE = "wrong-source"
    EMPTY_FILE = "empty-file"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    NO_PERMISSION = "no-permission"
    UNREADABLE = "unreadable"


class UnknownSource(UsageError):
    """The command line names a log source that does not exist."""

    code = "unknown-source"


class BadMapping(InputError):
    """A source's mapping names a field, operation or service that the catalogue does not have."""

    code = "bad-mapping"


class NoLogs(InputError):
    """The paths given hold no log file."""

    code = "no-logs"


class FileRejected(InputError):
    """One log file cannot be committed as a whole."""

    code = "file-rejected"

    def __init__(self, reason: Rejection, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class BadLake(StateError):
    """The folder is not a lake, or its record of commits is damaged."""

    code = "bad-lake"


class WrongKey(StateError):
    """The key does not belong to this lake."""

    code = "wrong-key"


class LakeWriteFailed(StateError):
    """The lake could not be written: no room, no permission."""

    code = "lake-write-failed"
