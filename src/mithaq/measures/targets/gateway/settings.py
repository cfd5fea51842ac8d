"""The settings of a gateway: a tenant's policy, and what probes need on the store behind it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from pydantic import JsonValue

from mithaq.measures.driver import HALF_MADE
from mithaq.measures.errors import SettingGone, TargetRefuses, TargetUnreachable
from mithaq.measures.model import Setting
from mithaq.measures.probing import OBJECT
from mithaq.measures.server import Answer, Keys, Server, code_of
from mithaq.measures.targets.gateway.folder import Folder, digest
from mithaq.measures.targets.gateway.names import PREFIX, Kit
from mithaq.measures.targets.gateway.rules import checked

PRESENT: Final[Mapping[str, JsonValue]] = {"present": True}
"""The value of something of the kit that is there."""

LOADED_WITHIN: Final = 8.0
"""Seconds within which every service must have read what was written, far less than an errand's lease."""

_PAUSE: Final = 0.05
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_FIRST_ERROR: Final = 400
_FIRST_FAULT: Final = 500


@dataclass(frozen=True, slots=True)
class Services:
    """The decision services of a gateway, one beside each nginx: a rule counts when all of them have it."""

    addresses: tuple[str, ...]
    seconds: float = LOADED_WITHIN

    def wait_for(self, folder: Folder, *paths: Path) -> None:
        """Wait until all have loaded these files as they are now; raises TargetUnreachable."""
        wanted = {path.relative_to(folder.root).as_posix(): folder.read(path) for path in paths}
        end = time.monotonic() + self.seconds
        for address in self.addresses:
            while not all(_has(address, name, text) for name, text in wanted.items()):
                if time.monotonic() > end:
                    raise TargetUnreachable(
                        "a decision service has not loaded what was written",
                        hint=f"Ask {address}/healthz what it cannot read.",
                    )
                time.sleep(_PAUSE)


def _has(address: str, name: str, text: str | None) -> bool:
    files = _loaded(address)["files"]
    return bool(files.get(name) == (None if text is None else digest(text.encode())))


def _loaded(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", "/loaded")
        found: dict[str, Any] = json.loads(connection.getresponse().read())
        return {"files": dict(found["files"])}
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        raise TargetUnreachable(
            f"a decision service does not answer: {type(error).__name__}", hint=f"Is {address} up?"
        ) from error
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Settings:
    """Reads and writes the settings of one cut; `store` is what lies behind the gateway."""

    folder: Folder
    services: Services
    store: Server
    kit: Kit

    def read(self, setting: Setting) -> JsonValue:
        """Give a setting's value as it is, None if it is not set."""
        if setting.kind == "policy":
            return self.folder.read(self.folder.policy(setting.owner, setting.name))
        if setting.kind == "probe-owners":
            said = self.folder.read(self.folder.probe(setting.name))
            return dict(PRESENT) if said == self.kit.counted() else None
        return self._read_bucket(setting)

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Give a setting this value; raises BadPolicy, and TargetRefuses for what is not ours to remove."""
        if not setting.name.startswith(PREFIX) and setting.kind != "probe-owners":
            raise TargetRefuses("this is nothing that Mithaq made", hint="Nothing was changed.")
        if setting.kind == "policy":
            self._write_policy(setting, value)
        elif setting.kind == "probe-owners":
            path = self.folder.probe(setting.name)
            self.folder.write(path, None if value is None else self.kit.counted())
            self.services.wait_for(self.folder, path)
        elif value is None:
            self._remove_bucket(setting)
        else:
            self._make_bucket(setting)

    def settle(self) -> None:
        """Wait until every service decides by what is written; raises TargetUnreachable."""
        policy = self.folder.policy(self.kit.tenant, self.kit.policy)
        self.services.wait_for(self.folder, policy, self.folder.probe(self.kit.tag))

    def _write_policy(self, setting: Setting, value: JsonValue) -> None:
        path = self.folder.policy(setting.owner, setting.name)
        if value is not None:
            checked([str(value)])
        self.folder.write(path, None if value is None else str(value))
        self.services.wait_for(self.folder, path)

    def _keys(self, setting: Setting) -> Keys:
        return self.kit.owner_keys(setting.name)

    def _ask(self, setting: Setting, method: str, path: str, **more: Any) -> Answer:  # noqa: ANN401  # as `ask`
        """Ask the store as the owner of a bucket of the kit; 404 is an answer, and so is 409 to a making."""
        answer = self.store.ask(method, path, keys=self._keys(setting), **more)
        if answer.status >= _FIRST_FAULT:
            raise TargetUnreachable(f"the store answered {answer.status}", hint="It is asked again later.")
        if answer.status >= _FIRST_ERROR and answer.status not in {_NOT_FOUND, _CONFLICT}:
            raise TargetRefuses(
                f"the store refuses a request of ours: {answer.status} {code_of(answer)}",
                hint="Do the keys of Mithaq's own accounts still stand?",
            )
        return answer

    def _read_bucket(self, setting: Setting) -> JsonValue:
        """Whole only with its object, which is made last and removed first."""
        if self._ask(setting, "HEAD", f"/{setting.name}/{OBJECT}").status != _NOT_FOUND:
            return dict(PRESENT)
        there = self._ask(setting, "HEAD", f"/{setting.name}").status != _NOT_FOUND
        return dict(HALF_MADE) if there else None

    def _make_bucket(self, setting: Setting) -> None:
        public = {"x-amz-acl": "public-read-write"}
        if self._ask(setting, "HEAD", f"/{setting.name}").status == _NOT_FOUND:
            self._ask(setting, "PUT", f"/{setting.name}", headers=public)
        path = f"/{setting.name}/{OBJECT}"
        if self._ask(setting, "PUT", path, body=b"mithaq", headers=public).status == _NOT_FOUND:
            raise SettingGone("the bucket for probes was removed meanwhile", hint="It is made again.")

    def _remove_bucket(self, setting: Setting) -> None:
        """Remove a bucket of the kit with what probes, and whoever found it, put there."""
        path = f"/{setting.name}"
        while True:
            answer = self._ask(setting, "GET", path, query={"max-keys": "1000"})
            if answer.status == _NOT_FOUND:
                return
            keys = [each.text for each in ET.fromstring(answer.body).iter() if each.tag.endswith("Key")]  # noqa: S314  # the provider's own store
            if not keys:
                break
            for key in sorted(keys, key=lambda each: each != OBJECT):
                self._ask(setting, "DELETE", f"{path}/{key}")
        self._ask(setting, "DELETE", path)
