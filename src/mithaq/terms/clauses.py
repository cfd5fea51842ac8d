"""Clauses and packs as they are once read: what a clause needs, what explains it, what may follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias

from mithaq.terms.claims import (
    Claim,
    MovesOutClaim,
    PatternClaim,
    ProcessesClaim,
    PurposeMismatchClaim,
    ScaleClaim,
    StoresClaim,
)
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import (
    AssessedBy,
    Assessment,
    ClaimKind,
    DataKind,
    KeptService,
    Processing,
    Purpose,
    RestrictedOperation,
    RestrictedService,
    Rhythm,
    ScaleUnit,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class StoresNeed:
    """A clause needs a claim that one of these kinds of data is stored."""

    kind: ClassVar[Literal[ClaimKind.STORES]] = ClaimKind.STORES
    what: tuple[DataKind, ...]

    def accepts(self, claim: Claim) -> bool:
        """Say whether the claim is one that can meet this need."""
        return isinstance(claim, StoresClaim) and claim.what in self.what


@dataclass(frozen=True, slots=True)
class PatternNeed:
    """A clause needs a claim of one of these rhythms."""

    kind: ClassVar[Literal[ClaimKind.PATTERN]] = ClaimKind.PATTERN
    is_: tuple[Rhythm, ...]

    def accepts(self, claim: Claim) -> bool:
        """Say whether the claim is one that can meet this need."""
        return isinstance(claim, PatternClaim) and claim.is_ in self.is_


@dataclass(frozen=True, slots=True)
class ScaleNeed:
    """A clause needs a claim of scale in one of these units, not smaller than the figure beside it."""

    kind: ClassVar[Literal[ClaimKind.SCALE]] = ClaimKind.SCALE
    at_least: Mapping[ScaleUnit, float]

    def accepts(self, claim: Claim) -> bool:
        """Say whether the claim is one that can meet this need."""
        if not isinstance(claim, ScaleClaim):
            return False
        least = self.at_least.get(claim.unit)
        return least is not None and claim.at_least >= least


@dataclass(frozen=True, slots=True)
class ProcessesNeed:
    """A clause needs a claim that one of these services works on the data."""

    kind: ClassVar[Literal[ClaimKind.PROCESSES]] = ClaimKind.PROCESSES
    with_: tuple[Processing, ...]

    def accepts(self, claim: Claim) -> bool:
        """Say whether the claim is one that can meet this need."""
        return isinstance(claim, ProcessesClaim) and claim.with_ in self.with_


@dataclass(frozen=True, slots=True)
class MovesOutNeed:
    """A clause needs a claim that at least so many bytes moved out."""

    kind: ClassVar[Literal[ClaimKind.MOVES_OUT]] = ClaimKind.MOVES_OUT
    at_least: float

    def accepts(self, claim: Claim) -> bool:
        """Say whether the claim is one that can meet this need."""
        return isinstance(claim, MovesOutClaim) and claim.at_least >= self.at_least


@dataclass(frozen=True, slots=True)
class PurposeMismatchNeed:
    """A clause needs a claim that the declared purpose does not fit."""

    kind: ClassVar[Literal[ClaimKind.PURPOSE_MISMATCH]] = ClaimKind.PURPOSE_MISMATCH

    def accepts(self, claim: Claim) -> bool:
        """Say whether the claim is one that can meet this need."""
        return isinstance(claim, PurposeMismatchClaim)


Need: TypeAlias = StoresNeed | PatternNeed | ScaleNeed | ProcessesNeed | MovesOutNeed | PurposeMismatchNeed
"""No need by region exists: where a population lives is evidence of nothing (principle 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """At which log10 likelihood ratio a claim counts as supported, partly supported or refuted."""

    supports_at: float
    partly_at: float
    refutes_at: float
    """Below zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseThresholds:
    """At which log10 likelihood ratio explanations fall away, or the declared one prevails."""

    excludes_at: float
    """An innocent explanation is excluded when the best violating hypothesis fits better by this much."""
    purpose_better_by: float
    """The declared purpose prevails when it fits better than every violating hypothesis by this much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A restriction that a decision may choose: these operations of this service stop, nothing is removed."""

    id: str
    label: LocalisedText
    service: RestrictedService
    operations: tuple[RestrictedOperation, ...]
    review_after_days: int


class Fit(StrEnum):
    """How the declared purpose fits what is seen, against the hypotheses that would violate the clause."""

    BETTER = "better"
    """Better than every violating hypothesis, by the clause's `purpose_better_by`."""
    POSSIBLE = "possible"
    """Neither better by that much nor excluded: it stays open."""
    UNFIT = "unfit"
    """Excluded, by the clause's `excludes_at`."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What the register declares for one subscription; `purpose` None: nothing, or words outside the list.

    `fit` means nothing where `purpose` is None.
    """

    purpose: Purpose | None
    fit: Fit = Fit.POSSIBLE


class CaseRole(StrEnum):
    """What a case of a clause stands for; each computed clause carries all three."""

    VIOLATING = "violating"
    INNOCENT = "innocent"
    BOUNDARY = "boundary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A worked example in a clause: these verdicts, explanations and declarations give that assessment."""

    name: LocalisedText
    role: CaseRole
    verdicts: Mapping[ClaimKind, Verdict]
    open_explanations: tuple[Purpose, ...]
    declared: tuple[Declared, ...]
    expect: Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One version of a clause, in force from `valid_from` (inclusive) to `valid_to` (exclusive, None: open).

    For `assessed_by` person, `needs`, `innocent_purposes` and `cases` are empty and `thresholds` is None.
    """

    id: str
    title: LocalisedText
    text: LocalisedText
    valid_from: datetime
    valid_to: datetime | None
    assessed_by: AssessedBy
    needs: tuple[Need, ...] = ()
    innocent_purposes: tuple[Purpose, ...] = ()
    thresholds: ClauseThresholds | None = None
    keep_list: tuple[KeptService, ...] = ()
    measures: tuple[Measure, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def version(self) -> str:
        """Name this version by the day from which it is in force, such as `T5@2020-01-01`."""
        return f"{self.id}@{self.valid_from:%Y-%m-%d}"


class InForce(StrEnum):
    """Whether a version of a clause bound the subject during the period of a review."""

    WHOLE = "whole"
    PART = "part"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A set of clauses with the thresholds that claims are answered by.

    `digest` is `sha256:` and 64 hexadecimal digits over the pack's bytes; `clauses` holds the newest version
    of each clause, `versions` all of them, oldest first; both in the order of the clause ids.
    """

    id: str
    title: LocalisedText
    digest: str
    thresholds: Thresholds
    clauses: Mapping[str, Clause]
    versions: Mapping[str, tuple[Clause, ...]]

    def at(self, clause_id: str, start: datetime, end: datetime) -> tuple[Clause, InForce]:
        """Give the version that a period from `start` to `end` falls under, and how far it was in force.

        Where no version covers the whole period, the newest that touches it is given as in force in part;
        where none touches it, the newest of all as not in force. An unknown id raises KeyError.
        """
        newest_first = self.versions[clause_id][::-1]
        for clause in newest_first:
            if clause.valid_from <= start and (clause.valid_to is None or end <= clause.valid_to):
                return clause, InForce.WHOLE
        for clause in newest_first:
            if clause.valid_from < end and (clause.valid_to is None or start < clause.valid_to):
                return clause, InForce.PART
        return newest_first[0], InForce.NOT
