"""What a log source is, and how the folders beside this file become sources."""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, Final, Protocol

from mithaq.telemetry.catalogue import CATALOGUE
from mithaq.telemetry.errors import BadMapping, UnknownSource
from mithaq.telemetry.events import RawEvents
from mithaq.telemetry.kernels.jit import Bytes
from mithaq.telemetry.vocabulary import Operation, Service

SERVICES: Final = tuple(Service)
OPERATIONS: Final = tuple(Operation)
SERVICE_NUMBER: Final = {word: number for number, word in enumerate(SERVICES)}
OPERATION_NUMBER: Final = {word: number for number, word in enumerate(OPERATIONS)}


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """A source's `mapping.toml`: which native field fills which catalogue field, and the native words."""

    name: str
    provider: str
    title: Mapping[str, str]
    """What the source is, by language."""
    fields: Mapping[str, str]
    """Native field → catalogue field. A native field that is not here is never looked at."""
    services: Mapping[str, Service]
    """Native service, or `service/operation` where one operation says more → service."""
    operations: Mapping[str, Operation]
    """Native operation, or `service/operation` → operation."""
    verbs: Mapping[str, Operation]
    """First word of an operation that is not listed → operation."""

    @classmethod
    def load(cls, package: str) -> SourceMapping:
        """Read the mapping of a source folder; raises BadMapping."""
        path = resources.files(package) / "mapping.toml"
        document: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        for native, field in document["fields"].items():
            if field not in CATALOGUE:
                raise BadMapping(
                    f"{native!r} is mapped to {field!r}, which is not in the catalogue",
                    file=f"{package}/mapping.toml",
                    field=native,
                    hint=f"Catalogue fields: {', '.join(CATALOGUE)}.",
                )
        try:
            return cls(
                name=document["name"],
                provider=document["provider"],
                title=document["title"],
                fields=document["fields"],
                services={key: Service(value) for key, value in document.get("services", {}).items()},
                operations={key: Operation(value) for key, value in document["operations"].items()},
                verbs={key: Operation(value) for key, value in document.get("verbs", {}).items()},
            )
        except ValueError as error:
            raise BadMapping(
                f"{error}: not a word of the closed vocabulary",
                file=f"{package}/mapping.toml",
                hint="Use the words of telemetry/vocabulary.py.",
            ) from error

    def service(self, native: str, operation: str) -> Service:
        """Map a native service, seen with a native operation, onto the vocabulary."""
        exact = self.services.get(f"{native}/{operation}")
        return exact or self.services.get(native, Service.OTHER)

    def operation(self, native: str, service: str = "") -> Operation:
        """Map a native operation of a native service onto the vocabulary."""
        exact = self.operations.get(f"{service}/{native}") or self.operations.get(native)
        if exact:
            return exact
        return next((word for verb, word in self.verbs.items() if native.startswith(verb)), Operation.OTHER)


class Source(Protocol):
    """A kind of log that Mithaq reads: `SOURCE` in a folder beside this file."""

    @property
    def mapping(self) -> SourceMapping:
        """Names and vocabulary of the source."""

    def read(self, chunks: Iterable[Bytes], *, now: int) -> Generator[RawEvents, None, None]:
        """Turn the decompressed bytes of one file into raw events; `now` is in seconds since the epoch.

        Raises FileRejected when the file as a whole makes no sense. Keeps nothing between files.
        """

    def recognises(self, head: bytes) -> bool:
        """Say whether the first kilobytes of a file look like this source."""


@cache
def sources() -> Mapping[str, Source]:
    """Find every source folder; name → source, in order of name."""
    package = importlib.import_module("mithaq.telemetry.sources")
    found = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            source: Source = importlib.import_module(f"{package.__name__}.{module.name}").SOURCE
            found[source.mapping.name] = source
    return dict(sorted(found.items()))


def source_named(name: str) -> Source:
    """Give the source of that name; raises UnknownSource."""
    known = sources()
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=1)
    meant = f"Did you mean {close[0]}? " if close else ""
    raise UnknownSource(
        f"There is no log source {name!r}",
        field="SOURCE",
        hint=f"{meant}Sources: {', '.join(known)}.",
    )
