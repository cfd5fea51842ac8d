"""Probes of a gateway: real requests through it from every vantage, on buckets of Mithaq's own.

No bucket and no object of the customer's is asked for. Every credential is tried on something that no cut
closes, so that a refusal can be told from a credential that is dead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from mithaq.measures.driver import Held
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Cut, Operation
from mithaq.measures.probing import LINKS_LAST, LOGIN, OBJECT, REQUESTS, S3, Group, Trial
from mithaq.measures.server import Answer, Keys, Server
from mithaq.measures.targets.gateway.names import Kit

COPY: Final = "copy-out"
"""Copying an object to where the one who asks may write: reading by another door."""

MULTIPART: Final = "multipart"
"""Beginning to store an object in parts."""


def hold(gateway: Server, kit: Kit, now: datetime) -> Held:
    """Have links signed as the customer would have, before the measure; asks nothing."""
    keys = kit.accounts.ours
    links = {
        operation.value: gateway.presigned(
            method, f"/{kit.bucket}{path.format(by=Vantage.PRESIGNED.value)}", query, keys, LINKS_LAST
        )
        for operation, (method, path, query, _body) in REQUESTS.items()
    }
    return Held(now, {**links, LOGIN: gateway.presigned("GET", "/", {}, keys, LINKS_LAST)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whom to ask, and for what."""

    gateway: Server
    kit: Kit
    cut: Cut
    held: Held

    def groups(self) -> Iterator[Group]:
        """Give the requests from every vantage."""
        kit, ours, other = self.kit, self.kit.accounts.ours, self.kit.accounts.other
        yield self._asking(Vantage.OWNER, ours, [*self._places(), kit.unlisted_bucket], more=True)
        yield self._presigned()
        yield self._anonymous()
        # Where only named buckets are cut, one that no table names is none of them.
        yield self._asking(Vantage.SIBLING, other, [kit.unlisted_bucket])
        yield self._asking(Vantage.GRANTEE, other, self._places(), more=True)
        # Another tenant's storage is another subscription: the measure must leave it alone.
        yield self._asking(Vantage.ELSEWHERE, ours, [kit.control_bucket])
        yield self._asking(Vantage.CONTROL, other, [kit.control_bucket])

    def _places(self) -> list[str]:
        """Give the buckets of the kit that the table names as the tenant's."""
        return [self.kit.bucket, self.kit.uncut_bucket] if self.cut.only else [self.kit.bucket]

    def _closed(self, operation: Operation, bucket: str) -> bool:
        if bucket in {self.kit.control_bucket, self.kit.uncut_bucket}:
            return False
        if bucket == self.kit.unlisted_bucket and self.cut.only:
            return False
        return operation in self.cut.operations

    def _asking(
        self, vantage: Vantage, keys: Keys | None, buckets: Sequence[str], *, more: bool = False
    ) -> Group:
        alive = Trial(LOGIN, "", closed=False, send=partial(self.gateway.ask, "GET", "/", keys=keys))
        trials = [
            self._trial(operation, bucket, keys, vantage) for bucket in buckets for operation in Operation
        ]
        if more and keys is not None:
            trials += [self._copy(keys, vantage), self._multipart(keys, vantage)]
        return Group(vantage, S3, alive, trials)

    def _trial(self, operation: Operation, bucket: str, keys: Keys | None, vantage: Vantage) -> Trial:
        method, below, query, body = REQUESTS[operation]
        path = f"/{bucket}{below.format(by=vantage.value)}"
        send = partial(self.gateway.ask, method, path, query, keys=keys, body=body)
        closed = self._closed(operation, bucket)
        return Trial(operation.value, bucket, closed, send, operation is Operation.DELETE)

    def _copy(self, keys: Keys, vantage: Vantage) -> Trial:
        source = {"x-amz-copy-source": f"/{self.kit.bucket}/{OBJECT}"}
        path = f"/{self.kit.control_bucket}/copied-{vantage.value}"
        send = partial(self.gateway.ask, "PUT", path, keys=keys, headers=source)
        return Trial(COPY, self.kit.bucket, self._closed(Operation.READ, self.kit.bucket), send)

    def _multipart(self, keys: Keys, vantage: Vantage) -> Trial:
        """Begin to store in parts, and give it up at once where it could be begun."""
        path = f"/{self.kit.bucket}/parts-{vantage.value}"

        def send() -> Answer:
            begun = self.gateway.ask("POST", path, {"uploads": ""}, keys=keys)
            found = begun.body.decode("utf-8", "replace").partition("<UploadId>")[2].partition("</")[0]
            if found:
                self.gateway.ask("DELETE", path, {"uploadId": found}, keys=keys)
            return begun

        return Trial(MULTIPART, self.kit.bucket, self._closed(Operation.WRITE, self.kit.bucket), send)

    def _presigned(self) -> Group:
        def send(what: str, method: str, body: bytes) -> Callable[[], Answer]:
            return partial(self.gateway.send, method, self.held.things[what], body=body)

        trials = [
            replace(
                self._trial(operation, self.kit.bucket, None, Vantage.PRESIGNED),
                send=send(operation.value, method, body),
            )
            for operation, (method, _path, _query, body) in REQUESTS.items()
        ]
        alive = Trial(LOGIN, "", closed=False, send=send(LOGIN, "GET", b""))
        return Group(Vantage.PRESIGNED, S3, alive, trials)

    def _anonymous(self) -> Group:
        """Nobody signs in: that the control tenant's public object is there shows that requests arrive."""
        path = f"/{self.kit.control_bucket}/{OBJECT}"
        alive = Trial(
            Operation.READ.value,
            self.kit.control_bucket,
            closed=False,
            send=partial(self.gateway.ask, "GET", path),
        )
        return replace(self._asking(Vantage.ANONYMOUS, None, self._places()), alive=alive)
