"""The driver of a gateway: one policy for a tenant, and the buckets on which it is tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import JsonValue

from mithaq.measures.driver import Account, Held
from mithaq.measures.errors import BadPlan, BadTargets, TargetUnreachable
from mithaq.measures.matrix import Matrix
from mithaq.measures.model import Capability, Cut, Operation, Part, Setting, Step
from mithaq.measures.probing import Round
from mithaq.measures.server import Keys, Server
from mithaq.measures.targets.gateway import probes
from mithaq.measures.targets.gateway.folder import OWNERS, Folder, tenant_name
from mithaq.measures.targets.gateway.names import Accounts, Kit
from mithaq.measures.targets.gateway.owners import Owners, read_owners
from mithaq.measures.targets.gateway.rules import refusing
from mithaq.measures.targets.gateway.settings import PRESENT, Services, Settings
from mithaq.measures.targets.gateway.table import CAPABILITIES, WHAT
from mithaq.measures.vault import Vault

_FIELDS: Final = (
    *("name", "endpoint", "store", "region", "folder", "scheme"),
    *("access_key", "secret_key", "other_access_key", "other_secret_key"),
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class GatewayAccount:
    """A tenant of a gateway, as one plan works on it; `front` is the gateway as everybody reaches it."""

    front: Server
    settings: Settings

    @property
    def kit(self) -> Kit:
        """What the probes of the plan need."""
        return self.settings.kit

    def steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> tuple[Step, ...]:
        """Give the steps of a cut; raises BadPlan if the table of owners knows no such tenant, or bucket."""
        owners = self._owners()
        if not owners.known(cut.account):
            raise BadPlan(
                "the gateway's table of owners names nothing of this tenant's",
                field="subscription",
                hint=f"Check the id, and {OWNERS} in the gateway's folder.",
            )
        if set(cut.only) - set(owners.places_of(cut.account)):
            raise BadPlan("the tenant has no bucket of such a name", field="only", hint="Check the names.")
        wanted = (*_kit_settings(self.kit, cut), self._policy(cut))
        return tuple(self._step(cut, setting, origins) for setting in wanted)

    def read(self, setting: Setting) -> JsonValue:
        """Give a setting's value."""
        return self.settings.read(setting)

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Give a setting this value, and see every decision service take it up."""
        self.settings.write(setting, value)

    def hold(self, now: datetime) -> Held:
        """Have links signed, to be tried after the measure."""
        return probes.hold(self.front, self.kit, now)

    def probe(self, cut: Cut, held: Held, *, applied: bool, tick: Callable[[], None]) -> Matrix:
        """Ask from every vantage, through the gateway."""
        self.settings.settle()
        asking = probes.Asking(gateway=self.front, kit=self.kit, cut=cut, held=held)
        return Round(account=self.kit.tenant, applied=applied, tick=tick).matrix(asking.groups())

    def _owners(self) -> Owners:
        folder = self.settings.folder
        text = folder.read(folder.root / OWNERS)
        if text is None:
            raise TargetUnreachable("the gateway has no table of owners", hint="See docs/measures.md.")
        return read_owners(text)

    def _policy(self, cut: Cut) -> Setting:
        return Setting(kind="policy", owner=cut.account, name=self.kit.policy)

    def _step(self, cut: Cut, setting: Setting, origins: Mapping[Setting, JsonValue]) -> Step:
        before = self.read(setting)
        kit = setting.kind != "policy"
        only = (*cut.only, self.kit.bucket) if cut.only else ()
        return Step(
            part=Part.KIT if kit else Part.CUT,
            account=cut.account,
            setting=setting,
            what=WHAT[setting.kind],
            before=before,
            after=dict(PRESENT) if kit else refusing(cut.case or "-", cut.operations, only),
            origin=origins.get(setting, before),
        )


def _kit_settings(kit: Kit, cut: Cut) -> Iterator[Setting]:
    yield Setting(kind="probe-bucket", owner=kit.control, name=kit.control_bucket)
    for bucket in (kit.bucket, kit.unlisted_bucket, *((kit.uncut_bucket,) if cut.only else ())):
        yield Setting(kind="probe-bucket", owner=kit.tenant, name=bucket)
    yield Setting(kind="probe-owners", owner=kit.tenant, name=kit.tag)


@dataclass(frozen=True, slots=True)
class GatewayDriver:
    """A gateway: nginx, or several, that ask decision services which read one folder."""

    name: str
    front: Server
    store: Server
    folder: Folder
    services: Services
    scheme: str
    accounts: Accounts

    @property
    def capabilities(self) -> Mapping[Operation, Capability]:
        """What closing each operation does here."""
        return CAPABILITIES

    def serves(self, subscription: str) -> bool:
        """Say whether a subscription is a tenant of this gateway."""
        return subscription.startswith(f"{self.scheme}:")

    def account_of(self, subscription: str) -> str:
        """Give the tenant's name; raises BadPlan."""
        return tenant_name(subscription.removeprefix(f"{self.scheme}:"))

    def at(self, account: str, nonce: str) -> Account:
        """Give a tenant as one plan works on it."""
        kit = Kit.of(account, nonce, self.accounts)
        return GatewayAccount(self.front, Settings(self.folder, self.services, self.store, kit))


def gateway_target(table: Mapping[str, Any], vault: Vault) -> GatewayDriver:
    """Make a driver of its table in the targets' file; raises BadTargets."""
    del vault  # its secrets are the provider's own accounts, which the table names
    for name in _FIELDS:
        if not isinstance(table.get(name), str) or not table[name]:
            raise BadTargets(
                "a gateway lacks a field", field=name, hint=f"It needs {', '.join(_FIELDS)} and services."
            )
    services = table.get("services")
    if not isinstance(services, list) or not services:
        raise BadTargets("a gateway names no decision service", field="services", hint="A list of addresses.")
    for field, address in (*((name, table[name]) for name in ("endpoint", "store")), *_named(services)):
        _check_address(field, str(address))
    if not _SCHEME.fullmatch(table["scheme"]):
        raise BadTargets("this is no scheme of subscriptions", field="scheme", hint="Such as aws.")
    ours = Keys(table["access_key"], table["secret_key"])
    other = Keys(table["other_access_key"], table["other_secret_key"])
    if ours.access == other.access:
        raise BadTargets(
            "the two accounts are one", field="other_access_key", hint="Probes need another tenant's."
        )
    return GatewayDriver(
        name=table["name"],
        front=Server(table["endpoint"].rstrip("/"), table["region"]),
        store=Server(table["store"].rstrip("/"), table["region"]),
        folder=Folder(Path(table["folder"])),
        services=Services(tuple(str(each).rstrip("/") for each in services)),
        scheme=table["scheme"],
        accounts=Accounts(ours, other),
    )


def _named(services: list[Any]) -> Iterator[tuple[str, Any]]:
    for each in services:
        yield "services", each


def _check_address(field: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise BadTargets("this is no address", field=field, hint="It begins with https:// or http://.")
