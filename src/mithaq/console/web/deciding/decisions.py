"""The chain of a case's decisions, one decision in full, and the acts that rule on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.cases.forms import ActForm
from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.cases.words import kind_beside
from mithaq.console.web.deciding.basis import KINDS_BY, contracts_unanswered
from mithaq.console.web.deciding.composing import HEADINGS
from mithaq.console.web.deciding.obstacles import ruling_on, why_not_propose
from mithaq.console.web.deciding.refusals import in_words
from mithaq.console.web.deciding.shown import (
    RULED,
    before_of,
    chain_of,
    consequences,
    named,
    panel,
    person,
    ruling_of,
    standing_of,
    words_of,
)
from mithaq.console.web.pages import FORM, Page
from mithaq.kernel.errors import MithaqError
from mithaq.people.permissions import Permission
from mithaq.review import acts
from mithaq.review.content import digest_of, read
from mithaq.review.measures import Path
from mithaq.review.models import Decision
from mithaq.review.queries import access_decision, decisions_of


@dataclass(frozen=True, slots=True)
class Way:
    """A way to propose a decision: its name, what it is for, and a link per kind; or why it is closed."""

    title: str | Promise
    meaning: str | Promise
    links: Sequence[tuple[str, str | Promise]]
    why_not: str | Promise


_MEANINGS: Final[Mapping[Path, tuple[str | Promise, str | Promise]]] = {
    Path.MAIN: (
        _("Decide the case"),
        _("On the findings: no action, a warning, or measures on clauses found violated."),
    ),
    Path.INTERIM: (
        _("Stop data from leaving meanwhile"),
        _("An interim measure before the review is through. It ends by itself after seven days at most."),
    ),
    Path.AMEND: (_("Amend the decision"), _("A new decision takes its place, such as a narrower one.")),
    Path.LIFT: (_("Lift the restriction"), _("A new decision takes its place and restricts nothing.")),
    Path.OVERRIDE: (
        _("Override the decision"),
        _("By two people who had no part in it; whoever proposes need not be in charge of the case."),
    ),
}


def ways(request: CaseRequest) -> list[Way]:
    """Give the ways in which a decision can be proposed now, those that are open first."""
    seen, found = request.seen, []
    heads: list[str] = list(seen.state.heads) or [""]
    for previous in heads:
        for path, (title, meaning) in _MEANINGS.items():
            chained = path not in {Path.MAIN, Path.INTERIM}
            if chained and not previous:
                continue
            if path is Path.LIFT and not seen.state.decisions[previous].proposal.restricts:
                continue
            why_not = why_not_propose(path, previous, request.acting, seen)
            links = [
                (_propose(request, path, kind, previous), kind_beside(path, kind) or HEADINGS[path])
                for kind in KINDS_BY[path]
            ]
            found.append(Way(title, meaning, [] if why_not else links, why_not))
    return sorted(found, key=lambda way: bool(way.why_not))


def _propose(request: CaseRequest, path: str, kind: str, previous: str) -> str:
    values = {"case": request.seen.case.case, "by": path, "kind": kind}
    if previous:
        return reverse("propose-after", kwargs={**values, "decision": previous})
    return reverse("propose", kwargs=values)


@case_page(Permission.CASE_READ)
def show_decisions(request: CaseRequest, case: str) -> HttpResponse:
    """Show what was proposed and decided in a case, and what can be proposed now."""
    rows = decisions_of(case)
    offered = ways(request) if request.acting.may(Permission.CASE_DECISION_PROPOSE) else []
    context = {
        "chain": chain_of(request, rows)[::-1],
        "open_ways": [way for way in offered if not way.why_not],
        "closed_ways": [way for way in offered if way.why_not],
        "proposes": request.acting.may(Permission.CASE_DECISION_PROPOSE),
    }
    return show(request, "deciding/decisions.html", context)


@case_page(Permission.CASE_READ)
def show_decision(request: CaseRequest, case: str, decision: str) -> HttpResponse:
    """Show one decision: what it stops and keeps, why, who proposed it, and who may approve it."""
    row = access_decision(case, decision)
    return show(request, "deciding/decision.html", {**_whole(request, row), **_acts(request, row)})


def _whole(request: CaseRequest, row: Decision) -> dict[str, Any]:
    """Give all that a page about one decision says of it."""
    content = read(row.content)
    ruling = ruling_of(row)
    return {
        "decision": row,
        "panel": panel(request, content),
        "standing": standing_of(row, request.seen.state, request.acting.now),
        "proposed_by": person(request, row.proposed_by, row.act),
        "ruling": ruling,
        "ruled": RULED[ruling.outcome] if ruling else "",
        "ruled_by": person(request, ruling.ruled_by, ruling.act) if ruling else None,
        "chain": chain_of(request, decisions_of(row.case), row.key),
        "unanswered": contracts_unanswered(content, request.acting),
        "altered": digest_of(row.content) != row.digest,
        "consequences": consequences(content, before_of(content)),
        **words_of(content),
    }


def _acts(request: CaseRequest, row: Decision) -> dict[str, Any]:
    """Say what the person looking may do to a decision, and where."""
    state, who = request.seen.state, request.acting
    proposal = state.proposals.get(row.key)
    standing = state.decisions.get(row.key)
    may_rule = ruling_on(proposal, who, request.seen) if proposal else None
    ends = standing is not None and not standing.followed_by and standing.ended(who.now)
    return {
        "may_rule": may_rule,
        "others": named(request, may_rule.others) if may_rule else [],
        "mine": proposal is not None and proposal.by == who.account.pseudonym,
        "names": "answer" if row.path == Path.APPEAL.value else "decision",
        "may_expire": ends and row.restricts and who.may(Permission.CASE_DECISION_EXPIRE),
        "came_into_force": standing is not None,
        "may_appeal": standing is not None and who.may(Permission.CASE_APPEAL_ENTER),
        "ways": _ways_after(request, row.key),
    }


def _ways_after(request: CaseRequest, key: str) -> list[Way]:
    if key not in request.seen.state.heads or not request.acting.may(Permission.CASE_DECISION_PROPOSE):
        return []
    return [way for way in ways(request) if not way.why_not]


class Approve(ActForm):
    """Approving the very content whose digest the page shows."""

    restrictive = True
    digest = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def refuse(self, error: MithaqError) -> None:
        """Say why it was refused, above the form: its only field is not shown."""
        self.add_error(None, in_words(error))


class Refuse(ActForm):
    """Refusing a proposal with reasons."""

    reasons = forms.CharField(
        label=_("Reasons"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"})
    )


class Bare(ActForm):
    """An act that asks for nothing more."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page that does one act to a decision: its words, its form, and what it does."""

    heading: str | Promise
    action: str | Promise
    done: str | Promise
    form: type[ActForm]
    act: Callable[[CaseRequest, Decision, Mapping[str, Any]], object]
    notes: Sequence[str | Promise] = ()


def _page(step: Step, permission: Permission) -> Page:
    """Make the page of a step."""

    @case_page(permission, FORM)
    def view(request: CaseRequest, case: str, decision: str) -> HttpResponse:
        row = access_decision(case, decision)
        form = step.form(request.POST or None, seen=request.seen, initial={"digest": row.digest})
        form.to = reverse("decision", kwargs={"case": case, "decision": decision})
        went = do(request, form, lambda given: step.act(request, row, given), done=step.done)
        if went is not None:
            return went
        proposal = request.seen.state.proposals.get(row.key)
        context = {
            **_whole(request, row),
            "form": form,
            "step": step,
            "back": form.to,
            "may_rule": ruling_on(proposal, request.acting, request.seen) if proposal else None,
            "approving": step.form is Approve,
        }
        return show(request, "deciding/step.html", context)

    return view


def _approve(request: CaseRequest, row: Decision, given: Mapping[str, Any]) -> object:
    return acts.approve(request.acting, row.case, row.key, digest=given["digest"])


def _refuse(request: CaseRequest, row: Decision, given: Mapping[str, Any]) -> object:
    return acts.refuse(request.acting, row.case, row.key, reasons=given["reasons"])


def _withdraw(request: CaseRequest, row: Decision, given: Mapping[str, Any]) -> object:
    del given
    return acts.withdraw(request.acting, row.case, row.key)


def _expire(request: CaseRequest, row: Decision, given: Mapping[str, Any]) -> object:
    del given
    return acts.expire(request.acting, row.case, row.key)


APPROVING: Final = Step(
    _("Approve this decision?"),
    _("Approve exactly this"),
    _("The decision is approved."),
    Approve,
    _approve,
)
REFUSING: Final = Step(
    _("Refuse this proposal"),
    _("Refuse the proposal"),
    _("The proposal is refused."),
    Refuse,
    _refuse,
    (_("Nothing comes of the proposal. Who proposed it sees your reasons and may propose another."),),
)
WITHDRAWING: Final = Step(
    _("Withdraw your proposal"),
    _("Withdraw the proposal"),
    _("The proposal is withdrawn."),
    Bare,
    _withdraw,
    (_("Nothing comes of the proposal; that it was made stays in the ledger. You may propose another."),),
)
EXPIRING: Final = Step(
    _("Record that the end has come"),
    _("Record the end"),
    _("The end is recorded."),
    Bare,
    _expire,
    (_("The end that two people decided has come. Nobody decides anew; the customer receives the reasons."),),
)

_APPROVES, _ANSWERS = Permission.CASE_DECISION_APPROVE, Permission.CASE_APPEAL_DECIDE
approve = _page(APPROVING, _APPROVES)
refuse = _page(REFUSING, _APPROVES)
withdraw = _page(WITHDRAWING, Permission.CASE_DECISION_PROPOSE)
expire = _page(EXPIRING, Permission.CASE_DECISION_EXPIRE)
approve_answer = _page(APPROVING, _ANSWERS)
refuse_answer = _page(REFUSING, _ANSWERS)
withdraw_answer = _page(WITHDRAWING, _ANSWERS)
