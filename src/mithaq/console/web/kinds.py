"""What every kind of act is called, and in which roles acts are done, in the words of pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.ledger.kinds import ActKind

KINDS: Final[Mapping[str, str | Promise]] = {
    ActKind.IDENTITY_KEY_ENDED: _("a personal key was ended"),
    ActKind.IDENTITY_KEY_REGISTERED: _("a personal key was registered"),
    ActKind.IDENTITY_SHARING_CONFIRMED: _("a split of the opening key was confirmed"),
    ActKind.IDENTITY_SHARING_OFFERED: _("a split of the opening key was offered"),
    ActKind.IDENTITY_UNLOCK_APPROVED: _("the opening of a pseudonym was approved"),
    ActKind.IDENTITY_UNLOCK_BEGUN: _("the opening of a pseudonym was begun"),
    ActKind.IDENTITY_UNLOCK_CANCELLED: _("the opening of a pseudonym was cancelled"),
    ActKind.IDENTITY_UNLOCK_ENDED: _("the opening of a pseudonym was ended"),
    ActKind.IDENTITY_UNLOCK_FETCHED: _("an opened pseudonym was fetched"),
    ActKind.IDENTITY_UNLOCK_PROPOSED: _("the opening of a pseudonym was proposed"),
    ActKind.INTAKE_ATTACHMENT_ADDED: _("a document was attached"),
    ActKind.INTAKE_ATTACHMENT_ERASED: _("a document was erased"),
    ActKind.INTAKE_CASES_LINKED: _("two cases were linked"),
    ActKind.INTAKE_CASE_OPENED: _("a case was opened"),
    ActKind.INTAKE_FLIGHT_SEEN: _("a flight of data was seen"),
    ActKind.INTAKE_REMOVAL_BEGUN: _("a removal of old rollups was begun"),
    ActKind.INTAKE_REMOVAL_ENDED: _("a removal of old rollups was ended"),
    ActKind.INTAKE_WATCH_ENDED: _("the watch of a case was ended"),
    ActKind.LEDGER_VALUES_ERASED: _("personal values were erased"),
    ActKind.MEASURES_CONFIRMED: _("a measure that was handed over was confirmed"),
    ActKind.MEASURES_DRIFT_SEEN: _("a measure was found changed"),
    ActKind.MEASURES_ERRAND_ASKED: _("a change of a measure was asked for"),
    ActKind.MEASURES_ERRAND_ENDED: _("a change of a measure came to its end"),
    ActKind.MEASURES_ERRAND_RESUMED: _("a change of a measure was taken up again"),
    ActKind.MEASURES_ERRAND_STOPPED: _("a change of a measure was stopped halfway"),
    ActKind.MEASURES_PLAN_MADE: _("a plan was made"),
    ActKind.MEASURES_PROBED: _("a measure was probed"),
    ActKind.MEASURES_SECRET_HELD: _("a secret of a target was put under seal"),
    ActKind.MEASURES_STEP_BEGUN: _("a step of a measure was begun"),
    ActKind.MEASURES_STEP_ENDED: _("a step of a measure was ended"),
    ActKind.PEOPLE_ACCOUNT_CREATED: _("an account was made"),
    ActKind.PEOPLE_ACCOUNT_DISABLED: _("an account was closed"),
    ActKind.PEOPLE_ACCOUNT_ENABLED: _("an account was opened again"),
    ActKind.PEOPLE_GLASS_BROKEN: _("the glass in front of a case was broken"),
    ActKind.PEOPLE_LANGUAGE_CHOSEN: _("a person chose their language"),
    ActKind.PEOPLE_LINK_ISSUED: _("a one-time link was issued"),
    ActKind.PEOPLE_LINK_USED: _("a one-time link was used"),
    ActKind.PEOPLE_RECUSAL_DECLARED: _("a recusal was declared"),
    ActKind.PEOPLE_RECUSAL_ENDED: _("a recusal was ended"),
    ActKind.PEOPLE_ROLE_APPROVED: _("a role was granted"),
    ActKind.PEOPLE_ROLE_ENDED: _("a role was ended"),
    ActKind.PEOPLE_ROLE_PROPOSED: _("a role was proposed"),
    ActKind.PEOPLE_SESSIONS_ENDED: _("a person was signed out everywhere"),
    ActKind.PEOPLE_SETUP_DONE: _("the first administrators were made"),
    ActKind.PEOPLE_TOKEN_ISSUED: _("a personal token was issued"),
    ActKind.PEOPLE_TOKEN_REVOKED: _("a personal token was revoked"),
    ActKind.PEOPLE_WORKER_MADE: _("the program's own account was made"),
    ActKind.REGISTER_CONTRACT_RECORDED: _("a contract was recorded"),
    ActKind.REGISTER_FILE_IMPORTED: _("a register was imported"),
    ActKind.REGISTER_SUBSCRIPTIONS_RECORDED: _("subscriptions were recorded"),
    ActKind.REVIEW_APPEAL_DECIDED: _("an appeal was decided"),
    ActKind.REVIEW_APPEAL_ENTERED: _("an appeal was entered"),
    ActKind.REVIEW_CASE_CANCELLED: _("the case was cancelled"),
    ActKind.REVIEW_CASE_ESCALATED: _("the case was escalated"),
    ActKind.REVIEW_CASE_HANDED_OVER: _("the case was handed over"),
    ActKind.REVIEW_CASE_HELD: _("the case was put on hold"),
    ActKind.REVIEW_CASE_RELEASED: _("the hold on the case was ended"),
    ActKind.REVIEW_DAYS_SET: _("the days of a duty were set"),
    ActKind.REVIEW_DECISION_APPROVED: _("a decision was approved"),
    ActKind.REVIEW_DECISION_EXPIRED: _("a restriction came to its end"),
    ActKind.REVIEW_DECISION_PROPOSED: _("a decision was proposed"),
    ActKind.REVIEW_DECISION_REFUSED: _("a proposal was refused"),
    ActKind.REVIEW_DECISION_WITHDRAWN: _("a proposal was withdrawn"),
    ActKind.REVIEW_EVIDENCE_ATTACHED: _("evidence was attached"),
    ActKind.REVIEW_FINDING_MADE: _("a finding was made"),
    ActKind.REVIEW_CASE_STEPPED_INTO: _("somebody stepped in"),
    ActKind.REVIEW_REASONS_ISSUED: _("a statement of reasons was issued"),
    ActKind.REVIEW_RECORDS_ANSWERED: _("a request for records was answered"),
    ActKind.REVIEW_RECORDS_REQUESTED: _("records were requested"),
    ActKind.REVIEW_REVIEW_AUTHORISED: _("a review was authorised"),
    ActKind.REVIEW_RUN_FAILED: _("a run of the evidence failed"),
    ActKind.REVIEW_RUN_REQUESTED: _("a run of the evidence was asked for"),
}
"""What an act is called on a page; every kind has a name, in the order of `ActKind`."""

ACTED_AS: Final[Mapping[str, str | Promise]] = {
    **ROLE_NAMES,
    "host": _("whoever installed Mithaq"),
    "self": _("the person themselves"),
    "worker": _("the program itself"),
}
"""Roles in which an act can be done, those among them that nobody is granted."""
