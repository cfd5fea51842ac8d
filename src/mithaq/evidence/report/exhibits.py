"""What is kept of a review beside its document, so that its page can be written at any time.

`review.json` is a contract and holds what was computed. The sentences that say why, the series that are
drawn and the drawings themselves are kept here: drawing takes a second, which nobody who opens the page
should wait for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from mithaq.evidence.report.figures import Drawings, drawing_name, plan_figures
from mithaq.evidence.result import (
    Assessment,
    Charts,
    ClaimResult,
    ClauseResult,
    Coverage,
    DailySeries,
    Gap,
    InputFile,
    Note,
    Observation,
    Provenance,
    ReviewResult,
    StreamCharts,
    Strength,
    Verdict,
    Window,
    WorkloadCurve,
)
from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import parse_instant
from mithaq.terms import Allegation, AssessedBy

FORMAT: Final = "review-exhibits/v1"

_Document = Mapping[str, Any]


def exhibits_document(allegation: Allegation, result: ReviewResult) -> dict[str, Json]:
    """Draw a review's figures, and give all that its page shows beside `review.json`.

    Raises DrawingError.
    """
    return {
        "mithaq": FORMAT,
        "claims": {claim.id: _notes(claim.notes) for claim in result.claims},
        "clauses": {
            clause.id: {"assessed_by": clause.assessed_by, "notes": _notes(clause.notes)}
            for clause in result.clauses
        },
        "consistency": _notes(result.consistency),
        "charts": asdict(result.charts),
        "drawings": dict(_drawings(allegation, result)),
    }


def _drawings(allegation: Allegation, result: ReviewResult) -> Iterator[tuple[str, str]]:
    figures = plan_figures(allegation.claims, result, words={})
    for group in (*figures.by_claim, figures.rest):
        for figure in group:
            yield drawing_name(figure.kind, figure.stream), figure.drawn


def _notes(notes: Sequence[Note]) -> list[Json]:
    return [{"key": note.key, "values": dict(note.values)} for note in notes]


def drawings_of(exhibits: _Document) -> Drawings:
    """Give the drawings that were kept."""
    drawings: Drawings = exhibits.get("drawings", {})
    return drawings


def read_review(allegation: Allegation, document: _Document, exhibits: _Document) -> ReviewResult:
    """Read a review back from its document and its exhibits, which may be empty.

    Figures are as the document rounds them; which pseudonyms the subject has is not kept.
    """
    kinds = {claim.id: claim.kind.value for claim in allegation.claims}
    coverage, provenance = document["coverage"], document["provenance"]
    return ReviewResult(
        claims=[_claim(each, kinds[each["id"]], exhibits) for each in document["claims"]],
        clauses=[_clause(each, exhibits) for each in document["clauses"]],
        coverage=Coverage(
            events=coverage["events"],
            hours_expected=coverage["hours_expected"],
            hours_seen=coverage["hours_seen"],
            gaps=[Gap(each["source"], _window(each)) for each in coverage["gaps"]],
        ),
        provenance=Provenance(
            version=provenance["version"],
            terms=provenance["terms"],
            made_at=parse_instant(provenance["made_at"], field="made_at"),
            inputs=[
                InputFile(each["source"], each["sha256"], each["events"]) for each in provenance["inputs"]
            ],
        ),
        charts=_charts(exhibits.get("charts")),
        consistency=_read_notes(exhibits.get("consistency", [])),
    )


def _claim(said: _Document, kind: str, exhibits: _Document) -> ClaimResult:
    return ClaimResult(
        id=said["id"],
        kind=kind,
        verdict=Verdict(said["verdict"]),
        log10_lr=said["log10_lr"],
        strength=Strength(said["strength"]) if said["strength"] else None,
        best_other=said["best_other"],
        open_explanations=said["open_explanations"],
        would_settle=said["would_settle"],
        observations=[_observation(each) for each in said["observations"]],
        notes=_read_notes(exhibits.get("claims", {}).get(said["id"], [])),
    )


def _clause(said: _Document, exhibits: _Document) -> ClauseResult:
    kept = exhibits.get("clauses", {}).get(said["id"], {})
    return ClauseResult(
        id=said["id"],
        assessment=Assessment(said["assessment"]),
        claims=said["claims"],
        open_explanations=said["open_explanations"],
        assessed_by=kept.get("assessed_by", AssessedBy.COMPUTATION.value),
        notes=_read_notes(kept.get("notes", [])),
    )


def _observation(said: _Document) -> Observation:
    return Observation(
        indicator=said["indicator"],
        stream=said["stream"],
        value=said["value"],
        unit=said["unit"],
        window=_window(said["window"]),
        log10_lr=said["log10_lr"],
    )


def _window(said: _Document) -> Window:
    return Window(parse_instant(said["from"], field="from"), parse_instant(said["to"], field="to"))


def _read_notes(said: Sequence[_Document]) -> list[Note]:
    return [Note(each["key"], each["values"]) for each in said]


def _charts(said: _Document | None) -> Charts:
    if said is None:
        return Charts(DailySeries((), (), (), ()))
    streams = [
        StreamCharts(
            stream=each["stream"],
            creations_by_hour_of_week=each["creations_by_hour_of_week"],
            bins=each["bins"],
            size_share=each["size_share"],
            workloads=[WorkloadCurve(**curve) for curve in each["workloads"]],
        )
        for each in said["streams"]
    ]
    return Charts(DailySeries(**said["daily"]), streams)
