"""The one error tree.

    MithaqError
    ├── UsageError            the command line itself is wrong (exit 2)
    ├── InputError            a file or value given to us is wrong (exit 1)
    │   └── NotFound          there is nothing of this id or name (exit 1)
    └── StateError            the world is not as the command needs it (exit 1)

Each room derives its own errors from one of the last two. Every error says what was wrong, where, and
what to do next; only errors of this tree may leave a parser or a command.
"""

from __future__ import annotations

from typing import ClassVar, TypedDict


class ErrorDocument(TypedDict):
    """The `error/v1` document that `--json` prints on failure."""

    mithaq: str
    code: str
    message: str
    file: str | None
    line: int | None
    field: str | None
    hint: str


class MithaqError(Exception):
    """Base of every error that Mithaq raises on purpose.

    `message` says what was wrong, `hint` what to do; `file`, `line` (from 1) and `field` say where.
    `code` is a stable kebab-case word that scripts may compare.
    """

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.file = file
        self.line = line
        self.field = field

    def document(self) -> ErrorDocument:
        """Give the error as an `error/v1` document."""
        return {
            "mithaq": "error/v1",
            "code": self.code,
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "field": self.field,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        """Render place, message and hint as a person reads them on a terminal."""
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        named = f" (field {self.field})" if self.field else ""
        first = f"{place}: {self.message}{named}" if place else f"{self.message}{named}"
        return f"{first}\n{self.hint}" if self.hint else first


class UsageError(MithaqError):
    """The command line is wrong: unknown source, missing argument."""

    code = "usage"
    exit_code = 2


class InputError(MithaqError):
    """A file or value that was handed to us cannot be used as it is."""

    code = "bad-input"


class NotFound(InputError):
    """What was asked for by its id or name does not exist, or not for whoever asks."""

    code = "not-found"


class StateError(MithaqError):
    """The lake, the key or the machine is not in the state that the command needs."""

    code = "bad-state"
