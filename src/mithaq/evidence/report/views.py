"""The page in one language, as values that a template only has to lay out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from mithaq.evidence.report.charts.drawing import Caption, inline
from mithaq.evidence.report.charts.text import FigureText
from mithaq.evidence.report.errors import ReportError
from mithaq.evidence.report.figures import ALL_STREAMS, Figure, Figures, number_streams
from mithaq.evidence.report.words import Words, identifier
from mithaq.evidence.result import ClaimResult, ClauseResult, Observation, ReviewResult, Verdict
from mithaq.terms import Allegation, AssessedBy, Claim, ClaimKind, Pack

PARTS = ("allegation", "claims", "detail", "clauses", "consistency", "coverage", "provenance", "limits")
"""The parts after the summary, in their order."""
_LEAST_SPAN = 2.0
"""log10 LR that fills half of a weight bar where no observation weighs more."""
_HALF_BAR = 50.0
"""Half the width of a weight bar in drawing units."""
_WEIGHED_KINDS = frozenset({ClaimKind.STORES, ClaimKind.PATTERN, ClaimKind.PURPOSE_MISMATCH})
"""Claims that are answered by a likelihood ratio; the others compare a figure with a threshold."""
_MANY_OBSERVATIONS = 16
"""Observations of one claim above which those of the weaker streams are folded away."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The allegation's own words. `language` is empty where they were given in one language only."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ObservationView:
    """One row of a claim's observations. `bar` is the length of its weight bar, negative if against."""

    name: Markup
    stream: Markup
    value: Markup
    window: Markup
    weight: str | None
    bar: float


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure with its drawing in the page's language."""

    anchor: str
    name: Markup
    stream: Markup | None
    text: FigureText
    svg: Markup


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim with its answer."""

    anchor: str
    id: Markup
    says: Markup
    quote: Quote | None
    verdict: str
    verdict_label: Markup
    strength: Markup
    """On the verbal scale, or why there is none."""
    weighed: bool
    best_other: Markup | None
    weighing: Sequence[Markup]
    notes: Sequence[Markup]
    open: Sequence[Markup]
    settle: Sequence[Markup]
    observations: Sequence[ObservationView]
    """Those of the subject as a whole and of the strongest stream."""
    more: Sequence[ObservationView]
    """Those of further streams, where there are many."""
    weights: bool
    """Whether an observation has a weight of its own."""
    figures: Sequence[FigureView]
    see: Markup | None
    beside: Markup | None
    """What whoever shows the page puts beside the records that would settle the claim."""


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause with its assessment. `state` is the assessment's value, or `person`."""

    anchor: str
    id: Markup
    title: str
    text: str
    state: str
    label: Markup
    meaning: Markup | None
    """What the assessment means, where no note says what decided it."""
    validity: Markup
    rests_on: Sequence[tuple[str, Markup]]
    open: Sequence[Markup]
    notes: Sequence[Markup]


@dataclass(frozen=True, slots=True)
class PageView:
    """Everything that one language's half of the page shows."""

    words: Words
    allegation: Allegation
    result: ReviewResult
    pack: Pack
    summary: Markup
    claims: Sequence[ClaimView]
    clauses: Sequence[ClauseView]
    rest: Sequence[FigureView]
    streams: Mapping[str, int]
    consistency: Sequence[Markup]
    listed: Sequence[str]
    """The parts after the summary, in their order."""
    most_inputs: int | None
    """How many log files are listed at most; None for all."""

    @property
    def subscriptions(self) -> Sequence[str]:
        """The subscriptions examined: as named, or as the register gave them for a customer."""
        return self.allegation.subscriptions or tuple(self.result.subjects)

    @property
    def drawn(self) -> bool:
        """Whether the page has any figure."""
        return bool(self.rest) or any(claim.figures for claim in self.claims)

    @property
    def covered(self) -> float:
        """Share of the period's hours that have records, 0 to 1."""
        coverage = self.result.coverage
        return coverage.hours_seen / coverage.hours_expected if coverage.hours_expected else 0.0


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of a review is shown, and what stands beside it."""

    listed: Sequence[str] = PARTS
    most_inputs: int | None = None
    beside: Mapping[str, Markup] = field(default_factory=dict)
    """By claim: what stands beside the records that would settle it."""


def build_page(
    allegation: Allegation,
    pack: Pack,
    result: ReviewResult,
    *,
    figures: Figures,
    words: Words,
    shown: Shown,
) -> PageView:
    """Build one language's view. Raises ReportError for a clause that the pack does not have."""
    streams = number_streams(result)
    claims = [
        _claim(
            number,
            claim,
            answer,
            allegation=allegation,
            figures=figures,
            streams=streams,
            words=words,
            beside=shown.beside.get(claim.id),
        )
        for number, (claim, answer) in enumerate(zip(allegation.claims, result.claims, strict=True), start=1)
    ]
    anchors = {answer.id: view.anchor for answer, view in zip(result.claims, claims, strict=True)}
    return PageView(
        words=words,
        allegation=allegation,
        result=result,
        pack=pack,
        summary=_summary(result, words),
        claims=claims,
        clauses=[
            _clause(number, clause, allegation=allegation, pack=pack, anchors=anchors, words=words)
            for number, clause in enumerate(result.clauses, start=1)
        ],
        rest=[_figure(figure, streams, words) for figure in figures.rest],
        streams=streams,
        consistency=[words.note(note) for note in result.consistency],
        listed=shown.listed,
        most_inputs=shown.most_inputs,
    )


def _summary(result: ReviewResult, words: Words) -> Markup:
    if not result.claims:
        return words.t("summary.no-claims")
    given = [claim.verdict for claim in result.claims]
    counted = [
        words.t(f"summary.{verdict}", count=given.count(verdict)) for verdict in Verdict if verdict in given
    ]
    return words.t("summary.tested", count=len(given), verdicts=words.listing(counted))


def _claim(
    number: int,
    claim: Claim,
    answer: ClaimResult,
    *,
    allegation: Allegation,
    figures: Figures,
    streams: Mapping[str, int],
    words: Words,
    beside: Markup | None,
) -> ClaimView:
    observations = _observations(answer, allegation=allegation, streams=streams, words=words)
    shown = _shown_first(answer)
    referred = [_figure_link(figure, words) for figure in figures.referred[number - 1]]
    return ClaimView(
        anchor=f"{words.language}-claim-{number}",
        id=identifier(claim.id),
        says=words.claim(claim),
        quote=_quote(claim, words),
        verdict=answer.verdict.value,
        verdict_label=words.label(answer.verdict),
        strength=_strength(answer, words),
        weighed=answer.strength is not None,
        best_other=None if answer.best_other is None else words.explanation(answer.best_other),
        weighing=tuple(_weighing(answer, words)),
        notes=[words.note(note) for note in answer.notes],
        open=[words.explanation(name) for name in answer.open_explanations],
        settle=[words.record(key) for key in answer.would_settle],
        observations=observations[:shown],
        more=observations[shown:],
        weights=any(seen.log10_lr is not None for seen in answer.observations),
        figures=[_figure(figure, streams, words) for figure in figures.by_claim[number - 1]],
        see=words.t("detail.see-figures", figures=words.listing(referred)) if referred else None,
        beside=beside,
    )


def _strength(answer: ClaimResult, words: Words) -> Markup:
    if answer.strength is not None:
        return words.label(answer.strength)
    if answer.kind in _WEIGHED_KINDS:
        return words.t("claims.unweighed")
    return words.t("claims.direct" if answer.observations else "detail.not-computed")


def _quote(claim: Claim, words: Words) -> Quote | None:
    if claim.text is None:
        return None
    language = "" if claim.text.en == claim.text.ar else words.language.value
    return Quote(claim.text.in_(words.code), language)


def _weighing(answer: ClaimResult, words: Words) -> Iterator[Markup]:
    if answer.log10_lr is None:
        return
    yield words.odds(answer.log10_lr, answer.best_other)
    if answer.strength is not None:
        value = words.t.locale.number(answer.log10_lr, decimals=1, signed=True)
        yield words.t("detail.scale", strength=words.label(answer.strength), value=value)


def _shown_first(answer: ClaimResult) -> int:
    """Say how many observations are shown at once: all if few, else those up to the second stream."""
    seen = [each.stream for each in answer.observations]
    if len(seen) <= _MANY_OBSERVATIONS:
        return len(seen)
    strongest = next((stream for stream in seen if stream != ALL_STREAMS), ALL_STREAMS)
    return next(
        (place for place, stream in enumerate(seen) if stream not in {ALL_STREAMS, strongest}), len(seen)
    )


def _observations(
    answer: ClaimResult, *, allegation: Allegation, streams: Mapping[str, int], words: Words
) -> list[ObservationView]:
    shown = answer.observations[: _shown_first(answer)]
    span = max([_LEAST_SPAN, *(abs(seen.log10_lr) for seen in shown if seen.log10_lr is not None)])
    return [
        ObservationView(
            name=words.indicator(seen.indicator),
            stream=_stream(seen.stream, streams, words),
            value=words.value(seen),
            window=_window(seen, allegation, words),
            weight=None
            if seen.log10_lr is None
            else words.t.locale.number(seen.log10_lr, decimals=1, signed=True),
            bar=round(min(max((seen.log10_lr or 0.0) / span, -1.0), 1.0) * _HALF_BAR, 2),
        )
        for seen in answer.observations
    ]


def _stream(stream: str, streams: Mapping[str, int], words: Words) -> Markup:
    if stream == ALL_STREAMS:
        return words.t("stream.all")
    number = streams.get(stream)
    return identifier(stream) if number is None else words.t("stream.one", number=number)


def _window(seen: Observation, allegation: Allegation, words: Words) -> Markup:
    if (seen.window.start, seen.window.end) == (allegation.start, allegation.end):
        return words.t("detail.whole-period")
    start, end = words.moment(seen.window.start), words.moment(seen.window.end)
    return words.t("page.heading-period", **{"from": start, "to": end})


def _figure_anchor(figure: Figure, words: Words) -> str:
    return f"{words.language}-figure-{figure.number}"


def _figure_link(figure: Figure, words: Words) -> Markup:
    name = words.t("figure.name", number=figure.number)
    return Markup('<a href="#{}">{}</a>').format(_figure_anchor(figure, words), name)


def _figure(figure: Figure, streams: Mapping[str, int], words: Words) -> FigureView:
    text = figure.texts[words.language]
    anchor = _figure_anchor(figure, words)
    name = words.t("figure.name", number=figure.number)
    caption = Caption(text.words, title=f"{name}: {text.title}", description=" ".join(text.readings))
    return FigureView(
        anchor=anchor,
        name=name,
        stream=None if figure.stream is None else _stream(figure.stream, streams, words),
        text=text,
        svg=inline(figure.drawn, caption, language=words.language, prefix=anchor),
    )


def _clause(
    number: int,
    answer: ClauseResult,
    *,
    allegation: Allegation,
    pack: Pack,
    anchors: Mapping[str, str],
    words: Words,
) -> ClauseView:
    if answer.id not in pack.versions:
        raise ReportError(
            f"the review answers clause {answer.id}, which the pack {pack.id} does not have",
            field="clauses",
            hint="Report with the pack that the review was made with.",
        )
    clause, _ = pack.at(answer.id, allegation.start, allegation.end)
    by_person = answer.assessed_by == AssessedBy.PERSON
    state = AssessedBy.PERSON.value if by_person else answer.assessment.value
    dates = {"from": words.moment(clause.valid_from)}
    if clause.valid_to is not None:
        dates["to"] = words.moment(clause.valid_to)
    return ClauseView(
        anchor=f"{words.language}-clause-{number}",
        id=identifier(answer.id),
        title=clause.title.in_(words.code),
        text=clause.text.in_(words.code),
        state=state,
        label=words.label(AssessedBy.PERSON) if by_person else words.label(answer.assessment),
        meaning=None if answer.notes else words.t(f"clauses.meaning-{state}"),
        validity=words.t("clauses.valid-between" if "to" in dates else "clauses.valid-from", **dates),
        rests_on=[(anchors[claim], identifier(claim)) for claim in answer.claims],
        open=[words.explanation(name) for name in answer.open_explanations],
        notes=[words.note(note) for note in answer.notes],
    )
