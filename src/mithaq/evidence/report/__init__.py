"""The review report of file mode: `review.html`, in Arabic and English.

One self-contained page: no script, no request, one style sheet that a strict content security policy lets
through by its hash. `#ar` in the address opens the Arabic half.
"""

from mithaq.evidence.report.errors import DrawingError, PhraseError, ReportError
from mithaq.evidence.report.names import RoomNames
from mithaq.evidence.report.page import render
from mithaq.evidence.result import ReviewResult
from mithaq.terms import Allegation, Pack

__all__ = ["DrawingError", "PhraseError", "ReportError", "render_report"]


def render_report(allegation: Allegation, pack: Pack, result: ReviewResult) -> str:
    """Write a review as one HTML page in both languages.

    The same arguments give the same text; only `result.provenance.made_at` tells two runs apart. The
    allegation's `reference` is left out, as in `review.json`: it may lead to whoever reported. Raises
    ReportError where the three do not belong together.
    """
    return render(allegation, pack, result, names=RoomNames())
