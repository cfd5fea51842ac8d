"""The acts that move a case, apart from its findings and decisions: which of them a person may do now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.ledger.kinds import ActKind
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission
from mithaq.review.queries import Seen
from mithaq.review.stages import open_acts


@dataclass(frozen=True, slots=True)
class Step:
    """An act with a page of its own: the name of its address, what it is called, and who may do it."""

    name: str
    title: str | Promise
    permission: Permission
    kind: ActKind


STEPS: Final[Sequence[Step]] = (
    Step(
        "case-authorise",
        _("Authorise a review"),
        Permission.CASE_REVIEW_AUTHORISE,
        ActKind.REVIEW_REVIEW_AUTHORISED,
    ),
    Step("case-hand-over", _("Hand over"), Permission.CASE_HAND_OVER, ActKind.REVIEW_CASE_HANDED_OVER),
    Step("case-step-in", _("Step in"), Permission.CASE_STEP_IN, ActKind.REVIEW_CASE_STEPPED_INTO),
    Step("case-escalate", _("Escalate"), Permission.CASE_ESCALATE, ActKind.REVIEW_CASE_ESCALATED),
    Step("case-hold", _("Put on hold"), Permission.CASE_HOLD, ActKind.REVIEW_CASE_HELD),
    Step("case-release", _("End the hold"), Permission.CASE_HOLD, ActKind.REVIEW_CASE_RELEASED),
    Step("case-cancel", _("Cancel the case"), Permission.CASE_REVIEW_CANCEL, ActKind.REVIEW_CASE_CANCELLED),
)
"""In the order in which a menu lists them; what ends a case stands last."""


KINDS: Final = {step.name: step.kind for step in STEPS}
"""The act that each page does, by the name of its address."""


@dataclass(frozen=True, slots=True)
class Open:
    """A step that the person may do now."""

    address: str
    title: str | Promise


def steps_for(who: Acting, seen: Seen) -> list[Open]:
    """Give the steps that are open in a case now and that the person may do."""
    kinds = open_acts(seen.state, who.now)
    me, state = who.account.pseudonym, seen.state
    return [
        Open(reverse(step.name, kwargs={"case": seen.case.case}), step.title)
        for step in STEPS
        if step.kind in kinds
        and who.may(step.permission)
        and not (step.kind is ActKind.REVIEW_CASE_STEPPED_INTO and state.in_charge in {"", me})
    ]
