"""Probes of a Swift: real requests from every vantage, on containers of Mithaq's own."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from mithaq.measures.driver import Held
from mithaq.measures.errors import TargetRefuses, TargetUnreachable
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Cut, Operation
from mithaq.measures.probing import LINKS_LAST, LOGIN, OBJECT, REQUESTS, S3, SWIFT, Group, Trial
from mithaq.measures.targets.swift.kit import Kit
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

LINK: Final = "tempurl"
WEB: Final = "web"


def hold(kit: Kit, now: datetime) -> Held:
    """Take a token and signed links of the customer's project; raises TargetRefuses, TargetUnreachable."""
    until = _server_time(kit) + LINKS_LAST
    links = {
        f"{LINK} {each.value}": _link(kit, each, until) for each in Operation if each is not Operation.LIST
    }
    keys = kit.keys(kit.owner)
    signed = {
        f"{S3} {operation.value}": kit.cloud.s3.presigned(
            method, f"/{kit.container}{path.format(by=Vantage.PRESIGNED.value)}", {}, keys, LINKS_LAST
        )
        for operation, (method, path, _query, _body) in REQUESTS.items()
    }
    signed[f"{S3} {LOGIN}"] = kit.cloud.s3.presigned("GET", "/", {}, keys, LINKS_LAST)
    token = kit.cloud.sign_in(kit.login(kit.owner, kit.project))
    for service in kit.cloud.services.values():
        # A token in use, as customers' are: whoever keeps tokens in a cache has this one there from now on.
        kit.cloud.send("GET", service.at(kit.project), headers={"X-Auth-Token": token})
    return Held(now, {**links, **signed, "token": token})


def _server_time(kit: Kit) -> int:
    """Give the time by Swift's own clock, which says when a link has ended; raises TargetUnreachable."""
    answer = kit.cloud.call("HEAD", kit.cloud.url(kit.project))
    try:
        return int(parsedate_to_datetime(answer.headers.get("date", "")).timestamp())
    except ValueError as error:
        raise TargetUnreachable("Swift does not say what time it is", hint="It is asked again.") from error


def _link(kit: Kit, operation: Operation, until: int) -> str:
    method, below, _query, _body = REQUESTS[operation]
    url = kit.cloud.url(kit.project, kit.container) + below.format(by=LINK)
    said = f"{method}\n{until}\n{urlsplit(url).path}".encode()
    signature = hmac.new(kit.link_key.encode(), said, hashlib.sha256).hexdigest()
    return f"{url}?temp_url_sig={signature}&temp_url_expires={until}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whom to ask, and for what."""

    kit: Kit
    cut: Cut
    held: Held
    applied: bool

    def groups(self) -> Iterator[Group]:
        """Give the requests from every vantage."""
        kit, control = self.kit, self.kit.control_id()
        other = self._token(kit.other, control)
        owner = self._token(kit.owner, kit.project)
        yield self._swift(Vantage.TOKEN, owner, kit.project)
        yield self._swift(Vantage.OLD_TOKEN, self.held.things["token"], kit.project)
        yield self._s3(Vantage.OWNER, kit.owner)
        yield self._signed()
        yield self._links(control)
        yield self._web(control)
        yield self._swift(Vantage.GRANTEE, other, kit.project, home=control)
        # Another project's storage is another subscription: the measure must leave it alone.
        yield self._swift(Vantage.ELSEWHERE, owner, control, home=kit.project)
        for service in sorted({each.service for each in self.cut.closed} - {RestrictedService.STORAGE}):
            yield from self._service(service, owner, (other, control))
        yield self._swift(Vantage.CONTROL, other, control)
        yield self._s3(Vantage.CONTROL, kit.other)

    def _token(self, user: str, project: str) -> str:
        """Sign in anew; without a token everything that follows is asked without one, and is unknown."""
        try:
            return self.kit.cloud.sign_in(self.kit.login(user, project))
        except (TargetRefuses, TargetUnreachable):
            return "none"

    def _closed(self, operation: Operation, project: str) -> bool:
        return project == self.kit.project and operation in self.cut.operations

    def _swift(self, vantage: Vantage, token: str, project: str, home: str = "") -> Group:
        headers = {"X-Auth-Token": token}
        send = self.kit.cloud.send
        own = self.kit.cloud.url(home or project)
        alive = Trial(LOGIN, "", closed=False, send=partial(send, "HEAD", own, headers=headers))
        place = self.kit.cloud.url(project, self.kit.container)
        trials = [
            Trial(
                operation.value,
                self.kit.container,
                self._closed(operation, project),
                partial(send, method, place + below.format(by=vantage.value), headers=headers, body=body),
                operation is Operation.DELETE,
            )
            for operation, (method, below, _query, body) in REQUESTS.items()
        ]
        return Group(vantage, SWIFT, alive, trials)

    def _service(self, service: RestrictedService, owner: str, control: tuple[str, str]) -> Iterator[Group]:
        """An old token that is refused is closed as well, if whoever has it can still sign in.

        While nothing is applied it is not tried: a cache may go on refusing it for a while after the lifting.
        """
        send, home = self.kit.cloud.send, self.kit.project
        for vantage, token, project, closed in (
            (Vantage.TOKEN, owner, home, True),
            (Vantage.OLD_TOKEN, self.held.things["token"], home, True),
            (Vantage.CONTROL, *control, False),
        ):
            if vantage is Vantage.OLD_TOKEN and not self.applied:
                continue
            fresh = {"X-Auth-Token": control[0] if vantage is Vantage.CONTROL else owner}
            known = partial(send, "HEAD", self.kit.cloud.url(project), headers=fresh)
            alive = Trial(LOGIN, "", closed=False, send=known)
            url = self.kit.cloud.services[service].at(project)
            asked = partial(send, "GET", url, headers={"X-Auth-Token": token})
            trial = Trial(RestrictedOperation.INFER.value, service.value, closed, asked)
            yield Group(vantage, service.value, alive, [trial])

    def _s3(self, vantage: Vantage, user: str) -> Group:
        keys, ask = self.kit.keys(user), self.kit.cloud.s3.ask
        project = self.kit.project if user == self.kit.owner else ""
        trials = []
        for operation, (method, below, _query, body) in REQUESTS.items():
            path = f"/{self.kit.container}{below.format(by=f'{vantage.value}-s3')}"
            trials.append(
                Trial(
                    operation.value,
                    self.kit.container,
                    self._closed(operation, project),
                    partial(ask, method, path, keys=keys, body=body),
                    operation is Operation.DELETE,
                )
            )
        alive = Trial(LOGIN, "", closed=False, send=partial(ask, "GET", "/", keys=keys))
        return Group(vantage, S3, alive, trials)

    def _signed(self) -> Group:
        def trial(operation: str, method: str, body: bytes, *, closed: bool) -> Trial:
            send = partial(self.kit.cloud.send, method, self.held.things[f"{S3} {operation}"], body=body)
            return Trial(operation, self.kit.container, closed, send, operation == Operation.DELETE.value)

        trials = [
            trial(each.value, method, body, closed=self._closed(each, self.kit.project))
            for each, (method, _below, _query, body) in REQUESTS.items()
        ]
        return Group(Vantage.PRESIGNED, S3, trial(LOGIN, "GET", b"", closed=False), trials)

    def _links(self, control: str) -> Group:
        """A signed link does one thing: that the control's works shows that links are honoured at all."""
        trials = [
            Trial(
                each.value,
                self.kit.container,
                self._closed(each, self.kit.project),
                partial(self.kit.cloud.send, method, self.held.things[f"{LINK} {each.value}"], body=body),
                each is Operation.DELETE,
            )
            for each, (method, _below, _query, body) in REQUESTS.items()
            if each is not Operation.LIST
        ]
        return Group(Vantage.PRESIGNED, LINK, self._public(control), trials)

    def _web(self, control: str) -> Group:
        """Nobody signs in: reading and listing is all that a container can open to the web."""
        place = self.kit.cloud.url(self.kit.project, self.kit.container)
        trials = [
            Trial(
                each.value,
                self.kit.container,
                self._closed(each, self.kit.project),
                partial(self.kit.cloud.send, "GET", place + REQUESTS[each][1]),
            )
            for each in (Operation.READ, Operation.LIST)
        ]
        return Group(Vantage.ANONYMOUS, WEB, self._public(control), trials)

    def _public(self, control: str) -> Trial:
        url = self.kit.cloud.url(control, self.kit.container, OBJECT)
        return Trial(
            Operation.READ.value, "control", closed=False, send=partial(self.kit.cloud.send, "GET", url)
        )
