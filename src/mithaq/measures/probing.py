"""A round of probes: what every target does with the requests that each of them gives.

A target gives groups of trials. All else is the same everywhere: each is sent once, each credential is tried
on something that no cut closes, and what gives no certain answer is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from mithaq.measures.errors import TargetUnreachable
from mithaq.measures.matrix import Cell, Door, Matrix, Spot, Vantage, judged
from mithaq.measures.model import Operation
from mithaq.measures.server import Answer, code_of

S3: Final = "s3"
SWIFT: Final = "swift"
LOGIN: Final = "sign-in"
"""Listing one's buckets, or getting a token: no cut closes it."""

OBJECT: Final = "probe"
"""The object that lies in each bucket or container for probes."""

LINKS_LAST: Final = 7 * 24 * 3600
"""Seconds; no signed link may last longer (AWS Signature Version 4)."""

REFUSED: Final = frozenset({401, 403})
"""What a server says who does not let a request through; a target may know more."""

_NOTHING: Final = "mithaq-no-such-object"
_NOT_FOUND: Final = 404
_FIRST_REDIRECT: Final = 300

Request: TypeAlias = tuple[str, str, Mapping[str, str], bytes]
"""Method, path below a bucket, query, body."""

REQUESTS: Final[Mapping[Operation, Request]] = MappingProxyType(
    {
        Operation.READ: ("GET", f"/{OBJECT}", {}, b""),
        Operation.WRITE: ("PUT", "/written-{by}", {}, b"mithaq"),
        Operation.DELETE: ("DELETE", f"/{_NOTHING}", {}, b""),
        Operation.LIST: ("GET", "", {"max-keys": "1"}, b""),
    }
)
"""How each operation is tried. Deleting what is not there is refused, or goes through, as any deletion."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One request: what it tries, and whether the cut closes it."""

    operation: str
    place: str
    closed: bool
    send: Callable[[], Answer]
    missing_is_open: bool = False
    """Whether 404 says that the request went through and found nothing."""


@dataclass(frozen=True, slots=True)
class Group:
    """Trials from one vantage, and one that no cut closes: it shows that the credential is accepted."""

    vantage: Vantage
    protocol: str
    alive: Trial
    trials: list[Trial] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """All probes of one moment on an account; `applied` says whether what a cut closes should be closed.

    `tick` is called before each request, and may raise to stop.
    """

    account: str
    applied: bool
    tick: Callable[[], None]
    refused: frozenset[int] = REFUSED

    def matrix(self, groups: Iterable[Group]) -> Matrix:
        """Ask everything; what gives no certain answer is unknown."""
        dead: list[Spot] = []
        cells: list[Cell] = []
        for group in groups:
            found = [self._cell(group, trial) for trial in group.trials]
            alive = self._cell(group, group.alive)
            if alive.seen is not Door.OPEN:
                dead += [cell.spot for cell in found]
            cells += [*found, alive]
        return judged(Matrix(tuple(cells)), None, dead)

    def _cell(self, group: Group, trial: Trial) -> Cell:
        spot = Spot(
            account=self.account,
            vantage=group.vantage,
            protocol=group.protocol,
            operation=trial.operation,
            place=trial.place,
        )
        expected = Door.CLOSED if self.applied and trial.closed else Door.OPEN
        self.tick()
        try:
            answer = trial.send()
        except TargetUnreachable:
            return Cell(spot=spot, expected=expected, seen=Door.UNKNOWN, note="no-answer")
        case = answer.headers.get("x-mithaq-case", "")
        note = " ".join(word for word in (str(answer.status), code_of(answer), case) if word)
        return Cell(spot=spot, expected=expected, seen=self._door(answer.status, trial), note=note)

    def _door(self, status: int, trial: Trial) -> Door:
        if status < _FIRST_REDIRECT or (trial.missing_is_open and status == _NOT_FOUND):
            return Door.OPEN
        return Door.CLOSED if status in self.refused else Door.UNKNOWN
