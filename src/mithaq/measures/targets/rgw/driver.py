"""The driver of a RADOS Gateway: which settings a cut takes, in which order, and from what to what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import JsonValue

from mithaq.measures.driver import Account, Held
from mithaq.measures.errors import BadPlan, BadTargets
from mithaq.measures.matrix import Matrix
from mithaq.measures.model import Capability, Cut, Operation, Part, Setting, Step
from mithaq.measures.probing import Round
from mithaq.measures.server import Keys
from mithaq.measures.targets.rgw import probes
from mithaq.measures.targets.rgw.gateway import Gateway
from mithaq.measures.targets.rgw.names import PREFIX, SUBUSER, Kit, User
from mithaq.measures.targets.rgw.policies import refusing, user_policy
from mithaq.measures.targets.rgw.settings import PRESENT, Settings, policies_of
from mithaq.measures.targets.rgw.table import CAPABILITIES, WHAT
from mithaq.measures.vault import Vault

_SCHEME: Final = "rgw:"


@dataclass(frozen=True, slots=True)
class RgwAccount:
    """A user of a gateway, as one plan works on it."""

    gateway: Gateway
    kit: Kit

    def steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> tuple[Step, ...]:
        """Give the steps of a cut; raises BadPlan if there is no such user, or no such bucket."""
        if self.gateway.document("/admin/user", {"uid": cut.account, "format": "json"}) is None:
            raise BadPlan("the gateway has no such user", field="subscription", hint="Check the id.")
        self._refuse_own_policies()
        buckets = self.buckets()
        known = {setting.name for setting in origins}
        if set(cut.only) - set(buckets) - known:
            raise BadPlan("the user has no bucket of such a name", field="only", hint="Check the names.")
        wanted = (*_kit_settings(self.kit, cut), *_cut_settings(self.kit, cut, buckets))
        return tuple(self._step(cut, setting, origins) for setting in wanted)

    def read(self, setting: Setting) -> JsonValue:
        """Give a setting's value; raises SettingGone."""
        return Settings(self.gateway, self.kit).read(setting)

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Give a setting this value; raises SettingGone."""
        Settings(self.gateway, self.kit).write(setting, value)

    def hold(self, now: datetime) -> Held:
        """Take a token and signed links, to be tried after the measure."""
        return probes.hold(self.gateway, self.kit, now)

    def probe(self, cut: Cut, held: Held, *, applied: bool, tick: Callable[[], None]) -> Matrix:
        """Ask from every vantage, by S3 and Swift."""
        named = [each for each in self.buckets() if not each.startswith(PREFIX)]
        asking = probes.Asking(gateway=self.gateway, kit=self.kit, cut=cut, held=held, named=named)
        account, refused = self.kit.subject.uid, probes.QUOTA_REFUSES
        asked = Round(account=account, applied=applied, tick=tick, refused=refused)
        return asked.matrix(asking.groups())

    def buckets(self) -> list[str]:
        """List the user's buckets."""
        query = {"uid": self.kit.subject.uid, "format": "json"}
        return sorted(str(each) for each in self.gateway.document("/admin/bucket", query) or ())

    def _refuse_own_policies(self) -> None:
        """A gateway of 16.2 drops a user's policies at every change of the user; ours can be made anew."""
        settings = Settings(self.gateway, self.kit)
        if any(not name.startswith(PREFIX) for name in policies_of(settings, self.kit.subject.uid)):
            raise BadPlan(
                "the user has policies of their own, which the gateway would drop when the user is changed",
                field="subscription",
                hint="Move what they say into policies of buckets first.",
            )

    def _step(self, cut: Cut, setting: Setting, origins: Mapping[Setting, JsonValue]) -> Step:
        part = Part.KIT if setting.kind.startswith("probe-") else Part.CUT
        made_with_kit = setting.kind == "bucket-policy" and setting.name.startswith(PREFIX)
        # The policy with which a bucket of the kit will be made is known before the bucket is there.
        unmade = made_with_kit and setting.name not in self.buckets()
        before = self.kit.grants(setting.name) if unmade else self.read(setting)
        origin = origins.get(setting, before)
        return Step(
            part=part,
            account=cut.account,
            setting=setting,
            what=WHAT[setting.kind],
            before=before,
            after=dict(PRESENT) if part is Part.KIT else _decided(self.kit, cut, setting, origin),
            origin=origin,
        )


def _kit_settings(kit: Kit, cut: Cut) -> Iterator[Setting]:
    uid = kit.subject.uid
    for user in (kit.sibling, kit.grantee, kit.control):
        yield Setting(kind="probe-user", owner=user.uid)
    yield Setting(kind="probe-key", owner=uid, name=kit.keys(kit.subject).access)
    yield Setting(kind="probe-subuser", owner=uid, name=SUBUSER)
    yield Setting(kind="probe-bucket", owner=kit.control.uid, name=kit.control_bucket)
    yield Setting(kind="probe-bucket", owner=uid, name=kit.bucket)
    if cut.only:
        yield Setting(kind="probe-bucket", owner=uid, name=kit.uncut_bucket)


def _cut_settings(kit: Kit, cut: Cut, buckets: Sequence[str]) -> Iterator[Setting]:
    """The user first, then the buckets: whoever is bound everywhere cannot undo the rest meanwhile."""
    uid = kit.subject.uid
    # A bucket that was cut and is not there any more has been removed by the customer.
    in_buckets = [each for each in buckets if not each.startswith(PREFIX) and each in (cut.only or buckets)]
    if not cut.only:
        yield Setting(kind="user-policy", owner=uid, name=kit.policy)
        if Operation.WRITE in cut.operations:
            yield Setting(kind="user-quota", owner=uid)
    if cut.only or set(cut.operations) - {Operation.WRITE}:
        for bucket in (*in_buckets, kit.bucket):
            yield Setting(kind="bucket-policy", owner=uid, name=bucket)


def _decided(kit: Kit, cut: Cut, setting: Setting, origin: JsonValue) -> JsonValue:
    if setting.kind == "user-policy":
        return user_policy(cut.operations)
    if setting.kind == "user-quota":
        held = origin if isinstance(origin, dict) else {}
        return {**held, "enabled": True, "max_objects": 0}
    # The quota refuses writes in all buckets; only where some are named must their policies do it.
    refused = [each for each in cut.operations if cut.only or each is not Operation.WRITE]
    return refusing(None if origin is None else str(origin), setting.name, kit.policy, refused)


@dataclass(frozen=True, slots=True)
class RgwDriver:
    """One gateway, or several of one cluster behind one address."""

    name: str
    gateway: Gateway
    vault: Vault

    @property
    def capabilities(self) -> Mapping[Operation, Capability]:
        """What closing each operation does here."""
        return CAPABILITIES

    def serves(self, subscription: str) -> bool:
        """Say whether a subscription is a gateway's user."""
        return subscription.startswith(_SCHEME)

    def account_of(self, subscription: str) -> str:
        """Give the user's id; raises BadPlan."""
        return User.read(subscription.removeprefix(_SCHEME)).uid

    def at(self, account: str, nonce: str) -> Account:
        """Give a user as one plan works on it."""
        return RgwAccount(self.gateway, Kit.of(account, nonce, self.vault))


def rgw_target(table: Mapping[str, Any], vault: Vault) -> RgwDriver:
    """Make a driver of its table in the targets' file; raises BadTargets."""
    names = ("name", "endpoint", "region", "access_key", "secret_key")
    for name in names:
        if not isinstance(table.get(name), str) or not table[name]:
            raise BadTargets(
                "a RADOS Gateway lacks a field", field=name, hint=f"It needs {', '.join(names)}."
            )
    parts = urlsplit(table["endpoint"])
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise BadTargets("this is no address of a gateway", field="endpoint", hint="It begins with https://.")
    keys = Keys(table["access_key"], table["secret_key"])
    gateway = Gateway(table["endpoint"].rstrip("/"), table["region"], keys)
    return RgwDriver(table["name"], gateway, vault)
