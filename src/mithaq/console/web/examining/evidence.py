"""The evidence of a run as its page shows it. Everything was computed and drawn by the worker."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from mithaq.console.web.templatetags.mithaq import locale
from mithaq.evidence.report import PARTS, Shown, drawings_of, read_review, report_parts
from mithaq.intake.places import terms_pack
from mithaq.intake.queries import terms_of, words_of
from mithaq.review.runs.models import Result, Run
from mithaq.review.runs.queries import document_of, exhibits_of
from mithaq.review.runs.work import within
from mithaq.terms import Allegation, LocalisedText
from mithaq.terms.vocabulary import Verdict

LISTED: Final = tuple(part for part in PARTS if part != "allegation")
"""The parts of the report that the page shows; the allegation has a page of its own."""
MOST_INPUTS: Final = 50
"""Log files that the page lists; all of them stand in the document."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run attached."""

    run: Run
    result: Result
    parts: Mapping[str, Markup]
    """The report's parts by name, in the page's language."""
    drawn: bool
    """Whether charts and sentences were kept with it."""
    other_terms: bool
    """Whether it was computed with another terms pack than the one of today."""


def open_claims(document: Mapping[str, Any]) -> list[str]:
    """Give the claims that a run left undetermined."""
    return [each["id"] for each in document["claims"] if each["verdict"] == Verdict.UNDETERMINED.value]


def evidence_shown(run: Run, result: Result, *, ask: bool) -> Evidence:
    """Write the evidence of a run; `ask` adds links that ask for what would settle a claim.

    Raises ReportError for a clause that the terms pack no longer has.
    """
    document, exhibits = document_of(result), exhibits_of(result)
    allegation = _with_words(within(terms_of(run.allegation), run.authorisation), run)
    pack = terms_pack(os.environ)
    beside = {claim: _asking(run, claim) for claim in open_claims(document)} if ask else {}
    parts = report_parts(
        allegation,
        pack,
        read_review(allegation, document, exhibits),
        language=locale().language,
        shown=Shown(listed=LISTED, most_inputs=MOST_INPUTS, beside=beside),
        drawings=drawings_of(exhibits),
    )
    other_terms = document["provenance"]["terms"] != pack.digest
    return Evidence(run, result, parts, drawn=bool(exhibits), other_terms=other_terms)


def _with_words(said: Allegation, run: Run) -> Allegation:
    """Give the claims the words of whoever made the allegation, unless they were erased."""
    texts = (words_of(run.allegation) or {}).get("texts", {})
    claims = [
        replace(claim, text=LocalisedText(**texts[claim.id])) if claim.id in texts else claim
        for claim in said.claims
    ]
    return replace(said, claims=tuple(claims))


def _asking(run: Run, claim: str) -> Markup:
    address = reverse("records-ask", kwargs={"case": run.allegation.case, "run": run.run, "claim": claim})
    return Markup('<p class="asking"><a class="button second" href="{}">{}</a></p>').format(
        address, _("Ask for records that would settle it")
    )
