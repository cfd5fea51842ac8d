"""What Mithaq makes for its probes: a control project, two users, their keys, and two containers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from mithaq.measures.driver import HALF_MADE
from mithaq.measures.errors import TargetRefuses
from mithaq.measures.probing import OBJECT
from mithaq.measures.server import Keys
from mithaq.measures.targets.swift.cloud import Cloud, Login
from mithaq.measures.vault import Vault

PREFIX: Final = "mithaq-"
"""How the name of everything begins that Mithaq makes, and may therefore remove."""
PRESENT: Final[Mapping[str, JsonValue]] = {"present": True}


@dataclass(frozen=True, slots=True)
class Kit:
    """What the probes of one cut need: names follow from the plan, secrets from the vault."""

    cloud: Cloud
    project: str
    tag: str
    vault: Vault

    @classmethod
    def of(cls, cloud: Cloud, project: str, nonce: str, vault: Vault) -> Kit:
        """Name the kit of a project in a plan."""
        return cls(cloud, project, hashlib.sha256(f"{nonce}\0{project}".encode()).hexdigest()[:12], vault)

    @property
    def owner(self) -> str:
        """A user in the customer's project, as whom its owner's requests are tried."""
        return f"{PREFIX}owner-{self.tag}"

    @property
    def other(self) -> str:
        """A user of the control project, who was let into the customer's container too."""
        return f"{PREFIX}other-{self.tag}"

    @property
    def control(self) -> str:
        """The name of the control project."""
        return f"{PREFIX}control-{self.tag}"

    @property
    def container(self) -> str:
        """The container that probes use, in both accounts."""
        return f"{PREFIX}probe-{self.tag}"

    @property
    def link_key(self) -> str:
        """The key of signed links into the container."""
        return self._secret("link")

    def keys(self, user: str) -> Keys:
        """Give the S3 key of one of the users."""
        return Keys(f"MITHAQ{self._secret(user, 'access')[:14]}", self._secret(user, "secret"))

    def login(self, user: str, project: str) -> Login:
        """Give how one of the users signs in."""
        return Login(user, self._secret(user, "password"), {"id": project})

    def control_id(self) -> str:
        """Give the id of the control project; raises TargetRefuses if it is not there."""
        return self.id_of("projects", self.control)

    def people(self) -> JsonValue:
        """Say whether the project, the users, their roles and keys are there: whole, in part or not."""
        project = self.cloud.named("projects", self.control)
        users = {name: self.cloud.named("users", name) for name in (self.owner, self.other)}
        found = [project is not None, *(each is not None for each in users.values())]
        if all(found):
            for name, place in ((self.owner, self.project), (self.other, str(project))):
                found.append(self.cloud.has(self._role(place, str(users[name]), self.cloud.role)))
                found.append(self.cloud.has(self._credential(name), "GET"))
        if all(found):
            return dict(PRESENT)
        return dict(HALF_MADE) if any(found) else None

    def make_people(self) -> None:
        """Make whatever of them is missing."""
        keystone, domain = self.cloud.keystone, self.cloud.domain
        asked = {"project": {"name": self.control, "domain_id": domain}}
        self.cloud.call("POST", f"{keystone}/projects", body=asked, conflict=True)
        for name, place in ((self.owner, self.project), (self.other, self.control_id())):
            password = self.login(name, place).password
            user = {"user": {"name": name, "domain_id": domain, "password": password}}
            self.cloud.call("POST", f"{keystone}/users", body=user, conflict=True)
            who, keys = self.id_of("users", name), self.keys(name)
            # Whoever has the role of the storage has those of the services: they are given first.
            for role in (*(each.role for each in self.cloud.services.values()), self.cloud.role):
                self.cloud.call("PUT", self._role(place, who, role))
            blob = json.dumps({"access": keys.access, "secret": keys.secret})
            key = {"type": "ec2", "user_id": who, "project_id": place, "blob": blob}
            self.cloud.call("POST", f"{keystone}/credentials", body={"credential": key}, conflict=True)

    def remove_people(self) -> None:
        """Remove whatever of them is there."""
        for name in (self.owner, self.other):
            self.cloud.call("DELETE", self._credential(name))
            who = self.cloud.named("users", name)
            if who is not None:
                self.cloud.call("DELETE", f"{self.cloud.keystone}/users/{who}")
        project = self.cloud.named("projects", self.control)
        if project is not None:
            self.cloud.call("DELETE", f"{self.cloud.keystone}/projects/{project}")

    def place(self, project: str) -> JsonValue:
        """Say whether the container is there: whole only with its object, which is made last."""
        if self.cloud.has(self.cloud.url(project, self.container, OBJECT)):
            return dict(PRESENT)
        return dict(HALF_MADE) if self.cloud.has(self.cloud.url(project, self.container)) else None

    def make_place(self, project: str) -> None:
        """Make the container, open to the web for reading and to the others by name."""
        guest = self.id_of("users", self.other if project == self.project else self.owner)
        headers = {
            "X-Container-Read": f".r:*,.rlistings,*:{guest}",
            "X-Container-Write": f"*:{guest}",
            "X-Container-Meta-Temp-URL-Key": self.link_key,
        }
        self.cloud.call("PUT", self.cloud.url(project, self.container), headers=headers)
        self.cloud.call("PUT", self.cloud.url(project, self.container, OBJECT), data=b"mithaq")

    def remove_place(self, project: str) -> None:
        """Remove the container with what probes, and whoever found it, put there."""
        place = self.cloud.url(project, self.container)
        while True:
            answer = self.cloud.call("GET", f"{place}?format=json&limit=1000")
            rows = json.loads(answer.body) if answer.body and answer.status < 300 else []  # noqa: PLR2004  # a list
            if not rows:
                break
            for row in rows:
                self.cloud.call("DELETE", f"{place}/{row['name']}")
        self.cloud.call("DELETE", place)

    def id_of(self, kind: str, name: str) -> str:
        """Give the id of a project, user or role; raises TargetRefuses if it is not there."""
        found = self.cloud.named(kind, name)
        if found is None:
            raise TargetRefuses(
                f"something that probes need is not there: {kind}", hint="Finish the measure, or lift it."
            )
        return found

    def _role(self, project: str, user: str, name: str) -> str:
        role = self.id_of("roles", name)
        return f"{self.cloud.keystone}/projects/{project}/users/{user}/roles/{role}"

    def _credential(self, user: str) -> str:
        digest = hashlib.sha256(self.keys(user).access.encode()).hexdigest()
        return f"{self.cloud.keystone}/credentials/{digest}"

    def _secret(self, *about: str) -> str:
        return self.vault.derive("swift", self.tag, *about)
