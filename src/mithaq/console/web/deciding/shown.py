"""Decisions as pages show them: what they are called, where they stand, and what an act on them will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.frame import CaseRequest
from mithaq.console.web.cases.words import LEVELS, PATHS, kind_beside, spoken
from mithaq.console.web.deciding.panel import Panel, panel_of
from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.console.web.templatetags.mithaq import foreign, ident, moment
from mithaq.people.models import Account
from mithaq.people.permissions import Permission
from mithaq.review.casefile import CaseFile
from mithaq.review.content import read
from mithaq.review.measures import Content, DecisionKind, Path
from mithaq.review.models import CaseAct, Decision, Ruling, RulingOutcome
from mithaq.review.queries import access_decision


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a decision stands, in words; `tone` is `waiting`, `stands` or `past`."""

    words: str | Promise
    tone: str


_RULED = {
    RulingOutcome.REFUSED.value: gettext_lazy("refused"),
    RulingOutcome.WITHDRAWN.value: gettext_lazy("withdrawn"),
}


def standing_of(row: Decision, state: CaseFile, now: datetime) -> Standing:
    """Say where a decision stands."""
    ruling = ruling_of(row)
    if ruling is None:
        waits = row.key in state.proposals
        return Standing(_("waits for approval"), "waiting") if waits else Standing(_("void"), "past")
    if ruling.outcome in _RULED:
        return Standing(_RULED[ruling.outcome], "past")
    standing = state.decisions[row.key]
    if standing.followed_by:
        return Standing(_("replaced by another decision"), "past")
    if row.restricts and standing.ended(now):
        return Standing(_("its end has come"), "past")
    if standing.reasons_at is None:
        return Standing(_("stands; reasons not issued yet"), "stands")
    return Standing(_("stands"), "stands")


def ruling_of(row: Decision) -> Ruling | None:
    """Give what became of a proposal; None while it waits."""
    found: Ruling | None = getattr(row, "ruling", None)
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something: always their role and pseudonym, the name for those who may read people."""

    role: str | Promise
    pseudonym: str
    name: str


def person(request: CaseRequest, account: Account, act: CaseAct) -> Person:
    """Show who did an act."""
    name = account.name if request.acting.may(Permission.PEOPLE_READ) else ""
    return Person(ROLE_NAMES.get(act.role, act.role), account.pseudonym, name)


def named(request: CaseRequest, accounts: Sequence[Account]) -> list[SafeString]:
    """Name people: by their names for those who may read people, else by their pseudonyms."""
    reads = request.acting.may(Permission.PEOPLE_READ)
    return [foreign(each.name) if reads else ident(each.pseudonym) for each in accounts]


RULED: Mapping[str, str | Promise] = {
    RulingOutcome.APPROVED.value: _("Approved"),
    RulingOutcome.REFUSED.value: _("Refused"),
    RulingOutcome.WITHDRAWN.value: _("Withdrawn"),
    RulingOutcome.EXPIRED.value: _("Recorded"),
    RulingOutcome.SET_ASIDE.value: _("Decided on appeal"),
}
"""What became of a proposal, as a page heads who did it."""


@dataclass(frozen=True, slots=True)
class InChain:
    """A decision as the chain of a case's decisions lists it."""

    row: Decision
    path: str | Promise
    kind: str | Promise
    standing: Standing
    proposed_by: Person
    current: bool = False

    @property
    def address(self) -> str:
        """Give its page."""
        return reverse("decision", kwargs={"case": self.row.case, "decision": self.row.key})


def chain_of(request: CaseRequest, rows: Sequence[Decision], current: str = "") -> list[InChain]:
    """Show the decisions of a case in the order proposed."""
    state, now = request.seen.state, request.acting.now
    return [
        InChain(
            row=row,
            path=PATHS[Path(row.path)],
            kind=kind_beside(Path(row.path), DecisionKind(row.kind)),
            standing=standing_of(row, state, now),
            proposed_by=person(request, row.proposed_by, row.act),
            current=row.key == current,
        )
        for row in rows
    ]


def panel(request: CaseRequest, content: Content) -> Panel:
    """Show what a content stops and keeps, beside the decision that it follows."""
    subjects = request.seen.case.subjects.values_list("subscription", flat=True)
    return panel_of(content, before_of(content), subjects)


def before_of(content: Content) -> Content | None:
    """Read the decision that a content follows; None if it follows none."""
    return read(access_decision(content.case, content.previous).content) if content.previous else None


def words_of(content: Content) -> dict[str, object]:
    """Give the texts of a content as the page lays them out, the page's language first."""
    asked = content.proportionality
    levels = None
    if asked is not None:
        severity = asked.severity
        levels = [
            (_("To each person"), LEVELS[severity.scale]),
            (_("How many people it reaches"), LEVELS[severity.scope]),
            (_("How hard it is to make good"), LEVELS[severity.irremediability]),
        ]
    order = ("ar", "en") if spoken() == "ar" else ("en", "ar")
    texts = {"en": (content.facts.en, content.grounds.en), "ar": (content.facts.ar, content.grounds.ar)}
    return {
        "content": content,
        "kind": kind_beside(content.path, content.kind),
        "path": PATHS[content.path],
        "texts": [(language, *texts[language]) for language in order],
        "clauses": [(each, each.title.in_(spoken())) for each in content.clauses],
        "asked": asked,
        "levels": levels,
    }


def consequences(content: Content, before: Content | None) -> list[SafeString]:
    """Say what comes of approving a content, sentence by sentence."""
    said: list[SafeString | str] = []
    if content.restricts:
        said += [
            _start(content),
            gettext("Nothing else is restricted, and no data of the customer is deleted."),
        ]
        said += _end(content)
    elif content.kind is DecisionKind.WARNING:
        said.append(gettext("The customer is warned. Nothing is restricted."))
    else:
        said.append(gettext("Nothing is restricted."))
    if before is not None:
        if before.restricts and not content.restricts:
            said.append(gettext("What the earlier decision restricts is no longer restricted."))
        else:
            said.append(gettext("It takes the place of the earlier decision, which no longer holds."))
    said.append(gettext("The customer receives the reasons in both languages and may appeal."))
    said.append(gettext("Only a further decision by two people changes it again."))
    return [format_html("{}", each) for each in said]


def _start(content: Content) -> SafeString | str:
    if content.starts_at is None:
        return gettext(
            "What stands under “What stops” may be switched off as soon as the reasons are issued."
        )
    return format_html(
        gettext(
            "What stands under “What stops” may be switched off from {} on, once the reasons are issued."
        ),
        moment(content.starts_at),
    )


def _end(content: Content) -> list[SafeString | str]:
    said: list[SafeString | str] = []
    if content.ends_at is not None:
        said.append(format_html(gettext("It ends by itself on {}."), moment(content.ends_at)))
    if content.review_on is not None:
        said.append(format_html(gettext("It is looked at again on {}."), moment(content.review_on)))
    if content.ends_at is None:
        said.append(gettext("Not all of it has an end: it holds until a further decision lifts it."))
    return said
