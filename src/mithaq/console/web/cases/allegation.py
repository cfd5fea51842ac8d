"""The allegation as it came in: what is alleged, by whom, about whom, and what came with it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from mithaq.console.web.cases.forms import ActForm
from mithaq.console.web.cases.frame import CaseRequest, case_page, show
from mithaq.console.web.cases.words import FLIGHTS, spoken
from mithaq.console.web.templatetags.mithaq import locale
from mithaq.evidence.report.names import RoomNames
from mithaq.evidence.report.strings import Phrases
from mithaq.evidence.report.words import Words
from mithaq.intake.api import document_download
from mithaq.intake.flight import egress
from mithaq.intake.media import download_name
from mithaq.intake.models import Allegation, WatchEnd
from mithaq.intake.places import lake_place, terms_pack
from mithaq.intake.queries import (
    access_attachment,
    likenesses,
    linked_cases,
    pseudonyms_of,
    terms_of,
    words_of,
)
from mithaq.kernel.errors import InputError, StateError
from mithaq.people.permissions import Permission
from mithaq.terms import Pack, label


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim in the page's words, and as whoever made it put it: language and text."""

    id: str
    kind: str
    says: SafeString
    quoted: Sequence[tuple[str, str]]


def claims_of(case: Allegation, words: Mapping[str, Any] | None) -> list[ClaimShown]:
    """Give a case's claims in the page's language, each with the words of whoever made it."""
    written = Words(Phrases.of(locale().language), RoomNames())
    texts: Mapping[str, Mapping[str, str]] = (words or {}).get("texts", {})
    return [
        ClaimShown(
            claim.id,
            label(claim.kind, written.code),
            conditional_escape(written.claim(claim)),
            _quoted(texts.get(claim.id, {})),
        )
        for claim in terms_of(case).claims
    ]


def _quoted(text: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give each language's text; one written in a single language stands in both and is shown once."""
    if text.get("en") == text.get("ar"):
        return [("", text["en"])] if text.get("en") else []
    return [(language, text[language]) for language in ("en", "ar") if text.get(language)]


def titles_of(pack: Pack, clauses: Sequence[str]) -> list[tuple[str, str]]:
    """Give clauses with their titles in the page's language; one that the terms no longer have has none."""
    known = pack.clauses
    return [(each, known[each].title.in_(spoken()) if each in known else "") for each in clauses]


@case_page(Permission.CASE_READ)
def show_allegation(request: CaseRequest, case: str) -> HttpResponse:
    """Show what is alleged, by whom, about which subscriptions.

    Who reads it by break-glass sees neither the words of whoever made it nor what came with it.
    """
    found, who = request.seen.case, request.acting
    reads = who.may(Permission.CASE_READ)
    words = words_of(found) if reads else None
    said = terms_of(found)
    context: dict[str, Any] = {
        "source": label(said.source_kind, spoken()),
        "reads": reads,
        "words": words,
        "reference": (words or {}).get("reference"),
        "claims": claims_of(found, words),
        "clauses": titles_of(terms_pack(os.environ), found.clauses),
        "subjects": found.subjects.all(),
        "watch": found.watch,
        "watch_end": WatchEnd.objects.filter(watch=found.watch).first(),
        "sightings": found.watch.sightings.all(),
        "may_erase_words": words is not None and who.may(Permission.CASE_WORDS_ERASE),
        "may_end_watch": who.may(Permission.CASE_WATCH_END),
    }
    if reads:
        context |= _papers(request, case)
    return show(request, "cases/allegation.html", context)


def _papers(request: CaseRequest, case: str) -> dict[str, Any]:
    who, found = request.acting, request.seen.case
    return {
        "attachments": list(found.attachments.select_related("content", "added_by")),
        "likenesses": [each for each in likenesses(who, case) if not each.linked],
        "linked": linked_cases(found),
        "may_attach": who.may(Permission.CASE_ATTACHMENT_ADD),
        "may_erase": who.may(Permission.CASE_ATTACHMENT_ERASE),
        "link": ActForm(seen=request.seen) if who.may(Permission.CASE_LINK) else None,
    }


@case_page(Permission.CASE_READ)
def download(request: CaseRequest, case: str, attachment: str) -> HttpResponse:
    """Hand out a document's bytes, as a download and as nothing else; raises Forbidden, UnknownAttachment."""
    request.acting.must(Permission.CASE_READ)
    content = access_attachment(request.acting, case, attachment)
    return document_download(bytes(content.data), download_name(attachment, content.attachment.media_type))


@case_page(Permission.CASE_READ)
def show_egress(request: CaseRequest, case: str) -> HttpResponse:
    """Compare what left the subjects' storage since the case was opened with the four weeks before."""
    del case
    found = request.seen.case
    context: dict[str, Any] = {"watch": found.watch}
    try:
        place = lake_place(os.environ)
        keyring = place.keyring()
        names = sorted(pseudonyms_of(found, keyring.pseudonyms))
        seen = egress(place.open(keyring), names, since=found.watch.since, now=request.acting.now)
    except (InputError, StateError) as error:
        context["error"] = error
    else:
        context |= {"egress": seen, "flight": FLIGHTS[seen.flight]}
    return show(request, "cases/egress.html", context)
