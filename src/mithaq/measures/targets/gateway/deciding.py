"""The decision on one request, and the rules that it rests on, which are swapped as a whole.

A tenant without policies is let through. One whose policies cannot be read is let nowhere, and without the
table of owners or the folder nobody is: a gateway that does not know must not guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

import cedarpy

from mithaq.kernel.errors import MithaqError
from mithaq.measures.targets.gateway.asked import Action, Asked, Deed
from mithaq.measures.targets.gateway.folder import OWNERS, POLICIES, Folder, digest
from mithaq.measures.targets.gateway.owners import Owners, add_probes, read_owners
from mithaq.measures.targets.gateway.rules import NO_ENTITIES, checked

Seen: TypeAlias = Mapping[Path, tuple[int, int, int]]
"""How each file looked: its number, its time and its size. A file that was replaced has another number."""

_ACTIONS: Final = MappingProxyType({each: {"type": "Action", "id": each.value} for each in Action})
_ALLOW: Final = cedarpy.Decision.Allow


class Ruling(NamedTuple):
    """What is decided on a request. `case` is empty unless a measure refuses it."""

    allowed: bool
    owner: str = ""
    case: str = ""
    broken: bool = False
    """Closed because rules cannot be read, and not because of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything that decides, as it was read at one moment."""

    owners: Owners = field(default_factory=Owners)
    sets: Mapping[str, cedarpy.PolicySet | None] = field(default_factory=dict)
    """By tenant; None where the policies cannot be read."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """By path below the folder: which content is loaded."""
    troubles: Mapping[str, str] = field(default_factory=dict)
    """By path below the folder: why it cannot be read."""
    whole: bool = False
    """Whether the folder and the table of owners could be read at all."""

    def decide(self, asked: Asked) -> Ruling:
        """Decide on a request; one deed that is closed closes it."""
        if not self.whole:
            return Ruling(allowed=False, broken=True)
        owner, caller, known = "", "", self.owners.places
        for deed in asked.deeds:
            alone = known.get(deed.places[0], "") if len(deed.places) == 1 else ""
            tenants = (alone,) if alone else self._tenants(deed, asked)
            owner = owner or (tenants[0] if tenants else "")
            for tenant in tenants:
                if tenant not in self.sets:
                    continue
                policies = self.sets[tenant]
                if policies is None:
                    return Ruling(allowed=False, owner=tenant, broken=True)
                caller = caller or self._caller(asked)
                for place in deed.places:
                    refused = _refused(policies, caller, deed.action, place)
                    if refused is not None:
                        return Ruling(allowed=False, owner=tenant, case=refused)
        return Ruling(allowed=True, owner=owner)

    def _tenants(self, deed: Deed, asked: Asked) -> tuple[str, ...]:
        return self.owners.tenants(deed.places, asked.keys if deed.by_key else ())

    def _caller(self, asked: Asked) -> str:
        for key in asked.keys:
            if key in self.owners.keys:
                return self.owners.keys[key]
        return ""


def _refused(policies: cedarpy.PolicySet, caller: str, action: Action, place: str) -> str | None:
    """Give the case that refuses, `-` for a policy without one, None if nothing does."""
    question = {
        "principal": {"type": "Tenant", "id": caller},
        "action": _ACTIONS[action],
        "resource": {"type": "Bucket", "id": place},
    }
    answer = cedarpy.is_authorized(question, policies, NO_ENTITIES)
    if answer.decision is _ALLOW:
        return None
    return min(answer.diagnostics.id_annotations_by_reason.values(), default="-") or "-"


NOTHING: Final = Rules(troubles={"": "nothing has been read yet"})


def load(folder: Folder, before: Rules, seen: Seen) -> tuple[Rules, Seen]:
    """Read what has changed since; gives the very same rules if nothing has. Never raises for what it reads.

    Only tenants whose files changed are compiled anew. A table of owners that cannot be read any more leaves
    the last one that could in place, and says so.
    """
    try:
        looks = ((path, _look(path)) for path in folder.files())
        now = {path: look for path, look in looks if look is not None}
    except OSError as error:
        return Rules(troubles={"": f"the folder is not whole: {error}"}), {}
    if now == seen:
        return before, seen
    reading = _Reading(folder.root)
    owners, whole = _owners(reading, before, now)
    sets = dict(before.sets) if seen else {}
    for tenant, paths in _by_tenant(folder, (*now, *seen)).items():
        if all(now.get(path) == seen.get(path) for path in paths) and seen:
            reading.keep(before, paths)
            continue
        there = [path for path in paths if path in now]
        if there:
            sets[tenant] = reading.policies(there)
        else:
            sets.pop(tenant, None)
    rules = Rules(owners=owners, sets=sets, digests=reading.digests, troubles=reading.troubles, whole=whole)
    return rules, now


def _look(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:  # removed since it was listed
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _by_tenant(folder: Folder, paths: Iterable[Path]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in dict.fromkeys(paths):
        if path.parent.parent == folder.root / POLICIES:
            found.setdefault(path.parent.name, []).append(path)
    return found


def _owners(reading: _Reading, before: Rules, now: Seen) -> tuple[Owners, bool]:
    table = reading.root / OWNERS
    text = reading.text(table)
    try:
        owners = read_owners(text) if text is not None else None
    except MithaqError as error:
        reading.trouble(table, error.message)
        owners = None
    if owners is None:
        return before.owners, before.whole
    for path in now:
        if path.parent.parent == reading.root and path.suffix == ".json":
            said = reading.text(path)
            try:
                add_probes(owners, said or "")
            except MithaqError as error:
                reading.trouble(path, error.message)
    return owners, True


@dataclass(slots=True)
class _Reading:
    """One pass over the folder: what was read, and what could not be."""

    root: Path
    digests: dict[str, str] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def trouble(self, path: Path, what: str) -> None:
        self.digests.pop(self.name(path), None)
        self.troubles[self.name(path)] = what

    def text(self, path: Path) -> str | None:
        try:
            data = path.read_bytes()
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.trouble(path, str(error))
            return None
        self.digests[self.name(path)] = digest(data)
        return text

    def keep(self, before: Rules, paths: Iterable[Path]) -> None:
        for name in map(self.name, paths):
            if name in before.digests:
                self.digests[name] = before.digests[name]
            if name in before.troubles:
                self.troubles[name] = before.troubles[name]

    def policies(self, paths: Iterable[Path]) -> cedarpy.PolicySet | None:
        """Compile a tenant's policies together; None if one of them cannot be read."""
        texts = {path: self.text(path) for path in paths}
        try:
            if None in texts.values():
                return None
            return checked(text for text in texts.values() if text is not None)
        except MithaqError as error:
            for path in texts:
                self.trouble(path, error.message)
            return None
