"""Reading the bytes of a document without letting the machine's own errors escape."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from mithaq.terms.problems import Problem

_SAID: Final[dict[int, tuple[str, str]]] = {
    errno.ENOENT: ("there is no such file", "Check the path."),
    errno.ENOTDIR: ("there is no such file", "Check the path: a part of it is no folder."),
    errno.EISDIR: ("this is a folder, not a file", "Name the file inside it."),
    errno.EACCES: ("the file may not be read", "Give this account the right to read it."),
    errno.EPERM: ("the file may not be read", "Give this account the right to read it."),
    errno.ENAMETOOLONG: ("the path is too long", "Check the path."),
    errno.ELOOP: ("the path is a loop of links", "Name the file itself."),
}


def read_bytes(path: Path, *, limit: int) -> bytes | Problem:
    """Read a file, at most one byte beyond a limit (so that a device without end cannot fill the memory)."""
    try:
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        return unreadable(str(path), error)
    except ValueError:
        return Problem("the path holds a zero byte", "Check the path.", str(path).replace("\0", "?"), None)


def unreadable(file: str, error: OSError) -> Problem:
    """Say why the machine did not read a file or folder."""
    message, hint = _SAID.get(error.errno or 0, ("the file cannot be read", "Check disk and path."))
    return Problem(message, hint, file, None)
