"""Every act of a case: when, who by role and name or pseudonym, what changed, and its entry in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.frame import CaseRequest, case_page, show
from mithaq.console.web.cases.words import ANSWERS, APPELLANTS, PATHS, spoken
from mithaq.console.web.kinds import ACTED_AS, KINDS
from mithaq.console.web.templatetags.mithaq import ident, moment, number, size
from mithaq.kernel.clock import parse_instant
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.queries import Happening, happenings
from mithaq.people.models import Account
from mithaq.people.permissions import Permission
from mithaq.review.casefile import AppealOutcome, Appellant, Outcome
from mithaq.review.measures import Path
from mithaq.terms import Assessment, ClaimKind, SourceKind, label

ON_A_PAGE: Final = 50


def _word(
    kind: type[StrEnum], names: Mapping[Any, str | Promise] | None = None
) -> Callable[[Any], SafeString]:
    """Give how a word of a closed vocabulary is written; a word that it does not have stands as it is."""

    def write(value: Any) -> SafeString:  # noqa: ANN401  # a fact of an entry
        if value not in set(kind):
            return ident(value)
        word = kind(value)
        if names is not None:
            return conditional_escape(str(names[word]))
        return conditional_escape(label(word, spoken()))

    return write


def _moment(value: Any) -> SafeString:  # noqa: ANN401  # a fact of an entry
    return moment(parse_instant(value, field="fact"))


def _period(value: Any) -> SafeString:  # noqa: ANN401  # a fact of an entry
    """Write the two moments of a period; the second no longer belongs to it."""
    start, end = (_moment(each) for each in value)
    return format_html(gettext("{start} up to {end}"), start=start, end=end)


def _outcome(value: Any) -> SafeString:  # noqa: ANN401  # a fact of an entry
    """Write what came out: of a finding or of an appeal."""
    finding = value in set(Outcome)
    return _word(Outcome)(value) if finding else _word(AppealOutcome, ANSWERS)(value)


def _size(value: Any) -> SafeString:  # noqa: ANN401  # a fact of an entry
    return conditional_escape(size(value))


def _number(value: Any) -> SafeString:  # noqa: ANN401  # a fact of an entry
    return conditional_escape(number(value))


def _each(write: Callable[[Any], SafeString]) -> Callable[[Any], SafeString]:
    """Give how a list of such values is written."""
    return lambda values: format_html_join(" · ", "{}", ((write(each),) for each in values))


FACTS: Final[Mapping[str, tuple[str | Promise, Callable[[Any], SafeString]]]] = {
    "source_kind": (_("source"), _word(SourceKind)),
    "received": (_("received"), _moment),
    "clauses": (_("clauses"), _each(ident)),
    "claims": (_("claims about"), _each(_word(ClaimKind))),
    "other": (_("the other case"), ident),
    "media_type": (_("type of document"), ident),
    "bytes": (_("size"), _size),
    "busiest_before": (_("left in the busiest day before"), _size),
    "busiest_since": (_("left in the busiest day since"), _size),
    "period": (_("period"), _period),
    "deadline": (_("deadline"), _moment),
    "outcome": (_("outcome"), _outcome),
    "assessment": (_("computed verdict"), _word(Assessment)),
    "path": (_("how it comes about"), _word(Path, PATHS)),
    "appellant": (_("appeal of"), _word(Appellant, APPELLANTS)),
    "appeal_until": (_("appeal open until at least"), _moment),
    "claim": (_("claim"), ident),
    "due": (_("due"), _moment),
    "failure": (_("reason of the failure"), ident),
    "hours": (_("hours"), _number),
    "keep_from": (_("metadata kept from"), _moment),
}
"""The facts of acts that a timeline tells: what each is called, and how its value is written. The others
(ids, digests, the terms) stand in the ledger entry."""

SAID: Final[Mapping[str, str | Promise]] = {
    "reason": _("reason"),
    "reasons": _("reasons"),
    "reasons_en": _("reasons in English"),
    "reasons_ar": _("reasons in Arabic"),
    "grounds": _("grounds"),
    "question": _("question"),
    "addressee": _("asked of"),
    "name": _("name of the document"),
}
"""What people wrote with an act; it can be erased, and only who reads cases is shown it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An act as the timeline tells it. `said`: what people wrote, with None for what was erased."""

    at: datetime
    title: str | Promise
    about: str
    role: str | Promise
    by: Account | str
    facts: Sequence[tuple[str | Promise, SafeString]]
    said: Sequence[tuple[str | Promise, str | None]]
    reviewer: str
    seq: int | None


def shown(happening: Happening, people: Mapping[str, Account], *, reads: bool) -> Shown:
    """Give an act in words."""
    body = happening.body
    facts = [
        (title, write(body.facts[name])) for name, (title, write) in FACTS.items() if body.facts.get(name)
    ]
    written = happening.personal if reads else {}
    about = body.facts.get("about")
    reviewer = body.facts.get("reviewer")
    return Shown(
        at=parse_instant(body.at, field="at"),
        title=KINDS[ActKind(body.kind)],
        about=about if isinstance(about, str) else "",
        role=ACTED_AS.get(body.actor.role, body.actor.role),
        by=people.get(body.actor.pseudonym, body.actor.pseudonym),
        facts=facts,
        said=[(SAID[name], written[name]) for name in SAID if name in written],
        reviewer=reviewer if isinstance(reviewer, str) else "",
        seq=happening.seq,
    )


@case_page(Permission.CASE_READ)
def show_timeline(request: CaseRequest, case: str) -> HttpResponse:
    """Show the acts of a case, the newest first; raises Http404 for a page that is none."""
    before = request.GET.get("before", "")
    if before and not (before.isdecimal() and len(before) < 19):  # noqa: PLR2004  # digits of 2^63
        raise Http404(before)
    found = happenings(case, int(before) if before else None, ON_A_PAGE + 1)
    page = found[:ON_A_PAGE]
    names = {each.body.actor.pseudonym for each in page}
    people = {each.pseudonym: each for each in Account.objects.filter(pseudonym__in=names)}
    who = request.acting
    context = {
        "acts": [shown(each, people, reads=who.may(Permission.CASE_READ)) for each in page],
        "earlier": page[-1].entry if len(found) > ON_A_PAGE else None,
        "reads_ledger": who.may(Permission.LEDGER_READ),
    }
    return show(request, "cases/timeline.html", context)
