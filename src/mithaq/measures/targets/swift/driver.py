"""The driver of a Swift: what is closed stands on the account, and what probes need beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import JsonValue

from mithaq.measures.driver import Account, Held
from mithaq.measures.errors import BadPlan, BadTargets, SettingGone
from mithaq.measures.matrix import Matrix
from mithaq.measures.model import Capability, Closed, Cut, Operation, Part, Setting, Step
from mithaq.measures.probing import Round
from mithaq.measures.targets.swift import probes
from mithaq.measures.targets.swift.cloud import Cloud, Login
from mithaq.measures.targets.swift.kit import PRESENT, Kit
from mithaq.measures.targets.swift.services import ROLE, Roles, capability, services_of
from mithaq.measures.targets.swift.table import CAPABILITIES, WHAT
from mithaq.measures.vault import Vault

SERVICES: Final = ("s3", "staticweb", "swift", "tempurl")
"""The ways into an account that the filter tells apart; a decision closes an operation by all of them."""

_SCHEME: Final = "swift:"
_PROJECT: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_REFUSE: Final = "X-Account-Mithaq-Refuse"
_PEOPLE: Final = "probe-people"
_PLACE: Final = "probe-place"
_REFUSALS: Final = "account-refusals"
_CONTROL: Final = "control"
"""How the settings name the control project, whose id is not known before it is made."""


@dataclass(frozen=True, slots=True)
class SwiftAccount:
    """A project's storage, as one plan works on it."""

    kit: Kit

    def steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> tuple[Step, ...]:
        """Give the steps of a cut; raises BadPlan if there is no such project, or no filter in the proxy."""
        cloud = self.kit.cloud
        if not cloud.has(f"{cloud.keystone}/projects/{self.kit.project}", "GET"):
            raise BadPlan("Keystone has no such project", field="subscription", hint="Check the id.")
        if cut.only:
            raise BadPlan("the target knows no single containers", field="only", hint="Leave it out.")
        return tuple(self._steps(cut, origins))

    def read(self, setting: Setting) -> JsonValue:
        """Give a setting's value; raises SettingGone."""
        if setting.kind == _PEOPLE:
            return self.kit.people()
        if setting.kind == ROLE:
            return Roles(self.kit).read(setting)
        if setting.kind == _PLACE:
            project = self._project(setting)
            return None if project is None else self.kit.place(project)
        return self._refusals()

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Give a setting this value; raises SettingGone."""
        if setting.kind == _PEOPLE:
            (self.kit.remove_people if value is None else self.kit.make_people)()
        elif setting.kind == _PLACE:
            project = self._project(setting)
            if value is not None:
                self.kit.make_place(project or self.kit.control_id())
            elif project is not None:
                self.kit.remove_place(project)
        elif setting.kind == ROLE:
            Roles(self.kit).write(setting, value)
        else:
            text = json.dumps(value or {}, sort_keys=True)
            url = self.kit.cloud.url(self.kit.project)
            self.kit.cloud.call("POST", url, headers={_REFUSE: text})

    def hold(self, now: datetime) -> Held:
        """Take a token and signed links, to be tried after the measure."""
        return probes.hold(self.kit, now)

    def probe(self, cut: Cut, held: Held, *, applied: bool, tick: Callable[[], None]) -> Matrix:
        """Ask from every vantage, by Swift, S3, signed links and the web."""
        asking = probes.Asking(kit=self.kit, cut=cut, held=held, applied=applied)
        return Round(account=self.kit.project, applied=applied, tick=tick).matrix(asking.groups())

    def _steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> Iterator[Step]:
        project, roles = self.kit.project, Roles(self.kit)
        wanted: list[tuple[Setting, JsonValue]] = [
            (Setting(kind=_PEOPLE, owner=project), dict(PRESENT)),
            (Setting(kind=_PLACE, owner=project, name=_CONTROL), dict(PRESENT)),
            (Setting(kind=_PLACE, owner=project), dict(PRESENT)),
        ]
        if cut.operations:
            wanted.append((Setting(kind=_REFUSALS, owner=project), _refused(cut)))
        wanted += [(setting, None) for setting in roles.settings(cut.closed, origins)]
        for setting, after in wanted:
            # The owner of the kit gets the roles when they are made: that is known before they are there.
            before = dict(PRESENT) if roles.unmade(setting) else self.read(setting)
            yield Step(
                part=Part.KIT if setting.kind.startswith("probe-") else Part.CUT,
                account=project,
                setting=setting,
                what=WHAT[setting.kind],
                before=before,
                after=after,
                origin=origins.get(setting, before),
            )

    def _project(self, setting: Setting) -> str | None:
        if setting.name == _CONTROL:
            return self.kit.cloud.named("projects", self.kit.control)
        return self.kit.project

    def _refusals(self) -> JsonValue:
        answer = self.kit.cloud.call("HEAD", self.kit.cloud.url(self.kit.project))
        text = answer.headers.get(_REFUSE.lower())
        if text is None:
            raise SettingGone(
                "the proxy does not say what it refuses",
                hint="Is Mithaq's filter in its pipeline, and the administrator a ResellerAdmin?",
            )
        closed: dict[str, JsonValue] = json.loads(text)
        return closed or None


def _refused(cut: Cut) -> JsonValue:
    named: list[JsonValue] = [*sorted(each.value for each in cut.operations)]
    closed: dict[str, JsonValue] = dict.fromkeys(SERVICES, named)
    return {**closed, "case": cut.case} if cut.case else closed


@dataclass(frozen=True, slots=True)
class SwiftDriver:
    """One Keystone, and the Swift that trusts it."""

    name: str
    cloud: Cloud
    vault: Vault

    @property
    def capabilities(self) -> Mapping[Operation, Capability]:
        """What closing each operation does here."""
        return CAPABILITIES

    @property
    def by_hand(self) -> bool:
        """Nothing is left to a person's hands."""
        return False

    def capability(self, closed: Closed) -> Capability:
        """Give what closing this does here; raises BadPlan."""
        return capability(closed, self.cloud.services)

    def serves(self, subscription: str) -> bool:
        """Say whether a subscription is a project of OpenStack."""
        return subscription.startswith(_SCHEME)

    def account_of(self, subscription: str) -> str:
        """Give the project's id; raises BadPlan."""
        project = subscription.removeprefix(_SCHEME)
        if not _PROJECT.fullmatch(project):
            raise BadPlan("this is no project of Keystone", field="subscription", hint="swift:<project id>.")
        return project

    def at(self, account: str, nonce: str) -> Account:
        """Give a project's storage as one plan works on it."""
        return SwiftAccount(Kit.of(self.cloud, account, nonce, self.vault))


def swift_target(table: Mapping[str, Any], vault: Vault) -> SwiftDriver:
    """Make a driver of its table in the targets' file; raises BadTargets."""
    names = ("name", "keystone", "endpoint", "user", "password", "project", "role")
    for name in names:
        if not isinstance(table.get(name), str) or not table[name]:
            raise BadTargets("a Swift lacks a field", field=name, hint=f"It needs {', '.join(names)}.")
    for name in ("keystone", "endpoint"):
        parts = urlsplit(table[name])
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise BadTargets("this is no address", field=name, hint="It begins with https://.")
    domain = str(table.get("domain", "default"))
    project = {"name": table["project"], "domain": {"id": domain}}
    cloud = Cloud(
        keystone=table["keystone"].rstrip("/"),
        swift=table["endpoint"].rstrip("/"),
        admin=Login(table["user"], table["password"], project),
        role=table["role"],
        prefix=str(table.get("prefix", "AUTH_")),
        domain=domain,
        services=services_of(table),
    )
    return SwiftDriver(table["name"], cloud, vault)
