"""The review report of file mode: `review.html`, in Arabic and English.

One self-contained page: no script, no request, one style sheet that a strict content security policy lets
through by its hash. `#ar` in the address opens the Arabic half. Its parts can be had singly, for the console.
"""

from collections.abc import Mapping

from markupsafe import Markup

from mithaq.evidence.report.errors import DrawingError, PhraseError, ReportError
from mithaq.evidence.report.exhibits import drawings_of, exhibits_document, read_review
from mithaq.evidence.report.figures import Drawings
from mithaq.evidence.report.locales import Language
from mithaq.evidence.report.names import RoomNames
from mithaq.evidence.report.page import render, render_badge, render_parts
from mithaq.evidence.report.views import PARTS, Shown
from mithaq.evidence.result import ReviewResult
from mithaq.terms import Allegation, Pack

__all__ = [
    "PARTS",
    "DrawingError",
    "PhraseError",
    "ReportError",
    "Shown",
    "drawings_of",
    "exhibits_document",
    "read_review",
    "render_badge",
    "render_report",
    "report_parts",
]


def render_report(allegation: Allegation, pack: Pack, result: ReviewResult) -> str:
    """Write a review as one HTML page in both languages.

    The same arguments give the same text; only `result.provenance.made_at` tells two runs apart. The
    allegation's `reference` is left out, as in `review.json`: it may lead to whoever reported. Raises
    ReportError where the three do not belong together.
    """
    return render(allegation, pack, result, names=RoomNames())


def report_parts(
    allegation: Allegation,
    pack: Pack,
    result: ReviewResult,
    *,
    language: Language,
    shown: Shown,
    drawings: Drawings,
) -> Mapping[str, Markup]:
    """Write the parts of a review in one language by name; figures that `drawings` has are not drawn again.

    Raises ReportError where review, allegation and pack do not belong together.
    """
    return render_parts(
        allegation, pack, result, names=RoomNames(), language=language, shown=shown, drawings=drawings
    )
