"""The folder in which a gateway's rules lie: written by the worker, read by the decision services.

    owners.csv                    whose each bucket, access key and Swift account is; the provider writes it
    policies/<tenant>/<name>.cedar
    probes/<tag>.json             what probes of one plan count as theirs

A file is replaced as a whole or not at all: whoever is killed while writing leaves a name that begins with a
dot, which nobody reads and the next writer writes over.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mithaq.measures.errors import BadPlan, TargetUnreachable

POLICIES: Final = "policies"
PROBES: Final = "probes"
OWNERS: Final = "owners.csv"
_TENANT: Final = re.compile(r"[A-Za-z0-9_@$-][A-Za-z0-9_.@$:-]{0,127}")


def tenant_name(name: str) -> str:
    """Give a tenant's name, which is the name of a folder too; raises BadPlan for one that cannot be."""
    if not _TENANT.fullmatch(name):
        raise BadPlan(
            "this is no tenant of a gateway", field="subscription", hint="Letters, digits and _.@$:- only."
        )
    return name


def digest(data: bytes) -> str:
    """Give the name by which a service says which content it has loaded."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Folder:
    """A gateway's folder."""

    root: Path

    def make(self) -> None:
        """Make a folder that is whole and in which nobody owns anything yet; keeps what is there."""
        for name in (POLICIES, PROBES):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        if not (self.root / OWNERS).exists():
            (self.root / OWNERS).write_text("kind,name,tenant\n", "utf-8")

    def policy(self, tenant: str, name: str) -> Path:
        """Say where a policy lies."""
        return self.root / POLICIES / tenant / f"{name}.cedar"

    def probe(self, tag: str) -> Path:
        """Say where it stands what probes count as theirs."""
        return self.root / PROBES / f"{tag}.json"

    def files(self) -> Iterator[Path]:
        """Give every file that decides anything; raises OSError if the folder is not whole."""
        yield self.root / OWNERS
        for entry in sorted(os.scandir(self.root / POLICIES), key=lambda each: each.name):
            if entry.is_dir() and not entry.name.startswith("."):
                with suppress(FileNotFoundError):  # the last policy of a tenant has just been removed
                    yield from _below(Path(entry.path), ".cedar")
        yield from _below(self.root / PROBES, ".json")

    def read(self, path: Path) -> str | None:
        """Give a file's text, None if there is none; raises TargetUnreachable."""
        try:
            return path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _no_folder(error) from error

    def write(self, path: Path, text: str | None) -> None:
        """Put a file in place as a whole, or take it away; raises TargetUnreachable."""
        try:
            if not (self.root / POLICIES).is_dir():
                raise FileNotFoundError(POLICIES)
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            new = path.with_name(f".{path.name}.new")
            if text is None:
                new.unlink(missing_ok=True)
                path.unlink(missing_ok=True)
            else:
                _replace(path, new, text.encode())
            _synced(path.parent)
        except OSError as error:
            raise _no_folder(error) from error
        if text is None and path.parent.parent.name == POLICIES:
            with suppress(OSError):  # somebody else's policies may lie there
                path.parent.rmdir()


def _replace(path: Path, new: Path, data: bytes) -> None:
    with new.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    new.chmod(0o644)
    new.replace(path)


def _synced(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _below(folder: Path, ending: str) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        if entry.name.endswith(ending) and not entry.name.startswith("."):
            yield Path(entry.path)


def _no_folder(error: Exception) -> TargetUnreachable:
    return TargetUnreachable(
        f"the gateway's folder cannot be used: {error}", hint="It needs policies/, probes/ and owners.csv."
    )
