"""What kinds of decision, paths, outcomes and appeals are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.templatetags.mithaq import locale
from mithaq.review.casefile import AppealOutcome, Appellant
from mithaq.review.measures import DecisionKind, Level, Path
from mithaq.terms import Locale


def spoken() -> Locale:
    """Give the language of the page, as the vocabularies know it."""
    return "ar" if locale().language.value == "ar" else "en"


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

OUTCOMES: Final[Mapping[AppealOutcome, str | Promise]] = {
    AppealOutcome.UPHELD: _("The decision stands"),
    AppealOutcome.CHANGED: _("The decision is changed"),
    AppealOutcome.OVERTURNED: _("The decision is overturned"),
}
