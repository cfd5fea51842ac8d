"""What stages, duties, decisions and appeals are called on pages, in this one place.

What has a name in reports and statements too has it in `mithaq.terms.labels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.templatetags.mithaq import locale
from mithaq.intake.flight import Flight
from mithaq.review.casefile import AppealOutcome, Appellant
from mithaq.review.measures import DecisionKind, Level, Path
from mithaq.review.stages import Duty, Stage
from mithaq.terms import Locale


def spoken() -> Locale:
    """Give the language of the page, as the vocabularies know it."""
    return "ar" if locale().language.value == "ar" else "en"


STAGES: Final[Mapping[Stage, str | Promise]] = {
    Stage.OPENED: _("opened"),
    Stage.REVIEW: _("in review"),
    Stage.DECISION: _("waits for a decision"),
    Stage.APPROVAL: _("waits for the approval of a decision"),
    Stage.REASONS: _("waits for its statement of reasons"),
    Stage.DECIDED: _("has been decided"),
    Stage.APPEAL: _("under appeal"),
    Stage.CANCELLED: _("cancelled"),
}
"""Where a case stands, in the order in which cases go."""

DUTIES: Final[Mapping[Duty, str | Promise]] = {
    Duty.AUTHORISE: _("Authorise the review, or cancel the case"),
    Duty.FIND: _("Examine the claims and make a finding on every clause"),
    Duty.PROPOSE: _("Propose a decision"),
    Duty.APPROVE: _("Approve the proposed decision, or refuse it"),
    Duty.APPROVE_INTERIM: _("Approve the proposed interim measure, or refuse it"),
    Duty.ISSUE_REASONS: _("Issue the statement of reasons"),
    Duty.DECIDE_APPEAL: _("Decide the appeal"),
    Duty.LOOK_AGAIN: _("Look again whether the restriction is still needed"),
}
"""What is expected, as whoever is to do it reads it."""

PAGES: Final[Mapping[Duty, str]] = {
    Duty.AUTHORISE: "case-authorise",
    Duty.FIND: "findings",
    Duty.PROPOSE: "decisions",
    Duty.APPROVE: "decisions",
    Duty.APPROVE_INTERIM: "decisions",
    Duty.ISSUE_REASONS: "decisions",
    Duty.DECIDE_APPEAL: "appeals",
    Duty.LOOK_AGAIN: "decisions",
}
"""The page on which each duty is done, by the name of its address; else the first page of the case."""

FLIGHTS: Final[Mapping[Flight, str | Promise]] = {
    Flight.QUIET: _("No more left in a day than is usual."),
    Flight.SEEN: _("Far more left in a day than in the weeks before."),
    Flight.UNKNOWN: _("The logs do not cover what would have to be compared."),
}
"""What the flight watch says."""

KINDS: Final[Mapping[DecisionKind, str | Promise]] = {
    DecisionKind.NO_ACTION: _("no action"),
    DecisionKind.WARNING: _("warning"),
    DecisionKind.MEASURES: _("measures"),
}

PATHS: Final[Mapping[Path, str | Promise]] = {
    Path.MAIN: _("Decision on the findings"),
    Path.INTERIM: _("Interim measure"),
    Path.AMEND: _("Amendment"),
    Path.OVERRIDE: _("Override"),
    Path.EXPIRE: _("The decided end has come"),
    Path.LIFT: _("Lifting"),
    Path.APPEAL: _("Answer to an appeal"),
}
"""By which way a decision comes about."""


def kind_beside(path: Path, kind: DecisionKind) -> str | Promise:
    """Give the kind of a decision to stand beside its way; nothing where the way has but one kind."""
    return "" if path in {Path.INTERIM, Path.LIFT, Path.EXPIRE} else KINDS[kind]


LEVELS: Final[Mapping[Level, str | Promise]] = {
    Level.LOW: _("low"),
    Level.MODERATE: _("moderate"),
    Level.HIGH: _("high"),
    Level.EXTREME: _("extreme"),
}

APPELLANTS: Final[Mapping[Appellant, str | Promise]] = {
    Appellant.CUSTOMER: _("The customer"),
    Appellant.REPORTER: _("The reporter"),
}

APPEALS: Final[Mapping[Appellant, str | Promise]] = {
    Appellant.CUSTOMER: _("Appeal of the customer"),
    Appellant.REPORTER: _("Appeal of the reporter"),
}

ANSWERS: Final[Mapping[AppealOutcome, str | Promise]] = {
    AppealOutcome.UPHELD: _("The decision stands"),
    AppealOutcome.CHANGED: _("The decision is changed"),
    AppealOutcome.OVERTURNED: _("The decision is set aside"),
}
"""What becomes of the decision that was appealed against."""
