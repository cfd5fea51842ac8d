"""Plans drawn at random on a RADOS Gateway, each compared with what the customer and others really can do.

The requests of `Doors` are not Mithaq's probes: they go to the customer's own buckets, with the customer's
key, a stranger's, and nobody's, before the measure and while it stands. What they find and nobody reports is
what must not be: a door that should be closed and is open, or one that should be open and is closed.
"""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeAlias

from tests.measures.conformance import done, no_tick, undone
from tests.measures.worlds import VAULT
from tests.servers.rgw import ADMIN, Customer, Rgw

from mithaq.measures.driver import Account
from mithaq.measures.matrix import Matrix, judged
from mithaq.measures.model import Cut, Operation, Part, Setting, Step
from mithaq.measures.server import Keys
from mithaq.measures.targets.rgw.driver import RgwDriver
from mithaq.measures.targets.rgw.names import PREFIX, User

Door: TypeAlias = tuple[str, str, Operation]
"""A bucket, who asks, what they do."""

_ACLS: Final = ("private", "public-read", "public-read-write")
_ACTIONS: Final = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket")


@dataclass(frozen=True, slots=True)
class Doors:
    """What can be done with a customer's buckets, by whom."""

    rgw: Rgw
    customer: Customer
    stranger: Customer
    buckets: tuple[str, ...]

    def open(self) -> dict[Door, bool]:
        """Try everything; what was written is taken away again by the administrator."""
        who = {"owner": self.customer.keys, "stranger": self.stranger.keys, "nobody": None}
        return {
            (bucket, name, operation): self._goes(bucket, keys, operation)
            for bucket in self.buckets
            for name, keys in who.items()
            for operation in Operation
        }

    def _goes(self, bucket: str, keys: Keys | None, operation: Operation) -> bool:
        gateway, path = self.rgw.gateway, User.read(self.customer.uid).bucket(bucket)
        tried = f"{path}/tried"
        method, where, query = {
            Operation.READ: ("GET", f"{path}/a", {}),
            Operation.WRITE: ("PUT", tried, {}),
            Operation.DELETE: ("DELETE", tried, {}),
            Operation.LIST: ("GET", path, {"max-keys": "1"}),
        }[operation]
        status = gateway.ask(method, where, query, keys=keys, body=b"x" if method == "PUT" else b"").status
        if operation is Operation.WRITE and status == 200:
            gateway.ask("DELETE", tried, keys=ADMIN)
        return status in {200, 204, 404}


@dataclass(slots=True)
class Tally:
    """What came of many plans."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Trial:
    """One customer, one cut, and sometimes somebody who changes things meanwhile."""

    rgw: Rgw
    stranger: Customer
    seed: int
    tally: Tally
    draw: random.Random = field(init=False)
    customer: Customer = field(init=False)
    cut: Cut = field(init=False)
    account: Account = field(init=False)
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)  # noqa: S311  # no secret is drawn
        name = f"{self.seed}x{secrets.token_hex(3)}"
        self.customer = self.rgw.user(f"t{name}$prod" if self.draw.random() < 0.6 else f"t{name}")
        buckets = [f"b{number}-{name}" for number in range(self.draw.randint(0, 3))]
        for bucket in buckets:
            self._furnish(bucket)
        operations = tuple(each for each in Operation if self.draw.random() < 0.5) or (
            self.draw.choice(list(Operation)),
        )
        named = tuple(each for each in buckets if self.draw.random() < 0.5)
        only = named if self.draw.random() < 0.4 else ()
        self.cut = Cut(account=self.customer.uid, operations=operations, only=only)
        gateway = self.rgw.gateway
        self.account = RgwDriver("north", gateway, VAULT).at(self.customer.uid, name)

    def _furnish(self, bucket: str) -> None:
        self.customer.bucket(bucket, acl=self.draw.choice(_ACLS))
        for key in ("a", *(("b",) if self.draw.random() < 0.5 else ())):
            acl = {"x-amz-acl": self.draw.choice(_ACLS)}
            assert self.customer.ask("PUT", f"/{bucket}/{key}", body=key.encode(), headers=acl) == 200
        if self.draw.random() < 0.5:
            principal = self.draw.choice(["*", User.read(self.stranger.uid).arn])
            actions = [each for each in _ACTIONS if self.draw.random() < 0.6] or ["s3:GetObject"]
            self.customer.policy(bucket, Principal={"AWS": [principal]}, Action=actions)

    def lived(self) -> None:
        """Apply, disturb, probe, mend, lift; all that is wrong goes into the tally."""
        before, doors = self.customer.everything(), self._doors()
        was = doors.open()
        self.steps = self.account.steps(self.cut, {})
        done(self.account, self.steps, Part.KIT)
        held = self.account.hold(datetime.now(UTC))

        def probed(*, applied: bool) -> Matrix:
            return self.account.probe(self.cut, held, applied=applied, tick=no_tick)

        baseline = probed(applied=False)
        self._expect(baseline.holds, "the probes before do not hold")
        done(self.account, self.steps, Part.CUT)
        disturbed = self.draw.choice(list(self._disturbances())) if self.draw.random() < 0.5 else None
        mend = disturbed() if disturbed is not None else None
        now, seen = doors.open(), judged(probed(applied=True), baseline)
        self._compare(was, now, reported=not seen.holds or self._drifted(), undisturbed=mend is None)
        if mend is not None:
            mend()
            self._reapply()
            again = judged(probed(applied=True), baseline)
            self._expect(again.holds, "the probes after mending do not hold")
        self._lift(before, probed)
        self._expect(doors.open() == was, "a door is not as it was")

    def _lift(self, before: object, probed: Callable[..., Matrix]) -> None:
        undone(self.account, self.steps)
        self._expect(probed(applied=False).holds, "the probes after the lifting do not hold")
        undone(self.account, self.steps, Part.KIT)
        self._expect(self.customer.everything() == before, "something is not as it was, or lost")

    def _doors(self) -> Doors:
        names = self.rgw.gateway.document("/admin/bucket", {"uid": self.customer.uid, "format": "json"}) or ()
        return Doors(self.rgw, self.customer, self.stranger, tuple(sorted(str(each) for each in names)))

    def _compare(
        self, was: dict[Door, bool], now: dict[Door, bool], *, reported: bool, undisturbed: bool
    ) -> None:
        leaks = [
            door for door, goes in now.items() if goes and was[door] and self.cut.closes(door[2], door[0])
        ]
        excess = [
            door
            for door, goes in now.items()
            if not goes and was[door] and not self.cut.closes(door[2], door[0])
        ]
        self.tally.counts.update(doors=len(now), leaks=len(leaks), overreach=len(excess), plans=1)
        self.tally.counts["disturbed"] += not undisturbed
        self.tally.counts["reported"] += reported
        if undisturbed:
            self._expect(not reported, "something is reported though nothing is wrong")
            self._expect(not leaks, f"leaks: {leaks}")
            self._expect(not excess, f"overreach: {excess}")
        self._expect(reported or not leaks, f"leaks that nobody reports: {leaks}")
        self._expect(reported or not excess, f"overreach that nobody reports: {excess}")

    def _drifted(self) -> bool:
        origins = {step.setting: step.origin for step in self.steps}
        return any(step.before != step.after for step in self.account.steps(self.cut, origins))

    def _reapply(self) -> None:
        """Write again what is not as decided; what is new goes back with the rest."""
        origins = {step.setting: step.origin for step in self.steps}
        again = self.account.steps(self.cut, origins)
        for step in again:
            if step.before != step.after:
                self.account.write(step.setting, step.after)
        self.steps = again

    def _disturbances(self) -> Iterator[Callable[[], Callable[[], object]]]:
        """Give what somebody else may do: each says how it is taken back before the measure is mended."""
        cuts = [step for step in self.steps if step.part is Part.CUT]
        step = self.draw.choice(cuts)

        def undo_one() -> Callable[[], object]:
            self.account.write(step.setting, step.before)
            return lambda: None

        yield undo_one
        yield self._suspend
        yield self._shut_more

    def _suspend(self) -> Callable[[], object]:
        """Somebody suspends the user, which the gateway takes for a reason to drop their policies."""

        def suspended(value: str) -> None:
            query = {"uid": self.customer.uid, "suspended": value}
            self.rgw.gateway.admin_call("POST", "/admin/user", query)

        suspended("true")
        return lambda: suspended("false")

    def _shut_more(self) -> Callable[[], object]:
        """Somebody closes a bucket to everybody, beside the measure."""
        buckets = [each for each in self._doors().buckets if not each.startswith(PREFIX)]
        if not buckets:
            return lambda: None
        setting = Setting(kind="bucket-policy", owner=self.customer.uid, name=self.draw.choice(buckets))
        held = self.account.read(setting)
        document = json.loads(str(held)) if held is not None else {"Version": "2012-10-17", "Statement": []}
        arns = [f"arn:aws:s3:::{setting.name}", f"arn:aws:s3:::{setting.name}/*"]
        more = {"Effect": "Deny", "Principal": "*", "Action": list(_ACTIONS), "Resource": arns}
        self.account.write(setting, json.dumps({**document, "Statement": [*document["Statement"], more]}))
        return lambda: self.account.write(setting, held)

    def _expect(self, holds: bool, what: str) -> None:  # noqa: FBT001  # as an assertion's
        if not holds:
            self.tally.wrong.append(f"seed {self.seed}: {what}")


def tried(rgw: Rgw, seeds: Iterator[int]) -> Tally:
    """Try the plans of these seeds; gives what came of them."""
    tally, stranger = Tally(), rgw.user(f"globex{secrets.token_hex(4)}$app")
    for seed in seeds:
        Trial(rgw, stranger, seed, tally).lived()
    return tally
