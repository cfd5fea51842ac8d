"""The catalogue: every field that may get past a parser, its class, what is done to it, and what for.

There is no other list. `RawEvents` has exactly these columns, a mapping that names anything else is refused
when it is loaded, and a field that is not here has no column it could travel in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FieldClass(StrEnum):
    """How close a field comes to a person."""

    IDENTIFIER = "identifier"
    """Names a customer, a bucket, a caller or an object."""
    QUASI_IDENTIFIER = "quasi-identifier"
    """Could single someone out together with others."""
    METADATA = "metadata"


class Treatment(StrEnum):
    """What blinding does to a field before anything is written."""

    PSEUDONYM = "pseudonym"
    """Replaced by a keyed pseudonym; the subscription's native id is sealed besides."""
    SKETCH = "sketch"
    """Only counted: its keyed hash raises a sketch register and is forgotten."""
    SHAPE = "shape"
    """Replaced by its shape; a keyed hash samples objects and counts subjects."""
    DEDUPLICATE = "deduplicate"
    """A keyed hash finds repeats within one run and is then deleted."""
    VOCABULARY = "vocabulary"
    """Mapped onto a closed list; what is not on it becomes `other` or `unknown`."""
    NUMBER = "number"
    """Added up or binned."""
    TIME = "time"
    """Kept to the minute in hourly counts; to the second for sampled objects while their window is open."""
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class CatalogueField:
    """One allowed field."""

    name: str
    field_class: FieldClass
    treatment: Treatment
    purpose: str


_I, _Q, _M = FieldClass.IDENTIFIER, FieldClass.QUASI_IDENTIFIER, FieldClass.METADATA

CATALOGUE: Final = {
    entry.name: entry
    for entry in (
        CatalogueField("time", _M, Treatment.TIME, "rhythm, volume and retention"),
        CatalogueField("service", _M, Treatment.VOCABULARY, "which services a use rests on"),
        CatalogueField("operation", _M, Treatment.VOCABULARY, "creation, reading, deletion, inference"),
        CatalogueField("region", _M, Treatment.VOCABULARY, "where data is kept"),
        CatalogueField("failed", _M, Treatment.FLAG, "only what succeeded counts as done"),
        CatalogueField("object_size", _M, Treatment.NUMBER, "kind of data: sizes and whole codec frames"),
        CatalogueField("bytes_in", _M, Treatment.NUMBER, "volume stored"),
        CatalogueField("bytes_out", _M, Treatment.NUMBER, "volume read or moved out"),
        CatalogueField("subscription", _I, Treatment.PSEUDONYM, "whose use is examined"),
        CatalogueField("bucket", _I, Treatment.PSEUDONYM, "streams are examined one by one"),
        CatalogueField("principal", _I, Treatment.SKETCH, "how many callers, never which"),
        CatalogueField("object_key", _Q, Treatment.SHAPE, "kind of naming; how many subjects, never which"),
        CatalogueField("event_id", _Q, Treatment.DEDUPLICATE, "one event delivered twice counts once"),
    )
}
