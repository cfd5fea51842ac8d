"""What can go wrong while a report is written; all of it lies in our own files, never in the allegation."""

from __future__ import annotations

from mithaq.kernel.errors import StateError


class ReportError(StateError):
    """The report cannot be written from what the review gave: an unknown clause or claim."""

    code = "report-failed"


class PhraseError(ReportError):
    """A sentence of the report is missing, incomplete in one language, or filled with the wrong values."""

    code = "report-phrase"


class DrawingError(ReportError):
    """A chart could not be drawn, or came back in a form that may not enter the page."""

    code = "report-drawing"
