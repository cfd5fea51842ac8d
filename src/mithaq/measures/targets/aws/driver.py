"""The driver of AWS Organizations: a policy and its attachment, for each text that a cut takes."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import JsonValue

from mithaq.measures.driver import Account, Held
from mithaq.measures.errors import BadPlan, BadTargets, TargetRefuses, TargetUnreachable
from mithaq.measures.matrix import Matrix
from mithaq.measures.model import Capability, Closed, Cut, Operation, Part, Setting, Step
from mithaq.measures.targets.aws.documents import MOST_POLICIES, policies
from mithaq.measures.targets.aws.organization import Organization
from mithaq.measures.targets.aws.table import WHAT, capability
from mithaq.measures.vault import Vault

PREFIX: Final = "mithaq-"
"""How the name of every policy begins that Mithaq makes, and may therefore remove."""

ATTACHED: Final[Mapping[str, JsonValue]] = {"attached": True}

_SCHEME: Final = "aws:"
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_PRINCIPAL: Final = re.compile(r"arn:aws[a-z-]*:(iam|sts)::([0-9]{12}|\*):[A-Za-z0-9+=,.@_/*-]{1,500}")
_POLICY: Final = "scp"
_ATTACHMENT: Final = "scp-attachment"
_SEEN_AFTER: Final = (0.0, 1.0, 2.0, 4.0)
"""Seconds between looks for a change that Organizations has accepted but does not show everywhere yet."""


@dataclass(frozen=True, slots=True)
class AwsAccount:
    """A member account, as one plan works on it."""

    organization: Organization
    account: str
    nonce: str
    break_glass: Sequence[str]

    def steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> tuple[Step, ...]:
        """Give the steps of a cut; raises BadPlan if the account cannot be restricted."""
        self._refuse_unbound()
        texts = policies(cut, self.break_glass)
        tag = hashlib.sha256(f"{self.nonce}\0{cut.account}".encode()).hexdigest()[:12]
        named = {f"{PREFIX}{tag}-{number}": text for number, text in enumerate(texts, 1)}
        self._refuse_too_many(list(named))
        return tuple(self._steps(named, origins))

    def read(self, setting: Setting) -> JsonValue:
        """Give a policy's text, or whether it is attached."""
        policy = self.organization.policy(setting.name)
        if policy is None:
            return None
        if setting.kind == _POLICY:
            return self.organization.text(policy)
        return dict(ATTACHED) if self.organization.is_attached(policy, setting.owner) else None

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Make, change or remove a policy, or attach or detach it, and wait until that can be read.

        Raises TargetRefuses for a policy that is not Mithaq's.
        """
        if not setting.name.startswith(PREFIX):
            raise TargetRefuses("this policy is none that Mithaq made", hint="Nothing was changed.")
        if setting.kind == _POLICY:
            self._write_policy(setting.name, value)
        else:
            self._write_attachment(setting, value)
        for pause in _SEEN_AFTER:
            time.sleep(pause)
            if self.read(setting) == value:
                return
        raise TargetUnreachable("AWS Organizations does not show the change yet", hint="It is asked again.")

    def hold(self, now: datetime) -> Held:
        """Take nothing: nothing can be tried from the management account."""
        return Held(now, {})

    def probe(self, cut: Cut, held: Held, *, applied: bool, tick: Callable[[], None]) -> Matrix:
        """Show nothing: nothing can be tried from the management account."""
        del cut, held, applied, tick
        return Matrix(())

    def _write_policy(self, name: str, value: JsonValue) -> None:
        if value is not None:
            self.organization.make(name, str(value))
            return
        policy = self.organization.policy(name)
        if policy is not None:
            self.organization.call("delete_policy", "PolicyNotFoundException", PolicyId=policy)

    def _write_attachment(self, setting: Setting, value: JsonValue) -> None:
        policy = self.organization.policy(setting.name)
        words = {"PolicyId": policy, "TargetId": setting.owner}
        if value is not None:
            if policy is None:
                raise TargetRefuses("the policy to attach is not there", hint="Finish, or roll back.")
            self.organization.call("attach_policy", "DuplicatePolicyAttachmentException", **words)
        elif policy is not None:
            self.organization.call("detach_policy", "PolicyNotAttachedException", **words)

    def _steps(self, named: Mapping[str, str], origins: Mapping[Setting, JsonValue]) -> Iterator[Step]:
        for name, text in named.items():
            for kind, after in ((_POLICY, text), (_ATTACHMENT, dict(ATTACHED))):
                setting = Setting(kind=kind, owner=self.account, name=name)
                before = self.read(setting)
                yield Step(
                    part=Part.CUT,
                    account=self.account,
                    setting=setting,
                    what=WHAT[kind],
                    before=before,
                    after=after,
                    origin=origins.get(setting, before),
                )

    def _refuse_unbound(self) -> None:
        if not self.organization.has(self.account):
            raise BadPlan(
                "the organization has no such account", field="subscription", hint="Check the number."
            )
        if self.organization.management == self.account:
            raise BadPlan(
                "this is the management account, which no service control policy binds",
                field="subscription",
                hint="Restrict its users by policies of their own.",
            )
        if not self.organization.restricts:
            raise BadPlan(
                "service control policies are not switched on in the organization",
                field="subscription",
                hint="Switch them on first: doing it changes every account, so no measure does.",
            )

    def _refuse_too_many(self, names: Sequence[str]) -> None:
        others = [each for each in self.organization.attached_to(self.account) if each not in names]
        if len(others) + len(names) > MOST_POLICIES:
            raise BadPlan(
                f"{len(names)} service control policies are needed and {len(others)} are attached already;"
                f" an account takes {MOST_POLICIES}",
                field="subscription",
                hint="Merge the account's own, or attach them to its organizational unit.",
            )


@dataclass(frozen=True, slots=True)
class AwsDriver:
    """One organization."""

    name: str
    organization: Organization
    break_glass: Sequence[str]

    @property
    def by_hand(self) -> bool:
        """Organizations is asked by the worker itself."""
        return False

    @property
    def capabilities(self) -> Mapping[Operation, Capability]:
        """Nothing by bare operation: see `capability`."""
        return {}

    def capability(self, closed: Closed) -> Capability:
        """Give what closing this does; raises BadPlan."""
        return capability(closed)

    def serves(self, subscription: str) -> bool:
        """Say whether a subscription is an account of AWS."""
        return subscription.startswith(_SCHEME)

    def account_of(self, subscription: str) -> str:
        """Give the account's number; raises BadPlan for the canonical id that access logs name."""
        account = subscription.removeprefix(_SCHEME)
        if not _ACCOUNT.fullmatch(account):
            raise BadPlan(
                "a service control policy takes an account of twelve digits",
                field="subscription",
                hint="Name the account, not the owner's canonical id from the logs of S3.",
            )
        return account

    def at(self, account: str, nonce: str) -> Account:
        """Give an account as one plan works on it."""
        return AwsAccount(self.organization, account, nonce, self.break_glass)


def aws_target(table: Mapping[str, Any], vault: Vault) -> AwsDriver:
    """Make a driver of its table in the targets' file; raises BadTargets."""
    del vault  # nothing is made that would need a secret
    for name in ("name", "access_key", "secret_key"):
        if not isinstance(table.get(name), str) or not table[name]:
            hint = "It needs name, access_key, secret_key, break_glass."
            raise BadTargets("an AWS organization lacks a field", field=name, hint=hint)
    principals = table.get("break_glass")
    usable = isinstance(principals, list) and all(_PRINCIPAL.fullmatch(str(each)) for each in principals)
    if not principals or not usable:
        raise BadTargets(
            "no principal is named that goes on whatever is refused",
            field="break_glass",
            hint='Such as ["arn:aws:iam::*:role/provider-break-glass"].',
        )
    endpoint = table.get("endpoint")
    if endpoint is not None and urlsplit(str(endpoint)).scheme not in {"http", "https"}:
        raise BadTargets("this is no address", field="endpoint", hint="Leave it out for AWS itself.")
    region = str(table.get("region", "us-east-1"))
    organization = Organization(table["access_key"], table["secret_key"], region, endpoint)
    return AwsDriver(table["name"], organization, tuple(principals))
