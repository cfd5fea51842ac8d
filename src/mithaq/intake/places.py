"""What a running Mithaq works with, as its environment names it: the lake with its key, the terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mithaq.identity import Keyring, load_keyring
from mithaq.identity.places import key_file_of
from mithaq.intake.errors import NoLake
from mithaq.telemetry.lake.reader import LakeReader
from mithaq.terms import Pack, load_pack


@dataclass(frozen=True, slots=True)
class LakePlace:
    """Where the lake lies, and the file of its key."""

    lake: Path
    key: Path

    def keyring(self) -> Keyring:
        """Read the key; raises BadKeyFile."""
        return load_keyring(self.key)

    def open(self, keyring: Keyring) -> LakeReader:
        """Open the lake as it stands; raises BadLake, WrongKey."""
        return LakeReader.open(self.lake, key_id=keyring.key_id)


def lake_place(environment: Mapping[str, str]) -> LakePlace:
    """Give the lake that `MITHAQ_LAKE` names; raises NoLake, BadKeyFile."""
    named = environment.get("MITHAQ_LAKE")
    if not named:
        raise NoLake("this Mithaq has no lake to look into", hint="Set MITHAQ_LAKE to the lake's folder.")
    lake = Path(named)
    return LakePlace(lake, key_file_of(lake, given=None, environment=environment))


def terms_pack(environment: Mapping[str, str]) -> Pack:
    """Give the terms pack that `MITHAQ_TERMS` names, else the default one; raises PackError.

    It is read once: other terms need a restart, so that no two requests of a process differ.
    """
    return _pack(environment.get("MITHAQ_TERMS", "default"))


@cache
def _pack(name: str) -> Pack:
    return load_pack(name)
