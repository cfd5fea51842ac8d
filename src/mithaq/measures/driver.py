"""What every target must be able to do, and nothing else is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from pydantic import JsonValue

from mithaq.measures.matrix import Matrix
from mithaq.measures.model import Capability, Closed, Cut, Operation, Setting, Step


@dataclass(frozen=True, slots=True)
class Held:
    """What was handed out before a measure and is kept to be tried after it; `at` is when. It is secret."""

    at: datetime
    things: Mapping[str, str]


HALF_MADE: Final[Mapping[str, JsonValue]] = {"present": "in part"}
"""The value of something of Mithaq's own whose making or removal was cut short. It is written either way."""


class Account(Protocol):
    """One account on a target, and what the probes of one plan need there.

    Every method may raise TargetUnreachable, which is tried again, and TargetRefuses, which is not.
    """

    def steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> tuple[Step, ...]:
        """Read the present state and give the steps that bring about the cut, those of the kit first.

        `origins` are the values, from before any measure, of settings that an older measure holds.
        Raises BadPlan if there is no such account.
        """

    def read(self, setting: Setting) -> JsonValue:
        """Give a setting's value as it is, None if it is not set; raises SettingGone."""

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Give a setting this value; writing it twice is writing it once. Raises SettingGone."""

    def hold(self, now: datetime) -> Held:
        """Take what is to be tried later: a token, signed links. The kit must be in place."""

    def probe(self, cut: Cut, held: Held, *, applied: bool, tick: Callable[[], None]) -> Matrix:
        """Ask from every vantage; `applied` says whether the cut should hold, or everything be open.

        `tick` is called before each request, and may raise to stop. A closed door whose credential is not
        accepted for anything either is *unknown*.
        """


class Driver(Protocol):
    """A target."""

    @property
    def name(self) -> str:
        """The name by which plans know the target."""

    @property
    def capabilities(self) -> Mapping[Operation, Capability]:
        """What closing each operation does here."""

    def serves(self, subscription: str) -> bool:
        """Say whether a subscription lives on this target."""

    def account_of(self, subscription: str) -> str:
        """Give the account's native name; raises BadPlan for a name that the target cannot have."""

    def at(self, account: str, nonce: str) -> Account:
        """Give an account as one plan works on it; asks the target nothing."""


@runtime_checkable
class Wide(Driver, Protocol):
    """A target that restricts more than storage, or by region."""

    @property
    def by_hand(self) -> bool:
        """Say whether its settings are files, which a person carries out and confirms."""

    def capability(self, closed: Closed) -> Capability:
        """Give what closing this does here; raises BadPlan for what it cannot close."""
