"""Services of a project besides its storage: a role in the project lets somebody use one, and is taken away.

A role opens a service whole, so that only services that work on content are closed by it: nobody is kept from
erasing what they store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pydantic import JsonValue

from mithaq.measures.errors import BadPlan, BadTargets, SettingGone
from mithaq.measures.model import Capability, Closed, Effect, Operation, Setting
from mithaq.measures.targets.swift.cloud import Service
from mithaq.measures.targets.swift.kit import PRESENT, Kit
from mithaq.measures.targets.swift.table import CAPABILITIES
from mithaq.review.measures import EVERYWHERE
from mithaq.terms.labels import label
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

ROLE: Final = "service-role"
"""One holder of one service's role in the project: there, or not."""

_OWNER: Final = "owner"
"""How the settings name the owner of the kit, whose id is not known before they are made."""
_KINDS: Final = ("user", "group")

_STORAGE: Final[Mapping[RestrictedOperation, Operation]] = MappingProxyType(
    {
        RestrictedOperation.CREATE: Operation.WRITE,
        RestrictedOperation.PART: Operation.WRITE,
        RestrictedOperation.READ: Operation.READ,
        RestrictedOperation.LIST: Operation.LIST,
    }
)
_ON_CONTENT: Final = frozenset(
    {
        RestrictedService.SPEECH_TO_TEXT,
        RestrictedService.TRANSLATION,
        RestrictedService.VISION,
        RestrictedService.FACE_RECOGNITION,
        RestrictedService.LANGUAGE_MODEL,
    }
)
_OLD_TOKENS: Final = LocalisedText(
    "A token that was handed out before may be accepted until the service's cache of tokens lets go of it;"
    " until then the measure is pending.",
    "قد يُقبل رمز دخول صدر من قبل إلى أن تُسقطه ذاكرة الرموز المؤقتة لدى الخدمة، ويبقى التدبير معلّقًا إلى"
    " ذلك الحين.",
)
_INHERITED: Final = LocalisedText(
    "Roles that come from a domain or a parent project stay.",
    "تبقى الأدوار الموروثة من نطاق أو من مشروع أعلى.",
)
_RESULTS: Final = LocalisedText(
    "The service is closed whole, with results that it keeps itself.",
    "تُغلق الخدمة كلّها، ومعها ما تحتفظ به هي من نتائج.",
)


def services_of(table: Mapping[str, Any]) -> dict[RestrictedService, Service]:
    """Read the services of a table in the targets' file; raises BadTargets."""
    found = table.get("services", {})
    if not isinstance(found, dict):
        raise BadTargets("services are no table", field="services", hint="See docs/measures.md.")
    made: dict[RestrictedService, Service] = {}
    for name, said in found.items():
        known = name in {each.value for each in _ON_CONTENT}
        whole = isinstance(said, dict) and all(isinstance(said.get(each), str) for each in ("role", "probe"))
        if not known or not whole or not said["probe"].startswith(("https://", "http://")):
            raise BadTargets(
                f"{name!r} is no service that a role closes",
                field="services",
                hint=f"One of {', '.join(sorted(_ON_CONTENT))}, each with a role and a probe's address.",
            )
        if said["role"] == table.get("role"):
            raise BadTargets(
                "a service has the storage's role",
                field="services",
                hint="Without it storage is closed.",
            )
        made[RestrictedService(name)] = Service(said["role"], said["probe"])
    return made


def capability(closed: Closed, services: Mapping[RestrictedService, Service]) -> Capability:
    """Give what closing this does; raises BadPlan for what neither the filter nor a role closes."""
    if closed.region != EVERYWHERE:
        raise BadPlan("the target knows no regions", field="measures", hint="Write the region as *.")
    if closed.service is RestrictedService.STORAGE:
        if closed.operation not in _STORAGE:
            raise BadPlan("storage does not infer", field="measures", hint="Name another operation.")
        return CAPABILITIES[_STORAGE[closed.operation]]
    if closed.service not in services:
        raise BadPlan(
            f"the target has no {closed.service}",
            field="measures",
            hint="Name its role in the file.",
        )
    if closed.operation is not RestrictedOperation.INFER:
        raise BadPlan(
            f"no role closes {closed.operation} of {closed.service} by itself",
            field="measures",
            hint="Services that work on content are closed whole, by infer.",
        )
    english, arabic = label(closed.service, "en"), label(closed.service, "ar")
    return Capability(
        operation=closed.operation,
        effect=Effect.EVENTUAL,
        closes=LocalisedText(
            f"{english}: for everybody in the project; storage and signing in go on.",
            f"{arabic}: على الجميع في المشروع، ويستمرّ التخزين وتسجيل الدخول.",
        ),
        leaves_open=(_RESULTS, _OLD_TOKENS, _INHERITED),
    )


@dataclass(frozen=True, slots=True)
class Roles:
    """Who holds the roles of services in a project; of the kit's people, the owner counts as one."""

    kit: Kit

    def settings(self, closed: Iterable[Closed], known: Iterable[Setting]) -> Iterator[Setting]:
        """Give a setting for each holder of a role that is to go, those already taken away among them."""
        services = sorted({each.service for each in closed} - {RestrictedService.STORAGE})
        held = {each for each in known if each.kind == ROLE}
        for service in services:
            holders = {self._setting(service, _OWNER), *self._holders(service)}
            yield from sorted(holders | {each for each in held if each.name.startswith(f"{service} ")})

    def read(self, setting: Setting) -> JsonValue:
        """Say whether the holder has the role; raises SettingGone for one who is not there any more."""
        url = self._url(setting)
        return dict(PRESENT) if url is not None and self.kit.cloud.has(url) else None

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Give the holder the role back, or take it away; raises SettingGone."""
        url = self._url(setting)
        if url is None:
            return
        answer = self.kit.cloud.call("DELETE" if value is None else "PUT", url)
        if value is not None and answer.status == 404:  # noqa: PLR2004  # not found
            raise SettingGone("who held the role is not there any more", hint="Nothing is left to change.")

    def unmade(self, setting: Setting) -> bool:
        """Say whether it is about the owner of the kit, who will hold the role once they are made."""
        return setting.kind == ROLE and self._url(setting) is None

    def _setting(self, service: RestrictedService, holder: str) -> Setting:
        return Setting(kind=ROLE, owner=self.kit.project, name=f"{service} {holder}")

    def _holders(self, service: RestrictedService) -> Iterator[Setting]:
        cloud = self.kit.cloud
        role = self.kit.id_of("roles", cloud.services[service].role)
        query = f"scope.project.id={self.kit.project}&role.id={role}"
        ours = cloud.named("users", self.kit.owner)
        for row in cloud.document(f"{cloud.keystone}/role_assignments?{query}")["role_assignments"]:
            for kind in _KINDS:
                if kind in row and row[kind]["id"] != ours:
                    yield self._setting(service, f"{kind} {row[kind]['id']}")

    def _url(self, setting: Setting) -> str | None:
        """Give where Keystone keeps it; None for the owner of the kit while there is none."""
        service, kind, *more = setting.name.split(" ")
        cloud = self.kit.cloud
        who = cloud.named("users", self.kit.owner) if kind == _OWNER else more[0]
        if who is None:
            return None
        role = self.kit.id_of("roles", cloud.services[RestrictedService(service)].role)
        held = "groups" if kind == "group" else "users"
        return f"{cloud.keystone}/projects/{self.kit.project}/{held}/{who}/roles/{role}"
