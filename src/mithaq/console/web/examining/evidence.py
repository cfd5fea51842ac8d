"""The evidence of a run as its page shows it. Everything was computed and drawn by the worker."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from mithaq.console.web.templatetags.mithaq import locale
from mithaq.evidence.report import PARTS, Shown, drawings_of, read_review, report_parts
from mithaq.evidence.report.locales import Language
from mithaq.intake.places import terms_pack
from mithaq.intake.queries import terms_of, words_of
from mithaq.kernel.canonical import compact
from mithaq.review.runs.models import Exhibits, Result, Run
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
    texts = (words_of(run.allegation) or {}).get("texts", {})
    pack = terms_pack(os.environ)
    facts = [run.run, result.sha256, _exhibits(result), texts, pack.digest]
    rests_on = sha256(compact(facts)).hexdigest()
    place = (run.pk, locale().language, ask)
    kept = _KEPT.get(place)
    if kept is None or kept.rests_on != rests_on:
        kept = _written(run, result, texts, ask=ask, rests_on=rests_on)
        _keep(place, kept)
    return Evidence(run, result, kept.parts, drawn=kept.drawn, other_terms=kept.terms != pack.digest)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Parts that were written, with the digest of all that they rest on."""

    rests_on: str
    parts: Mapping[str, Markup]
    drawn: bool
    terms: str


MOST_KEPT: Final = 32
_KEPT: Final[OrderedDict[tuple[int, Language, bool], _Kept]] = OrderedDict()
"""Parts of the runs shown last, in this process: a case is looked at again and again, and its evidence never
changes. What was written with words that have been erased since is thrown away when it is asked for."""


def _keep(place: tuple[int, Language, bool], written: _Kept) -> None:
    _KEPT[place] = written
    while len(_KEPT) > MOST_KEPT:
        _KEPT.popitem(last=False)


def _exhibits(result: Result) -> str:
    return Exhibits.objects.filter(result=result).values_list("sha256", flat=True).first() or ""


def _written(run: Run, result: Result, texts: Mapping[str, Any], *, ask: bool, rests_on: str) -> _Kept:
    document, exhibits = document_of(result), exhibits_of(result)
    allegation = _with_words(within(terms_of(run.allegation), run.authorisation), texts)
    beside = {claim: _asking(run, claim) for claim in open_claims(document)} if ask else {}
    parts = report_parts(
        allegation,
        terms_pack(os.environ),
        read_review(allegation, document, exhibits),
        language=locale().language,
        shown=Shown(listed=LISTED, most_inputs=MOST_INPUTS, beside=beside),
        drawings=drawings_of(exhibits),
    )
    return _Kept(rests_on, parts, bool(exhibits), document["provenance"]["terms"])


def _with_words(said: Allegation, texts: Mapping[str, Any]) -> Allegation:
    """Give the claims the words of whoever made the allegation; those that were erased are not there."""
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
