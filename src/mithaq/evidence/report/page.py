"""`review.html`: one self-contained file in Arabic and English that needs no script and no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mithaq.evidence.report.errors import ReportError
from mithaq.evidence.report.figures import number_streams, plan_figures
from mithaq.evidence.report.locales import Language
from mithaq.evidence.report.strings import Phrases
from mithaq.evidence.report.views import build_page
from mithaq.evidence.report.words import Names, Words
from mithaq.evidence.result import ReviewResult
from mithaq.terms import Allegation, Pack

_ORDER: Final = (Language.AR, Language.EN)
"""Order in the file: the style sheet hides what follows the chosen language, and English is the default."""


def render(allegation: Allegation, pack: Pack, result: ReviewResult, *, names: Names) -> str:
    """Write the page. Raises ReportError where review, allegation and pack do not belong together."""
    asked = [claim.id for claim in allegation.claims]
    answered = [claim.id for claim in result.claims]
    if asked != answered:
        raise ReportError(
            f"the review answers the claims {answered}, the allegation makes {asked}",
            field="claims",
            hint="Report a review with the allegation that it examined.",
        )
    words: Mapping[Language, Words] = {language: Words(Phrases.of(language), names) for language in Language}
    streams = number_streams(result)
    figures = plan_figures(allegation.claims, result, words)
    pages = [
        build_page(allegation, pack, result, figures=figures, streams=streams, words=words[language])
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
