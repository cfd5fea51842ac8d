"""Whose each bucket, access key and Swift account is: the provider's table, and what probes add to it.

    kind,name,tenant
    bucket,harbour-recordings,111122223333
    key,AKIAEXAMPLE,111122223333
    account,AUTH_5f1c,111122223333

A bucket whose owner is known is theirs whoever asks. Only for one that the table does not name does the key
that asks say whose it is.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mithaq.measures.errors import BadTargets
from mithaq.measures.targets.gateway.folder import OWNERS

_COLUMNS: Final = ["kind", "name", "tenant"]
_PLACES: Final = frozenset({"bucket", "account"})


@dataclass(slots=True)
class Owners:
    """Tenants by place and by key. `on` are keys that count as a tenant's on one bucket only."""

    places: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    on: dict[tuple[str, str], str] = field(default_factory=dict)

    def tenants(self, places: Iterable[str], keys: Iterable[str]) -> tuple[str, ...]:
        """Say whose storage is meant; empty if nothing tells."""
        known = self.places
        owners = {known[place]: None for place in places if place in known}
        if owners:
            return tuple(owners)
        return tuple({tenant: None for key in keys if (tenant := self._holder(key, places))})

    def _holder(self, key: str, places: Iterable[str]) -> str:
        for place in places if self.on else ():
            if (key, place) in self.on:
                return self.on[key, place]
        return self.keys.get(key, "")

    def known(self, tenant: str) -> bool:
        """Say whether the provider's table has ever heard of a tenant."""
        return tenant in self.places.values() or tenant in self.keys.values()

    def places_of(self, tenant: str) -> list[str]:
        """List what is named as a tenant's."""
        return sorted(place for place, owner in self.places.items() if owner == tenant)


def read_owners(text: str) -> Owners:
    """Read the provider's table; raises BadTargets with the line at which it cannot be read."""
    found = Owners()
    rows = csv.reader(text.splitlines(), strict=True)
    try:
        header = next(rows, [])
        if header != _COLUMNS:
            raise _bad("its first line must be kind,name,tenant", 1)
        for row in rows:
            _add(found, row, rows.line_num)
    except csv.Error as error:
        raise _bad(f"it is no CSV: {error}", rows.line_num) from error
    return found


def _add(found: Owners, row: list[str], line: int) -> None:
    if len(row) != len(_COLUMNS) or not all(row):
        raise _bad("a row must have a kind, a name and a tenant", line)
    kind, name, tenant = row
    if kind not in _PLACES and kind != "key":
        raise _bad(f"{kind!r} is none of bucket, key, account", line)
    kept = found.places if kind in _PLACES else found.keys
    if kept.setdefault(name, tenant) != tenant:
        raise _bad("one name is given to two tenants", line)


def _bad(what: str, line: int) -> BadTargets:
    return BadTargets(
        f"the table of owners cannot be read: {what}", file=OWNERS, line=line, hint="See docs/measures.md."
    )


def add_probes(owners: Owners, text: str) -> None:
    """Add what the probes of one plan count as theirs; raises BadTargets."""
    try:
        said: Mapping[str, Any] = json.loads(text)
        owners.places.update({str(place): str(tenant) for place, tenant in said["places"].items()})
        owners.on.update({(str(key), str(place)): str(tenant) for key, place, tenant in said["keys"]})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadTargets(
            "what probes count as theirs cannot be read", hint="Was the file written by hand?"
        ) from error
