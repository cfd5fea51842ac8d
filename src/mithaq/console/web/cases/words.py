"""What stages, duties and the acts of a case are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.templatetags.mithaq import locale
from mithaq.intake.flight import Flight
from mithaq.review.casefile import AppealOutcome, Appellant, Outcome
from mithaq.review.measures import Path
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

OUTCOMES: Final[Mapping[Outcome, str | Promise]] = {
    Outcome.VIOLATED: _("violated"),
    Outcome.NOT_VIOLATED: _("not violated"),
    Outcome.INCONCLUSIVE: _("inconclusive"),
}
"""What a reviewer finds about a clause."""

ANSWERS: Final[Mapping[AppealOutcome, str | Promise]] = {
    AppealOutcome.UPHELD: _("the decision stands"),
    AppealOutcome.CHANGED: _("the decision is changed"),
    AppealOutcome.OVERTURNED: _("the decision is set aside"),
}
"""What becomes of the decision that was appealed against."""

APPELLANTS: Final[Mapping[Appellant, str | Promise]] = {
    Appellant.CUSTOMER: _("the customer"),
    Appellant.REPORTER: _("the reporter"),
}
"""Who appeals."""

PATHS: Final[Mapping[Path, str | Promise]] = {
    Path.MAIN: _("on the findings"),
    Path.INTERIM: _("interim, before the findings"),
    Path.AMEND: _("as an amendment"),
    Path.OVERRIDE: _("as an override by others"),
    Path.LIFT: _("to lift a restriction"),
    Path.APPEAL: _("on an appeal"),
    Path.EXPIRE: _("because its end has come"),
}
"""By which path a decision comes about."""
