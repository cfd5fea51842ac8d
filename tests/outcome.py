"""What one command gave, and the moment at which the tests happen; processes of their own import this too.

It stands apart from `conftest.py`, which needs the database's tables: a process that a test starts has none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

NOW = "2026-09-21T12:00:00Z"
"""The moment at which the tests happen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one command gave: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout; raises ValueError if there is anything else."""
        document: dict[str, Any] = json.loads(self.out)
        return document
