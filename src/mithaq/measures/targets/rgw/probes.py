"""Probes of a gateway: real requests from every vantage, on buckets of Mithaq's own.

Of the customer's own buckets only the head is asked, and of no object. Every credential is
tried on something that no cut closes, so that a refusal can be told from a credential that is dead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from mithaq.measures.driver import Held
from mithaq.measures.errors import TargetRefuses, TargetUnreachable
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Cut, Operation
from mithaq.measures.probing import LINKS_LAST, LOGIN, OBJECT, REFUSED, REQUESTS, S3, SWIFT, Group, Trial
from mithaq.measures.server import Answer, Keys
from mithaq.measures.targets.rgw.gateway import Gateway
from mithaq.measures.targets.rgw.names import Kit, User

QUOTA_REFUSES: Final = REFUSED | {413}
"""What a gateway says who does not let a request through; the last is Swift's word for a full quota."""

NAMED_AT_MOST: Final = 20
"""Buckets of the customer whose head is asked."""


def hold(gateway: Gateway, kit: Kit, now: datetime) -> Held:
    """Take a token and signed links of the subject; raises TargetRefuses, TargetUnreachable."""
    keys = kit.keys(kit.subject)
    links = {
        operation.value: gateway.presigned(
            method, f"/{kit.bucket}{path.format(by=Vantage.PRESIGNED.value)}", query, keys, LINKS_LAST
        )
        for operation, (method, path, query, _body) in REQUESTS.items()
    }
    links[LOGIN] = gateway.presigned("GET", "/", {}, keys, LINKS_LAST)
    token, storage = _signed_in(gateway, kit)
    return Held(now, {**links, "token": token, "storage": storage})


def _signed_in(gateway: Gateway, kit: Kit) -> tuple[str, str]:
    answer = _sign_in(gateway, kit)
    token, storage = answer.headers.get("x-auth-token", ""), answer.headers.get("x-storage-url", "")
    if not token or not storage:
        raise TargetRefuses(
            f"no token is given for Swift: {answer.status}", hint="Is Swift's own sign-in served there?"
        )
    return token, storage


def _sign_in(gateway: Gateway, kit: Kit) -> Answer:
    headers = {"X-Auth-User": kit.swift_user, "X-Auth-Key": kit.swift_key}
    return gateway.ask("GET", "/auth/v1.0", headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whom to ask, and for what; `named` are the customer's own buckets."""

    gateway: Gateway
    kit: Kit
    cut: Cut
    held: Held
    named: Sequence[str]

    def groups(self) -> Iterator[Group]:
        """Give the requests from every vantage."""
        kit, owner = self.kit, self.kit.keys(self.kit.subject)
        yield self._s3(Vantage.OWNER, owner, kit.subject, self._places(), self._heads(owner))
        yield self._presigned()
        yield self._anonymous()
        for vantage, user in ((Vantage.SIBLING, kit.sibling), (Vantage.GRANTEE, kit.grantee)):
            yield self._s3(vantage, kit.keys(user), kit.subject, self._places())
        # Another tenant's storage is another subscription: the measure must leave it alone.
        yield self._s3(Vantage.ELSEWHERE, owner, kit.control, {kit.control_bucket: ()})
        yield self._swift(Vantage.OLD_TOKEN, self.held.things["token"], self.held.things["storage"])
        yield self._swift(Vantage.TOKEN, *self._token())
        yield self._s3(Vantage.CONTROL, kit.keys(kit.control), kit.control, {kit.control_bucket: ()})

    def _places(self) -> dict[str, Sequence[Operation]]:
        """Give the buckets of the kit in the subject's account, and what is closed there."""
        places: dict[str, Sequence[Operation]] = {self.kit.bucket: self.cut.operations}
        if self.cut.only:
            places[self.kit.uncut_bucket] = ()
        return places

    def _s3(
        self,
        vantage: Vantage,
        keys: Keys | None,
        owner: User,
        places: Mapping[str, Sequence[Operation]],
        more: Sequence[Trial] = (),
    ) -> Group:
        alive = Trial(LOGIN, "", closed=False, send=partial(self.gateway.ask, "GET", "/", keys=keys))
        trials = [
            self._trial(operation, bucket, operation in closed, owner.bucket(bucket), keys, vantage)
            for bucket, closed in places.items()
            for operation in Operation
        ]
        return Group(vantage, S3, alive, [*trials, *more])

    def _trial(  # one request, each part of which is needed
        self,
        operation: Operation,
        bucket: str,
        closed: bool,  # noqa: FBT001  # a value of the trial
        path: str,
        keys: Keys | None,
        vantage: Vantage,
    ) -> Trial:
        method, below, query, body = REQUESTS[operation]
        where = f"{path}{below.format(by=vantage.value)}"
        send = partial(self.gateway.ask, method, where, query, keys=keys, body=body)
        return Trial(operation.value, bucket, closed, send, operation is Operation.DELETE)

    def _heads(self, keys: Keys) -> list[Trial]:
        """Ask for the heads of the customer's own buckets: it shows nothing of what lies in them."""
        first = sorted(self.named, key=lambda each: each not in self.cut.only)
        return [
            Trial(
                Operation.LIST.value,
                bucket,
                self.cut.closes(Operation.LIST, bucket),
                partial(self.gateway.ask, "HEAD", self.kit.subject.bucket(bucket), keys=keys),
            )
            for bucket in first[:NAMED_AT_MOST]
        ]

    def _presigned(self) -> Group:
        def send(what: str) -> Callable[[], Answer]:
            method, _path, _query, body = REQUESTS[Operation(what)] if what != LOGIN else ("GET", "", {}, b"")
            return partial(self.gateway.send, method, self.held.things[what], body=body)

        trials = [
            Trial(
                operation.value,
                self.kit.bucket,
                operation in self.cut.operations,
                send(operation.value),
                operation is Operation.DELETE,
            )
            for operation in Operation
        ]
        return Group(Vantage.PRESIGNED, S3, Trial(LOGIN, "", closed=False, send=send(LOGIN)), trials)

    def _anonymous(self) -> Group:
        """Nobody signs in: that the control tenant's public object is there shows that requests arrive."""
        path = f"{self.kit.control.bucket(self.kit.control_bucket)}/{OBJECT}"
        alive = Trial(
            Operation.READ.value,
            self.kit.control_bucket,
            closed=False,
            send=partial(self.gateway.ask, "GET", path),
        )
        found = self._s3(Vantage.ANONYMOUS, None, self.kit.subject, self._places())
        return Group(Vantage.ANONYMOUS, S3, alive, found.trials)

    def _token(self) -> tuple[str, str]:
        """Sign in anew; without a token everything that follows is asked without one, and is unknown."""
        try:
            return _signed_in(self.gateway, self.kit)
        except (TargetRefuses, TargetUnreachable):
            return "", self.held.things["storage"]

    def _swift(self, vantage: Vantage, token: str, storage: str) -> Group:
        headers = {"X-Auth-Token": token}
        alive = Trial(
            LOGIN, "", closed=False, send=partial(self.gateway.send, "HEAD", storage, headers=headers)
        )
        trials = []
        for operation in Operation:
            method, below, _query, body = REQUESTS[operation]
            query = "?limit=1" if operation is Operation.LIST else ""
            url = f"{storage}/{self.kit.bucket}{below.format(by=vantage.value)}{query}"
            send = partial(self.gateway.send, method, url, headers=headers, body=body)
            closed = operation in self.cut.operations
            trials.append(
                Trial(operation.value, self.kit.bucket, closed, send, operation is Operation.DELETE)
            )
        return Group(vantage, SWIFT, alive, trials)
