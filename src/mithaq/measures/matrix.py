"""What probes should find and what they found, cell by cell; nothing is rounded.

A cell that should be closed and is open is a *leak*; one that should be open and is closed is an *overreach*.
A cell of which nothing certain was seen is *unproven*: the target did not answer, the credential was not
accepted at all (so that a refusal says nothing about the measure), or the same request was refused before the
measure too. A matrix holds only if it has none of the three.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter


class Door(StrEnum):
    """What a probe can find."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What a cell comes to."""

    AS_DECIDED = "as-decided"
    LEAK = "leak"
    OVERREACH = "overreach"
    UNPROVEN = "unproven"


class Vantage(StrEnum):
    """From where a request comes."""

    OWNER = "owner"
    PRESIGNED = "presigned-url"
    """A link that the owner signed before the measure."""
    ANONYMOUS = "anonymous"
    SIBLING = "sibling-user"
    """Another user of the same tenant who was given access."""
    GRANTEE = "cross-tenant-grantee"
    """A user of another tenant who was given access."""
    ELSEWHERE = "owner-elsewhere"
    """The owner, on what somebody of another tenant gave them access to."""
    TOKEN = "token"  # noqa: S105  # the name of a vantage, no secret
    OLD_TOKEN = "old-token"  # noqa: S105  # as above
    """A token that was handed out before the measure."""
    CONTROL = "control-tenant"
    """Somebody whom no measure touches: shows that the target answers at all."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Spot:
    """What is asked: from where, by which protocol, which operation, in which account and on which place."""

    account: str
    vantage: Vantage
    protocol: str
    operation: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One probe: what should be found and what was; `note` says in a word how the target answered."""

    spot: Spot
    expected: Door
    seen: Door
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """Say what the cell comes to."""
        if self.expected is Door.UNKNOWN or self.seen is Door.UNKNOWN:
            return Verdict.UNPROVEN
        if self.expected is self.seen:
            return Verdict.AS_DECIDED
        return Verdict.LEAK if self.seen is Door.OPEN else Verdict.OVERREACH


@dataclass(frozen=True, slots=True)
class Matrix:
    """All probes of one moment."""

    cells: tuple[Cell, ...]

    def of(self, verdict: Verdict) -> tuple[Cell, ...]:
        """Give the cells that come to this."""
        return tuple(cell for cell in self.cells if cell.verdict is verdict)

    @property
    def counts(self) -> dict[str, int]:
        """Count the cells by verdict; every verdict is named."""
        return {verdict.value: len(self.of(verdict)) for verdict in Verdict}

    @property
    def holds(self) -> bool:
        """Say whether everything was seen as decided, with at least one control that answered."""
        controlled = any(cell.spot.vantage is Vantage.CONTROL for cell in self.cells)
        return controlled and all(cell.verdict is Verdict.AS_DECIDED for cell in self.cells)


def judged(matrix: Matrix, baseline: Matrix | None, dead: Collection[Spot] = ()) -> Matrix:
    """Take back what a matrix claims beyond what it shows.

    A closed door says something about the measure only if the same request, where it was made before the
    measure, went through then, and if the credential is still accepted for something else: `dead` are the
    spots whose credential is not. An open door is always believed.
    """
    before = {cell.spot: cell.seen for cell in baseline.cells} if baseline is not None else {}

    def judge(cell: Cell) -> Cell:
        if cell.seen is not Door.CLOSED:
            return cell
        if cell.spot in dead and cell.expected is Door.CLOSED:
            return replace(cell, seen=Door.UNKNOWN, note=f"{cell.note} credential-not-accepted".strip())
        if before.get(cell.spot, Door.OPEN) is not Door.OPEN:
            return replace(cell, seen=Door.UNKNOWN, note=f"{cell.note} not-open-before".strip())
        return cell

    return Matrix(tuple(judge(cell) for cell in matrix.cells))


_CELLS: Final = TypeAdapter(tuple[Cell, ...])


def cells_document(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """Give cells as plain JSON values, each with its verdict."""
    return [{**_CELLS.dump_python((cell,), mode="json")[0], "verdict": cell.verdict.value} for cell in cells]


def read_matrix(rows: Iterable[Mapping[str, Any]]) -> Matrix:
    """Read stored cells."""
    plain = [{name: value for name, value in row.items() if name != "verdict"} for row in rows]
    return Matrix(_CELLS.validate_python(plain))
