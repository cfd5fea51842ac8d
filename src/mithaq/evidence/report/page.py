"""`review.html`: one self-contained file in Arabic and English that needs no script and no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mithaq.evidence.report.errors import ReportError
from mithaq.evidence.report.figures import Drawings, plan_figures
from mithaq.evidence.report.locales import Language
from mithaq.evidence.report.strings import Phrases
from mithaq.evidence.report.views import Shown, build_page
from mithaq.evidence.report.words import Names, Words
from mithaq.evidence.result import ReviewResult
from mithaq.terms import Allegation, Pack

_ORDER: Final = (Language.AR, Language.EN)
"""Order in the file: the style sheet hides what follows the chosen language, and English is the default."""


def render(allegation: Allegation, pack: Pack, result: ReviewResult, *, names: Names) -> str:
    """Write the page. Raises ReportError where review, allegation and pack do not belong together."""
    words = _words(names)
    _check(allegation, result)
    figures = plan_figures(allegation.claims, result, words)
    pages = [
        build_page(allegation, pack, result, figures=figures, words=words[language], shown=Shown())
        for language in _ORDER
    ]
    style = _style()
    return (
        _environment()
        .get_template("review.html.j2")
        .render(
            pages=pages,
            style=Markup(style),  # noqa: S704 - our own style sheet, as it lies in the package
            style_hash=_source_hash(style),
            title=" · ".join(words[language].t.plain("page.title") for language in Language),
        )
    )


def render_parts(
    allegation: Allegation,
    pack: Pack,
    result: ReviewResult,
    *,
    names: Names,
    language: Language,
    shown: Shown,
    drawings: Drawings,
) -> dict[str, Markup]:
    """Write the parts of a review in one language by name, for a page that has its own head and style.

    Beside `summary` and the parts that `shown` lists, `contents` leads to them. Raises ReportError.
    """
    _check(allegation, result)
    words = {language: _words(names)[language]}
    figures = plan_figures(allegation.claims, result, words, drawings)
    page = build_page(allegation, pack, result, figures=figures, words=words[language], shown=shown)
    template = _environment().get_template("one_part.html.j2")
    return {
        part: Markup(template.render(page=page, part=part))  # noqa: S704 - the template escapes
        for part in ("summary", "contents", *shown.listed)
    }


def render_badge(state: str, label: str) -> Markup:
    """Write a verdict or an assessment as the page does; `state` is its value, `label` its name."""
    macros: Any = _environment().get_template("parts.html.j2").module
    badge: Markup = macros.badge(state, label)
    return badge


def _words(names: Names) -> Mapping[Language, Words]:
    return {language: Words(Phrases.of(language), names) for language in Language}


def _check(allegation: Allegation, result: ReviewResult) -> None:
    asked = [claim.id for claim in allegation.claims]
    answered = [claim.id for claim in result.claims]
    if asked != answered:
        raise ReportError(
            f"the review answers the claims {answered}, the allegation makes {asked}",
            field="claims",
            hint="Report a review with the allegation that it examined.",
        )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> str:
    text = resources.files(__package__).joinpath("templates/review.css").read_text(encoding="utf-8")
    return f"\n{text}"


def _source_hash(style: str) -> str:
    """Give the hash by which a content security policy lets just this style sheet through (CSP Level 3)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"
