"""The claims that an allegation is made of: one frozen type per kind, told apart by `kind`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from mithaq.kernel.canonical import Json
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import ClaimKind, DataKind, Processing, Rhythm, ScaleUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimBase:
    """What all claims have: an id that is unique in its allegation, and the words of whoever made it."""

    id: str
    text: LocalisedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoresClaim(ClaimBase):
    """The subject stores data of one kind."""

    kind: ClassVar[Literal[ClaimKind.STORES]] = ClaimKind.STORES
    what: DataKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternClaim(ClaimBase):
    """The writes follow one rhythm."""

    kind: ClassVar[Literal[ClaimKind.PATTERN]] = ClaimKind.PATTERN
    is_: Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleClaim(ClaimBase):
    """There is at least so much of it; `at_least` is above 0 and counts in `unit`."""

    kind: ClassVar[Literal[ClaimKind.SCALE]] = ClaimKind.SCALE
    at_least: float
    unit: ScaleUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionClaim(ClaimBase):
    """It is kept or processed in one of these regions of the provider, named as the provider names them."""

    kind: ClassVar[Literal[ClaimKind.REGION]] = ClaimKind.REGION
    in_: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessesClaim(ClaimBase):
    """A service of this kind works on it."""

    kind: ClassVar[Literal[ClaimKind.PROCESSES]] = ClaimKind.PROCESSES
    with_: Processing


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesOutClaim(ClaimBase):
    """At least so many bytes left within so many days on end."""

    kind: ClassVar[Literal[ClaimKind.MOVES_OUT]] = ClaimKind.MOVES_OUT
    at_least: float
    unit: Literal["bytes"] = "bytes"
    within_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeMismatchClaim(ClaimBase):
    """The register's declared purpose does not fit what is seen."""

    kind: ClassVar[Literal[ClaimKind.PURPOSE_MISMATCH]] = ClaimKind.PURPOSE_MISMATCH


Claim: TypeAlias = (
    StoresClaim
    | PatternClaim
    | ScaleClaim
    | RegionClaim
    | ProcessesClaim
    | MovesOutClaim
    | PurposeMismatchClaim
)


def claim_document(claim: Claim) -> dict[str, Json]:
    """Give a claim as `review.json` shows it: the contract's field names, without `text`."""
    return {"id": claim.id, "kind": claim.kind.value} | _own_fields(claim)


def _own_fields(claim: Claim) -> dict[str, Json]:
    fields: dict[str, Json] = {}
    match claim:
        case StoresClaim():
            fields["what"] = claim.what.value
        case PatternClaim():
            fields["is"] = claim.is_.value
        case ScaleClaim():
            fields["at_least"] = plain_number(claim.at_least)
            fields["unit"] = claim.unit.value
        case RegionClaim():
            fields["in"] = list(claim.in_)
        case ProcessesClaim():
            fields["with"] = claim.with_.value
        case MovesOutClaim():
            fields["at_least"] = plain_number(claim.at_least)
            fields["unit"] = claim.unit
            fields["within_days"] = claim.within_days
        case PurposeMismatchClaim():
            pass
    return fields


def plain_number(value: float) -> int | float:
    """Write whole numbers without a fraction, so that 100000 and 1.0e+5 are the same bytes."""
    return int(value) if value.is_integer() else value
