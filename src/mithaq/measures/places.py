"""Which targets there are: a file that `MITHAQ_TARGETS` names, readable by the worker alone.

    [[target]]
    name = "north"
    kind = "ceph-rgw"
    endpoint = "https://rgw.provider.example"
    region = "default"
    access_key = "…"
    secret_key = "…"

The web server never reads it: only the worker reaches out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from mithaq.identity.keyfile import read_private
from mithaq.ledger.entries import Entropy
from mithaq.measures.driver import Driver
from mithaq.measures.errors import BadTargets, NoTarget
from mithaq.measures.targets.aws import aws_target
from mithaq.measures.targets.azure.author import azure_target
from mithaq.measures.targets.gateway import gateway_target
from mithaq.measures.targets.google.author import google_target
from mithaq.measures.targets.oracle.author import oracle_target
from mithaq.measures.targets.rgw import rgw_target
from mithaq.measures.targets.swift.driver import swift_target
from mithaq.measures.vault import Vault, vault_in

TARGETS: Final = "MITHAQ_TARGETS"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")

Make: TypeAlias = Callable[[Mapping[str, Any], Vault], Driver]

KINDS: Final[Mapping[str, Make]] = {
    "aws": aws_target,
    "azure": azure_target,
    "ceph-rgw": rgw_target,
    "gateway": gateway_target,
    "google": google_target,
    "oracle": oracle_target,
    "swift": swift_target,
}
"""Kinds of target, and how one is made of its table in the file."""


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets of this Mithaq, and the vault that their secrets lie in."""

    drivers: Sequence[Driver]
    vault: Vault

    def named(self, name: str) -> Driver:
        """Give a target by its name; raises NoTarget."""
        for driver in self.drivers:
            if driver.name == name:
                return driver
        raise NoTarget(f"there is no target {name!r} any more", field=TARGETS, hint="Name it in the file.")

    def serving(self, subscription: str) -> Driver:
        """Give the target on which a subscription lives; raises NoTarget."""
        for driver in self.drivers:
            if driver.serves(subscription):
                return driver
        raise NoTarget(
            "no target serves one of the subscriptions", field=TARGETS, hint="Name its target in the file."
        )


def targets_from(environment: Mapping[str, str], home: Path, entropy: Entropy) -> Targets:
    """Read the targets' file; raises NoTarget, BadTargets, BadKeyFile."""
    named = environment.get(TARGETS)
    if not named:
        raise NoTarget("this Mithaq has no targets to apply measures on", hint=f"Set {TARGETS} to a file.")
    path = Path(named)
    try:
        document = tomllib.loads(read_private(path, remedy="See docs/measures.md.").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTargets(f"this is no TOML: {error}", file=named, hint="See docs/measures.md.") from error
    vault = vault_in(home, entropy)
    tables = document.get("target", [])
    if not isinstance(tables, list) or not tables:
        raise BadTargets("the file names no target", file=named, field="target", hint="Add [[target]].")
    return Targets([_one(table, named, vault) for table in tables], vault)


def _one(table: Mapping[str, Any], file: str, vault: Vault) -> Driver:
    name, kind = str(table.get("name", "")), str(table.get("kind", ""))
    if not _NAME.fullmatch(name):
        raise BadTargets("a target has no usable name", file=file, field="name", hint="Such as north-1.")
    if kind not in KINDS:
        raise BadTargets(f"{kind!r} is no kind of target", file=file, field="kind", hint=", ".join(KINDS))
    return KINDS[kind](table, vault)
