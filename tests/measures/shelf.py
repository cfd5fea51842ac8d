"""A target in memory, by the protocol of the real ones: for what acts and the worker do around a target.

Its gates are settings; its probes look at the gates. Tests make it refuse, leak, or die at any of its calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from mithaq.measures.driver import Account, Held
from mithaq.measures.errors import SettingGone, TargetUnreachable
from mithaq.measures.matrix import Cell, Door, Matrix, Spot, Vantage
from mithaq.measures.model import Capability, Cut, Effect, Operation, Part, Setting, Step
from mithaq.terms.text import LocalisedText

WORDS = LocalisedText("A gate is shut.", "تُغلق بوّابة.")
VANTAGES = (Vantage.OWNER, Vantage.ANONYMOUS, Vantage.CONTROL)


@dataclass(slots=True)
class Shelf:
    """Everything on the shelf: `state` are its settings, `calls` what it was asked."""

    name: str = "shelf"
    state: dict[Setting, JsonValue] = field(default_factory=dict)
    rooms: list[str] = field(default_factory=lambda: ["hall"])
    calls: list[str] = field(default_factory=list)
    gone: set[Setting] = field(default_factory=set)
    leaks: set[tuple[Vantage, Operation]] = field(default_factory=set)
    shut: set[tuple[Vantage, Operation]] = field(default_factory=set)
    down: bool = False
    effect: Effect = Effect.VERIFIED
    at_call: Callable[[int, str], None] = lambda _number, _what: None
    """Called before each call and, with a name that ends in `-done`, after each write."""

    @property
    def capabilities(self) -> Mapping[Operation, Capability]:
        return {each: Capability(operation=each, effect=self.effect, closes=WORDS) for each in Operation}

    def serves(self, subscription: str) -> bool:
        return subscription.startswith("aws:")

    def account_of(self, subscription: str) -> str:
        return subscription.removeprefix("aws:")

    def at(self, account: str, nonce: str) -> Account:
        return ShelfAccount(self, account, nonce)

    def called(self, what: str) -> None:
        self.calls.append(what)
        self.at_call(len(self.calls), what)
        if self.down:
            raise TargetUnreachable("the shelf does not answer")

    def cut_state(self) -> dict[Setting, JsonValue]:
        """Give all settings that are set."""
        return {setting: value for setting, value in self.state.items() if value is not None}


@dataclass(frozen=True, slots=True)
class ShelfAccount:
    """An account on the shelf."""

    shelf: Shelf
    account: str
    nonce: str

    def steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> tuple[Step, ...]:
        def step(part: Part, kind: str, name: str, after: JsonValue) -> Step:
            setting = Setting(kind=kind, owner=self.account, name=name)
            before = self.read(setting)
            return Step(
                part=part,
                account=self.account,
                setting=setting,
                what=WORDS,
                before=before,
                after=after,
                origin=origins.get(setting, before),
            )

        return (
            step(Part.KIT, "probe-kit", self.nonce, {"present": True}),
            *(step(Part.CUT, "gate", operation.value, "shut") for operation in cut.operations),
            *(step(Part.CUT, "room", room, "shut") for room in self.shelf.rooms),
        )

    def read(self, setting: Setting) -> JsonValue:
        self.shelf.called("read")
        if setting in self.shelf.gone:
            raise SettingGone("it is not there any more")
        return self.shelf.state.get(setting)

    def write(self, setting: Setting, value: JsonValue) -> None:
        self.shelf.called("write")
        self.shelf.state[setting] = value
        self.shelf.called("write-done")

    def hold(self, now: datetime) -> Held:
        self.shelf.called("hold")
        return Held(now, {"token": "a-token-that-the-shelf-handed-out"})

    def probe(self, cut: Cut, held: Held, *, applied: bool, tick: Callable[[], None]) -> Matrix:
        assert held.things == {"token": "a-token-that-the-shelf-handed-out"}
        return Matrix(tuple(self._cells(cut, tick, applied=applied)))

    def _cells(self, cut: Cut, tick: Callable[[], None], *, applied: bool) -> Iterator[Cell]:
        for vantage in VANTAGES:
            for operation in Operation:
                tick()
                self.shelf.called("probe")
                cutting = vantage is not Vantage.CONTROL and operation in cut.operations
                gate = Setting(kind="gate", owner=self.account, name=operation.value)
                closed = vantage is not Vantage.CONTROL and self.shelf.state.get(gate) == "shut"
                closed = (closed or (vantage, operation) in self.shelf.shut) and (
                    vantage,
                    operation,
                ) not in self.shelf.leaks
                spot = Spot(
                    account=self.account,
                    vantage=vantage,
                    protocol="hand",
                    operation=operation.value,
                    place="shelf",
                )
                expected = Door.CLOSED if applied and cutting else Door.OPEN
                yield Cell(spot=spot, expected=expected, seen=Door.CLOSED if closed else Door.OPEN)
