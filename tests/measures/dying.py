"""Workers that die on the way, whatever the target: what they leave is brought to its end by others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from tests.measures.carrying import Carrying

from mithaq.measures import acts
from mithaq.measures.driver import Account, Held, Wide
from mithaq.measures.matrix import Matrix
from mithaq.measures.model import Capability, Closed, Cut, Operation, Setting, Step
from mithaq.measures.planning import Wanted
from mithaq.measures.status import ErrandState, Status
from mithaq.measures.work import LEASE


class Killed(BaseException):
    """The worker's process is no more: nothing in it may catch this."""


@dataclass(slots=True)
class Deaths:
    """Kills whoever calls for the `at`-th time; each worker lives two calls longer than the last.

    A round of probes begins anew with every worker, so that workers who all died young would never end.
    """

    at: int
    calls: int = 0
    kills: int = 0

    def called(self) -> None:
        self.calls += 1
        if self.calls >= self.at:
            self.kills += 1
            self.at = self.calls + self.kills + 2
            raise Killed


@dataclass(frozen=True, slots=True)
class Dying:
    """A target that restricts more than storage, whose workers die before and after its calls."""

    driver: Wide
    deaths: Deaths

    @property
    def name(self) -> str:
        return self.driver.name

    @property
    def by_hand(self) -> bool:
        return self.driver.by_hand

    @property
    def capabilities(self) -> Mapping[Operation, Capability]:
        return self.driver.capabilities

    def capability(self, closed: Closed) -> Capability:
        return self.driver.capability(closed)

    def serves(self, subscription: str) -> bool:
        return self.driver.serves(subscription)

    def account_of(self, subscription: str) -> str:
        return self.driver.account_of(subscription)

    def at(self, account: str, nonce: str) -> Account:
        return DyingAccount(self.driver.at(account, nonce), self.deaths)


@dataclass(frozen=True, slots=True)
class DyingAccount:
    """An account, by workers who die before each reading, and before and after each writing."""

    account: Account
    deaths: Deaths

    def steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> tuple[Step, ...]:
        self.deaths.called()
        return self.account.steps(cut, origins)

    def read(self, setting: Setting) -> JsonValue:
        self.deaths.called()
        return self.account.read(setting)

    def write(self, setting: Setting, value: JsonValue) -> None:
        self.deaths.called()
        self.account.write(setting, value)
        self.deaths.called()

    def hold(self, now: datetime) -> Held:
        return self.account.hold(now)

    def probe(self, cut: Cut, held: Held, *, applied: bool, tick: Callable[[], None]) -> Matrix:
        return self.account.probe(cut, held, applied=applied, tick=tick)


def outlived(carrying: Carrying, deaths: Deaths, wanted: Wanted, ends: tuple[Status, Status]) -> int:
    """Live through plan, application and lifting, with a new worker after each death; gives how many died."""

    def survived(work: Callable[[], object]) -> None:
        while True:
            try:
                work()
            except Killed:
                carrying.office.later(seconds=LEASE.total_seconds())
            else:
                return

    errand = acts.ask_plan(carrying.work.reviewer, carrying.case, wanted)
    survived(carrying.work_off)
    errand.refresh_from_db()
    assert errand.plan is not None
    decision = carrying.decided(errand.plan, wanted)
    measure = acts.ask_apply(carrying.operator, carrying.case, errand.plan.key, decision.key).about
    survived(carrying.work_off)
    assert carrying.status(measure) is ends[0]
    carrying.ended(decision)
    survived(carrying.reconciled)
    survived(carrying.work_off)
    assert carrying.status(measure) is ends[1]
    assert {each.state for each in measure.errands.all()} == {ErrandState.DONE.value}
    return deaths.kills
