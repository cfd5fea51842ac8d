"""`evaluate.html`: targets and figures side by side, charts, evasions, in both languages, without script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, TypeAlias

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.measured.drawings import (
    Point,
    Series,
    rates_chart,
    reliability_chart,
    verdicts_chart,
)
from mithaq.evidence.report.charts.drawing import Caption, draw, inline
from mithaq.evidence.report.charts.text import FigureText, Key, Table
from mithaq.evidence.report.locales import LOCALES, Language
from mithaq.evidence.report.strings import Catalogue, Phrases, parse_catalogue

Document: TypeAlias = Mapping[str, Any]
"""A part of evaluate.json, as `evaluation_document` makes it."""

_ORDER: Final = (Language.AR, Language.EN)
"""Order in the file: the style sheet hides what follows the chosen language, and English is the default."""
_CALLS: Final = "call-recordings"
_VERDICTS: Final = ("supported", "partly-supported", "undetermined", "refuted")
_VERDICT_ROLES: Final = ("heat5", "heat3", "heat0", "seen")
_HALF_CLASS: Final = 0.5
_RATES: Final = (("stores", "decided"), ("stores", "true_supported"), ("pattern", "decided"))
_RATE_NAMES: Final = ("stores-decided", "stores-supported", "pattern-decided")
_DASHES: Final = ("", "9 3", "2 3")
_MISMATCH: Final = "purpose_mismatch"

TARGETS: Final[tuple[tuple[str, tuple[str, ...], str, float | None], ...]] = (
    ("stores-false-supported", ("stores", _CALLS, "false_supported"), "zero", None),
    ("stores-true-refuted", ("stores", _CALLS, "true_refuted"), "zero", None),
    ("stores-true-supported", ("stores", _CALLS, "true_supported"), "none", None),
    ("stores-decided", ("stores", _CALLS, "decided"), "none", None),
    ("stores-cllr", ("stores", _CALLS, "cllr"), "at-most", 0.1),
    ("left-false-supported", ("left_out", "stores", _CALLS, "false_supported"), "at-most", 0.01),
    ("left-true-refuted", ("left_out", "stores", _CALLS, "true_refuted"), "none", None),
    ("bundles", ("stores", _CALLS, "must_stay_open_undetermined"), "all", None),
    ("pattern-false-supported", ("pattern", "false_supported"), "zero", None),
    ("pattern-true-refuted", ("pattern", "true_refuted"), "zero", None),
    ("pattern-decided", ("pattern", "decided"), "at-least", 0.9),
    ("pattern-cllr", ("pattern", "cllr"), "at-most", 0.1),
    ("t5-false", ("t5", "violators_declaring_falsely_indicated"), "at-least", 0.95),
    ("t5-nothing", ("t5", "violators_declaring_nothing_indicated"), "zero", None),
    ("t5-truth", ("t5", "innocents_declaring_truthfully_indicated"), "zero", None),
    ("t5-innocent-nothing", ("t5", "innocents_declaring_nothing_indicated"), "zero", None),
    ("t5-innocent-false", ("t5", "innocents_declaring_falsely_indicated"), "none", None),
    ("t5-twins", ("t5", "twins_undetermined"), "all", None),
    ("t6-false", ("t6", "violators_declaring_falsely_indicated"), "none", None),
    ("t6-truth", ("t6", "innocents_declaring_truthfully_indicated"), "zero", None),
    ("t6-innocent-nothing", ("t6", "innocents_declaring_nothing_indicated"), "zero", None),
    ("t6-innocent-false", ("t6", "innocents_declaring_falsely_indicated"), "none", None),
    ("t9-false", ("t9", "violators_declaring_falsely_indicated"), "none", None),
    ("t9-truth", ("t9", "innocents_declaring_truthfully_indicated"), "zero", None),
    ("t9-innocent-nothing", ("t9", "innocents_declaring_nothing_indicated"), "zero", None),
    ("t9-innocent-false", ("t9", "innocents_declaring_falsely_indicated"), "none", None),
    ("mismatch-false-supported", (_MISMATCH, "false_supported"), "none", None),
    ("mismatch-true-supported", (_MISMATCH, "true_supported"), "none", None),
)
"""Figures with their targets: words, path in a summary, form of the target, its number."""


@dataclass(frozen=True, slots=True)
class FigureView:
    """One chart as the page lays it out."""

    anchor: str
    name: str
    svg: Markup
    text: FigureText
    stream: str = ""


@dataclass(frozen=True, slots=True)
class PageView:
    """The page in one language."""

    t: Phrases
    extent: str
    targets: Table
    figures: Sequence[FigureView]
    cases: Table
    foot: str


def render(document: Document) -> str:
    """Write the page of an evaluation's document."""
    style = _style()
    pages = [_page(document, Phrases(LOCALES[language], _catalogue())) for language in _ORDER]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("evaluation.html.j2")
        .render(
            pages=pages,
            style=Markup(style),  # noqa: S704  # our own style sheet, as it lies in the package
            style_hash=f"sha256-{digest}",
            title=" · ".join(page.t.plain("page.title") for page in pages),
        )
    )


def _page(document: Document, t: Phrases) -> PageView:
    extent = document["extent"]
    return PageView(
        t=t,
        extent=t.plain(
            "page.extent",
            seed=t.locale.digits(str(document["seed"])),
            turning=extent["turning"],
            others=extent["others"],
            evasions=extent["evasions"],
        ),
        targets=_targets(document["from_2000_a_day"], t),
        figures=list(_figures(document, t)),
        cases=_cases(document["cases"], t),
        foot=t.plain(
            "page.foot", digest=document["model"]["digest"][:19], version=document["model"]["version"]
        ),
    )


def _rate(found: Document, t: Phrases) -> str:
    if not found["of"]:
        return t.plain("untried")
    return t.plain(
        "rate",
        hits=found["hits"],
        of=found["of"],
        **{name: t.locale.percent(found[key], decimals=2) for name, key in
           (("share", "rate"), ("low", "low"), ("high", "high"))},
    )  # fmt: skip


def _targets(summary: Document, t: Phrases) -> Table:
    rows = []
    for words, path, form, number in TARGETS:
        found: Any = summary
        for step in path:
            found = found[step]
        if isinstance(found, Mapping):
            measured = _rate(found, t)
        else:
            measured = t.plain("untried") if found is None else t.locale.number(found, decimals=3)
        is_rate = isinstance(found, Mapping)
        bound = "" if number is None else t.locale.percent(number) if is_rate else t.locale.measure(number)
        wanted = t.plain(f"targets.{form}", share=bound) if number is not None else t.plain(f"targets.{form}")
        rows.append((t.plain(f"targets.{words}"), wanted, measured))
    return Table([t.plain(f"targets.{name}") for name in ("column", "wanted", "measured")], rows)


def _cases(cases: Sequence[Document], t: Phrases) -> Table:
    columns = (
        "stores_supported",
        "stores_refuted",
        "population_supported",
        "t5_indicated_declaring_falsely",
    )
    head = [t.plain("cases.case"), *(t.plain(f"cases.{name}") for name in columns)]
    rows = [[t.plain(f"cases.{one['case']}"), *(_rate(one[name], t) for name in columns)] for one in cases]
    return Table(head, rows)


def _figures(document: Document, t: Phrases) -> Iterator[FigureView]:
    whole = document["from_2000_a_day"]
    yield _reliability(whole, t)
    volumes = [(_class(one["from"], one["to"], t), one) for one in document["by_volume"]]
    yield _rates(2, "volume", volumes, t)
    days = [(t.plain("figure.day-count", days=one["days"]), one) for one in document["by_days"]]
    yield _rates(3, "days", days, t)
    yield _workloads(document["by_workload"], t)


def _view(number: int, drawn: str, text: FigureText, t: Phrases) -> FigureView:
    language = t.locale.language
    prefix = f"{language.value}-figure-{number}"
    caption = Caption(text.words, text.title, " ".join(text.readings))
    svg = inline(drawn, caption, language=language, prefix=prefix)
    return FigureView(prefix, t.plain("figure.name", number=number), svg, text)


def _class(low: float | None, high: float | None, t: Phrases) -> str:
    if not low:
        return t.plain("figure.below", to=t.locale.measure(high or 0))
    if high is None or high >= max(1_000_000.0, low):
        return t.plain("figure.from", **{"from": t.locale.measure(low)})
    return t.plain("figure.from-to", **{"from": t.locale.measure(low), "to": t.locale.measure(high)})


def _points(classes: Sequence[Document]) -> list[tuple[float, float]]:
    """Give the middle of each class that holds anything, and the ratio observed in it."""
    found = []
    for one in classes:
        if one["observed"] is not None:
            low = one["to"] - 2 * _HALF_CLASS if one["from"] is None else one["from"]
            found.append((low + _HALF_CLASS, one["observed"]))
    return found


def _reliability(whole: Document, t: Phrases) -> FigureView:
    classes = (whole["stores"][_CALLS]["reliability"], whole["pattern"]["reliability"])
    drawn = draw(reliability_chart([(number, _points(each)) for number, each in enumerate(classes)]))
    ticks = [t.locale.number(value, signed=True) for value in (-4, -2, 0, 2, 4)]
    names = (t.plain("series.stores"), t.plain("series.pattern"))
    rows = []
    for place, one in enumerate(classes[0]):
        both = [one, classes[1][place]]
        observed = [
            t.plain("untried")
            if each["observed"] is None
            else t.locale.number(each["observed"], decimals=2, signed=True)
            for each in both
        ]
        low = "" if one["from"] is None else t.locale.number(one["from"], signed=True)
        high = "" if one["to"] is None else t.locale.number(one["to"], signed=True)
        rows.append((f"{low} … {high}", *observed))
    text = FigureText(
        title=t.plain("figure.reliability"),
        unit=t.plain("figure.reliability-unit"),
        readings=[t.plain("figure.reliability-reading")],
        keys=[Key("line", f"line{n}", name, _DASHES[n]) for n, name in enumerate(names)],
        words={f"{axis}{n}": tick for axis in "xy" for n, tick in enumerate(ticks)},
        table=Table([t.plain("figure.class"), *names], rows),
    )
    return _view(1, drawn, text, t)


def _rates(number: int, name: str, classes: Sequence[tuple[str, Document]], t: Phrases) -> FigureView:
    found = [
        [one["stores"][_CALLS][key] if part == "stores" else one[part][key] for _, one in classes]
        for part, key in _RATES
    ]
    series = [
        Series(line, [Point(each["rate"], each["low"], each["high"]) for each in rates])
        for line, rates in enumerate(found)
    ]
    names = [t.plain(f"series.{each}") for each in _RATE_NAMES]
    words = {f"x{place}": label for place, (label, _) in enumerate(classes)}
    words |= {f"y{place}": t.locale.percent(place / 4) for place in range(5)}
    text = FigureText(
        title=t.plain(f"figure.{name}"),
        unit=t.plain(f"figure.{name}-unit"),
        readings=[t.plain("figure.rates-reading")],
        keys=[Key("line", f"line{line}", each, _DASHES[line]) for line, each in enumerate(names)],
        words=words,
        table=Table(
            [t.plain("figure.class"), *names],
            [[label, *(_rate(rates[place], t) for rates in found)]
             for place, (label, _) in enumerate(classes)],
        ),
    )  # fmt: skip
    return _view(number, draw(rates_chart(series)), text, t)


def _workloads(by_workload: Sequence[Document], t: Phrases) -> FigureView:
    tried = [one for one in by_workload if one["trials"]]
    counts = [[one["stores"][_CALLS][verdict] for verdict in _VERDICTS] for one in tried]
    shares = [[count / sum(row) for count in row] for row in counts]
    labels = [_label(one["workload"], t) for one in tried]
    names = [t.plain(f"verdict.{verdict}") for verdict in _VERDICTS]
    words = {f"w{place}": label for place, label in enumerate(labels)}
    words |= {f"x{place}": t.locale.percent(place / 2) for place in range(3)}
    text = FigureText(
        title=t.plain("figure.workloads"),
        unit=t.plain("figure.workloads-unit"),
        readings=[t.plain("figure.workloads-reading")],
        keys=[Key("area", role, name) for role, name in zip(_VERDICT_ROLES, names, strict=True)],
        words=words,
        table=Table(
            [t.plain("figure.workload"), *names],
            [[label, *map(t.locale.number, row)] for label, row in zip(labels, counts, strict=True)],
        ),
    )
    return _view(4, draw(verdicts_chart(shares)), text, t)


def _label(workload: str, t: Phrases) -> str:
    label = WORKLOADS[workload].label
    return label.ar if t.locale.language is Language.AR else label.en


@cache
def _catalogue() -> Catalogue:
    return parse_catalogue(resources.files(__package__).joinpath("strings.toml").read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    loaders = [PackageLoader(name, "templates") for name in (__package__, "mithaq.evidence.report")]
    return Environment(
        loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip


@cache
def _style() -> str:
    """Give the report's style sheet: both pages look alike."""
    folder = resources.files("mithaq.evidence.report")
    return "\n" + folder.joinpath("templates/review.css").read_text(encoding="utf-8")
