"""The review of file mode: an allegation against a lake, claim by claim and clause by clause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Protocol

from mithaq.evidence.charts import charts
from mithaq.evidence.claims.egress import answer_moves_out
from mithaq.evidence.claims.place import answer_region
from mithaq.evidence.claims.processing import answer_processes
from mithaq.evidence.claims.purpose import answer_mismatch
from mithaq.evidence.claims.scale import answer_scale
from mithaq.evidence.claims.weighed import answer_pattern, answer_stores
from mithaq.evidence.clauses import answer_clauses
from mithaq.evidence.consistency import consistency_notes, seen_notes
from mithaq.evidence.errors import EvidenceInputError
from mithaq.evidence.examination import Examination, examine
from mithaq.evidence.result import ClaimResult, Coverage, InputFile, Provenance, ReviewResult
from mithaq.evidence.tables import RollupTables
from mithaq.evidence.weighing.judge import Candidate, stores_candidates
from mithaq.evidence.weighing.model import Model, stored_model
from mithaq.kernel.clock import Clock
from mithaq.register import Register
from mithaq.terms import (
    Allegation,
    Claim,
    MovesOutClaim,
    Pack,
    PatternClaim,
    ProcessesClaim,
    Purpose,
    PurposeMismatchClaim,
    RegionClaim,
    ScaleClaim,
    StoresClaim,
)


class LogFile(Protocol):
    """A committed log file, as the lake lists it."""

    @property
    def source(self) -> str:
        """Name of the source."""

    @property
    def sha256(self) -> str:
        """Digest of the decompressed bytes."""

    @property
    def events(self) -> int:
        """Events in the file."""


class Lake(RollupTables, Protocol):
    """The lake as a review reads it."""

    def inputs(self, start_hour: int, end_hour: int, /) -> Sequence[LogFile]:
        """List the committed log files that touch [start_hour, end_hour), hours since the epoch."""
        ...


def silent(step: str) -> None:
    """Report no progress."""
    del step


def run_review(
    allegation: Allegation,
    *,
    pack: Pack,
    register: Register | None,
    lake: Lake,
    pseudonyms: Callable[[str], Sequence[str]],
    clock: Clock,
    model: Callable[[], Model] = stored_model,
    progress: Callable[[str], None] = silent,
) -> ReviewResult:
    """Test an allegation against a lake.

    `pseudonyms` gives a native subscription's pseudonyms in all epochs of the lake's key; `progress` is told
    the step that begins. Raises EvidenceInputError for a customer without a register, UnknownCustomer and
    UnknownClauseError.
    """
    progress("rollups")
    native = _subscriptions(allegation, register)
    subjects = {subscription: list(pseudonyms(subscription)) for subscription in native}
    names = sorted({name for each in subjects.values() for name in each})
    examination = examine(
        allegation,
        lake,
        names,
        thresholds=pack.thresholds,
        model=model,
        declared=_declared(native, register),
        homes=_homes(native, register),
    )
    progress("claims")
    results, carrying, strongest = _answers(allegation, examination)
    progress("clauses")
    clauses = answer_clauses(allegation, pack, examination, results, carrying)
    progress("charts")
    kind = next((claim.what for claim in allegation.claims if isinstance(claim, StoresClaim)), None)
    hours = examination.hours
    return ReviewResult(
        claims=results,
        clauses=clauses,
        coverage=Coverage(
            events=examination.events,
            hours_expected=len(hours),
            hours_seen=len(examination.coverage.seen_by_any()),
            gaps=examination.coverage.gaps(),
        ),
        provenance=Provenance(
            version=version("mithaq"),
            terms=pack.digest,
            made_at=clock(),
            inputs=[InputFile(f.source, f.sha256, f.events) for f in lake.inputs(hours.start, hours.stop)],
        ),
        charts=charts(examination, strongest, kind),
        consistency=[
            *consistency_notes(allegation.claims),
            *seen_notes(allegation.claims, examination),
            *examination.scope.notes,
        ],
        subjects=subjects,
    )


def _subscriptions(allegation: Allegation, register: Register | None) -> list[str]:
    """Give the subject's native subscriptions, each once, in the order given."""
    if allegation.customer is None:
        return list(dict.fromkeys(allegation.subscriptions))
    if register is None:
        raise EvidenceInputError(
            "the allegation names a customer, and without a register nobody knows its subscriptions",
            field="subject.customer",
            hint="Give the register with --register FILE.csv, or name the subscriptions.",
        )
    return list(dict.fromkeys(entry.subscription for entry in register.customer(allegation.customer)))


def _declared(native: Sequence[str], register: Register | None) -> list[Purpose | None]:
    """Give the declared purpose of each subscription; free text explains nothing and counts as none."""
    if register is None:
        return []
    entries = [register.subscription(subscription) for subscription in native]
    purposes = [entry.declared_purpose if entry else None for entry in entries]
    return [purpose if isinstance(purpose, Purpose) else None for purpose in purposes]


def _homes(native: Sequence[str], register: Register | None) -> list[str]:
    """Give the home regions that the register names for the subscriptions."""
    entries = [register.subscription(subscription) for subscription in native] if register else []
    return sorted({entry.home_region for entry in entries if entry and entry.home_region})


def _answers(
    allegation: Allegation, examination: Examination
) -> tuple[list[ClaimResult], list[Candidate], list[Candidate]]:
    """Answer every claim; `stores` first, because the others look at the streams that carry it.

    Gives the results in the allegation's order, the streams that carry a supported claim of what is stored,
    and the strongest streams for the charts.
    """
    answers: dict[str, ClaimResult] = {}
    carrying: list[Candidate] = []
    strongest: list[Candidate] = []
    for claim in allegation.claims:
        if isinstance(claim, StoresClaim):
            answers[claim.id], supporting = answer_stores(claim, examination)
            carrying += supporting
            if not strongest and answers[claim.id].log10_lr is not None:
                strongest = stores_candidates(
                    examination.model(), examination.fits, claim.what, examination.thresholds
                )
    for claim in allegation.claims:
        if not isinstance(claim, StoresClaim):
            answers[claim.id] = _answer(claim, examination, carrying)
    return [answers[claim.id] for claim in allegation.claims], carrying, carrying or strongest


def _answer(claim: Claim, examination: Examination, carrying: Sequence[Candidate]) -> ClaimResult:
    result: ClaimResult
    match claim:
        case PatternClaim():
            result = answer_pattern(claim, examination, carrying)
        case ScaleClaim():
            result = answer_scale(claim, examination)
        case RegionClaim():
            result = answer_region(claim, examination)
        case ProcessesClaim():
            result = answer_processes(claim, examination)
        case MovesOutClaim():
            result = answer_moves_out(claim, examination)
        case PurposeMismatchClaim():
            result = answer_mismatch(claim, examination)
        case StoresClaim():
            result = answer_stores(claim, examination)[0]
    return result
